//! One press, two presses, a lost answer, a server that is gone: the visitor's lead is kept, and kept once.

use anyhow::{Context as _, Result, ensure};
use axum::http::Method;
use fantoccini::{Locator, key::Key};
use leadglass_tests::{
    axe,
    keyboard::{focus, keys},
    page::{FormOnPage, ask},
    poll::until,
    scenarios,
    stage::Stage,
};

use crate::visitor;

scenarios![
    a_double_click_gives_one_lead,
    a_double_click_before_the_widget_comes_gives_one_lead,
    enter_pressed_twice_gives_one_lead,
    a_lost_answer_and_another_press_give_one_lead,
    a_lost_answer_and_a_mended_message_give_the_mended_lead,
    a_server_that_is_down_takes_nothing_away_and_gets_the_lead_once_it_is_back,
    a_server_killed_after_it_acknowledged_has_the_lead,
    what_is_sent_offline_is_kept_and_goes_once_when_the_connection_is_back,
    what_is_sent_offline_without_the_widget_goes_once_too,
    a_page_that_changes_lists_and_their_json_sends_what_was_written,
    the_work_that_a_form_asks_for_is_done_unseen,
    work_that_could_not_be_asked_for_is_asked_for_again,
    two_visits_are_two_leads,
    what_is_sent_once_the_form_was_built_anew_is_another_lead,
    the_same_answers_said_again_in_another_tab_are_the_first_lead,
    what_follows_a_form_leads_to_the_permissions_that_were_given_and_takes_them_back,
];

async fn a_double_click_gives_one_lead(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    double_press_while_the_answer_is_awaited(stage, &form).await
}

async fn a_double_click_before_the_widget_comes_gives_one_lead(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html").await?;
    double_press_while_the_answer_is_awaited(stage, &form).await
}

async fn double_press_while_the_answer_is_awaited(stage: &Stage, form: &FormOnPage) -> Result<()> {
    visitor::fill_needed(form).await?;
    stage.gate.hold("/submissions");
    form.double_press("Send").await?;
    // An impatient hand goes on; where what follows already shows, there is nothing to press
    form.double_press("Send").await.ok();
    stage.gate.wait_for(&Method::POST, "/submissions", 1).await?;
    stage.gate.release("/submissions");
    form.wait_for_follow_up().await?;
    ensure!(stage.gate.seen(&Method::POST, "/submissions") == 1, "the second press must not even be sent");
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn enter_pressed_twice_gives_one_lead(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    stage.gate.hold("/submissions");
    // Enter in a field of one line sends a form
    form.fill("Your name", "").await?;
    until("the name to have the focus", async || {
        let focused = focus(stage.client()?).await?;
        ensure!(focused.id == "lg-name", "{focused:?}");
        Ok(())
    })
    .await?;
    keys(stage.client()?, [char::from(Key::Enter); 2]).await?;
    stage.gate.wait_for(&Method::POST, "/submissions", 1).await?;
    stage.gate.release("/submissions");
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_lost_answer_and_another_press_give_one_lead(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    stage.gate.lose_answers(true);
    form.press("Send").await?;
    wait_for_bad_news(&form).await?;
    visitor::ensure_needed(&stage.leads().only().await?)?;

    stage.gate.lose_answers(false);
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_lost_answer_and_a_mended_message_give_the_mended_lead(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    stage.gate.lose_answers(true);
    form.press("Send").await?;
    wait_for_bad_news(&form).await?;

    stage.gate.lose_answers(false);
    form.fill("What do you need", " And a pantry.").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let lead = stage.leads().only().await.context("the first is replaced by what supersedes it")?;
    let message = lead.answer("message")?;
    ensure!(message == format!("{} And a pantry.", visitor::MESSAGE), "{message}");
    Ok(())
}

async fn a_server_that_is_down_takes_nothing_away_and_gets_the_lead_once_it_is_back(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    stage.server.kill()?;
    form.press("Send").await?;
    wait_for_bad_news(&form).await?;
    ensure!(form.value("Your name").await? == visitor::NAME);
    ensure!(form.value("E-mail").await? == visitor::EMAIL);
    ensure!(form.value("What do you need").await? == visitor::MESSAGE);
    ensure!(form.is_ticked(visitor::CONSENT).await?);

    stage.server.start_again().await?;
    stage.leads().none().await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_server_killed_after_it_acknowledged_has_the_lead(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    stage.server.kill()?;

    stage.server.start_again().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn two_visits_are_two_leads(stage: &mut Stage) -> Result<()> {
    for message in ["The first question of two.", "The second question of two."] {
        let form = stage.open_ready("plain.html").await?;
        visitor::fill_needed(&form).await?;
        form.refill("What do you need", message).await?;
        form.press("Send").await?;
        form.wait_for_follow_up().await?;
    }
    let leads = stage.leads().all().await?;
    ensure!(leads.len() == 2, "{leads:?}");
    Ok(())
}

async fn what_is_sent_once_the_form_was_built_anew_is_another_lead(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    stage.client()?.execute("document.querySelector('leadglass-form').lang = 'en'", vec![]).await?;
    stage.wait_for_events("leadglass:ready", 2).await?;
    ensure!(form.value("E-mail").await?.is_empty(), "what was sent is not a draft");
    visitor::fill_needed(&form).await?;
    form.refill("What do you need", "A second question of hers.").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let leads = stage.leads().all().await?;
    ensure!(leads.len() == 2, "the second must not replace the first: {leads:?}");
    Ok(())
}

async fn the_same_answers_said_again_in_another_tab_are_the_first_lead(stage: &mut Stage) -> Result<()> {
    for _ in 0..2 {
        let form = stage.open_ready("plain.html").await?;
        visitor::fill_needed(&form).await?;
        form.press("Send").await?;
        form.wait_for_follow_up().await?;
    }
    ensure!(stage.gate.seen(&Method::POST, "/submissions") == 2);
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn what_is_sent_offline_is_kept_and_goes_once_when_the_connection_is_back(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    send_offline(stage, &form).await
}

async fn what_is_sent_offline_without_the_widget_goes_once_too(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html").await?;
    send_offline(stage, &form).await
}

async fn send_offline(stage: &Stage, form: &FormOnPage) -> Result<()> {
    const ONLINE: &str = "const [online] = arguments;
        Object.defineProperty(Navigator.prototype, 'onLine', { get: () => online, configurable: true });
        dispatchEvent(new Event(online ? 'online' : 'offline'));";
    visitor::fill_needed(form).await?;
    stage.gate.lose("/submissions");
    stage.client()?.execute(ONLINE, vec![false.into()]).await?;
    form.press("Send").await?;
    until("the visitor to be told", async || {
        let status = form.status().await?;
        ensure!(status.contains("we will send them once you are connected again"), "the status line says `{status}`");
        Ok(())
    })
    .await?;
    axe::check(stage.client()?, "offline").await?;
    stage.leads().none().await?;

    stage.gate.let_through("/submissions");
    // Whoever goes on writing is still promised that it goes, and it goes once they are done
    form.fill("What do you need", " And a pantry.").await?;
    stage.client()?.execute(ONLINE, vec![true.into()]).await?;
    ensure!(form.status().await?.contains("we will send them"));
    form.wait_for_follow_up().await?;
    let message = stage.leads().only().await?.answer("message")?;
    ensure!(message == format!("{} And a pantry.", visitor::MESSAGE), "{message}");
    Ok(())
}

async fn a_page_that_changes_lists_and_their_json_sends_what_was_written(stage: &mut Stage) -> Result<()> {
    let form = stage.open("old.html?form=everything").await?;
    form.fill("Your name", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.choose("Service", "Building").await?;
    form.choose("Topics", "Price").await?;
    form.choose("Topics", "Quality").await?;
    form.fill("Your message", visitor::MESSAGE).await?;
    form.tick(visitor::CONSENT).await?;
    form.press("Send").await?;
    // The page spoils what a driver reads of it too: the server is asked
    let lead = until("the lead", async || stage.leads().only().await).await?;
    ensure!(lead.answer("topics")? == "price,quality", "{lead:?}");
    visitor::ensure_needed(&lead)
}

async fn the_work_that_a_form_asks_for_is_done_unseen(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    for widget in [false, true] {
        let form = stage.open("plain.html?form=guarded").await?;
        if widget {
            stage.gate.release(".wasm");
            stage.wait_for_events("leadglass:ready", 1).await?;
        }
        visitor::send_guarded(stage, &form, &format!("With the widget: {widget}, and a kitchen.")).await?;
        let plain = "performance.getEntriesByType('resource').some(({ name }) => name.includes('/plain-'))";
        ensure!(ask(stage.client()?, plain, vec![]).await? == false, "what pages without TLS need was loaded here");
    }
    Ok(())
}

async fn work_that_could_not_be_asked_for_is_asked_for_again(stage: &mut Stage) -> Result<()> {
    stage.gate.lose("/challenge");
    let form = stage.open_ready("plain.html?form=guarded").await?;
    visitor::fill_needed(&form).await?;
    ensure!(stage.gate.seen(&Method::GET, "/challenge") > 0);
    stage.gate.let_through("/challenge");
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let lead = stage.leads().only().await.context("what comes without work is held, and in no list")?;
    ensure!(lead.0["signs"] == serde_json::json!([]), "{lead:?}");
    Ok(())
}

/// Waits until the visitor is told that it was not sent, and may press again.
async fn wait_for_bad_news(form: &FormOnPage) -> Result<()> {
    until("the visitor to be told", async || {
        let status = form.status().await?;
        let said = status.to_lowercase();
        ensure!(said.contains("could not") || said.contains("not sent"), "the status line says `{status}`");
        ensure!(form.section("lg-follow-up").await?.is_none(), "nothing may follow what failed");
        Ok(())
    })
    .await
}

async fn what_follows_a_form_leads_to_the_permissions_that_were_given_and_takes_them_back(
    stage: &mut Stage,
) -> Result<()> {
    for page in ["plain.html", "csp-without-wasm.html"] {
        let form = stage.open(page).await?;
        visitor::fill_needed(&form).await?;
        form.press("Send").await?;
        form.wait_for_follow_up().await?;
        let link = until("the link", async || {
            let said = "all(0, '.status a').map((it) => [words(it), it.href])[0] ?? null";
            let link: Option<(String, String)> = serde_json::from_value(ask(stage.client()?, said, vec![]).await?)?;
            link.context("there is none")
        });
        let (words, address) = link.await?;
        ensure!(words == "Your permissions", "it says `{words}`");
        axe::check(stage.client()?, &format!("what follows on `{page}`")).await?;
        let client = stage.client()?;
        client.goto(&address).await?;
        client.find(Locator::Css("form button")).await?.click().await?;
        until("the permission to be taken back", async || {
            let said = client.find(Locator::Css(".link")).await?.text().await?;
            ensure!(said.contains("Taken back"), "it says `{said}`");
            Ok(())
        })
        .await?;
    }
    Ok(())
}
