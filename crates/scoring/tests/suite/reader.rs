//! Reads the test vectors: cases as data, the same for the native code and for the wasm that ships.

use std::collections::BTreeMap;

use leadglass_scoring::{Answers, Channel, Moment, Signal, Submission, Timestamp, Touch, timestamp::Date};
use serde::Deserialize;

/// The files, by name.
pub const FILES: [(&str, &str); 7] = [
    ("validation", include_str!("../vectors/validation.toml")),
    ("scoring", include_str!("../vectors/scoring.toml")),
    ("circumstances", include_str!("../vectors/circumstances.toml")),
    ("segments", include_str!("../vectors/segments.toml")),
    ("small_cards", include_str!("../vectors/small_cards.toml")),
    ("phones", include_str!("../vectors/phones.toml")),
    ("offers", include_str!("../vectors/offers.toml")),
];

/// A form with every kind of field and every test of an answer.
pub const EVERY_KIND: &str = include_str!("../forms/every_kind.toml");
/// A form with every part of a card.
pub const WHOLE_CARD: &str = include_str!("../forms/whole_card.toml");

/// A form that asks for phone numbers of several countries.
const PHONES: &str = include_str!("../../../../tests/forms/phone.toml");

/// The form that a file of vectors speaks of.
pub fn form_file(name: &str) -> &'static str {
    match name {
        "every_kind" => EVERY_KIND,
        "whole_card" => WHOLE_CARD,
        "phones" => PHONES,
        _ => panic!("there is no form `{name}`"),
    }
}

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
    at: Option<toml::value::Datetime>,
    channel: Option<String>,
    first_touch: Option<BTreeMap<String, String>>,
    last_touch: Option<BTreeMap<String, String>>,
    moment: Option<String>,
    pub violations: Option<Vec<String>>,
    pub kept: Option<BTreeMap<String, OneOrMany>>,
    pub points: Option<String>,
    pub score: Option<u8>,
    pub grade: Option<String>,
    pub decision: Option<String>,
    pub contributions: Option<Vec<String>>,
    #[serde(default)]
    pub gates: Vec<String>,
    pub segment: Option<String>,
    pub approach: Option<String>,
    pub readiness: Option<String>,
    pub held_back: Option<String>,
    pub offers: Option<Vec<String>>,
    pub owner_rule: Option<String>,
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
            at: timestamp(case.at.as_ref().unwrap_or(&self.at)),
            channel: case.channel.as_ref().map(|name| *named(&Channel::ALL, |it| it.as_str() == name)),
            first_touch: case.first_touch.as_ref().map(touch),
            last_touch: case.last_touch.as_ref().map(touch),
            moment: case.moment.as_ref().map(|name| *named(&Moment::ALL, |it| it.as_str() == name)),
        }
    }
}

fn named<T>(all: &[T], is_named: impl Fn(&T) -> bool) -> &T {
    all.iter().find(|it| is_named(it)).expect("the name is known")
}

fn touch(parts: &BTreeMap<String, String>) -> Touch {
    let part = |name| parts.get(name).cloned();
    Touch {
        source: part("source"),
        medium: part("medium"),
        campaign: part("campaign"),
        term: part("term"),
        content: part("content"),
        referrer: part("referrer"),
        landing_page: part("landing_page"),
        at: None,
    }
}

fn timestamp(time: &toml::value::Datetime) -> Timestamp {
    let (date, clock) = (time.date.expect("a date"), time.time.expect("a time"));
    let days = Date::from_civil(date.year.into(), date.month.into(), date.day.into()).expect("a real date").days();
    let seconds = i64::from(clock.hour) * 3600 + i64::from(clock.minute) * 60 + i64::from(clock.second.unwrap_or(0));
    Timestamp::from_millis(i64::from(days) * 86_400_000 + seconds * 1000)
}
