//! The form speaks the visitor's language: the element's, else the page's, else the browser's.

use anyhow::{Context as _, Result, ensure};
use leadglass_tests::{page::FormOnPage, scenarios, stage::Stage};

use crate::visitor;

scenarios![
    the_page_speaks_for_its_forms_unless_they_speak_for_themselves,
    messages_and_what_follows_are_in_the_language_of_the_form,
    messages_of_the_server_are_in_the_language_of_the_form,
];

async fn the_page_speaks_for_its_forms_unless_they_speak_for_themselves(stage: &mut Stage) -> Result<()> {
    stage.open("languages.html?lang=ro").await?;
    stage.wait_for_events("leadglass:ready", 4).await?;
    // By the page, by the attribute, by what is around it; German is not spoken here, so by the page again
    let romanian = "Numele dumneavoastră";
    for (number, label) in [(0, romanian), (1, "Как вас зовут"), (2, romanian), (3, romanian)] {
        let form = FormOnPage::embedded(stage.client()?, number);
        form.value(label).await.with_context(|| format!("form {number}"))?;
    }

    // A page in a language that the form does not speak: as the browser wishes
    let form = stage.open_ready("plain.html?lang=de").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let lead = stage.leads().only().await?;
    ensure!(lead.text("/language")? == "en", "{lead:?}");
    Ok(())
}

async fn messages_and_what_follows_are_in_the_language_of_the_form(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?lang=ro").await?;
    in_romanian(stage, &form).await
}

async fn messages_of_the_server_are_in_the_language_of_the_form(stage: &mut Stage) -> Result<()> {
    let form = stage.open("csp-without-wasm.html?lang=ro").await?;
    in_romanian(stage, &form).await
}

async fn in_romanian(stage: &Stage, form: &FormOnPage) -> Result<()> {
    form.fill("Numele dumneavoastră", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.fill("De ce aveți nevoie", "Bucătărie").await?;
    form.tick("Puteți folosi aceste date").await?;
    form.press("Trimite").await?;
    let words = form.wait_for_complaint("De ce aveți nevoie").await?;
    ensure!(words == "O propoziție sau două ne ajută să răspundem bine.", "{words}");
    form.wait_for_summary().await?;

    form.fill("De ce aveți nevoie", " nouă").await?;
    form.press("Trimite").await?;
    let follow_up = form.wait_for_follow_up().await?;
    ensure!(follow_up.heading == "Vă scriem", "{follow_up:?}");
    let lead = stage.leads().only().await?;
    ensure!(lead.text("/language")? == "ro", "{lead:?}");
    ensure!(lead.answer("message")? == "Bucătărie nouă", "{lead:?}");
    Ok(())
}
