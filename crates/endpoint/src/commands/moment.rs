//! `leadglass moment`: what a text's writer wants, and which words say so.

use std::{
    fmt::Write as _,
    fs,
    io::{self, BufRead, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::ValueEnum;
use leadglass_scoring::moment::{Context, Doubt, Kind, Model, Moment, Reading, Source};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::settings::Settings;

/// The model that is built in.
pub const MODEL: &[u8] = include_bytes!("../../../scoring/models/moments.bin");

/// What to read.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The text
    #[arg(required_unless_present = "json", conflicts_with = "json")]
    text: Option<String>,
    /// What kind of text it is
    #[arg(long, value_enum, default_value_t = TextKind::Message)]
    kind: TextKind,
    /// Read one JSON object a line from standard input, `{"text": …, "kind": "message"|"query"|"page"}`, and answer each
    /// with one line
    #[arg(long)]
    json: bool,
    /// Another model than the one built in
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
enum TextKind {
    #[default]
    Message,
    Query,
    Page,
}

impl From<TextKind> for Kind {
    fn from(kind: TextKind) -> Self {
        match kind {
            TextKind::Message => Self::Message,
            TextKind::Query => Self::Query,
            TextKind::Page => Self::Page,
        }
    }
}

#[derive(Deserialize)]
struct Request {
    text: String,
    #[serde(default)]
    kind: TextKind,
}

pub(super) fn run(arguments: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    let given = match &arguments.model {
        Some(path) => Some(fs::read(path).with_context(|| format!("`{}` can't be read", path.display()))?),
        None => None,
    };
    let model = Model::read(given.as_deref().unwrap_or(MODEL))?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let is_good = if let Some(text) = &arguments.text {
        let kind = arguments.kind.into();
        write!(out, "{}", told(text, &model.read_moment(&Context::of(kind, text))))?;
        true
    } else {
        answer_lines(&model, io::stdin().lock(), &mut out)?
    };
    out.flush()?;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Answers each line in order; a bad one with what is wrong with it. Whether all were good.
fn answer_lines(model: &Model, mut lines: impl BufRead, out: &mut impl Write) -> anyhow::Result<bool> {
    let mut is_good = true;
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if lines.read_until(b'\n', &mut line).context("standard input can't be read")? == 0 {
            break;
        }
        let answer = match serde_json::from_slice::<Request>(&line) {
            Ok(Request { text, kind }) => as_json(&text, &model.read_moment(&Context::of(kind.into(), &text))),
            Err(error) => {
                is_good = false;
                let error = error.to_string();
                // Its line is always the first, and its column says no more than the words do
                let error = error.split(" at line ").next().unwrap_or_default();
                json!({ "line": number, "error": error })
            }
        };
        serde_json::to_writer(&mut *out, &answer)?;
        writeln!(out)?;
    }
    Ok(is_good)
}

fn as_json(text: &str, reading: &Reading) -> Value {
    let evidence: Vec<_> = reading
        .evidence
        .iter()
        .map(|it| match it.of {
            Source::Words { part, from, to } => json!({
                "part": part.as_str(),
                "from": from,
                "to": to,
                "text": text.get(from..to),
                "speaks_for": it.speaks_for.as_str(),
                "weight": it.weight,
            }),
            Source::Hint(hint) => {
                json!({ "hint": hint.as_str(), "speaks_for": it.speaks_for.as_str(), "weight": it.weight })
            }
        })
        .collect();
    let mut answer = json!({
        "moment": reading.moment().map_or("unsure", Moment::as_str),
        "best": reading.best.as_str(),
    });
    for moment in Moment::ALL {
        answer[moment.as_str()] = reading.of(moment).into();
    }
    if let Some(doubt) = reading.doubt {
        answer["doubt"] = doubt.as_str().into();
    }
    answer["evidence"] = evidence.into();
    answer
}

fn told(text: &str, reading: &Reading) -> String {
    let mut told = match (reading.moment(), reading.doubt) {
        (Some(moment), _) => format!("{}\n", moment.as_str()),
        (None, doubt) => {
            let why = match doubt {
                Some(Doubt::Nothing) => "there is no word to go by",
                Some(Doubt::OtherLanguage) => "it does not look like English, Russian or Romanian",
                Some(Doubt::Close) | None => "the best is not probable enough",
            };
            format!("unsure ({why}); the best guess is {}\n", reading.best.as_str())
        }
    };
    for moment in Moment::ALL {
        let share = reading.of(moment);
        let bar = "█".repeat(usize::from(share).div_ceil(40));
        let _ = writeln!(told, "  {:<4} {:>5.1} %  {bar}", moment.as_str(), f64::from(share) / 10.0);
    }
    for it in &reading.evidence {
        if let Source::Words { from, to, .. } = it.of {
            let words = text.get(from..to).unwrap_or_default();
            let _ = writeln!(told, "  {:>+6.2} {:<4} {words}", f64::from(it.weight) / 1024.0, it.speaks_for.as_str());
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model::read(MODEL).unwrap()
    }

    #[test]
    fn lines_are_answered_in_order_and_a_bad_one_is_told_with_its_number() {
        let lines = "{\"text\": \"two tickets for Saturday, please\"}\nnonsense\n{\"kind\": \"page\"}\n\
                     {\"text\": \"opening hours\", \"kind\": \"page\"}\n{\"text\": \"\", \"kind\": \"query\"}";
        let mut out = Vec::new();
        assert!(!answer_lines(&model(), lines.as_bytes(), &mut out).unwrap());
        let answers: Vec<Value> =
            String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers.len(), 5);
        assert_eq!((&answers[0]["best"], &answers[3]["best"]), (&json!("buy"), &json!("go")));
        assert_eq!(answers[1]["line"], 2);
        assert!(answers[2]["error"].as_str().unwrap().contains("missing field `text`"), "{}", answers[2]);
        assert_eq!((&answers[4]["moment"], &answers[4]["doubt"]), (&json!("unsure"), &json!("nothing")));
        for answer in [&answers[0], &answers[3], &answers[4]] {
            let sum: u64 = ["know", "go", "do", "buy"].iter().map(|it| answer[it].as_u64().unwrap()).sum();
            assert_eq!(sum, 1000);
        }
    }

    #[test]
    fn evidence_names_the_words_it_is_about() {
        let text = "Сколько стоит доставка двух столов?";
        let answer = as_json(text, &model().read_moment(&Context::of(Kind::Message, text)));
        for it in answer["evidence"].as_array().unwrap() {
            assert!(text.contains(it["text"].as_str().unwrap()));
        }
    }

    #[test]
    fn a_person_is_told_why_nothing_is_told() {
        let told = told("", &model().read_moment(&Context::default()));
        assert!(told.starts_with("unsure (there is no word to go by)"), "{told}");
    }
}
