//! What shuts people out of a page, as axe-core sees it.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Client;
use serde_json::Value;

use crate::tools;

/// Fails where axe-core has something to report about the page as it stands.
///
/// # Errors
/// What it reports: rule, help, elements.
pub async fn check(client: &Client, when: &str) -> Result<()> {
    client.execute(&tools::axe()?, vec![]).await.context("axe-core does not load")?;
    let found = client
        .execute_async(
            "const done = arguments[0];
             const forms = [...document.querySelectorAll('leadglass-form')];
             const moving = [document, ...forms.map((form) => form.shadowRoot)].flatMap((root) => root?.getAnimations() ?? []);
             const ending = moving.filter((it) => it.effect.getComputedTiming().endTime < Infinity);
             // What is still coming up has no colours of its own
             Promise.allSettled(ending.map((it) => it.finished))
               .then(() => axe.run(document, { resultTypes: ['violations'] }))
               .then((found) => done(found.violations), (error) => done(String(error)));",
            vec![],
        )
        .await?;
    let violations = found.as_array().with_context(|| format!("axe-core failed: {found}"))?;
    let reports: Vec<_> = violations.iter().map(report).collect();
    ensure!(reports.is_empty(), "{when}, axe-core reports:\n{}", reports.join("\n"));
    Ok(())
}

fn report(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().into_iter().flatten();
    let nodes: Vec<_> = nodes.map(|node| format!("{} {}", node["target"], node["failureSummary"])).collect();
    format!("{}: {} {}", violation["id"], violation["help"], nodes.join(" | "))
}
