//! What visitors type into the enquiry form, and what must be stored then.

use anyhow::{Context as _, Result, ensure};
use leadglass_tests::{leads::StoredLead, page::FormOnPage, stage::Stage};
use serde_json::json;

/// What Ana asks for.
pub const NAME: &str = "Ana Popescu";
/// Where she is answered.
pub const EMAIL: &str = "ana@atelier.example";
/// Her question.
pub const MESSAGE: &str = "A kitchen for a small flat, with an island.";
/// The wording she agrees to.
pub const CONSENT: &str = "You may use this to answer me.";

/// Fills in all that the enquiry form needs, in English, and nothing else.
pub async fn fill_needed(form: &FormOnPage) -> Result<()> {
    form.fill("Your name", NAME).await?;
    fill_the_rest(form).await
}

/// The same where the name stands there.
async fn fill_the_rest(form: &FormOnPage) -> Result<()> {
    form.fill("E-mail", EMAIL).await?;
    form.fill("What do you need", MESSAGE).await?;
    form.tick(CONSENT).await
}

/// Fills in what is left where the name stands there, sends it, and waits for what follows.
pub async fn send_with_the_rest(form: &FormOnPage) -> Result<()> {
    fill_the_rest(form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    Ok(())
}

/// Sends a form that holds what comes without work. Fails unless it is a lead without any sign of a program.
pub async fn send_guarded(stage: &Stage, form: &FormOnPage, message: &str) -> Result<()> {
    fill_needed(form).await?;
    form.refill("What do you need", message).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let leads = stage.leads().all().await?;
    let lead = leads.first().context("what comes without work is held, and in no list")?;
    ensure!(lead.0["signs"] == json!([]) && lead.0["held"] == false, "{lead:?}");
    ensure!(lead.answer("message")? == message, "{lead:?}");
    Ok(())
}

/// Fails unless `lead` is what [`fill_needed`] typed.
pub fn ensure_needed(lead: &StoredLead) -> Result<()> {
    for (field, wanted) in [("name", NAME), ("email", EMAIL), ("message", MESSAGE)] {
        let stored = lead.answer(field)?;
        ensure!(stored == wanted, "`{field}` was stored as `{stored}`, typed was `{wanted}`");
    }
    Ok(())
}
