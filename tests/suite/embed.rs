//! The tag on a customer's page: fill in, mend, send, and see what follows.

use anyhow::{Context as _, Result, ensure};
use leadglass_tests::{keyboard::focus, scenarios, stage::Stage};

use crate::visitor::{self, CONSENT};

scenarios![
    a_tag_on_a_page_of_another_origin_is_a_form_whose_lead_is_stored_with_its_reasons,
    an_element_and_the_script_for_several_forms_do_the_same,
    a_wrong_address_is_said_at_its_field_until_it_is_mended,
    an_empty_form_is_not_sent_and_its_summary_leads_to_the_fields,
    the_page_hears_what_happens_but_never_what_was_typed,
    every_kind_of_field_is_stored_as_it_was_answered,
    a_gate_declines_and_the_visitor_is_answered_kindly,
];

async fn a_tag_on_a_page_of_another_origin_is_a_form_whose_lead_is_stored_with_its_reasons(
    stage: &mut Stage,
) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    form.fill("Budget", "12 000").await?;
    form.press("Send").await?;

    let follow_up = form.wait_for_follow_up().await?;
    ensure!(follow_up.heading == "We will call you", "{follow_up:?}");
    ensure!(follow_up.words.contains("Within a working day."), "{follow_up:?}");
    ensure!(follow_up.links.iter().any(|(words, _)| words == "How we work"), "{follow_up:?}");
    let focused = focus(stage.client()?).await?;
    ensure!(focused.id == "lg-follow-up", "what follows must take the focus, it is at {focused:?}");

    let lead = stage.leads().only().await?;
    visitor::ensure_needed(&lead)?;
    ensure!(lead.text("/decision")? == "accept", "{lead:?}");
    ensure!(lead.text("/grade")? == "A3", "{lead:?}");
    ensure!(lead.text("/language")? == "en", "{lead:?}");
    let reasons = lead.0["contributions"].to_string();
    ensure!(reasons.contains("budget_size") && reasons.contains("mailbox"), "reasons are {reasons}");
    ensure!(lead.0["score_mismatch"] == false, "the page's score was another than the server's: {lead:?}");
    ensure!(lead.0.to_string().contains(CONSENT), "the wording agreed to is kept: {lead:?}");
    Ok(())
}

async fn an_element_and_the_script_for_several_forms_do_the_same(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("element.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    let follow_up = form.wait_for_follow_up().await?;
    ensure!(follow_up.heading == "We will write to you", "{follow_up:?}");
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_wrong_address_is_said_at_its_field_until_it_is_mended(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    form.refill("E-mail", "ana at atelier.example").await?;
    ensure!(form.complaint("E-mail").await?.is_none(), "nothing is said before the visitor leaves the field");
    // Leaves the field
    form.tick(CONSENT).await?;
    form.tick(CONSENT).await?;
    let words = form.wait_for_complaint("E-mail").await?;
    ensure!(words.contains('@'), "it should say what is missing: {words}");

    form.press("Send").await?;
    form.wait_for_summary().await?;
    stage.leads().none().await?;

    // Mended while typing: the message goes without leaving the field
    form.refill("E-mail", visitor::EMAIL).await?;
    form.wait_for_no_complaint("E-mail").await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn an_empty_form_is_not_sent_and_its_summary_leads_to_the_fields(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    form.press("Send").await?;
    let summary = form.wait_for_summary().await?;
    ensure!(!summary.heading.is_empty(), "a summary needs a heading: {summary:?}");
    let focused = focus(stage.client()?).await?;
    ensure!(focused.id == "lg-summary", "the summary must take the focus, it is at {focused:?}");
    ensure!(summary.links.len() == 4, "four fields need an answer: {:?}", summary.links);
    for label in ["Your name", "E-mail", "What do you need", CONSENT] {
        form.complaint(label).await?.with_context(|| format!("no message at `{label}`"))?;
    }
    ensure!(form.complaint("Budget").await?.is_none(), "an optional field may stay empty");

    let (words, _) =
        summary.links.iter().find(|(_, href)| href.ends_with("#lg-email")).context("no link to the e-mail")?;
    form.follow(words).await?;
    let focused = focus(stage.client()?).await?;
    ensure!(focused.id == "lg-email", "the link must lead to its field, the focus is at {focused:?}");
    stage.leads().none().await
}

async fn the_page_hears_what_happens_but_never_what_was_typed(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    stage.wait_for_events("leadglass:success", 1).await?;

    let heard = stage.heard().await?;
    for name in ["leadglass:ready", "leadglass:start", "leadglass:submit", "leadglass:success"] {
        let times = heard.iter().filter(|(event, _)| event == name).count();
        ensure!(times == 1, "`{name}` was heard {times} times: {heard:?}");
    }
    let told = format!("{heard:?}");
    for typed in ["Ana", "Popescu", "atelier", "kitchen"] {
        ensure!(!told.contains(typed), "events must carry nothing of the visitor's: {told}");
    }
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn every_kind_of_field_is_stored_as_it_was_answered(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html?form=everything").await?;
    form.fill("Your name", "Ana").await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    form.fill("Phone", "069 123 456").await?;
    form.fill("Company", "Atelier SRL").await?;
    form.fill("Website", "atelier.example").await?;
    form.choose("Have we met", "Yes").await?;
    form.fill("Budget", "250 000").await?;
    form.select_currency("Budget", "MDL").await?;
    form.fill("People in the team", "7").await?;
    form.set_date("Day to begin", "2031-05-04").await?;
    form.choose("Service", "Building").await?;
    form.select("How did you find us", "A friend").await?;
    form.choose("Topics", "Price").await?;
    form.choose("Topics", "Quality").await?;
    form.choose("How urgent is it", "5").await?;
    form.fill("Your message", "All of it, please.").await?;
    form.tick(CONSENT).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;

    let lead = stage.leads().only().await?;
    for (field, wanted) in [
        ("name", "Ana"),
        ("email", visitor::EMAIL),
        ("company", "Atelier SRL"),
        ("met", "yes"),
        ("people", "7"),
        ("start", "2031-05-04"),
        ("service", "build"),
        ("source", "friend"),
        ("topics", "price,quality"),
        ("urgency", "5"),
        ("message", "All of it, please."),
    ] {
        let stored = lead.answer(field)?;
        ensure!(stored == wanted, "`{field}` was stored as `{stored}`, answered was `{wanted}`");
    }
    ensure!(lead.answer("phone")?.contains("69123456"), "{lead:?}");
    ensure!(lead.answer("budget")?.contains("MDL"), "{lead:?}");
    ensure!(lead.text("/decision")? == "nurture", "{lead:?}");
    Ok(())
}

async fn a_gate_declines_and_the_visitor_is_answered_kindly(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    visitor::fill_needed(&form).await?;
    form.fill("What do you need", " Do you have a vacancy?").await?;
    form.press("Send").await?;
    let follow_up = form.wait_for_follow_up().await?;
    ensure!(follow_up.heading == "Thank you for asking", "{follow_up:?}");
    let lead = stage.leads().only().await?;
    ensure!(lead.text("/decision")? == "decline", "{lead:?}");
    ensure!(lead.0.to_string().contains("looks_for_a_job"), "the gate is named: {lead:?}");
    Ok(())
}
