//! The widget arrives while the visitor is at work, and takes nothing away.

use anyhow::{Result, ensure};
use axum::http::Method;
use fantoccini::key::Key;
use leadglass_tests::{
    keyboard::{focus, keys, shift},
    page::{FormOnPage, ask},
    poll::until,
    scenarios,
    stage::Stage,
};

use crate::visitor::{self, CONSENT};

scenarios![
    what_was_typed_and_chosen_before_the_widget_came_stays_with_focus_and_caret,
    a_selection_made_before_the_widget_came_is_typed_over_as_one,
    typing_through_the_take_over_loses_no_character,
    typing_through_the_take_over_on_a_slow_machine_loses_no_character,
    enter_in_the_midst_of_the_take_over_gives_one_lead_on_the_same_page,
    a_form_sent_before_the_widget_came_is_sent_once,
    the_widget_is_fetched_at_the_first_touch_where_the_page_asks_so,
    a_widget_that_never_comes_is_not_missed,
];

async fn what_was_typed_and_chosen_before_the_widget_came_stays_with_focus_and_caret(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html?form=everything").await?;
    form.fill("Your name", "Анна Țurcanu 👩‍🎨").await?;
    form.choose("Have we met", "No").await?;
    form.choose("Service", "Advice").await?;
    form.select("How did you find us", "Search").await?;
    form.choose("Topics", "Time").await?;
    form.select_currency("Budget", "MDL").await?;
    form.tick(CONSENT).await?;
    form.fill("Your message", "First line\nsecond line").await?;
    form.fill("Company", "Atelier SRL").await?;
    keys(stage.client()?, [char::from(Key::Left); 4]).await?;
    let before = focus(stage.client()?).await?;
    ensure!(before.selection == Some((7, 7)), "the caret should stand before `SRL`: {before:?}");

    stage.gate.wait_for(&Method::GET, ".wasm", 1).await?;
    stage.gate.release(".wasm");
    stage.wait_for_events("leadglass:ready", 1).await?;
    let after = focus(stage.client()?).await?;
    ensure!(before == after, "the focus was {before:?} and is {after:?}");
    // What is typed next goes where the caret stood
    keys(stage.client()?, " &".chars()).await?;

    form.fill("E-mail", visitor::EMAIL).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let lead = stage.leads().only().await?;
    for (field, wanted) in [
        ("name", "Анна Țurcanu 👩‍🎨"),
        ("met", "no"),
        ("service", "advice"),
        ("source", "search"),
        ("topics", "time"),
        ("message", "First line\nsecond line"),
        ("company", "Atelier & SRL"),
    ] {
        let stored = lead.answer(field)?;
        ensure!(stored == wanted, "`{field}` was stored as `{stored}`, typed was `{wanted}`");
    }
    Ok(())
}

async fn a_selection_made_before_the_widget_came_is_typed_over_as_one(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html").await?;
    form.fill("Your name", "Ana Ionescu").await?;
    shift(stage.client()?, Key::Left, 7).await?;
    let before = focus(stage.client()?).await?;
    ensure!(before.selection == Some((4, 11)), "{before:?}");
    stage.gate.release(".wasm");
    stage.wait_for_events("leadglass:ready", 1).await?;
    ensure!(focus(stage.client()?).await? == before);
    keys(stage.client()?, "Popescu".chars()).await?;
    ensure!(form.value("Your name").await? == visitor::NAME);

    visitor::send_with_the_rest(&form).await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn typing_through_the_take_over_loses_no_character(stage: &mut Stage) -> Result<()> {
    const TEXT: &str = "The quick brown fox jumps over the lazy dog, and then over 12 kitchens.";
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html").await?;
    form.fill("What do you need", "> ").await?;
    let client = stage.client()?;
    // One key after another, as a hand types, while the widget comes in between
    let typing = async {
        for character in TEXT.chars() {
            keys(client, [character]).await?;
        }
        anyhow::Ok(())
    };
    let arriving = async {
        until("some of the text", async || {
            let typed = form.value("What do you need").await?;
            ensure!(typed.len() > 12, "only `{typed}`");
            Ok(())
        })
        .await?;
        stage.gate.release(".wasm");
        stage.wait_for_events("leadglass:ready", 1).await
    };
    let (typed, arrived) = tokio::join!(typing, arriving);
    typed?;
    arrived?;
    let value = form.value("What do you need").await?;
    ensure!(value == format!("> {TEXT}"), "typed through the take-over: `{value}`");

    form.fill("Your name", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.tick(CONSENT).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let lead = stage.leads().only().await?;
    ensure!(lead.answer("message")? == format!("> {TEXT}"), "{lead:?}");
    Ok(())
}

async fn typing_through_the_take_over_on_a_slow_machine_loses_no_character(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("slow.html").await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.fill("What do you need", visitor::MESSAGE).await?;
    form.fill("Your name", "Ana P").await?;
    stage.gate.release(".wasm");
    wait_for_both(&form).await?;
    let client = stage.client()?;
    keys(client, "op".chars()).await?;
    form.tick(CONSENT).await?;
    form.fill("Your name", "escu").await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    let focused = focus(client).await?;
    ensure!(focused.value.as_deref() == Some(visitor::NAME), "{focused:?}");
    ensure!(focused.selection == Some((11, 11)), "{focused:?}");
    ensure!(form.is_ticked(CONSENT).await?, "the box was ticked meanwhile");

    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn enter_in_the_midst_of_the_take_over_gives_one_lead_on_the_same_page(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("slow.html").await?;
    visitor::fill_needed(&form).await?;
    form.fill("Your name", "").await?;
    stage.gate.release(".wasm");
    wait_for_both(&form).await?;
    keys(stage.client()?, [char::from(Key::Enter)]).await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    if form.section("lg-follow-up").await?.is_none() {
        form.press("Send").await?;
    }
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

/// Waits for the moment in which the old form and the new one both stand.
async fn wait_for_both(form: &FormOnPage) -> Result<()> {
    until("the take-over", async || {
        let standing = form.standing().await?;
        ensure!(standing == 2, "{standing} forms stand");
        Ok(())
    })
    .await
}

async fn a_form_sent_before_the_widget_came_is_sent_once(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html").await?;
    visitor::fill_needed(&form).await?;
    stage.gate.hold("/submissions");
    form.press("Send").await?;
    stage.gate.wait_for(&Method::POST, "/submissions", 1).await?;
    // The widget comes while the answer is on its way; the take-over may wait for it, or carry it on
    stage.gate.release(".wasm");
    until("the widget to be fetched", async || {
        ensure!(stage.gate.answered(".wasm") == 1);
        Ok(())
    })
    .await?;
    stage.gate.release("/submissions");
    let follow_up = form.wait_for_follow_up().await?;
    ensure!(follow_up.heading == "We will write to you", "{follow_up:?}");
    ensure!(stage.gate.seen(&Method::POST, "/submissions") == 1);
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn the_widget_is_fetched_at_the_first_touch_where_the_page_asks_so(stage: &mut Stage) -> Result<()> {
    let form = stage.open("element.html?load=interaction").await?;
    let client = stage.client()?;
    until("the form", async || form.value("Your name").await).await?;
    // What sends comes for a call of the page's; the widget does not
    client.execute("leadglass.track('pricing_viewed')", vec![]).await?;
    until("what sends", async || {
        let come = "!!document.querySelector('leadglass-form').hand";
        ensure!(ask(client, come, vec![]).await? == true);
        Ok(())
    })
    .await?;
    // As idle as a page gets: two frames and an idle moment
    let idle = "const done = arguments[0];
        const later = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 50));
        requestAnimationFrame(() => requestAnimationFrame(() => later(() => done(true))));";
    client.execute_async(idle, vec![]).await?;
    ensure!(stage.gate.seen(&Method::GET, ".wasm") == 0, "nobody has touched the form yet");
    stage.gate.hold(".wasm");
    form.fill("Your name", "Ana").await?;
    stage.gate.release(".wasm");
    stage.wait_for_events("leadglass:ready", 1).await?;
    ensure!(stage.gate.seen(&Method::GET, ".wasm") == 1);
    form.refill("Your name", "").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_widget_that_never_comes_is_not_missed(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html").await?;
    form.press("Send").await?;
    let summary = form.wait_for_summary().await?;
    ensure!(summary.links.len() == 4, "the server says what is wrong: {summary:?}");
    let focused = focus(stage.client()?).await?;
    ensure!(focused.id == "lg-summary", "the summary must take the focus, it is at {focused:?}");
    form.wait_for_complaint("E-mail").await?;
    stage.leads().none().await?;

    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    let follow_up = form.wait_for_follow_up().await?;
    ensure!(follow_up.heading == "We will write to you", "{follow_up:?}");
    visitor::ensure_needed(&stage.leads().only().await?)
}
