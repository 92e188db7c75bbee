//! Phone numbers beside which a country is chosen: with the widget, without it, without any script.

use anyhow::{Result, ensure};
use fantoccini::Locator;
use leadglass_tests::{axe, page::FormOnPage, poll::until, scenarios, stage::Stage};

scenarios![
    a_national_number_is_stored_as_an_international_one,
    the_country_follows_what_the_number_says,
    without_the_widget_the_same_is_stored,
    without_scripts_the_same_is_stored,
    a_country_that_was_chosen_is_taken_over,
    a_page_that_knows_the_number_fills_it_in,
];

const PAGE: &str = "plain.html?form=phone";
const CONSENT: &str = "You may call me.";

async fn send(form: &FormOnPage) -> Result<()> {
    form.tick(CONSENT).await?;
    form.press("Call me").await?;
    form.wait_for_follow_up().await?;
    Ok(())
}

async fn ensure_stored(stage: &Stage, number: &str) -> Result<()> {
    let lead = stage.leads().only().await?;
    ensure!(lead.answer("phone")? == number, "{lead:?}");
    ensure!(lead.answer("other_phone").is_err(), "a country alone is no answer: {lead:?}");
    Ok(())
}

async fn country(form: &FormOnPage, wanted: &str) -> Result<()> {
    until(&format!("the country `{wanted}`"), async || {
        let country = form.country("Phone").await?;
        ensure!(country == wanted, "it is `{country}`");
        Ok(())
    })
    .await
}

async fn a_national_number_is_stored_as_an_international_one(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready(PAGE).await?;
    axe::check(stage.client()?, "before an answer").await?;
    form.press("Call me").await?;
    ensure!(form.wait_for_complaint("Phone").await?.contains("missing"));
    form.fill("Phone", "0721 12").await?;
    form.select_country("Phone", "RO").await?;
    form.fill("Your name", "Ana").await?;
    ensure!(form.wait_for_complaint("Phone").await?.contains("too short"));
    axe::check(stage.client()?, "with a number that is too short").await?;
    form.fill("Phone", "3 456").await?;
    form.wait_for_no_complaint("Phone").await?;
    send(&form).await?;
    ensure_stored(stage, "+40721123456").await
}

async fn the_country_follows_what_the_number_says(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready(PAGE).await?;
    country(&form, "MD").await?;
    form.fill("Phone", "+40 721").await?;
    country(&form, "RO").await?;
    // Whoever chooses another sees, going on, that the number says otherwise
    form.select_country("Phone", "UA").await?;
    form.fill("Phone", " 1").await?;
    country(&form, "RO").await?;
    form.refill("Phone", "+44 20 7946 0958").await?;
    country(&form, "+").await?;
    ensure!(form.value("Phone").await? == "+44 20 7946 0958", "nothing that was typed is changed");
    send(&form).await?;
    ensure_stored(stage, "+442079460958").await
}

async fn without_the_widget_the_same_is_stored(stage: &mut Stage) -> Result<()> {
    let form = stage.open("csp-without-wasm.html?form=phone").await?;
    form.fill("Phone", "8 (495) 123-45-67").await?;
    form.select_country("Phone", "RU").await?;
    send(&form).await?;
    ensure_stored(stage, "+74951234567").await
}

async fn without_scripts_the_same_is_stored(stage: &mut Stage) -> Result<()> {
    let client = stage.open_without_scripts(PAGE).await?;
    client.find(Locator::LinkText("Write to us")).await?.click().await?;
    until("the hosted form", async || Ok(client.find(Locator::Id("lg-phone")).await?)).await?;
    client.find(Locator::Id("lg-agree")).await?.click().await?;
    client.find(Locator::Id("lg-send")).await?.click().await?;
    let complaint = until("what is missing", async || {
        let said = client.find(Locator::Id("lg-phone-error")).await?.text().await?;
        ensure!(!said.is_empty());
        Ok(said)
    });
    ensure!(complaint.await?.contains("missing"));
    client.find(Locator::Id("lg-phone")).await?.send_keys("8 (495) 123-45-67").await?;
    client.find(Locator::Id("lg-phone-unit")).await?.select_by_value("RU").await?;
    client.find(Locator::Id("lg-send")).await?.click().await?;
    until("what follows", async || Ok(client.find(Locator::Css("#lg-follow-up:not([hidden])")).await?)).await?;
    ensure_stored(stage, "+74951234567").await
}

async fn a_country_that_was_chosen_is_taken_over(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open(PAGE).await?;
    form.fill("Phone", "044 123 45 67").await?;
    form.select_country("Phone", "UA").await?;
    // A list that has the focus may be open, and is not taken away
    form.fill("Your name", "Ana").await?;
    stage.gate.release(".wasm");
    stage.wait_for_events("leadglass:ready", 1).await?;
    ensure!((form.value("Phone").await?, form.country("Phone").await?) == ("044 123 45 67".into(), "UA".into()));
    form.fill("Your name", " Popescu").await?;
    country(&form, "UA").await?;
    send(&form).await?;
    ensure_stored(stage, "+380441234567").await
}

async fn a_page_that_knows_the_number_fills_it_in(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready(PAGE).await?;
    let say = "leadglass.identify({ tel: '+40 721 123 456' })";
    stage.client()?.execute(say, vec![]).await?;
    country(&form, "RO").await?;
    ensure!(form.value("Phone").await? == "+40 721 123 456");
    Ok(())
}
