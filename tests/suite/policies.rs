//! Host pages whose policies forbid much: the form stands, looks right and sends.

use anyhow::{Context as _, Result, ensure};
use axum::http::Method;
use leadglass_tests::{keyboard::focus, looks::ensure_same_looks, page::ask, poll::until, scenarios, stage::Stage};

use crate::visitor;

scenarios![
    a_policy_without_wasm_leaves_a_form_that_sends_and_says_what_is_wrong,
    a_policy_of_own_styles_alone_leaves_the_form_its_looks,
    trusted_types_are_no_obstacle_to_the_tag,
    trusted_types_are_no_obstacle_to_the_element,
    a_policy_without_connections_leaves_the_way_to_the_hosted_form,
    s16_a_changed_wasm_is_not_run_and_the_form_sends,
    s16_changed_glue_is_not_run_and_the_form_sends,
    s16_a_changed_later_js_is_not_run_and_the_browser_sends_the_form,
    what_was_lost_on_its_way_is_fetched_again_and_the_form_is_as_any,
];

async fn wait_for_refusal(stage: &Stage) -> Result<()> {
    until("the page to know that it was refused", async || {
        let refused = ask(stage.client()?, "globalThis[Symbol.for('leadglass')].refused === true", vec![]).await?;
        ensure!(refused == true, "it goes on");
        Ok(())
    })
    .await
}

async fn a_policy_without_wasm_leaves_a_form_that_sends_and_says_what_is_wrong(stage: &mut Stage) -> Result<()> {
    let form = stage.open("csp-without-wasm.html").await?;
    form.press("Send").await?;
    let summary = form.wait_for_summary().await?;
    ensure!(summary.links.len() == 4, "{summary:?}");
    let focused = focus(stage.client()?).await?;
    ensure!(focused.id == "lg-summary", "the summary must take the focus, it is at {focused:?}");

    visitor::fill_needed(&form).await?;
    form.refill("E-mail", "ana at atelier.example").await?;
    form.press("Send").await?;
    let words = until("the address to be refused", async || {
        let words = form.complaint("E-mail").await?.context("no message")?;
        ensure!(words.contains('@'), "it says `{words}`");
        Ok(words)
    });
    words.await?;
    until("the others to be content", async || {
        ensure!(form.complaint("Your name").await?.is_none());
        ensure!(form.complaint("What do you need").await?.is_none());
        Ok(())
    })
    .await?;
    stage.leads().none().await?;

    form.refill("E-mail", visitor::EMAIL).await?;
    form.press("Send").await?;
    let follow_up = form.wait_for_follow_up().await?;
    ensure!(follow_up.heading == "We will write to you", "{follow_up:?}");
    let focused = focus(stage.client()?).await?;
    ensure!(focused.id == "lg-follow-up", "what follows must take the focus, it is at {focused:?}");
    ensure!(
        stage.heard().await?.iter().all(|(event, _)| event != "leadglass:ready"),
        "no widget should run on this page"
    );
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_policy_of_own_styles_alone_leaves_the_form_its_looks(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    let usual = form.looks().await?;
    let form = stage.open_ready("csp-own-styles.html").await?;
    let strict = form.looks().await?;
    ensure_same_looks(&usual, &strict)?;
    send(stage, "csp-own-styles.html").await
}

async fn trusted_types_are_no_obstacle_to_the_tag(stage: &mut Stage) -> Result<()> {
    send(stage, "trusted-types.html").await
}

async fn trusted_types_are_no_obstacle_to_the_element(stage: &mut Stage) -> Result<()> {
    send(stage, "trusted-types-element.html").await
}

async fn send(stage: &mut Stage, page: &str) -> Result<()> {
    let form = stage.open_ready(page).await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_policy_without_connections_leaves_the_way_to_the_hosted_form(stage: &mut Stage) -> Result<()> {
    let form = stage.open("csp-without-connections.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    let hosted = format!("{}/f/enquiry", stage.gate.origin());
    until("a link to the hosted form", async || {
        let links = form.links().await?;
        ensure!(links.iter().any(|href| href.starts_with(&hosted)), "links lead to {links:?}");
        Ok(())
    })
    .await?;
    ensure!(form.value("E-mail").await? == visitor::EMAIL, "what was typed stays");
    stage.leads().none().await
}

async fn s16_a_changed_wasm_is_not_run_and_the_form_sends(stage: &mut Stage) -> Result<()> {
    is_not_run_and_the_form_sends(stage, ".wasm").await
}

async fn s16_changed_glue_is_not_run_and_the_form_sends(stage: &mut Stage) -> Result<()> {
    is_not_run_and_the_form_sends(stage, ".js").await
}

async fn is_not_run_and_the_form_sends(stage: &mut Stage, ending: &'static str) -> Result<()> {
    stage.gate.change("widget-", ending);
    let form = stage.open("plain.html").await?;
    stage.gate.wait_for_changed().await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let heard = stage.heard().await?;
    ensure!(heard.iter().all(|(event, _)| event != "leadglass:ready"), "a changed file took the form over: {heard:?}");
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn s16_a_changed_later_js_is_not_run_and_the_browser_sends_the_form(stage: &mut Stage) -> Result<()> {
    stage.gate.change("later-", ".js");
    let form = stage.open("plain.html").await?;
    stage.gate.wait_for_changed().await?;
    wait_for_refusal(stage).await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    // The browser sends it to the form's own page, in a window of its own
    until("the lead", async || visitor::ensure_needed(&stage.leads().only().await?)).await?;
    ensure!(stage.gate.seen(&Method::POST, "/f/enquiry") == 1, "it was sent in another way");
    let client = stage.client()?;
    let first = client.window().await?;
    for window in client.windows().await? {
        if window != first {
            client.switch_to_window(window).await?;
            client.close_window().await?;
        }
    }
    Ok(client.switch_to_window(first).await?)
}

async fn what_was_lost_on_its_way_is_fetched_again_and_the_form_is_as_any(stage: &mut Stage) -> Result<()> {
    // Browsers may remember that a module did not come
    stage.gate.lose("later-");
    let form = stage.open("plain.html").await?;
    wait_for_refusal(stage).await?;
    stage.gate.let_through("later-");
    stage.wait_for_events("leadglass:ready", 1).await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}
