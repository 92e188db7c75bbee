//! What host pages do to a form: have several, style everything, move it about.

use anyhow::{Context as _, Result, ensure};
use leadglass_tests::{
    keyboard::focus, looks::ensure_same_looks, page::FormOnPage, poll::until, scenarios, stage::Stage,
};

use serde_json::Value;

use crate::visitor::{self, CONSENT};

scenarios![
    two_of_the_same_form_on_a_page_are_independent,
    two_different_forms_on_a_page_are_independent,
    a_page_that_styles_everything_does_not_reach_into_the_form,
    a_form_moved_in_the_page_keeps_its_draft,
    a_form_moved_many_times_still_sends_once,
    a_form_taken_out_of_the_page_leaves_no_error_behind,
    a_form_that_comes_and_goes_a_hundred_times_takes_no_more_memory,
    a_widget_that_breaks_leaves_the_plain_form_with_its_draft,
];

async fn two_of_the_same_form_on_a_page_are_independent(stage: &mut Stage) -> Result<()> {
    let first = stage.open("two.html").await?;
    stage.wait_for_events("leadglass:ready", 2).await?;
    let second = FormOnPage::embedded(stage.client()?, 1);
    first.fill("Your name", "The first").await?;
    visitor::fill_needed(&second).await?;
    ensure!(first.value("E-mail").await?.is_empty(), "the second's address is in the first");
    first.press("Send").await?;
    first.wait_for_summary().await?;
    ensure!(second.section("lg-summary").await?.is_none(), "the first's summary shows in the second");
    ensure!(second.complaint("Your name").await?.is_none());

    second.press("Send").await?;
    second.wait_for_follow_up().await?;
    ensure!(first.section("lg-follow-up").await?.is_none(), "what follows the second shows in the first");
    ensure!(first.value("Your name").await? == "The first");
    visitor::ensure_needed(&stage.leads().only().await?)?;

    first.fill("E-mail", "first@atelier.example").await?;
    first.fill("What do you need", "Another kitchen altogether.").await?;
    first.tick(CONSENT).await?;
    first.press("Send").await?;
    first.wait_for_follow_up().await?;
    let leads = stage.leads().all().await?;
    ensure!(leads.len() == 2, "two forms were sent: {leads:?}");
    Ok(())
}

async fn two_different_forms_on_a_page_are_independent(stage: &mut Stage) -> Result<()> {
    let first = stage.open("two.html?form=everything").await?;
    stage.wait_for_events("leadglass:ready", 2).await?;
    let second = FormOnPage::embedded(stage.client()?, 1);
    second.fill("Your name", "Somebody else").await?;
    visitor::fill_needed(&first).await?;
    first.press("Send").await?;
    first.wait_for_follow_up().await?;
    ensure!(second.value("Your name").await? == "Somebody else");
    let lead = stage.leads().only().await?;
    ensure!(lead.text("/form")? == "enquiry", "{lead:?}");
    visitor::ensure_needed(&lead)
}

async fn a_page_that_styles_everything_does_not_reach_into_the_form(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("tame.html?form=everything").await?;
    let tame = form.looks().await?;
    let form = stage.open_ready("hostile.html?form=everything").await?;
    let hostile = form.looks().await?;
    ensure_same_looks(&tame, &hostile)?;

    let form = stage.open_ready("hostile.html").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

const MOVE: &str = "const form = document.querySelector('leadglass-form');
    const target = document.querySelector(form.closest('#after') ? '#before' : '#after');
    target.append(form);";

async fn a_form_moved_in_the_page_keeps_its_draft(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("move.html").await?;
    form.fill("Your name", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    stage.client()?.execute(MOVE, vec![]).await?;
    until("the draft", async || {
        let draft = (form.value("Your name").await?, form.value("E-mail").await?);
        ensure!(draft == (visitor::NAME.to_owned(), visitor::EMAIL.to_owned()), "it is {draft:?}");
        Ok(())
    })
    .await?;
    form.fill("What do you need", visitor::MESSAGE).await?;
    form.tick(CONSENT).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_form_moved_many_times_still_sends_once(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open("move.html").await?;
    form.fill("Your name", visitor::NAME).await?;
    // Before, while and after the widget comes, within one task and over several
    stage.client()?.execute(MOVE, vec![]).await?;
    stage.gate.release(".wasm");
    stage.client()?.execute(MOVE, vec![]).await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    for _ in 0..10 {
        stage.client()?.execute(&format!("for (let times = 0; times < 11; times++) {{ {MOVE} }}"), vec![]).await?;
    }
    ensure!(form.value("Your name").await? == visitor::NAME);
    visitor::send_with_the_rest(&form).await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

/// Comes and goes as often as said, then tells the bytes of the wasm's memory and, where the browser tells them, those of
/// the page's objects.
const COME_AND_GO: &str = "const [times, done] = arguments;
    (async () => {
        const element = document.querySelector('leadglass-form');
        const place = element.parentNode;
        for (let time = 0; time < times; time++) {
            element.remove();
            await new Promise((gone) => setTimeout(gone));
            const ready = new Promise((ready) => element.addEventListener('leadglass:ready', ready, { once: true }));
            place.append(element);
            await ready;
        }
        const [module] = await Promise.all(globalThis[Symbol.for('leadglass')].widgets.modules.values());
        const memory = Object.values(await module.default()).find((it) => String(it) === '[object WebAssembly.Memory]');
        // What the page and the browser note of each time is not ours
        heard.length = 0;
        performance.clearResourceTimings();
        await new Promise((rest) => setTimeout(rest, 100));
        globalThis.gc?.();
        globalThis.gc?.();
        return [memory.buffer.byteLength, performance.memory?.usedJSHeapSize ?? 1];
    })().then(done, (error) => done(String(error)));";

async fn a_form_that_comes_and_goes_a_hundred_times_takes_no_more_memory(stage: &mut Stage) -> Result<()> {
    stage.open_ready("move.html").await?;
    let client = stage.client()?;
    // At first engines take room for what they learn of the code
    let before = client.execute_async(COME_AND_GO, vec![100.into()]).await?;
    let after = client.execute_async(COME_AND_GO, vec![100.into()]).await?;
    for part in 0..2 {
        let bytes = |said: &Value| said[part].as_u64().with_context(|| format!("it says {said}"));
        let (before, after) = (bytes(&before)?, bytes(&after)?);
        ensure!(after * 100 <= before * 105, "part {part} grew from {before} to {after} bytes");
    }
    Ok(())
}

async fn a_form_taken_out_of_the_page_leaves_no_error_behind(stage: &mut Stage) -> Result<()> {
    let form = stage.open("two.html").await?;
    stage.wait_for_events("leadglass:ready", 2).await?;
    form.fill("Your name", "Somebody").await?;
    stage.client()?.execute("document.querySelector('#first').remove()", vec![]).await?;
    // The one that stays is the first now
    until("the focus to be gone", async || {
        ensure!(focus(stage.client()?).await?.id != "lg-name");
        Ok(())
    })
    .await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    let heard = stage.heard().await?;
    ensure!(!heard.iter().any(|(event, _)| event == "script error" || event == "unhandled rejection"), "{heard:?}");
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn a_widget_that_breaks_leaves_the_plain_form_with_its_draft(stage: &mut Stage) -> Result<()> {
    let form = stage.open_ready("plain.html").await?;
    form.fill("Your name", visitor::NAME).await?;
    form.fill("E-mail", visitor::EMAIL).await?;
    // What is written is longer than any memory: the wasm stops in the middle of hearing of it
    let endless = "TextEncoder.prototype.encodeInto = () => ({ read: 1, written: -1 })";
    stage.client()?.execute(endless, vec![]).await?;
    form.fill("What do you need", "Ș").await?;
    until("the plain form with the draft", async || {
        let draft = (form.value("Your name").await?, form.value("E-mail").await?);
        ensure!(draft == (visitor::NAME.to_owned(), visitor::EMAIL.to_owned()), "it is {draft:?}");
        Ok(())
    })
    .await?;
    form.refill("What do you need", visitor::MESSAGE).await?;
    form.tick(CONSENT).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}
