//! What `leadglass snippet` prints, pasted into a page.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Locator;
use leadglass_tests::{page::ask, poll::until, scenarios, stage::Stage};

use crate::visitor;

scenarios![
    a_pinned_script_is_run_and_any_other_leaves_the_link,
    a_form_without_script_is_sent_by_the_browser_alone,
    a_form_of_steps_without_script_stands_there_whole,
    the_room_that_is_kept_is_what_the_form_takes,
    the_room_is_given_back_once_the_form_is_sent,
    what_opens_over_the_page_keeps_no_room,
];

/// A page with this in it, on the host site.
pub async fn paste(stage: &Stage, snippet: &str) {
    let page = format!(
        "<!doctype html><html lang=en><meta name=viewport content=\"width=device-width\"><title>A page</title>\
         <script src=/pages/ears.js></script><main><h1>A page</h1>{snippet}<p id=below>Below.</p></main></html>"
    );
    stage.host.put_blob("pasted.html", page.into_bytes()).await;
}

async fn a_pinned_script_is_run_and_any_other_leaves_the_link(stage: &mut Stage) -> Result<()> {
    let origin = stage.gate.origin();
    let pinned = stage.server.snippet(&["enquiry", "--origin", &origin, "--pin"])?;
    paste(stage, &pinned).await;
    let form = stage.open_ready("../blobs/pasted.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)?;

    let (before, after) = pinned.split_once("integrity=\"sha256-").context("no hash")?;
    paste(stage, &format!("{before}integrity=\"sha256-{}{}", "A".repeat(43), &after[43..])).await;
    stage.open("../blobs/pasted.html").await?;
    let link = stage.client()?.find(Locator::LinkText("Ask us")).await?;
    let leads_to = link.prop("href").await?.unwrap_or_default();
    ensure!(leads_to == format!("{origin}/f/enquiry"), "{leads_to}");
    ensure!(stage.heard().await?.is_empty());
    Ok(())
}

async fn a_form_without_script_is_sent_by_the_browser_alone(stage: &mut Stage) -> Result<()> {
    let origin = stage.gate.origin();
    let inline = stage.server.snippet(&["enquiry", "--origin", &origin, "--inline"])?;
    paste(stage, &inline).await;
    let client = stage.open_without_scripts("../blobs/pasted.html").await?.clone();
    let typed = [("lg-name", visitor::NAME), ("lg-email", visitor::EMAIL), ("lg-message", visitor::MESSAGE)];
    for (id, text) in typed {
        client.find(Locator::Id(id)).await?.send_keys(text).await?;
    }
    client.find(Locator::Id("lg-agree")).await?.click().await?;
    // It has its looks and keeps them to itself
    let button = client.find(Locator::Id("lg-send")).await?;
    let (height, outside) = (button.rectangle().await?.3, client.find(Locator::Id("below")).await?);
    ensure!(height >= 44.0, "the button is {height} pixels high");
    ensure!(outside.css_value("box-sizing").await? == "content-box");
    button.click().await?;
    until("what follows", async || Ok(client.find(Locator::Id("lg-follow-up")).await?)).await?;
    let lead = until("the lead", async || stage.leads().only().await).await?;
    visitor::ensure_needed(&lead)
}

async fn a_form_of_steps_without_script_stands_there_whole(stage: &mut Stage) -> Result<()> {
    let origin = stage.gate.origin();
    let inline = stage.server.snippet(&["steps", "--origin", &origin, "--inline"])?;
    paste(stage, &inline).await;
    let client = stage.open_without_scripts("../blobs/pasted.html").await?.clone();
    for id in ["lg-rooms", "lg-other", "lg-email", "lg-agree"] {
        ensure!(client.find(Locator::Id(id)).await?.is_displayed().await?, "`{id}` does not show");
    }
    ensure!(client.find(Locator::Id("lg-send")).await?.text().await? == "Send my plan");
    client.find(Locator::Css("[name=topic][value=kitchen]")).await?.click().await?;
    client.find(Locator::Id("lg-rooms")).await?.send_keys("4").await?;
    client.find(Locator::Id("lg-email")).await?.send_keys(visitor::EMAIL).await?;
    client.find(Locator::Id("lg-agree")).await?.click().await?;
    client.find(Locator::Id("lg-send")).await?.click().await?;
    until("what follows", async || Ok(client.find(Locator::Id("lg-follow-up")).await?)).await?;
    let lead = until("the lead", async || stage.leads().only().await).await?;
    ensure!(lead.answer("rooms")? == "4");
    Ok(())
}

async fn the_room_that_is_kept_is_what_the_form_takes(stage: &mut Stage) -> Result<()> {
    let origin = stage.gate.origin();
    for form in ["demo", "enquiry", "steps", "questions"] {
        let snippet = stage.server.snippet(&[form, "--origin", &origin])?;
        let (room, _) = snippet.split_once("<script").context("no script")?;
        for width in [1000, 500] {
            stage.open("blank.html").await?;
            stage.client()?.set_window_size(width, 1000).await?;
            paste(stage, room).await;
            stage.open("../blobs/pasted.html").await?;
            let before = top(stage).await?;
            paste(stage, &snippet).await;
            stage.open_ready("../blobs/pasted.html").await?;
            let moved = top(stage).await? - before;
            // A layout shift scores 0.01 where half a window of 1,000 pixels moves by 20
            ensure!(moved.abs() <= 20.0, "what is below `{form}` moves by {moved} pixels at {width}");
        }
    }
    Ok(())
}

async fn height(stage: &Stage) -> Result<f64> {
    let height = ask(stage.client()?, "host(0).getBoundingClientRect().height", vec![]).await?;
    height.as_f64().context("there is no form")
}

async fn the_room_is_given_back_once_the_form_is_sent(stage: &mut Stage) -> Result<()> {
    let snippet = stage.server.snippet(&["enquiry", "--origin", &stage.gate.origin()])?;
    paste(stage, &snippet).await;
    let form = stage.open_ready("../blobs/pasted.html").await?;
    let before = height(stage).await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let after = height(stage).await?;
    ensure!(after < before / 2.0, "{before} pixels are {after} once it is sent");
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn what_opens_over_the_page_keeps_no_room(stage: &mut Stage) -> Result<()> {
    let snippet = stage.server.snippet(&["enquiry", "--origin", &stage.gate.origin()])?;
    // Said on an element that was printed for the page, too
    paste(stage, &snippet.replace("<leadglass-form", "<leadglass-form as=\"popup\"")).await;
    stage.open_ready("../blobs/pasted.html").await?;
    ensure!(height(stage).await? < 1.0);
    Ok(())
}

/// Where what is below the form stands.
async fn top(stage: &Stage) -> Result<f64> {
    let top = ask(stage.client()?, "document.querySelector('#below').getBoundingClientRect().top", vec![]).await?;
    top.as_f64().context("nothing is below")
}
