//! Buttons that open a form over the page, and the page behind it.

use anyhow::{Context as _, Result, ensure};
use fantoccini::{
    Locator,
    actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
};
use leadglass_tests::{
    axe,
    page::{FormOnPage, ask},
    poll::until,
    scenarios,
    stage::Stage,
};
use serde_json::json;

use crate::{snippet::paste, visitor};

scenarios![
    a_press_before_there_is_what_opens_a_form_opens_it,
    a_double_click_opens_a_form_once,
    where_nothing_can_open_over_the_page_the_form_stands_in_it,
    a_form_over_the_page_keeps_its_name_once_it_is_sent,
    no_container_of_the_page_cuts_off_a_form_at_its_edge,
    the_page_behind_a_form_neither_scrolls_nor_moves,
    of_a_form_that_is_not_there_nothing_stays,
];

async fn wait_until_shown(form: &FormOnPage) -> Result<()> {
    until("the form", async || form.value("Your name").await.map(drop)).await
}

async fn opener(stage: &Stage) -> Result<Element> {
    Ok(stage.client()?.find(Locator::Css(".talk")).await?)
}

async fn a_press_before_there_is_what_opens_a_form_opens_it(stage: &mut Stage) -> Result<()> {
    let link = format!(
        "<a class=talk href=/elsewhere>Talk</a><script async data-as=popup data-opener=.talk src={}/embed/enquiry.js></script>",
        stage.gate.origin()
    );
    paste(stage, &link).await;
    stage.gate.hold("later-");
    let form = stage.open("../blobs/pasted.html").await?;
    until("the form to be built", async || {
        ensure!(ask(stage.client()?, "root(0)?.querySelectorAll('form').length", vec![]).await? == json!(1));
        Ok(())
    })
    .await?;
    for _ in 0..2 {
        opener(stage).await?.click().await?;
    }
    let address = stage.client()?.current_url().await?;
    ensure!(address.path() == "/blobs/pasted.html", "the link led to {address}");
    stage.gate.release("later-");
    wait_until_shown(&form).await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_double_click_opens_a_form_once(stage: &mut Stage) -> Result<()> {
    let form = stage.open("popup.html?as=slide-in").await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    let over = PointerAction::MoveToElement { element: opener(stage).await?, duration: None, x: 0.0, y: 0.0 };
    let mut hand = MouseActions::new("mouse".to_owned()).then(over);
    for _ in 0..2 {
        hand = hand.then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
        hand = hand.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    }
    stage.client()?.perform_actions(hand).await?;
    wait_until_shown(&form).await?;
    let heard = stage.heard().await?;
    let turns = heard.iter().filter(|(name, _)| name == "leadglass:open" || name == "leadglass:close").count();
    ensure!(turns == 1, "{heard:?}");
    stage.leads().none().await
}

async fn where_nothing_can_open_over_the_page_the_form_stands_in_it(stage: &mut Stage) -> Result<()> {
    stage.gate.lose("later-");
    let form = stage.open("popup.html?as=popup").await?;
    wait_until_shown(&form).await?;
    form.fill("Your name", visitor::NAME).await?;
    // It comes after all: the form stays where the visitor has it
    stage.gate.let_through("later-");
    stage.wait_for_events("leadglass:ready", 1).await?;
    ensure!(form.value("Your name").await? == visitor::NAME);
    visitor::send_with_the_rest(&form).await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_form_over_the_page_keeps_its_name_once_it_is_sent(stage: &mut Stage) -> Result<()> {
    let form = stage.open("popup.html?as=popup").await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    opener(stage).await?.click().await?;
    wait_until_shown(&form).await?;
    visitor::fill_needed(&form).await?;
    let named = "name(root(0).querySelector('dialog'))";
    let before = ask(stage.client()?, named, vec![]).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let after = ask(stage.client()?, named, vec![]).await?;
    ensure!(before == "Ask us" && after == before, "it is called {before}, then {after}");
    axe::check(stage.client()?, "what follows over the page").await
}

async fn no_container_of_the_page_cuts_off_a_form_at_its_edge(stage: &mut Stage) -> Result<()> {
    let contained = format!(
        "<button class=talk>Talk</button><div style='transform: translateX(0); overflow: hidden; height: 100px'>\
         <script async data-as=slide-in data-opener=.talk src={}/embed/enquiry.js></script></div>",
        stage.gate.origin()
    );
    paste(stage, &contained).await;
    let form = stage.open_ready("../blobs/pasted.html").await?;
    opener(stage).await?.click().await?;
    wait_until_shown(&form).await?;
    let place =
        "(({ left, top, right, bottom }) => left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
        && bottom > 300)(root(0).querySelector('dialog').getBoundingClientRect())";
    until("the form to be on the screen", async || {
        ensure!(ask(stage.client()?, place, vec![]).await? == json!(true));
        Ok(())
    })
    .await?;
    let behind = "getComputedStyle(root(0).querySelector('dialog'), '::backdrop').backgroundColor";
    ensure!(ask(stage.client()?, behind, vec![]).await? == "rgba(0, 0, 0, 0)", "the page is the visitor's");
    form.press("Close").await?;
    until("the focus back at the button", async || {
        let focused = ask(stage.client()?, "document.activeElement.className", vec![]).await?;
        ensure!(focused == "talk", "{focused}");
        Ok(())
    })
    .await
}

async fn the_page_behind_a_form_neither_scrolls_nor_moves(stage: &mut Stage) -> Result<()> {
    let long = format!(
        "<p style='height: 150vh'>Long.</p><button class=talk>Talk</button><p style='height: 150vh'>Longer.</p>\
         <script async data-as=popup data-opener=.talk src={}/embed/enquiry.js></script>",
        stage.gate.origin()
    );
    paste(stage, &long).await;
    let form = stage.open_ready("../blobs/pasted.html").await?;
    let place = "[Math.round(scrollY), document.querySelector('h1').offsetWidth]";
    let button = opener(stage).await?;
    button.click().await?;
    wait_until_shown(&form).await?;
    let before = ask(stage.client()?, place, vec![]).await?;
    ensure!(before[0].as_f64().context("no place")? > 0.0, "the button should be far down");
    let overflow = "getComputedStyle(document.documentElement).overflowY";
    ensure!(ask(stage.client()?, overflow, vec![]).await? == "hidden", "the page behind scrolls");
    form.press("Close").await?;
    until("the page to scroll again", async || {
        ensure!(ask(stage.client()?, overflow, vec![]).await? == "visible");
        Ok(())
    })
    .await?;
    let after = ask(stage.client()?, place, vec![]).await?;
    ensure!(before == after, "the page was at {before} and is at {after}");
    Ok(())
}

async fn of_a_form_that_is_not_there_nothing_stays(stage: &mut Stage) -> Result<()> {
    stage.open("nowhere.html").await?;
    until("the script", async || {
        ensure!(ask(stage.client()?, "typeof leadglass", vec![]).await? == json!("function"));
        Ok(())
    })
    .await?;
    stage.client()?.execute("leadglass.open('misspelt')", vec![]).await?;
    stage.gate.wait_for(&axum::http::Method::GET, "/embed/misspelt.js", 1).await?;
    until("it to be gone", async || {
        let count = ask(stage.client()?, "document.querySelectorAll('leadglass-form').length", vec![]).await?;
        ensure!(count == json!(0), "{count}");
        Ok(())
    })
    .await
}
