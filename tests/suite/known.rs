//! Answers that the page knows, and what it says before any are sent.

use anyhow::{Result, ensure};
use leadglass_tests::{page::ask, poll::until, scenarios, stage::Stage};
use serde_json::json;

use crate::{
    calls::run,
    visitor::{self, CONSENT},
};

scenarios![
    what_the_visitor_wrote_is_never_overwritten_by_the_page,
    what_the_visitor_wrote_before_the_page_could_and_before_the_form_was_built_anew_stays,
    a_page_gives_no_permission_in_the_visitors_name,
    a_hidden_field_takes_the_parameter_of_its_name_and_no_other_field_does,
    what_a_page_does_not_know_is_no_answer,
    a_page_may_add_answers_and_stop_what_is_sent,
    a_page_is_asked_of_what_is_valid_alone_while_the_form_says_that_it_sends,
];

async fn what_the_visitor_wrote_is_never_overwritten_by_the_page(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    form.fill("Your name", visitor::NAME).await?;
    run(stage, "leadglass.prefill({ name: 'Somebody', message: 'Said by the page for her.' })").await?;
    run(stage, "leadglass.identify({ name: 'Somebody', email: 'ana@atelier.example', message: 'Other' })").await?;
    until("the address", async || {
        ensure!(form.value("E-mail").await? == visitor::EMAIL);
        Ok(())
    })
    .await?;
    ensure!(form.value("Your name").await? == visitor::NAME);
    ensure!(form.value("What do you need").await? == "Said by the page for her.");
    form.tick(CONSENT).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let lead = stage.leads().only().await?;
    ensure!(lead.answer("name")? == visitor::NAME && lead.answer("email")? == visitor::EMAIL, "{lead:?}");
    Ok(())
}

async fn what_the_visitor_wrote_before_the_page_could_and_before_the_form_was_built_anew_stays(
    stage: &mut Stage,
) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("calls.html").await?;
    until("the name that the page knows", async || {
        ensure!(form.value("Your name").await? == visitor::NAME);
        Ok(())
    })
    .await?;
    form.refill("Your name", "Ion Munteanu").await?;
    for ready in 1..=2 {
        stage.gate.release(".wasm");
        stage.wait_for_events("leadglass:ready", ready).await?;
        ensure!(form.value("Your name").await? == "Ion Munteanu", "overwritten after {ready} times ready");
        run(stage, "document.querySelector('leadglass-form').lang = 'en'").await?;
    }
    stage.leads().none().await
}

async fn a_page_gives_no_permission_in_the_visitors_name(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    run(stage, "leadglass.prefill({ agree: 'yes', name: 'Somebody' })").await?;
    until("the name", async || {
        ensure!(form.value("Your name").await? == "Somebody");
        Ok(())
    })
    .await?;
    ensure!(!form.is_ticked(CONSENT).await?);
    // Nor does what the page writes count as the visitor's beginning
    let heard = stage.heard().await?;
    ensure!(heard.iter().all(|(event, _)| event != "leadglass:start"), "{heard:?}");
    Ok(())
}

async fn a_hidden_field_takes_the_parameter_of_its_name_and_no_other_field_does(stage: &mut Stage) -> Result<()> {
    let address =
        format!("plain.html?form=everything&campaign=autumn%00{}&message=Said%20by%20a%20link", "n".repeat(300));
    let form = stage.open_ready(&address).await?;
    ensure!(form.value("Your message").await?.is_empty(), "a link must not put words into a visitor's mouth");
    form.fill("Your name", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.choose("Service", "Building").await?;
    form.fill("Your message", visitor::MESSAGE).await?;
    form.tick(CONSENT).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let campaign = stage.leads().only().await?.answer("campaign")?;
    ensure!(campaign.starts_with("autumnnn") && campaign.len() == 200, "{campaign}");
    Ok(())
}

async fn what_a_page_does_not_know_is_no_answer(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=everything").await?;
    run(stage, "leadglass.prefill({ name: null, company: undefined, website: [null], met: true, people: 3 })").await?;
    until("the number", async || {
        ensure!(form.value("People in the team").await? == "3");
        Ok(())
    })
    .await?;
    for label in ["Your name", "Company", "Website"] {
        let value = form.value(label).await?;
        ensure!(value.is_empty(), "`{label}` is `{value}`");
    }
    ensure!(form.is_ticked("Yes").await?, "`true` is yes");
    Ok(())
}

async fn a_page_may_add_answers_and_stop_what_is_sent(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("calls.html?form=everything").await?;
    run(stage, "leadglass.on('before_send', stopped)").await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.choose("Service", "Building").await?;
    form.fill("Your message", visitor::MESSAGE).await?;
    form.tick(CONSENT).await?;
    form.press("Send").await?;
    until("the page to be asked", async || {
        let asked = ask(stage.client()?, "window.asked?.answers?.email ?? null", vec![]).await?;
        ensure!(asked == visitor::EMAIL, "{asked}");
        Ok(())
    })
    .await?;
    stage.leads().none().await?;

    run(stage, "leadglass.off('before_send', stopped)").await?;
    run(stage, "leadglass.on('before_send', async () => ({ campaign: 'autumn', budget: ['700', 'MDL'] }))").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let lead = stage.leads().only().await?;
    ensure!(lead.answer("campaign")? == "autumn", "{lead:?}");
    ensure!(lead.answer("budget")?.contains("MDL"), "{lead:?}");
    Ok(())
}

async fn a_page_is_asked_of_what_is_valid_alone_while_the_form_says_that_it_sends(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    let ask_long = "window.asked = 0;
        leadglass.on('before_send', () => (asked++, new Promise((done) => (window.answer = done))))";
    run(stage, ask_long).await?;
    form.press("Send").await?;
    form.wait_for_summary().await?;
    ensure!(ask(stage.client()?, "asked", vec![]).await? == json!(0), "it is asked of a form that is not valid");
    visitor::fill_needed(&form).await?;
    for (answer, told) in [("false", 0), ("{ message: 'Said by the page.' }", 1)] {
        form.press("Send").await?;
        until("the form to say that it sends", async || {
            let waits = "[all(0, '#lg-send')[0]?.ariaDisabled, window.answer !== undefined]";
            let waits = ask(stage.client()?, waits, vec![]).await?;
            ensure!(waits == json!(["true", true]), "{waits}");
            Ok(())
        })
        .await?;
        ensure!(!form.status().await?.is_empty());
        run(stage, &format!("const {{ answer }} = window; window.answer = undefined; answer({answer})")).await?;
        if told == 0 {
            until("the form to wait for another press", async || {
                ensure!(ask(stage.client()?, "all(0, '#lg-send')[0].ariaDisabled", vec![]).await?.is_null());
                Ok(())
            })
            .await?;
            ensure!(form.status().await?.is_empty() && form.section("lg-summary").await?.is_none());
            stage.leads().none().await?;
        }
    }
    form.wait_for_follow_up().await?;
    let heard = stage.heard().await?;
    let count = |wanted: &str| heard.iter().filter(|(name, _)| name == wanted).count();
    ensure!((count("leadglass:submit"), count("leadglass:error")) == (1, 1), "{heard:?}");
    visitor::ensure_needed(&stage.leads().only().await?)
}
