//! Ten criteria over a thousand leads: leadglass and a rules engine in one process, in turns. Writes the inputs of the
//! other measurements into the folder it is given, and prints nanoseconds a lead as JSON.

mod leads;

use std::{error::Error, fs, hint::black_box, path::PathBuf};

use cpu_time::ThreadTime;
use leadglass_scoring::{
    Answers, Circumstances, Form, Lead, Submission, encoding,
    evaluate::{EvaluationRequest, evaluate},
    form_file, outcome, score, validate,
    validation::validate_into,
};
use serde_json::{Map, Value, json};
use zen_expression::{compile_expression, variable::Variable, vm::VM};

const ROUNDS: usize = 25;
/// Passes over all leads before the next has its turn. Each is timed by itself, in time of the processor that this thread
/// had.
const PASSES: usize = 20;
const EXPRESSION: &str = r#"max([0, min([100,
    (budget in ["20-100k", "gt100k"] ? 20 : 0) + (company_size >= 200 ? 15 : 0)
    + (job_title in ["ceo", "cto", "vp", "director"] ? 15 : 0) + (country in ["US", "DE", "GB", "FR"] ? 10 : 0)
    + (industry in ["saas", "fintech", "health"] ? 10 : 0) + (free_email == true ? -15 : 0)
    + (message_len >= 40 ? 5 : 0) + (timeline_days <= 90 ? 10 : 0) + (pages_viewed >= 5 ? 5 : 0)
    + (utm_source == "partner" ? 10 : 0)])])"#;

type Faults = Box<dyn Error>;

/// Something that scores the lead of this number.
struct Case<'c> {
    name: &'static str,
    score: Box<dyn FnMut(usize) -> i64 + 'c>,
    nanoseconds: Vec<f64>,
}

impl<'c> Case<'c> {
    fn new(name: &'static str, score: impl FnMut(usize) -> i64 + 'c) -> Self {
        Self { name, score: Box::new(score), nanoseconds: Vec::new() }
    }

    fn check(&mut self) -> Result<(), Faults> {
        let sum: i64 = (0..leads::COUNT).map(&mut self.score).sum();
        if sum == leads::CHECKSUM { Ok(()) } else { Err(format!("{}: the scores add up to {sum}", self.name).into()) }
    }

    fn turn(&mut self) {
        for _ in 0..PASSES {
            let start = ThreadTime::now();
            for number in 0..leads::COUNT {
                black_box((self.score)(black_box(number)));
            }
            self.nanoseconds.push(start.elapsed().as_secs_f64() * 1e9 / leads::COUNT as f64);
        }
    }

    fn least(&self) -> f64 {
        least(&self.nanoseconds)
    }
}

/// Whatever else a machine does only adds, so the fastest of many passes is what the work itself takes.
fn least(nanoseconds: &[f64]) -> f64 {
    nanoseconds.iter().copied().fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Faults> {
    let [card, folder] = std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "CARD FOLDER")?;
    let source = fs::read_to_string(card)?;
    let form = form_file::parse(&source).map_err(|mistakes| format!("{mistakes:?}"))?.form;
    let made = leads::make();
    let objects: Vec<Value> = made.iter().map(leads::Lead::json).collect();
    let answers: Vec<Answers> = objects.iter().map(as_answers).collect();
    let texts: Vec<String> = answers.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    let circumstances = Circumstances::default();
    let parsed: Vec<Lead> =
        answers.iter().map(|answers| validate(&form, answers, circumstances.at)).collect::<Result<_, _>>().map_err(
            |violations| format!("{violations:?}"),
        )?;
    let request = request(&form, &answers);
    write_inputs(&PathBuf::from(folder), &objects, &request)?;

    let compiled = compile_expression(EXPRESSION)?;
    let variables: Vec<Variable> = objects.iter().map(|object| object.clone().into()).collect();
    let mut reused = Lead::default();
    let mut cases = [
        Case::new("by_hand", |number| made[number].score()),
        Case::new("points", |number| outcome(&form, &parsed[number], &circumstances, |_| ()).score.into()),
        Case::new("reasons", |number| score(&form, &parsed[number], &circumstances).score.into()),
        Case::new("from_answers", |number| {
            let given = &answers[number];
            let read = validate_into(&form, circumstances.at, &mut reused, |_, field, cells| {
                cells.extend(given.get(&field.id).iter().map(String::as_str));
            });
            read.map_or(-1, |()| score(&form, &reused, &circumstances).score.into())
        }),
        Case::new("from_json", |number| {
            let answers: Answers = serde_json::from_str(&texts[number]).unwrap_or_default();
            let lead = validate(&form, &answers, circumstances.at);
            lead.map_or(-1, |lead| score(&form, &lead, &circumstances).score.into())
        }),
        Case::new("zen_expression", |number| {
            let mut machine = VM::new();
            let result = compiled.evaluate_with(variables[number].clone(), &mut machine);
            result.ok().and_then(|result| result.to_value().as_f64()).map_or(-1, |score| score as i64)
        }),
    ];
    cases.iter_mut().try_for_each(Case::check)?;
    let mut whole = Vec::new();
    for _ in 0..ROUNDS {
        cases.iter_mut().for_each(Case::turn);
        let start = ThreadTime::now();
        black_box(evaluate(black_box(&request))?);
        whole.push(start.elapsed().as_secs_f64() * 1e9 / leads::COUNT as f64);
    }
    let mut results: Map<String, Value> =
        cases.iter().map(|case| (case.name.to_owned(), json!(case.least()))).collect();
    results.insert("evaluate".into(), json!(least(&whole)));
    println!("{}", Value::Object(results));
    Ok(())
}

fn as_answers(object: &Value) -> Answers {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        value => value.to_string(),
    };
    object.as_object().into_iter().flatten().map(|(id, value)| (id.clone(), text(value))).collect()
}

fn request(form: &Form, answers: &[Answers]) -> Vec<u8> {
    let submission = |answers: &Answers| Submission { answers: answers.clone(), ..Submission::default() };
    let submissions = answers.iter().map(submission).collect();
    encoding::encode(&EvaluationRequest { definition: form.definition().clone(), submissions })
}

/// What the other engines read, each lead once.
fn write_inputs(folder: &PathBuf, objects: &[Value], request: &[u8]) -> Result<(), Faults> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("request.cbor"), request)?;
    fs::write(folder.join("answer.cbor"), evaluate(request)?)?;
    let lines: String = objects.iter().map(|object| format!("{object}\n")).collect();
    fs::write(folder.join("leads.ndjson"), lines)?;
    let columns: Vec<&String> = objects[0].as_object().ok_or("a lead is an object")?.keys().collect();
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |object: &Value| columns.iter().map(|column| cell(&object[column.as_str()])).collect::<Vec<_>>().join(",");
    let header = columns.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(",");
    let rows: String = objects.iter().map(|object| row(object) + "\n").collect();
    fs::write(folder.join("leads.csv"), format!("{header}\n{rows}"))?;
    Ok(())
}
