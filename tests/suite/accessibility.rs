//! Nothing shuts anybody out, before and after an empty send, in every language.

use anyhow::{Result, ensure};
use leadglass_tests::{axe, scenarios, stage::Stage};

use crate::visitor;

scenarios![
    axe_has_nothing_to_report_on_a_form_of_every_kind_of_field,
    axe_has_nothing_to_report_on_the_form_of_the_demo,
    axe_has_nothing_to_report_in_the_dark,
    axe_has_nothing_to_report_on_the_hosted_page,
    axe_has_nothing_to_report_before_the_widget_comes,
    axe_has_nothing_to_report_about_what_follows,
];

const LANGUAGES: [(&str, &str); 3] = [("en", "Send"), ("ru", "Отправить"), ("ro", "Trimite")];

async fn axe_has_nothing_to_report_on_a_form_of_every_kind_of_field(stage: &mut Stage) -> Result<()> {
    embedded(stage, "everything").await
}

async fn axe_has_nothing_to_report_in_the_dark(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("dark.html?form=everything").await?;
    axe::check(stage.client()?, "in the dark").await?;
    form.press("Send").await?;
    form.wait_for_summary().await?;
    axe::check(stage.client()?, "in the dark after an empty send").await?;
    stage.leads().none().await
}

async fn axe_has_nothing_to_report_on_the_form_of_the_demo(stage: &mut Stage) -> Result<()> {
    embedded(stage, "demo").await
}

async fn embedded(stage: &mut Stage, name: &str) -> Result<()> {
    for (language, button) in LANGUAGES {
        let form = stage.open_ready(&format!("plain.html?form={name}&lang={language}")).await?;
        axe::check(stage.client()?, &format!("`{name}` in `{language}`")).await?;
        form.press(button).await?;
        let summary = form.wait_for_summary().await?;
        ensure!(!summary.links.is_empty());
        axe::check(stage.client()?, &format!("`{name}` in `{language}` after an empty send")).await?;
    }
    stage.leads().none().await
}

async fn axe_has_nothing_to_report_on_the_hosted_page(stage: &mut Stage) -> Result<()> {
    stage.gate.lose("hosted-");
    for (script, (language, button)) in [false, true].into_iter().flat_map(|script| LANGUAGES.map(|it| (script, it))) {
        let address = format!("everything?lang={language}");
        if script {
            stage.gate.let_through("hosted-");
        }
        let form = if script { stage.open_hosted(&address).await } else { stage.open_hosted_plain(&address).await }?;
        axe::check(stage.client()?, &format!("the hosted page in `{language}`, script: {script}")).await?;
        form.press(button).await?;
        form.wait_for_summary().await?;
        let when = format!("the hosted page in `{language}` after an empty send, script: {script}");
        axe::check(stage.client()?, &when).await?;
    }
    stage.leads().none().await
}

async fn axe_has_nothing_to_report_before_the_widget_comes(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("plain.html?form=everything").await?;
    form.press("Send").await?;
    form.wait_for_summary().await?;
    axe::check(stage.client()?, "without the widget, after an empty send").await?;
    stage.leads().none().await
}

async fn axe_has_nothing_to_report_about_what_follows(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    form.fill("Budget", "12000").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    axe::check(stage.client()?, "what follows").await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}
