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
    /// with one line; `from` and `to` of its evidence count the bytes of the text in UTF-8
    #[arg(long)]
    json: bool,
    /// Another model than the one built in
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
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

struct Request {
    text: String,
    kind: TextKind,
}

impl Request {
    /// Reads a line of JSON.
    ///
    /// # Errors
    /// All that is wrong with it.
    fn read(line: &[u8]) -> Result<Self, String> {
        const SHAPE: &str = "write `{\"text\": \"…\"}`";
        let line = str::from_utf8(line).map_err(|_| "the line is not UTF-8".to_owned())?;
        if line.trim().is_empty() {
            return Err(format!("the line is empty; {SHAPE}"));
        }
        let value: Value = serde_json::from_str(line)
            .map_err(|error| format!("the line is no JSON from column {} on; {SHAPE}", error.column()))?;
        let Value::Object(mut object) = value else { return Err(format!("the line is no object; {SHAPE}")) };
        let mut mistakes = Vec::new();
        let text = match object.remove("text") {
            Some(Value::String(text)) => text,
            Some(_) => {
                mistakes.push("`text` is no text between quotes".to_owned());
                String::new()
            }
            None => {
                mistakes.push("there is no `text`".to_owned());
                String::new()
            }
        };
        let kind = match object.remove("kind") {
            None | Some(Value::Null) => TextKind::default(),
            Some(Value::String(kind)) => TextKind::from_str(&kind, false).unwrap_or_else(|_| {
                mistakes.push(format!("there is no kind `{kind}`; write `message`, `query` or `page`"));
                TextKind::default()
            }),
            Some(_) => {
                mistakes.push("`kind` is no text; write `message`, `query` or `page`".to_owned());
                TextKind::default()
            }
        };
        if mistakes.is_empty() { Ok(Self { text, kind }) } else { Err(mistakes.join(", ")) }
    }
}

/// Where the text stands. A page that begins with `/` is told by its address, not by its title.
fn context(kind: TextKind, text: &str) -> Context<'_> {
    let is_path = text.starts_with('/') && !text.contains(char::is_whitespace);
    match kind {
        TextKind::Page if is_path => Context { path: text, ..Context::default() },
        kind => Context::of(kind.into(), text),
    }
}

pub(super) fn run(arguments: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    let given = match &arguments.model {
        Some(path) => Some(fs::read(path).with_context(|| format!("`{}` can't be read", path.display()))?),
        None => None,
    };
    let model = Model::read(given.as_deref().unwrap_or(MODEL))?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let is_good = if let Some(text) = &arguments.text {
        write!(out, "{}", told(text, &model.read_moment(&context(arguments.kind, text))))?;
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
        // Files of Windows programs begin with U+FEFF
        let request = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line) } else { &line };
        let answer = match Request::read(request) {
            Ok(Request { text, kind }) => as_json(&text, &model.read_moment(&context(kind, &text))),
            Err(error) => {
                is_good = false;
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
        assert_eq!(answers[2]["error"], "there is no `text`");
        assert_eq!((&answers[4]["moment"], &answers[4]["doubt"]), (&json!("unsure"), &json!("nothing")));
        for answer in [&answers[0], &answers[3], &answers[4]] {
            let sum: u64 = ["know", "go", "do", "buy"].iter().map(|it| answer[it].as_u64().unwrap()).sum();
            assert_eq!(sum, 1000);
        }
    }

    #[test]
    fn a_bad_line_is_told_in_words_of_its_own() {
        let lines = "\u{feff}{\"text\": \"opening hours\", \"kind\": null}\n[1]\n{\"text\": 5, \"kind\": \"video\"}\n\n{\"text\": }\n\
                     {\"text\": \"/opening-hours\", \"kind\": \"page\"}\n";
        let mut out = Vec::new();
        answer_lines(&model(), lines.as_bytes(), &mut out).unwrap();
        let answers: Vec<Value> =
            String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers[0]["evidence"][0]["part"], "message");
        let errors: Vec<_> = answers[1..5].iter().map(|answer| answer["error"].as_str().unwrap()).collect();
        assert_eq!(
            errors,
            [
                "the line is no object; write `{\"text\": \"…\"}`",
                "`text` is no text between quotes, there is no kind `video`; write `message`, `query` or `page`",
                "the line is empty; write `{\"text\": \"…\"}`",
                "the line is no JSON from column 10 on; write `{\"text\": \"…\"}`",
            ]
        );
        assert_eq!(answers[5]["evidence"][0]["part"], "path");
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
