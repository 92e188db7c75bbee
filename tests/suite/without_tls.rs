//! Pages without TLS: no secure context, so browsers keep much of what they have from scripts.

use anyhow::{Context as _, Result, ensure};
use leadglass_tests::{page::ask, poll::until, scenarios, stage::Stage};
use serde_json::{Value, json};

use crate::visitor;

scenarios![
    what_is_typed_on_a_page_without_tls_arrives,
    the_work_is_done_on_a_page_without_tls_too,
    plain_work_leaves_the_page_its_turns_and_derives_what_standards_say,
    plain_work_stops_when_its_form_goes,
];

/// Fails where the trial would pass although browsers trust the page.
async fn ensure_untrusted(stage: &Stage) -> Result<()> {
    let has = "[isSecureContext, typeof crypto.subtle, typeof crypto.randomUUID]";
    let has = ask(stage.client()?, has, vec![]).await?;
    ensure!(has == json!([false, "undefined", "undefined"]), "the page has {has}");
    Ok(())
}

async fn what_is_typed_on_a_page_without_tls_arrives(stage: &mut Stage) -> Result<()> {
    let form = stage.open_untrusted("plain.html").await?;
    stage.wait_for_events("leadglass:ready", 1).await?;
    ensure_untrusted(stage).await?;
    form.fill("E-mail", "nobody").await?;
    form.press("Send").await?;
    form.wait_for_summary().await?;
    form.refill("E-mail", "").await?;
    visitor::fill_needed(&form).await?;
    form.press("Send").await?;
    form.wait_for_follow_up().await?;
    visitor::ensure_needed(&stage.leads().only().await?)
}

async fn the_work_is_done_on_a_page_without_tls_too(stage: &mut Stage) -> Result<()> {
    stage.gate.hold(".wasm");
    let form = stage.open_untrusted("plain.html?form=guarded").await?;
    ensure_untrusted(stage).await?;
    for widget in [false, true] {
        if widget {
            stage.gate.release(".wasm");
            stage.client()?.refresh().await?;
            stage.wait_for_events("leadglass:ready", 1).await?;
        }
        visitor::send_guarded(stage, &form, &format!("With the widget: {widget}, and a kitchen.")).await?;
    }
    Ok(())
}

/// The address of what does the plain work, once the page has asked for it.
async fn plain_address(stage: &Stage) -> Result<Value> {
    let asked =
        "performance.getEntriesByType('resource').map(({ name }) => name).find((name) => name.includes('/plain-'))";
    until("the plain work to be asked for", async || {
        let address = ask(stage.client()?, asked, vec![]).await?;
        ensure!(address.is_string(), "it is not");
        Ok(address)
    })
    .await
}

async fn plain_work_leaves_the_page_its_turns_and_derives_what_standards_say(stage: &mut Stage) -> Result<()> {
    let form = stage.open_untrusted("plain.html?form=guarded").await?;
    form.fill("Your name", visitor::NAME).await?;
    let address = plain_address(stage).await?;
    // The vectors of RFC 7914, 11
    let script = "
        const [address, done] = arguments;
        let turns = 0;
        const turn = () => (turns++, setTimeout(turn));
        const encode = (text) => new TextEncoder().encode(text);
        const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        const run = async () => {
          const { derive } = await import(address);
          const keys = [await derive(encode('passwd'), encode('salt'), 1, {})];
          turn();
          keys.push(await derive(encode('Password'), encode('NaCl'), 80000, {}));
          return { turns, keys: keys.map(hex) };
        };
        run().then(done, (error) => done(String(error)));";
    let found = stage.client()?.execute_async(script, vec![address]).await?;
    let keys = json!([
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
        "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
    ]);
    ensure!(found["keys"] == keys, "{found}");
    ensure!(found["turns"].as_u64() > Some(4), "{found}");
    Ok(())
}

async fn plain_work_stops_when_its_form_goes(stage: &mut Stage) -> Result<()> {
    /// Looks at the clock in the least work that a challenge can be: half of 200 tries, one look in 64 of 5000 steps.
    const LEAST: u64 = 100 * 5000 / 64;
    let form = stage.open_untrusted("plain.html?form=guarded").await?;
    // A clock by which each look ends a slice, so that the work would take half a minute
    let clock = "
        const real = performance.now.bind(performance);
        window.looks = 0;
        performance.now = () => real() + 5 * ++window.looks;";
    stage.client()?.execute(clock, vec![]).await?;
    form.fill("Your name", visitor::NAME).await?;
    let looks = async || ask(stage.client()?, "window.looks", vec![]).await?.as_u64().context("a number of looks");
    until("the work to begin", async || {
        let looks = looks().await?;
        ensure!(looks > 100, "the work looked at the clock {looks} times");
        Ok(())
    })
    .await?;
    stage.client()?.execute("document.querySelector('leadglass-form').remove()", vec![]).await?;
    let mut before = 0;
    let stopped_at = until("the work to stop", async || {
        let now = looks().await?;
        let was = std::mem::replace(&mut before, now);
        ensure!(now == was, "it looked at the clock {was}, then {now} times");
        Ok(now)
    })
    .await?;
    ensure!(stopped_at < LEAST, "it was done before: it looked {stopped_at} times");
    Ok(())
}
