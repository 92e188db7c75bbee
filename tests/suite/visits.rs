//! Pages that change under a form: addresses that are cleaned early, routes of apps, snapshots that are put back.

use anyhow::{Result, ensure};
use leadglass_tests::{page::ask, poll::until, scenarios, stage::Stage};
use serde_json::json;

use crate::{snippet::paste, visitor};

scenarios![
    what_brought_the_visitor_is_known_after_the_page_cleaned_its_address,
    a_form_that_a_route_took_away_was_abandoned,
    a_form_that_is_emptied_or_taken_away_leaves_no_draft,
    a_page_that_is_put_back_as_it_was_has_one_form,
    a_script_that_was_made_a_module_places_its_form,
];

/// A script alone.
fn tag(stage: &Stage, form: &str, attributes: &str) -> String {
    format!("<script async {attributes} src={}/embed/{form}.js></script>", stage.gate.origin())
}

async fn run(stage: &Stage, script: &str) -> Result<()> {
    stage.client()?.execute(script, vec![]).await?;
    Ok(())
}

async fn what_brought_the_visitor_is_known_after_the_page_cleaned_its_address(stage: &mut Stage) -> Result<()> {
    const ARRIVAL: &str = "../blobs/pasted.html?utm_source=letter&utm_medium=email&campaign=autumn";
    const MOVE_ON: &str = "history.replaceState({}, '', '/elsewhere')";
    let page = tag(stage, "everything", "data-load=interaction");
    paste(stage, &page).await;
    stage.gate.hold("later-");
    let form = stage.open(ARRIVAL).await?;
    until("the form", async || form.value("Your name").await.map(drop)).await?;
    run(stage, MOVE_ON).await?;
    stage.gate.release("later-");
    form.fill("Your name", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.choose("Service", "Building").await?;
    form.fill("Your message", visitor::MESSAGE).await?;
    form.tick(visitor::CONSENT).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let lead = stage.leads().only().await?;
    for touch in ["first_touch", "last_touch"] {
        ensure!(lead.text(&format!("/{touch}/source"))? == "letter", "{lead:?}");
        ensure!(lead.text(&format!("/{touch}/landing_page"))?.ends_with("/blobs/pasted.html"), "{lead:?}");
    }
    ensure!(lead.answer("campaign")? == "autumn", "{lead:?}");
    Ok(())
}

async fn a_form_that_a_route_took_away_was_abandoned(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    run(stage, "window.left = []; leadglass.on('abandon', (detail) => left.push(detail))").await?;
    form.fill("Your name", visitor::NAME).await?;
    form.tick(visitor::CONSENT).await?;
    // Frameworks take elements out and put them in again
    run(stage, "const form = document.querySelector('leadglass-form'); const { parentNode } = form; form.remove(); parentNode.append(form)").await?;
    run(stage, "document.querySelector('leadglass-form').remove(); history.pushState({}, '', '/elsewhere')").await?;
    until("the page to hear of it", async || {
        let left = ask(stage.client()?, "window.left", vec![]).await?;
        ensure!(left == json!([{ "form": "enquiry", "field": "agree" }]), "{left}");
        Ok(())
    })
    .await?;
    stage.leads().none().await
}

async fn a_form_that_is_emptied_or_taken_away_leaves_no_draft(stage: &mut Stage) -> Result<()> {
    let kept = "sessionStorage.length + localStorage.length";
    let form = stage.open_ready("plain.html?form=steps").await?;
    for (call, ready) in [("reset", 2), ("destroy", 2)] {
        form.choose("What do you need", "A kitchen").await?;
        form.press("Next").await?;
        form.fill("How many rooms", "4").await?;
        ensure!(ask(stage.client()?, kept, vec![]).await? == json!(1), "before {call}");
        run(stage, &format!("leadglass('{call}')")).await?;
        until("nothing to be kept", async || {
            ensure!(ask(stage.client()?, kept, vec![]).await? == json!(0), "{call}");
            Ok(())
        })
        .await?;
        stage.wait_for_events("leadglass:ready", ready).await?;
        if call == "reset" {
            ensure!(!form.is_ticked("A kitchen").await?, "an answer stands there after {call}");
        }
    }
    ensure!(ask(stage.client()?, kept, vec![]).await? == json!(0));
    stage.leads().none().await
}

async fn a_page_that_is_put_back_as_it_was_has_one_form(stage: &mut Stage) -> Result<()> {
    let page = tag(stage, "enquiry", "");
    paste(stage, &page).await;
    stage.open_ready("../blobs/pasted.html").await?;
    // As Turbo does: scripts of a body that is put in are run again
    let put_back = "const body = document.body.cloneNode(true);
        for (const old of body.querySelectorAll('script')) {
          const script = document.createElement('script');
          for (const { name, value } of old.attributes) script.setAttribute(name, value);
          script.addEventListener('load', () => (window.again = true));
          old.replaceWith(script);
        }
        document.body.replaceWith(body);";
    run(stage, put_back).await?;
    until("the script to run again", async || {
        ensure!(ask(stage.client()?, "window.again ?? false", vec![]).await? == json!(true));
        Ok(())
    })
    .await?;
    let forms = ask(stage.client()?, "document.querySelectorAll('leadglass-form').length", vec![]).await?;
    ensure!(forms == json!(1), "there are {forms} forms");
    stage.wait_for_events("leadglass:ready", 2).await
}

async fn a_script_that_was_made_a_module_places_its_form(stage: &mut Stage) -> Result<()> {
    let page = tag(stage, "enquiry", "type=module");
    paste(stage, &page).await;
    let form = stage.open_ready("../blobs/pasted.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}
