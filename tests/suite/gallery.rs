//! Every field in every state, in every theme: what is seen is what was agreed on.
//!
//! `LEADGLASS_GALLERY_AGREE=1` takes what is seen now as agreed; look at it before.

use anyhow::{Result, ensure};
use fantoccini::Locator;
use leadglass_tests::{
    browser::{Kind, Place},
    page::{FormOnPage, ask},
    picture::ensure_agreed,
    poll::until,
    scenarios,
    stage::Stage,
};
use serde_json::json;

scenarios![
    // Browsers paint letters and lists each in their own way
    in &[Place::Browser(Kind::Chromium)];
    a_light_form_looks_as_agreed,
    a_dark_form_looks_as_agreed,
    the_soft_theme_looks_as_agreed,
    the_sharp_theme_looks_as_agreed,
    the_bare_theme_looks_as_agreed,
    a_form_from_right_to_left_looks_as_agreed,
    a_narrow_form_looks_as_agreed,
    a_form_in_parts_looks_as_agreed,
    a_form_that_asks_only_what_matters_looks_as_agreed,
];

/// An answer to every field.
const ANSWERS: &str = r#"leadglass("prefill", {
    name: "Ana Popescu", email: "ana@atelier.example", phone: "060 123 456", mobile: "+40 721 123 456",
    company: "Atelier SRL", website: "atelier.example", met: "yes", budget: ["12000", "EUR"], people: "12",
    start: "2026-03-02", service: "build", source: "friend", topics: ["price", "quality"], urgency: "4",
    message: "A kitchen for a small flat, with an island.",
});
document.querySelector("leadglass-form").shadowRoot.querySelector("[name=agree]").click()"#;

async fn a_light_form_looks_as_agreed(stage: &mut Stage) -> Result<()> {
    all_states(stage, "light", "scheme=light").await
}

async fn a_dark_form_looks_as_agreed(stage: &mut Stage) -> Result<()> {
    all_states(stage, "dark", "scheme=dark").await
}

async fn the_soft_theme_looks_as_agreed(stage: &mut Stage) -> Result<()> {
    all_states(stage, "soft", "scheme=light&theme=soft").await
}

async fn the_sharp_theme_looks_as_agreed(stage: &mut Stage) -> Result<()> {
    all_states(stage, "sharp", "scheme=light&theme=sharp").await
}

async fn the_bare_theme_looks_as_agreed(stage: &mut Stage) -> Result<()> {
    all_states(stage, "bare", "scheme=dark&theme=bare").await
}

async fn a_form_from_right_to_left_looks_as_agreed(stage: &mut Stage) -> Result<()> {
    all_states(stage, "right-to-left", "scheme=light&dir=rtl").await
}

async fn a_narrow_form_looks_as_agreed(stage: &mut Stage) -> Result<()> {
    all_states(stage, "narrow", "scheme=light&width=288").await
}

async fn all_states(stage: &mut Stage, theme: &str, said: &str) -> Result<()> {
    let address = format!("gallery.html?form=everything&{said}");
    let form = open(stage, &address).await?;
    agreed(stage, &format!("{theme}-empty")).await?;
    form.fill("Mobile", "0721 12").await?;
    form.press("Send").await?;
    form.wait_for_summary().await?;
    agreed(stage, &format!("{theme}-mistakes")).await?;

    let form = open(stage, &address).await?;
    stage.client()?.execute(ANSWERS, vec![]).await?;
    until("the answers", async || {
        ensure!(form.value("Your name").await? == "Ana Popescu");
        Ok(())
    })
    .await?;
    agreed(stage, &format!("{theme}-filled")).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    agreed(stage, &format!("{theme}-sent")).await
}

async fn a_form_in_parts_looks_as_agreed(stage: &mut Stage) -> Result<()> {
    for parts in ["steps", "questions"] {
        let form = open(stage, &format!("gallery.html?form={parts}")).await?;
        agreed(stage, &format!("{parts}-first")).await?;
        form.press("Next").await?;
        agreed(stage, &format!("{parts}-pressed")).await?;
    }
    Ok(())
}

async fn a_form_that_asks_only_what_matters_looks_as_agreed(stage: &mut Stage) -> Result<()> {
    let form = open(stage, "gallery.html?form=matters").await?;
    for (place, left) in [("Near you", 4), ("Far away", 2)] {
        form.choose("Where is it", place).await?;
        until("what is left", async || {
            let said = ask(stage.client()?, "words(root(0).getElementById('lg-status'))", vec![]).await?;
            ensure!(said == format!("{left} questions left"), "it says {said}");
            Ok(())
        })
        .await?;
        agreed(stage, &format!("matters-{left}")).await?;
    }
    Ok(())
}

async fn open(stage: &mut Stage, address: &str) -> Result<FormOnPage> {
    let form = stage.open_ready(address).await?;
    // All of it on the screen at once
    stage.client()?.set_window_size(1000, 3200).await?;
    Ok(form)
}

/// Once nothing moves any more.
async fn agreed(stage: &Stage, name: &str) -> Result<()> {
    let client = stage.client()?;
    until("the letters and the end of what moves", async || {
        let still = "document.fonts.status === 'loaded' && document.fonts.check('16px Gallery') && \
                     document.querySelector('leadglass-form').shadowRoot.getAnimations().length === 0";
        ensure!(ask(client, still, vec![]).await? == json!(true));
        Ok(())
    })
    .await?;
    let seen = client.find(Locator::Css("leadglass-form")).await?.screenshot().await?;
    ensure_agreed(name, &seen)
}
