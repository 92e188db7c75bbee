//! Real sites: apps of frameworks, and pages with the style sheets that half of the web has.

use anyhow::{Context as _, Result, ensure};
use fantoccini::{Client, Locator};
use leadglass_tests::{looks::ensure_same_looks, poll::until, scenarios, stage::Stage, tools};

use crate::visitor;

scenarios![
    the_plain_example_is_a_form_whose_lead_is_stored,
    a_react_app_renders_around_a_form_and_hears_of_its_lead,
    a_vue_app_renders_around_a_form_and_hears_of_its_lead,
    what_the_wordpress_plugin_prints_is_the_tag_of_leadglass,
    the_form_looks_the_same_under_style_sheets_that_half_of_the_web_has,
];

async fn the_plain_example_is_a_form_whose_lead_is_stored(stage: &mut Stage) -> Result<()> {
    let form = stage.open_example("plain.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_react_app_renders_around_a_form_and_hears_of_its_lead(stage: &mut Stage) -> Result<()> {
    app(stage, "app.html?app=react-app.jsx").await
}

async fn a_vue_app_renders_around_a_form_and_hears_of_its_lead(stage: &mut Stage) -> Result<()> {
    app(stage, "app.html?app=vue-app.js").await
}

async fn press(client: &Client, words: &str) -> Result<()> {
    let path = format!("//button[starts-with(., '{words}')]");
    Ok(client.find(Locator::XPath(&path)).await?.click().await?)
}

async fn app(stage: &mut Stage, page: &str) -> Result<()> {
    let form = stage.open(page).await?;
    form.fill("Your name", visitor::NAME).await?;
    let client = stage.client()?.clone();
    for _ in 0..3 {
        press(&client, "Render").await?;
    }
    ensure!(form.value("Your name").await? == visitor::NAME, "a render took the answer away");
    // To another route and back: the form is another, and empty
    press(&client, "Route").await?;
    until("the form to be gone", async || {
        ensure!(client.find_all(Locator::Css("leadglass-form")).await?.is_empty());
        Ok(())
    })
    .await?;
    press(&client, "Route").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    until("the app to hear of it", async || {
        let said = client.find(Locator::Css("output")).await?.text().await?;
        ensure!(said == "thanks for enquiry", "it says `{said}`");
        Ok(())
    })
    .await?;
    let heard = stage.heard().await?;
    ensure!(!heard.iter().any(|(event, _)| event == "script error" || event == "unhandled rejection"), "{heard:?}");
    visitor::ensure_needed(&stage.leads().only().await?)
}

/// There is no PHP here to run it with: what it prints is read off its source.
async fn what_the_wordpress_plugin_prints_is_the_tag_of_leadglass(stage: &mut Stage) -> Result<()> {
    let source = std::fs::read_to_string(tools::repository().join("www/examples/leadglass.php"))?;
    let format = source.lines().find_map(|line| line.trim().strip_prefix('\'')).context("no format in the plugin")?;
    let format = format.trim_end_matches(['\'', ',']);
    let origin = stage.gate.origin();
    let printed = ["", &format!("{origin}/embed/enquiry.js"), &format!("{origin}/f/enquiry"), "Fill in the form"]
        .iter()
        .fold(format.to_owned(), |printed, value| printed.replacen("%s", value, 1));
    let page =
        format!("<!doctype html><html lang=en><title>A post</title><main><h1>A post</h1>{printed}</main></html>");
    stage.host.put_blob("post.html", page.into_bytes()).await;
    let form = stage.open("../blobs/post.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

/// Bootstrap, Tailwind's reset, Bulma, Foundation and Beer CSS, which is Material Design.
const SHEETS: [&str; 5] = [
    "bootstrap/dist/css/bootstrap.min.css",
    "tailwindcss/preflight.css",
    "bulma/css/bulma.min.css",
    "foundation-sites/dist/css/foundation.min.css",
    "beercss/dist/cdn/beer.min.css",
];

async fn the_form_looks_the_same_under_style_sheets_that_half_of_the_web_has(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("tame.html?form=everything").await?;
    let tame = form.looks().await?;
    for sheet in SHEETS {
        let form = stage.open_ready(&format!("framework.html?form=everything&sheet={sheet}")).await?;
        let loaded = "return [...document.styleSheets].some((sheet) => sheet.href && sheet.cssRules.length > 5)";
        ensure!(stage.client()?.execute(loaded, vec![]).await? == true, "`{sheet}` does not load");
        let found = form.looks().await?;
        ensure_same_looks(&tame, &found).with_context(|| format!("under `{sheet}`"))?;
    }
    Ok(())
}
