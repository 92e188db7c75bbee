//! The wasm that ships gives the same bytes as the native code, in browsers and in Node: over the test vectors, over
//! random cards and leads, and over 41,188 real rows.

#[path = "../../crates/scoring/tests/suite/random.rs"]
mod random;
#[expect(dead_code, reason = "what is expected of each case is checked against the native code, in its own suite")]
#[path = "../../crates/scoring/tests/suite/reader.rs"]
mod reader;

use std::fs::File;

use anyhow::{Context as _, Result, bail, ensure};
use flate2::read::GzDecoder;
use leadglass_scoring::{
    Answers, Evaluation, Submission,
    encoding::{decode, encode},
    evaluate::{EvaluationAnswer, EvaluationRequest, evaluate},
    form_file,
};
use leadglass_tests::{browser::Place, scenario::is_all, scenarios, stage::Stage, tools};
use reader::{EVERY_KIND, FILES, Vectors};

/// Submissions of one request, which the page holds in memory at once.
const BATCH: usize = 2_000;
/// Random cards, each with a batch of random leads: 100,000 cases, and ten times as many under `--all`.
fn random_cards() -> u64 {
    if is_all() { 500 } else { 50 }
}

/// Chromium and Node at every run, with the one engine they share; Firefox's as well under `--all`.
fn places() -> &'static [Place] {
    if is_all() { &Place::ALL } else { &Place::ALL[..2] }
}

scenarios![
    in places();
    the_test_vectors_give_the_same_bytes_everywhere,
    random_cards_and_leads_give_the_same_bytes_everywhere,
    real_rows_give_the_same_bytes_everywhere,
];

async fn the_test_vectors_give_the_same_bytes_everywhere(stage: &mut Stage) -> Result<()> {
    let mut requests = Vec::new();
    for (_, source) in FILES {
        let vectors = Vectors::parse(source);
        let definition = definition(reader::form_file(&vectors.form))?;
        let submissions = vectors.case.iter().map(|case| vectors.submission(case)).collect();
        requests.push(EvaluationRequest { definition, submissions });
    }
    same_bytes(stage, requests).await
}

async fn random_cards_and_leads_give_the_same_bytes_everywhere(stage: &mut Stage) -> Result<()> {
    let definition = definition(EVERY_KIND)?;
    let requests = (1..=random_cards()).map(|seed| random::request(&definition, seed, BATCH));
    same_bytes(stage, requests).await
}

async fn real_rows_give_the_same_bytes_everywhere(stage: &mut Stage) -> Result<()> {
    let folder = tools::repository().join("crates/endpoint/examples/bank-marketing");
    let definition = definition(&std::fs::read_to_string(folder.join("form.toml"))?)?;
    let mut table = csv::Reader::from_reader(GzDecoder::new(File::open(folder.join("bank-marketing.csv.gz"))?));
    let ids: Vec<String> = table.headers()?.iter().map(|column| column.replace('.', "_")).collect();
    let mut submissions = Vec::new();
    for record in table.records() {
        let record = record?;
        let answers: Answers = ids.iter().map(String::as_str).zip(&record).collect();
        submissions.push(Submission { answers, ..Submission::default() });
    }
    ensure!(submissions.len() == 41_188, "the table has {} rows", submissions.len());
    let requests = submissions
        .chunks(BATCH)
        .map(|rows| EvaluationRequest { definition: definition.clone(), submissions: rows.to_vec() });
    same_bytes(stage, requests).await
}

fn definition(source: &str) -> Result<leadglass_scoring::FormDefinition> {
    let file = form_file::parse(source).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?;
    Ok(file.form.definition().clone())
}

async fn same_bytes(stage: &mut Stage, requests: impl IntoIterator<Item = EvaluationRequest>) -> Result<()> {
    let mut evaluator = stage.evaluator("enquiry").await?;
    for request in requests {
        let bytes = encode(&request);
        let native = evaluate(&bytes).context("the native code refuses the request")?;
        let EvaluationAnswer::Evaluated(evaluations) = decode(&native)? else {
            bail!("the native code refuses the form, so nothing was compared")
        };
        ensure!(evaluations.len() == request.submissions.len(), "an evaluation a submission");
        let is_scored = |evaluation: &Evaluation| matches!(evaluation, Evaluation::Scored(_));
        ensure!(evaluations.iter().any(is_scored), "no submission is a lead, so no score was compared");
        let shipped = evaluator.evaluate(bytes).await?;
        ensure!(
            shipped == native,
            "the wasm gives other bytes than the native code, first at byte {:?} of {}",
            shipped.iter().zip(&native).position(|(one, other)| one != other),
            native.len()
        );
    }
    stage.leads().none().await
}
