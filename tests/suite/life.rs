//! What becomes of a form on a page: cloned, in a dialog, in somebody's shadow root, in a frame, written by an old page.

use anyhow::{Result, ensure};
use axum::http::Method;
use leadglass_tests::{
    page::{FormOnPage, ask},
    poll::until,
    scenarios,
    stage::Stage,
};
use serde_json::json;

use crate::visitor;

scenarios![
    names_that_hide_what_a_script_looks_for_do_not_hide_it_from_ours,
    a_form_in_a_dialog_of_the_page_is_filled_in_and_sent,
    a_form_in_a_shadow_root_of_the_page_sends,
    a_cloned_form_is_another_form,
    a_form_written_into_a_table_by_an_old_page_stands_and_sends,
    where_a_policy_allows_one_script_alone_the_browser_sends_the_form_itself,
    a_page_that_was_left_and_is_come_back_to_sends_once,
];

async fn put(stage: &Stage, script: &str) -> Result<()> {
    until("the element to be known", async || {
        ensure!(ask(stage.client()?, "!!window.customElements.get?.('leadglass-form')", vec![]).await? == json!(true));
        Ok(())
    })
    .await?;
    stage.client()?.execute(script, vec![]).await?;
    Ok(())
}

async fn fill_and_send(stage: &Stage, form: &FormOnPage) -> Result<()> {
    visitor::fill_needed(form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn names_that_hide_what_a_script_looks_for_do_not_hide_it_from_ours(stage: &mut Stage) -> Result<()> {
    let form = stage.open("life.html").await?;
    let place = "document.querySelector('#place').innerHTML = '<leadglass-form form=enquiry></leadglass-form>'";
    stage.client()?.execute(place, vec![]).await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    fill_and_send(stage, &form).await
}

async fn a_form_in_a_dialog_of_the_page_is_filled_in_and_sent(stage: &mut Stage) -> Result<()> {
    let form = stage.open("element.html").await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    let into = "const dialog = document.createElement('dialog');
        document.body.append(dialog);
        dialog.append(document.querySelector('leadglass-form'));
        dialog.showModal();";
    put(stage, into).await?;
    fill_and_send(stage, &form).await
}

async fn a_form_in_a_shadow_root_of_the_page_sends(stage: &mut Stage) -> Result<()> {
    stage.open("nowhere.html").await?;
    let into = "const host = document.body.appendChild(document.createElement('div'));
        host.attachShadow({ mode: 'open' }).innerHTML = '<leadglass-form form=\"enquiry\" id=\"inside\"></leadglass-form>';
        window.inside = host.shadowRoot.querySelector('#inside');";
    put(stage, into).await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    let send = format!(
        "leadglass.prefill({{ name: '{}', email: '{}', message: '{}' }});
         inside.shadowRoot.querySelector('[name=agree]').click();
         setTimeout(() => inside.shadowRoot.querySelector('form').requestSubmit(), 50);",
        visitor::NAME,
        visitor::EMAIL,
        visitor::MESSAGE
    );
    put(stage, &send).await?;
    stage.wait_for_events("leadglass:success", 1).await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_cloned_form_is_another_form(stage: &mut Stage) -> Result<()> {
    let first = stage.open("element.html").await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    first.fill("Your name", "The first").await?;
    put(stage, "const form = document.querySelector('leadglass-form'); form.after(form.cloneNode(true))").await?;
    stage.wait_for_events("leadglass:ready", 2).await?;
    let second = FormOnPage::embedded(stage.client()?, 1);
    ensure!(second.value("Your name").await?.is_empty());
    fill_and_send(stage, &second).await?;
    ensure!(first.value("Your name").await? == "The first");
    Ok(())
}

async fn a_form_written_into_a_table_by_an_old_page_stands_and_sends(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("written.html").await?;
    fill_and_send(stage, &form).await
}

async fn where_a_policy_allows_one_script_alone_the_browser_sends_the_form_itself(stage: &mut Stage) -> Result<()> {
    let form = stage.open("csp-one-script.html").await?;
    visitor::fill_needed(&form).await?;
    until("the second script to be refused", async || {
        let refused = "globalThis[Symbol.for('leadglass')].refused ?? false";
        ensure!(ask(stage.client()?, refused, vec![]).await? == json!(true));
        Ok(())
    })
    .await?;
    form.press("Send").await?;
    let lead = until("the lead", async || stage.leads().only().await).await?;
    visitor::ensure_needed(&lead)?;
    // What follows is in a tab of its own, and what was written is still here
    ensure!(form.value("Your name").await? == visitor::NAME);
    let client = stage.client()?;
    let here = client.window().await?;
    for tab in client.windows().await?.into_iter().filter(|tab| *tab != here) {
        client.switch_to_window(tab).await?;
        client.close_window().await?;
    }
    client.switch_to_window(here).await?;
    Ok(())
}

async fn a_page_that_was_left_and_is_come_back_to_sends_once(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    stage.gate.hold("/submissions");
    form.press("Send").await?;
    stage.gate.wait_for(&Method::POST, "/submissions", 1).await?;
    // Away in the midst of it: what is under way goes on
    let elsewhere = stage.host.address("blank.html");
    stage.client()?.goto(&elsewhere).await?;
    stage.gate.release("/submissions");
    let lead = until("the lead", async || stage.leads().only().await).await?;
    visitor::ensure_needed(&lead)?;
    stage.client()?.back().await?;
    let form = FormOnPage::embedded(stage.client()?, 0);
    // Kept alive as it was, it says what became of it or sends again under its key; loaded anew, it is empty
    until("the page", async || {
        let kept = ask(stage.client()?, "all(0, 'form, section').length", vec![]).await?;
        ensure!(kept.as_u64().is_some_and(|kept| kept > 0));
        Ok(())
    })
    .await?;
    if form.value("Your name").await.is_ok_and(|name| name == visitor::NAME) {
        form.press("Send").await?;
        form.wait_for_follow_up().await?;
    }
    visitor::ensure_needed(&stage.leads().only().await?)
}
