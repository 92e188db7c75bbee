//! Reads the test vectors: cases as data, the same for the native code and for the wasm that ships.

use std::collections::BTreeMap;

use leadglass_scoring::{Answers, Signal, Submission, Timestamp, timestamp::Date};
use serde::Deserialize;

/// The files, by name.
pub const FILES: [(&str, &str); 2] =
    [("validation", include_str!("../vectors/validation.toml")), ("scoring", include_str!("../vectors/scoring.toml"))];

/// The form they speak of.
pub const EVERY_KIND: &str = include_str!("../forms/every_kind.toml");

/// A file of vectors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vectors {
    pub form: String,
    at: toml::value::Datetime,
    base: BTreeMap<String, OneOrMany>,
    pub case: Vec<Case>,
}

/// One case. Where nothing is expected of a part, it is not looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    #[serde(default)]
    answers: BTreeMap<String, OneOrMany>,
    #[serde(default)]
    signals: Vec<SeenSignal>,
    pub violations: Option<Vec<String>>,
    pub kept: Option<BTreeMap<String, OneOrMany>>,
    pub points: Option<String>,
    pub score: Option<u8>,
    pub grade: Option<String>,
    pub decision: Option<String>,
    pub contributions: Option<Vec<String>>,
    #[serde(default)]
    pub gates: Vec<String>,
}

#[derive(Deserialize)]
struct SeenSignal {
    name: String,
    at: toml::value::Datetime,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub fn into_values(self) -> Vec<String> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }
}

impl Vectors {
    pub fn parse(source: &str) -> Self {
        toml::from_str(source).expect("a vector file is well-formed")
    }

    pub fn submission(&self, case: &Case) -> Submission {
        let mut answers = Answers::new();
        for (field, values) in self.base.iter().chain(&case.answers) {
            answers.set(field.clone(), values.clone().into_values());
        }
        let signal = |seen: &SeenSignal| Signal { name: seen.name.clone(), at: timestamp(&seen.at) };
        Submission {
            answers,
            signals: case.signals.iter().map(signal).collect(),
            at: timestamp(&self.at),
            ..Submission::default()
        }
    }
}

fn timestamp(time: &toml::value::Datetime) -> Timestamp {
    let (date, clock) = (time.date.expect("a date"), time.time.expect("a time"));
    let days = Date::from_civil(date.year.into(), date.month.into(), date.day.into()).expect("a real date").days();
    let seconds = i64::from(clock.hour) * 3600 + i64::from(clock.minute) * 60 + i64::from(clock.second.unwrap_or(0));
    Timestamp::from_millis(i64::from(days) * 86_400_000 + seconds * 1000)
}
