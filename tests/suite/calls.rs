//! What a page may call and hear.

use anyhow::{Context as _, Result, ensure};
use axum::http::Method;
use leadglass_tests::{page::ask, poll::until, scenarios, stage::Stage};
use serde_json::{Value, json};

use crate::visitor::{self, CONSENT};

scenarios![
    what_a_page_calls_before_the_script_has_come_is_done,
    a_signal_after_sending_reaches_the_lead_of_a_visitor_who_allowed_it,
    whoever_takes_their_consent_back_is_followed_no_more,
    googles_tag_hears_of_a_lead_unless_the_visitor_forbade_it,
    a_page_hears_how_far_a_visitor_came_and_never_what_they_wrote,
    a_page_hears_of_the_score_where_the_form_says_so_alone,
    nothing_is_stored_until_the_visitor_allows_it_and_then_the_first_touch_is_known_on_the_next_page,
    a_form_is_emptied_and_taken_away_at_a_call,
    a_tag_may_lead_on_after_sending_or_show_a_calendar,
];

pub async fn run(stage: &Stage, script: &str) -> Result<Value> {
    Ok(stage.client()?.execute(script, vec![]).await?)
}

async fn what_a_page_calls_before_the_script_has_come_is_done(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("calls.html").await?;
    until("the name that the page knows", async || {
        let name = form.value("Your name").await?;
        ensure!(name == visitor::NAME, "it is `{name}`");
        Ok(())
    })
    .await?;
    visitor::send_with_the_rest(&form).await?;
    let succeeded = ask(stage.client()?, "window.succeeded", vec![]).await?;
    ensure!(succeeded == json!({ "detail": { "form": "enquiry" }, "name": "leadglass-form" }), "{succeeded}");
    let lead = stage.leads().only().await?;
    ensure!(lead.text("/signals/0/name")? == "pricing_viewed", "{lead:?}");
    // The page's score counts the signal as the server's does
    ensure!(lead.0["score_mismatch"] == false, "{lead:?}");
    visitor::ensure_needed(&lead)
}

async fn a_signal_after_sending_reaches_the_lead_of_a_visitor_who_allowed_it(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=followed").await?;
    visitor::fill_needed(&form).await?;
    form.tick("You may see what I look at").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    ensure!(stage.leads().only().await?.text("/grade")? == "C3");

    // On another page of the site, where the form stands too
    stage.open_ready("plain.html?form=followed").await?;
    run(stage, "leadglass.track('pricing_viewed')").await?;
    until("the lead to be judged again", async || {
        let lead = stage.leads().only().await?;
        ensure!(lead.text("/grade")? == "C1", "{lead:?}");
        Ok(())
    })
    .await?;
    run(stage, "leadglass.consent(false)").await?;
    nothing_stored(stage).await
}

async fn whoever_takes_their_consent_back_is_followed_no_more(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=followed").await?;
    visitor::fill_needed(&form).await?;
    form.tick("You may see what I look at").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    run(stage, "leadglass.consent(false); leadglass.track(undefined); leadglass.track('pricing_viewed')").await?;
    nothing_stored(stage).await?;
    // Another form of the page sends after whatever was under way
    let form = stage.open_ready("plain.html?form=followed").await?;
    visitor::fill_needed(&form).await?;
    form.refill("What do you need", "A second question of hers.").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    ensure!(stage.gate.seen(&Method::POST, "/signals") == 0);
    let newest = stage.leads().all().await?.into_iter().next().context("two leads")?;
    ensure!(newest.0["signals"] == json!([]), "{newest:?}");
    Ok(())
}

/// Waits until the page keeps nothing in the browser.
async fn nothing_stored(stage: &Stage) -> Result<()> {
    until("nothing to be stored", async || {
        let stored = "[document.cookie, localStorage.length, sessionStorage.length]";
        let stored = ask(stage.client()?, stored, vec![]).await?;
        ensure!(stored == json!(["", 0, 0]), "stored is {stored}");
        Ok(())
    })
    .await
}

async fn googles_tag_hears_of_a_lead_unless_the_visitor_forbade_it(stage: &mut Stage) -> Result<()> {
    const TOLD: &str = "dataLayer.filter((entry) => entry.event === 'generate_lead')";
    for (consent, told) in
        [("denied", json!([])), ("granted", json!([{ "event": "generate_lead", "form_id": "enquiry" }]))]
    {
        let form = stage.open_ready("calls.html").await?;
        let consents = format!(
            "window.dataLayer = []; const say = function () {{ dataLayer.push(arguments) }};
             say('consent', 'default', {{ analytics_storage: 'denied' }});
             say('consent', 'update', {{ ad_storage: 'denied', analytics_storage: '{consent}' }});"
        );
        run(stage, &consents).await?;
        visitor::send_with_the_rest(&form).await?;
        let heard = ask(stage.client()?, TOLD, vec![]).await?;
        ensure!(heard == told, "with consent {consent} it heard {heard}");
    }
    stage.leads().only().await.map(drop)
}

async fn a_page_hears_how_far_a_visitor_came_and_never_what_they_wrote(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    let listen =
        "addEventListener('leadglass:abandon', ({ detail }) => sessionStorage.setItem('left', JSON.stringify(detail)))";
    run(stage, listen).await?;
    form.fill("Your name", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.tick(CONSENT).await?;
    stage.wait_for_events("leadglass:partial", 3).await?;
    let heard = stage.heard().await?;
    let partial: Vec<_> =
        heard.iter().filter(|(name, _)| name == "leadglass:partial").map(|(_, detail)| detail).collect();
    ensure!(partial[1] == &json!({ "form": "enquiry", "field": "email", "answered": 2, "of": 5 }), "{partial:?}");
    ensure!(!format!("{heard:?}").contains("atelier"), "{heard:?}");
    stage.open("plain.html").await?;
    let left = ask(stage.client()?, "JSON.parse(sessionStorage.getItem('left'))", vec![]).await?;
    run(stage, "sessionStorage.clear()").await?;
    ensure!(left == json!({ "form": "enquiry", "field": "agree" }), "{left}");
    stage.leads().none().await
}

async fn nothing_is_stored_until_the_visitor_allows_it_and_then_the_first_touch_is_known_on_the_next_page(
    stage: &mut Stage,
) -> Result<()> {
    let form = stage.open_ready("plain.html?utm_source=letter&utm_medium=email&utm_campaign=spring").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    nothing_stored(stage).await?;
    let lead = stage.leads().only().await?;
    for touch in ["first_touch", "last_touch"] {
        ensure!(lead.text(&format!("/{touch}/source"))? == "letter", "{lead:?}");
        ensure!(lead.text(&format!("/{touch}/landing_page"))?.ends_with("/pages/plain.html"), "{lead:?}");
    }

    run(stage, "leadglass.consent(true)").await?;
    until("the touch to be stored", async || {
        let stored = ask(stage.client()?, "localStorage.length", vec![]).await?;
        ensure!(stored == 1);
        Ok(())
    })
    .await?;
    let form = stage.open_ready("plain.html?gclid=zzQqClick").await?;
    visitor::fill_needed(&form).await?;
    form.refill("What do you need", "Another thing altogether, please.").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let newest = stage.leads().all().await?.into_iter().next().context("two leads")?;
    ensure!(newest.text("/first_touch/campaign")? == "spring", "{newest:?}");
    ensure!(
        newest.text("/last_touch/source")? == "google" && newest.text("/last_touch/medium")? == "cpc",
        "{newest:?}"
    );
    ensure!(!newest.0.to_string().contains("zzQqClick"), "which click it was stays in the page: {newest:?}");
    run(stage, "leadglass.consent(false)").await?;
    nothing_stored(stage).await
}

async fn a_form_is_emptied_and_taken_away_at_a_call(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    run(stage, "leadglass.reset()").await?;
    stage.wait_for_events("leadglass:ready", 2).await?;
    ensure!(form.value("Your name").await?.is_empty());
    visitor::fill_needed(&form).await?;
    form.refill("What do you need", "A second question of hers.").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    ensure!(stage.leads().all().await?.len() == 2);
    run(stage, "leadglass.destroy()").await?;
    until("the form to be gone", async || {
        ensure!(ask(stage.client()?, "document.querySelector('leadglass-form')", vec![]).await?.is_null());
        Ok(())
    })
    .await
}

async fn a_tag_may_lead_on_after_sending_or_show_a_calendar(stage: &mut Stage) -> Result<()> {
    for (number, after) in ["calendar", "redirect"].into_iter().enumerate() {
        let form = stage.open_ready(&format!("calls.html?after={after}")).await?;
        form.fill("E-mail", visitor::EMAIL).await?;
        form.fill("What do you need", &format!("Kitchen number {number}, please.")).await?;
        form.fill("Budget", "12000").await?;
        form.tick(CONSENT).await?;
        form.press("Send").await?;
        // Where the link leads nobody answers: then a browser's own page stands there
        let framed = "document.querySelector('leadglass-form')?.shadowRoot.querySelector('iframe')?.src ?? ''";
        until("the link", async || {
            let client = stage.client()?;
            let there = [ask(client, framed, vec![]).await?, json!(client.current_url().await?.as_str())];
            let leads_on = |url: &Value| url.as_str().is_some_and(|url| url.ends_with("/how/"));
            ensure!(there.iter().any(leads_on), "{after}: {there:?}");
            Ok(())
        })
        .await?;
        if after == "calendar" {
            let size =
                "(({ width, height }) => [width, height])(root(0).querySelector('iframe').getBoundingClientRect())";
            let size = ask(stage.client()?, size, vec![]).await?;
            let [width, height] = [0, 1].map(|side: usize| size[side].as_f64().unwrap_or_default());
            ensure!(width > 500.0 && height > 600.0, "a calendar of {width} by {height} pixels");
        }
    }
    ensure!(stage.leads().all().await?.len() == 2);
    Ok(())
}

async fn a_page_hears_of_the_score_where_the_form_says_so_alone(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=phone").await?;
    form.fill("Phone", "069 123 456").await?;
    form.tick("You may call me.").await?;
    form.press("Call me").await?;
    form.wait_for_follow_up().await?;
    let heard = stage.heard().await?;
    let place = |wanted: &str| heard.iter().position(|(name, _)| name == wanted);
    let score = place("leadglass:score").context("the page did not hear of the score")?;
    ensure!(place("leadglass:submit") < Some(score) && Some(score) < place("leadglass:success"), "{heard:?}");
    let wanted = json!({ "form": "phone", "score": 50, "grade": "A3", "decision": "accept" });
    ensure!(heard[score].1 == wanted, "{heard:?}");

    let form = stage.open_ready("plain.html").await?;
    form.fill("Your name", visitor::NAME).await?;
    visitor::send_with_the_rest(&form).await?;
    let heard = stage.heard().await?;
    ensure!(heard.iter().all(|(name, _)| name != "leadglass:score"), "{heard:?}");
    Ok(())
}
