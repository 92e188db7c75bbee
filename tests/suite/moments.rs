//! The form reads what the visitor wants now, and becomes another, calmly.

use anyhow::{Context as _, Result, ensure};
use leadglass_tests::{
    keyboard::{focus, keys},
    page::{FormOnPage, Section, ask},
    poll::until,
    scenarios,
    stage::Stage,
};
use serde_json::Value;

use crate::visitor;

const QUESTION: &str = "Your question";
const CONSENT: &str = "Trei Frasini may use these details to answer me.";

/// What a visitor writes, and the form they then see.
struct Visitor {
    writes: &'static str,
    heading: &'static str,
    button: &'static str,
    is_asked: &'static [&'static str],
    is_served: &'static str,
}

const KNOW: Visitor = Visitor {
    writes: "What is the difference between oak and ash for a worktop, and which one stains less?",
    heading: "What would you like to know?",
    button: "Ask",
    is_asked: &["Your question", "Your name", "E-mail", CONSENT],
    is_served: "While you wait",
};
const GO: Visitor = Visitor {
    writes: "Where exactly is your showroom, and is there parking if we drop in on Saturday morning?",
    heading: "Coming to see us?",
    button: "Plan a visit",
    is_asked: &["Your question", "Your name", "E-mail", "Phone", "A day that suits you", CONSENT],
    is_served: "Where to find us",
};
const DO: Visitor = Visitor {
    writes: "One of the doors you made has started to hang and scrapes on the frame. How do I adjust the hinge myself?",
    heading: "What needs doing?",
    button: "Ask for help",
    is_asked: &["Your question", "Your name", "E-mail", "Phone", CONSENT],
    is_served: "Try this first",
};
const BUY: Visitor = Visitor {
    writes: "We would like to order a kitchen of four metres with an oak worktop. Please send us a quote.",
    heading: "Let us work out a price",
    button: "Get a price",
    is_asked: &["Your question", "Your name", "E-mail", "Phone", "Budget", CONSENT],
    is_served: "What happens to the price",
};

scenarios![
    four_visitors_see_four_forms_and_are_served_four_ways,
    a_screen_reader_is_told_once_what_the_form_became,
    typing_is_never_disturbed_by_a_change,
    what_was_begun_is_never_taken_away,
    a_form_without_its_model_is_the_plain_form,
    the_moment_is_read_on_the_server_where_no_script_runs,
];

async fn heading(form: &FormOnPage, stage: &Stage) -> Result<String> {
    let heading = ask(stage.client()?, "words(root(0).getElementById('lg-heading'))", vec![]).await?;
    ensure!(form.standing().await? > 0, "no form stands on the page");
    Ok(heading.as_str().unwrap_or_default().to_owned())
}

async fn wait_for_heading(form: &FormOnPage, stage: &Stage, wanted: &str) -> Result<()> {
    until(&format!("the heading `{wanted}`"), async || {
        let heading = heading(form, stage).await?;
        ensure!(heading == wanted, "it is `{heading}`");
        Ok(())
    })
    .await
}

/// The names of all fields that show, in their order.
async fn asked(stage: &Stage) -> Result<Vec<String>> {
    let names = "all(0, 'input, select, textarea').map(name)";
    let names: Vec<String> = serde_json::from_value(ask(stage.client()?, names, vec![]).await?)?;
    let without_marks = names.iter().map(|name| name.trim_end_matches(" optional").to_owned());
    Ok(without_marks.filter(|name| name != "Budget: Currency").collect())
}

async fn announced(stage: &Stage) -> Result<String> {
    let said = "root(0).querySelector('form > [role=status]').textContent";
    Ok(ask(stage.client()?, said, vec![]).await?.as_str().unwrap_or_default().to_owned())
}

async fn open(stage: &mut Stage) -> Result<FormOnPage> {
    let form = stage.open_ready("plain.html?form=ask").await?;
    stage.gate.wait_for(&axum::http::Method::GET, ".bin", 1).await?;
    Ok(form)
}

async fn send(form: &FormOnPage, button: &str) -> Result<Section> {
    form.fill("Your name", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.tick(CONSENT).await?;
    form.press(button).await?;
    form.wait_for_follow_up().await
}

async fn four_visitors_see_four_forms_and_are_served_four_ways(stage: &mut Stage) -> Result<()> {
    for visitor in [KNOW, GO, DO, BUY] {
        let form = open(stage).await?;
        ensure!(heading(&form, stage).await? == "Ask us anything");
        form.fill(QUESTION, visitor.writes).await?;
        wait_for_heading(&form, stage, visitor.heading).await?;
        let asked = asked(stage).await?;
        ensure!(asked == visitor.is_asked, "`{}` is asked for {asked:?}", visitor.heading);
        let follow_up = send(&form, visitor.button).await?;
        ensure!(follow_up.words.contains(visitor.is_served), "served was {follow_up:?}");
    }
    Ok(())
}

async fn a_screen_reader_is_told_once_what_the_form_became(stage: &mut Stage) -> Result<()> {
    let form = open(stage).await?;
    // A live region speaks only if it was there, empty, before
    ensure!(announced(stage).await?.is_empty());
    form.fill(QUESTION, GO.writes).await?;
    wait_for_heading(&form, stage, GO.heading).await?;
    let told = announced(stage).await?;
    let wanted = "The form has changed: Coming to see us? It asks for: Your question, Your name, E-mail, Phone, \
                  A day that suits you.";
    ensure!(told == wanted, "told was `{told}`");
    form.fill(QUESTION, " We are coming with two children.").await?;
    form.fill("Your name", visitor::NAME).await?;
    ensure!(announced(stage).await? == told && heading(&form, stage).await? == GO.heading);
    Ok(())
}

async fn typing_is_never_disturbed_by_a_change(stage: &mut Stage) -> Result<()> {
    let form = open(stage).await?;
    let client = stage.client()?;
    form.fill(QUESTION, BUY.writes).await?;
    // Where the page may be scrolled, what is typed into stays where it is on the screen
    let scrolled = "document.body.style.padding = '40em 0 60em', focused().scrollIntoView({ block: 'center' }), \
                    focused().getBoundingClientRect().top";
    let before = ask(client, scrolled, vec![]).await?.as_f64().context("no focus")?;
    let (mut typed, mut changed) = (BUY.writes.to_owned(), false);
    for character in " It is for a flat in Orhei, on the second floor.".chars() {
        keys(client, [character]).await?;
        typed.push(character);
        changed |= heading(&form, stage).await? == BUY.heading;
    }
    wait_for_heading(&form, stage, BUY.heading).await?;
    let focus = focus(client).await?;
    ensure!(form.value(QUESTION).await? == typed, "typed was `{typed}`");
    let end = u64::try_from(typed.len())?;
    ensure!(focus.selection == Some((end, end)), "the caret left: {focus:?} (changed while typing: {changed})");
    let after: Value = ask(client, "focused().getBoundingClientRect().top", vec![]).await?;
    let moved = (after.as_f64().context("no focus")? - before).abs();
    ensure!(moved <= 2.0, "what was typed into moved by {moved} pixels");
    Ok(())
}

async fn what_was_begun_is_never_taken_away(stage: &mut Stage) -> Result<()> {
    let form = open(stage).await?;
    form.fill("Budget", "9000").await?;
    form.fill(QUESTION, KNOW.writes).await?;
    wait_for_heading(&form, stage, KNOW.heading).await?;
    let asked = asked(stage).await?;
    ensure!(asked.iter().any(|name| name == "Budget") && !asked.iter().any(|name| name == "Phone"), "{asked:?}");
    send(&form, KNOW.button).await?;
    let lead = stage.leads().only().await?;
    ensure!(lead.answer("budget")? == "9000 EUR" || lead.answer("budget")?.contains("9000"), "{lead:?}");
    Ok(())
}

async fn a_form_without_its_model_is_the_plain_form(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".bin");
    let form = stage.open_ready("plain.html?form=ask").await?;
    form.fill(QUESTION, GO.writes).await?;
    let follow_up = send(&form, "Send").await?;
    // The server has the model, and serves what was wanted all the same
    ensure!(follow_up.words.contains("Strada Rindelei 3"), "{follow_up:?}");
    stage.gate.release(".bin");
    Ok(())
}

async fn the_moment_is_read_on_the_server_where_no_script_runs(stage: &mut Stage) -> Result<()> {
    stage.gate.lose("hosted-");
    let form = stage.open_hosted_plain("ask?lang=en").await?;
    form.fill(QUESTION, DO.writes).await?;
    let follow_up = send(&form, "Send").await?;
    ensure!(follow_up.words.contains(DO.is_served), "{follow_up:?}");
    Ok(())
}
