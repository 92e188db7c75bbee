//! The shipped widget by itself: `evaluate` in a blank page.

use anyhow::{Context as _, Result, ensure};
use leadglass_tests::{evaluator::Page, scenarios, stage::Stage};

scenarios![the_shipped_widget_evaluates_in_a_blank_page];

async fn the_shipped_widget_evaluates_in_a_blank_page(stage: &mut Stage) -> Result<()> {
    stage.open("blank.html").await?;
    let evaluator = Page::open(stage.client()?, &stage.host, &stage.gate.origin(), "enquiry").await?;
    let definition = evaluator.definition(&stage.gate.origin(), "enquiry").await?;

    // An array of the definition and no submissions; the answer is `Evaluated` of none
    let request = [&[0x82], definition.as_slice(), &[0x80]].concat();
    let answer = evaluator.evaluate(request).await?;
    ensure!(answer == [0x82, 0x00, 0x81, 0x80], "the answer is {answer:02x?}");

    let refused = evaluator.evaluate(b"not a request".to_vec()).await;
    refused.err().context("bytes that are no request must be refused, not swallowed")?;
    stage.leads().none().await
}
