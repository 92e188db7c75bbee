//! Forms that open over the page.

use anyhow::{Result, ensure};
use fantoccini::{Locator, key::Key};
use leadglass_tests::{
    axe,
    keyboard::{focus, keys},
    page::{FormOnPage, ask},
    poll::until,
    scenarios,
    stage::Stage,
};
use serde_json::json;

use crate::visitor;

scenarios![
    a_button_of_the_page_opens_a_form_whose_draft_outlives_closing_it,
    the_keyboard_stays_in_a_form_over_the_page_and_goes_back_to_the_button,
    a_form_at_the_edge_leaves_the_page_to_the_visitor,
    a_form_that_stands_nowhere_opens_at_a_call,
];

async fn wait_until_open(form: &FormOnPage, open: bool) -> Result<()> {
    until(&format!("the form to be open: {open}"), async || {
        ensure!(form.value("Your name").await.is_ok() == open);
        Ok(())
    })
    .await
}

async fn a_button_of_the_page_opens_a_form_whose_draft_outlives_closing_it(stage: &mut Stage) -> Result<()> {
    let form = stage.open("popup.html?as=popup").await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    wait_until_open(&form, false).await?;
    let button = stage.client()?.find(Locator::Id("talk")).await?;
    button.click().await?;
    wait_until_open(&form, true).await?;
    axe::check(stage.client()?, "an open form").await?;
    visitor::fill_needed(&form).await?;
    // Built anew, it is open as before and has what was typed
    stage.client()?.execute("document.querySelector('leadglass-form').lang = 'en'", vec![]).await?;
    stage.wait_for_events("leadglass:ready", 2).await?;
    wait_until_open(&form, true).await?;
    form.press("Close").await?;
    wait_until_open(&form, false).await?;
    button.click().await?;
    wait_until_open(&form, true).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    axe::check(stage.client()?, "what follows in an open form").await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn the_keyboard_stays_in_a_form_over_the_page_and_goes_back_to_the_button(stage: &mut Stage) -> Result<()> {
    let form = stage.open("popup.html?as=popup").await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    stage.client()?.execute("document.querySelector('#talk').focus()", vec![]).await?;
    keys(stage.client()?, [char::from(Key::Enter)]).await?;
    wait_until_open(&form, true).await?;
    for _ in 0..12 {
        keys(stage.client()?, [char::from(Key::Tab)]).await?;
        ensure!(focus(stage.client()?).await?.id != "talk", "the page behind has the focus");
    }
    keys(stage.client()?, [char::from(Key::Escape)]).await?;
    wait_until_open(&form, false).await?;
    ensure!(focus(stage.client()?).await?.id == "talk", "the focus must go back to the button");
    stage.leads().none().await
}

async fn a_form_at_the_edge_leaves_the_page_to_the_visitor(stage: &mut Stage) -> Result<()> {
    let form = stage.open("popup.html?as=slide-in").await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    let button = stage.client()?.find(Locator::Id("talk")).await?;
    button.click().await?;
    wait_until_open(&form, true).await?;
    axe::check(stage.client()?, "a form at the edge").await?;
    // The page is still there: its button closes what it opened
    button.click().await?;
    wait_until_open(&form, false).await?;
    button.click().await?;
    wait_until_open(&form, true).await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    keys(stage.client()?, [char::from(Key::Escape)]).await?;
    until("it to close", async || {
        ensure!(form.section("lg-follow-up").await?.is_none());
        Ok(())
    })
    .await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_form_that_stands_nowhere_opens_at_a_call(stage: &mut Stage) -> Result<()> {
    let form = stage.open("nowhere.html").await?;
    until("the script", async || {
        ensure!(ask(stage.client()?, "typeof leadglass", vec![]).await? == json!("function"));
        Ok(())
    })
    .await?;
    stage.client()?.execute("leadglass.open('enquiry')", vec![]).await?;
    wait_until_open(&form, true).await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    stage.client()?.execute("leadglass.close('enquiry')", vec![]).await?;
    until("it to close", async || {
        ensure!(form.section("lg-follow-up").await?.is_none());
        Ok(())
    })
    .await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}
