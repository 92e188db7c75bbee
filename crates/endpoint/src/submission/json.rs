//! Submissions in JSON.

mod answers;
mod later_signals;
mod object;

use std::fmt;

use leadglass_scoring::{
    Channel, Decision, Language, Moment, Points, Signal, Timestamp, Touch, encoding::VersionId, moment::Visit,
    signal::MAX_SIGNALS,
};
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, Visitor},
};
use utoipa::ToSchema;
use uuid::Uuid;

pub(super) use self::answers::WireAnswers;
pub use self::{
    later_signals::{read_signals, read_withdrawals},
    object::{object, objects, optional_object},
};
use super::{Begun, MOMENTS_LIMIT, PageScore, Submission, page_address, page_text};
use crate::{
    clock::from_rfc3339,
    problem::{Kind, Problem},
    spam::Evidence,
    store::Page,
};

#[derive(Deserialize)]
#[serde(expecting = "a submission, which is an object")]
struct Wire {
    key: Option<Text>,
    supersedes: Option<Text>,
    version: Option<Text>,
    language: Option<Text>,
    #[serde(default)]
    answers: WireAnswers,
    #[serde(default, deserialize_with = "objects")]
    signals: Vec<WireSignal>,
    #[serde(default, deserialize_with = "optional_object")]
    first_touch: Option<WireTouch>,
    #[serde(default, deserialize_with = "optional_object")]
    last_touch: Option<WireTouch>,
    sent_at: Option<Text>,
    #[serde(default, deserialize_with = "optional_object")]
    score: Option<WireScore>,
    #[serde(default, deserialize_with = "objects")]
    moments: Vec<WireBegun>,
    #[serde(default, deserialize_with = "object")]
    page: WirePage,
    trap: Option<Text>,
    proof: Option<Text>,
    dwell: Option<Text>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = Signal)]
#[serde(expecting = "a signal with `name` and `at`")]
pub(super) struct WireSignal {
    /// What: lower-case letters, digits and `_`.
    #[schema(value_type = String, pattern = "^[a-z0-9_]{1,64}$")]
    name: Text,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Text,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = Touch)]
#[serde(expecting = "a touch with `source`, `medium`, `campaign` and the like")]
pub(super) struct WireTouch {
    #[schema(value_type = Option<String>)]
    source: Option<Text>,
    #[schema(value_type = Option<String>)]
    medium: Option<Text>,
    #[schema(value_type = Option<String>)]
    campaign: Option<Text>,
    #[schema(value_type = Option<String>)]
    term: Option<Text>,
    #[schema(value_type = Option<String>)]
    content: Option<Text>,
    #[schema(value_type = Option<String>)]
    referrer: Option<Text>,
    #[schema(value_type = Option<String>)]
    landing_page: Option<Text>,
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Text>,
}

#[derive(Deserialize)]
#[serde(expecting = "a score with `points` and `decision`")]
struct WireScore {
    points: Whole,
    decision: Text,
}

#[derive(Deserialize)]
#[serde(expecting = "a moment with `moment` and `at`")]
struct WireBegun {
    moment: Text,
    at: Text,
}

#[derive(Default, Deserialize)]
#[serde(expecting = "a page with `url` and `referrer`")]
struct WirePage {
    url: Option<Text>,
    referrer: Option<Text>,
    title: Option<Text>,
    heading: Option<Text>,
    #[serde(default)]
    phone: bool,
}

impl WirePage {
    fn text(text: Option<&Text>) -> String {
        text.and_then(|text| page_text(&text.0)).unwrap_or_default()
    }
}

/// Reads a body.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read_json(body: &[u8], answers_limit: usize) -> Result<Submission, Problem> {
    read_shape::<Wire>(body)?.into_submission(answers_limit)
}

/// Reads a body of any shape.
///
/// # Errors
/// What is wrong with it, and where; never what was sent.
pub fn read_shape<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let text = str::from_utf8(body).map_err(|error| {
        let at = error.valid_up_to();
        Problem::new(Kind::BodyNotUtf8, format!("the body is not UTF-8 from byte {at} on; send it in UTF-8"))
    })?;
    // serde reads a list as an object's members in their order, which nobody means.
    if text.trim_start().starts_with('[') {
        return Err(Problem::new(Kind::BodyWrongShape, "the body has the wrong shape: expected an object"));
    }
    if text.trim_start().is_empty() {
        return Err(Problem::new(Kind::BodyNotJson, "the body is empty; send a JSON object"));
    }
    serde_json::from_str(text).map_err(|_| malformed::<T>(text))
}

/// Reads once more to find the place; only what is refused pays for that.
fn malformed<T: DeserializeOwned>(text: &str) -> Problem {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        return Problem::new(Kind::BodyNotJson, "the body goes on after the submission; send one JSON object");
    };
    let path = error.path().to_string();
    let cause = error.into_inner();
    let place = format!("line {}, column {}", cause.line(), cause.column());
    if cause.is_data() {
        let told = cause.to_string();
        let told = told.rsplit_once(" at line ").map_or(told.as_str(), |(told, _)| told);
        // What was sent instead is left out: it may be an answer.
        let told = told.rsplit_once(", expected ").map_or_else(
            || told.to_owned(),
            // Our own names for what it is read into are none of its sender's business.
            |(_, what)| {
                if what.starts_with("struct ") { "expected an object".to_owned() } else { format!("expected {what}") }
            },
        );
        let path = if path == "." { "the body".to_owned() } else { format!("`{path}`") };
        return Problem::new(Kind::BodyWrongShape, format!("{path} has the wrong shape: {told} ({place})"));
    }
    let told = if cause.is_eof() { "it ends too early" } else { "it is not JSON" };
    Problem::new(Kind::BodyNotJson, format!("the body can't be read: {told} ({place})"))
}

impl Wire {
    fn into_submission(self, answers_limit: usize) -> Result<Submission, Problem> {
        if self.answers.count > answers_limit {
            return Err(too_many_answers(answers_limit));
        }
        let key = self.key.ok_or_else(|| Problem::of(Kind::KeyMissing, Language::En))?;
        let last_touch = self.last_touch.map(|touch| touch.into_touch("last_touch.at")).transpose()?;
        let of_touch = |part: fn(&Touch) -> &Option<String>| {
            last_touch.as_ref().and_then(|touch| part(touch).clone()).unwrap_or_default()
        };
        let (title, heading) = (WirePage::text(self.page.title.as_ref()), WirePage::text(self.page.heading.as_ref()));
        let page = Page { url: address(self.page.url), referrer: address(self.page.referrer) };
        Ok(Submission {
            visit: Visit {
                url: page.url.clone().unwrap_or_default(),
                referrer: page.referrer.clone().unwrap_or_default(),
                title,
                heading,
                search_term: of_touch(|touch| &touch.term),
                campaign: of_touch(|touch| &touch.campaign),
                medium: of_touch(|touch| &touch.medium),
                is_phone: self.page.phone,
            },
            moments: moments(&self.moments)?,
            page,
            key: uuid(&key, "key")?,
            channel: Channel::Form,
            supersedes: self.supersedes.map(|key| uuid(&key, "supersedes")).transpose()?,
            version: self.version.map(|text| version(&text)).transpose()?,
            language: self.language.map(|text| text.0),
            answers: self.answers.answers,
            signals: signals(&self.signals)?,
            first_touch: self.first_touch.map(|touch| touch.into_touch("first_touch.at")).transpose()?,
            last_touch,
            sent_at: self.sent_at.map(|text| time(&text, "sent_at")).transpose()?,
            score: self.score.map(WireScore::into_score).transpose()?,
            evidence: Evidence {
                trap: self.trap.is_some_and(|text| !text.0.is_empty()),
                dwell: self.dwell.map(|text| text.0),
                proof: self.proof.map(|text| text.0),
            },
            quiet: false,
        })
    }
}

impl WireScore {
    fn into_score(self) -> Result<PageScore, Problem> {
        let decision = Decision::ALL.into_iter().find(|decision| decision.as_str() == self.decision.0);
        let decision = decision.ok_or_else(|| wrong("score.decision", "`accept`, `nurture` or `decline`"))?;
        Ok(PageScore { points: Points::from_milli(self.points.0), decision })
    }
}

impl WireTouch {
    pub(super) fn into_touch(self, time_path: &str) -> Result<Touch, Problem> {
        let words = |text: Option<Text>| text.and_then(|text| page_text(&text.0));
        Ok(Touch {
            source: words(self.source),
            medium: words(self.medium),
            campaign: words(self.campaign),
            term: words(self.term),
            content: words(self.content),
            referrer: address(self.referrer),
            landing_page: address(self.landing_page),
            at: self.at.filter(|text| !text.0.is_empty()).map(|text| time(&text, time_path)).transpose()?,
        })
    }
}

pub(super) fn too_many_answers(limit: usize) -> Problem {
    let detail = format!("there are more than {limit} answers; send those of the form's fields alone");
    Problem::new(Kind::TooManyAnswers, detail)
}

fn address(text: Option<Text>) -> Option<String> {
    text.and_then(|text| page_address(text.0))
}

fn wrong(path: &str, expected: &str) -> Problem {
    Problem::new(Kind::BodyWrongShape, format!("`{path}` has the wrong shape: expected {expected}"))
}

fn uuid(text: &Text, path: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(&text.0).map_err(|_| wrong(path, "a UUID"))
}

fn version(text: &Text) -> Result<VersionId, Problem> {
    VersionId::parse(&text.0).ok_or_else(|| wrong("version", "64 hexadecimal digits"))
}

fn time(text: &Text, path: &str) -> Result<Timestamp, Problem> {
    from_rfc3339(&text.0).ok_or_else(|| wrong(path, "a time as RFC 3339 writes it"))
}

/// The latest moments of the visit.
fn moments(wire: &[WireBegun]) -> Result<Vec<Begun>, Problem> {
    let begun = |(number, begun): (usize, &WireBegun)| {
        let moment = Moment::ALL.into_iter().find(|moment| moment.as_str() == begun.moment.0);
        let path = format!("moments[{number}]");
        let moment = moment.ok_or_else(|| wrong(&format!("{path}.moment"), "`know`, `go`, `do` or `buy`"))?;
        Ok(Begun { moment, at: time(&begun.at, &format!("{path}.at"))? })
    };
    let first = wire.len().saturating_sub(MOMENTS_LIMIT);
    wire.iter().enumerate().skip(first).map(begun).collect()
}

fn signal_name(name: &Text, path: &str) -> Result<String, Problem> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let Text(name) = name;
    if name.is_empty() || name.len() > 64 || !name.bytes().all(is_name) {
        return Err(wrong(path, "1 to 64 lower-case letters, digits and `_`"));
    }
    Ok(name.clone())
}

pub(super) fn signals(wire: &[WireSignal]) -> Result<Vec<Signal>, Problem> {
    let first = wire.len().saturating_sub(MAX_SIGNALS);
    let signal = |(number, signal): (usize, &WireSignal)| {
        let name = signal_name(&signal.name, &format!("signals[{number}].name"))?;
        Ok(Signal { name, at: time(&signal.at, &format!("signals[{number}].at"))? })
    };
    wire.iter().enumerate().skip(first).map(signal).collect()
}

/// A text, told to be one in our own words where it is not.
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Text;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Text, E> {
                Ok(Text(text))
            }
        }
        deserializer.deserialize_string(Reader)
    }
}

/// A whole number, told to be one in our own words where it is not.
struct Whole(i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Whole;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a whole number of 64 bits")
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Whole, E> {
                Ok(Whole(number))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Whole, E> {
                let whole = i64::try_from(number).map(Whole);
                whole.map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
            }
        }
        deserializer.deserialize_i64(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> (Kind, String) {
        let problem = read_json(body.as_bytes(), 5).unwrap_err();
        (problem.kind(), problem.detail().to_owned())
    }

    #[test]
    fn every_shape_of_an_answer_becomes_text() {
        let body = r#"{"key":"0191d3c0-0000-4000-8000-000000000001","answers":
            {"a":"x","b":12.5,"c":true,"d":["p","q"],"e":null}}"#;
        let submission = read_json(body.as_bytes(), 500).unwrap();
        let answers: Vec<_> = submission.answers.iter().map(|(field, values)| (field, values.join("|"))).collect();
        assert_eq!(answers, [("a", "x".into()), ("b", "12.5".into()), ("c", "yes".into()), ("d", "p|q".into())]);
    }

    #[test]
    fn a_body_of_another_shape_is_told_where_and_never_what_was_sent() {
        let key = r#""key":"0191d3c0-0000-4000-8000-000000000001""#;
        let cases = [
            r#"{"answers":"secret"}"#.to_owned(),
            format!(r#"{{{key},"answers":{{"email":{{"secret":1}}}}}}"#),
            format!(r#"{{{key},"answers":{{"email":[["secret"]]}}}}"#),
            format!(r#"{{{key},"sent_at":"secret"}}"#),
            format!(r#"{{{key},"signals":[{{"name":"Secret!","at":"2026-01-01T00:00:00Z"}}]}}"#),
            format!(r#"{{{key},"first_touch":"secret"}}"#),
            format!(r#"{{{key},"last_touch":{{"at":"secret"}}}}"#),
            format!(r#"{{{key},"score":{{"points":1,"decision":"secret"}}}}"#),
            format!(r#"{{{key},"score":{{"points":1.5,"decision":"accept"}}}}"#),
            "[]".to_owned(),
            format!(r#"{{{key},"signals":[["secret","2026-01-01T00:00:00Z"]]}}"#),
            format!(r#"{{{key},"first_touch":["secret"]}}"#),
            format!(r#"{{{key},"score":[1,"accept"]}}"#),
            format!(r#"{{{key},"moments":[["buy","2026-01-01T00:00:00Z"]]}}"#),
            format!(r#"{{{key},"page":["https://secret.example/"]}}"#),
        ];
        let told: Vec<String> = cases
            .iter()
            .map(|body| {
                let (kind, detail) = refusal(body);
                assert_eq!(kind, Kind::BodyWrongShape, "{body}");
                detail
            })
            .collect();
        assert!(!told.join(" ").to_lowercase().contains("secret"));
        insta::assert_snapshot!(told.join("\n"), @"
        `answers` has the wrong shape: expected answers by field (line 1, column 19)
        `answers.email` has the wrong shape: expected a text, a number, `true` or `false`, or a list of them (line 1, column 66)
        `answers.email[0]` has the wrong shape: expected a text, a number, `true` or `false` (line 1, column 67)
        `sent_at` has the wrong shape: expected a time as RFC 3339 writes it
        `signals[0].name` has the wrong shape: expected 1 to 64 lower-case letters, digits and `_`
        `first_touch` has the wrong shape: expected a touch with `source`, `medium`, `campaign` and the like (line 1, column 68)
        `last_touch.at` has the wrong shape: expected a time as RFC 3339 writes it
        `score.decision` has the wrong shape: expected `accept`, `nurture` or `decline`
        `score.points` has the wrong shape: expected a whole number of 64 bits (line 1, column 67)
        the body has the wrong shape: expected an object
        `signals[0]` has the wrong shape: expected a signal with `name` and `at` (line 1, column 57)
        `first_touch` has the wrong shape: expected a touch with `source`, `medium`, `campaign` and the like (line 1, column 60)
        `score` has the wrong shape: expected a score with `points` and `decision` (line 1, column 54)
        `moments[0]` has the wrong shape: expected a moment with `moment` and `at` (line 1, column 57)
        `page` has the wrong shape: expected a page with `url` and `referrer` (line 1, column 53)
        ");
    }

    #[test]
    fn a_touch_is_kept_within_limits_and_without_queries() {
        let long = "x".repeat(1_000);
        let body = format!(
            r#"{{"key":"0191d3c0-0000-4000-8000-000000000001","first_touch":{{"source":" goo\u0000gle\n","campaign":"{long}",
            "term":" ","landing_page":"https://a.example/k?email=ana","at":"2026-01-01T00:00:00Z"}},"last_touch":{{}}}}"#
        );
        let submission = read_json(body.as_bytes(), 500).unwrap();
        let first = submission.first_touch.unwrap();
        assert_eq!(first.source.as_deref(), Some("google"));
        assert_eq!(first.campaign.map(|campaign| campaign.len()), Some(200));
        assert_eq!((first.term, first.landing_page.as_deref()), (None, Some("https://a.example/k")));
        assert_eq!(first.at, from_rfc3339("2026-01-01T00:00:00Z"));
        assert_eq!(submission.last_touch, Some(Touch::default()));
    }

    #[test]
    fn what_is_not_json_is_told_so() {
        for body in ["", "{", "not json", "{\"key\":}", "{} {}", "\u{feff}{}"] {
            assert_eq!(refusal(body).0, Kind::BodyNotJson, "{body}");
        }
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        // What is not ours is skipped without a stack that could end.
        assert_eq!(refusal(&format!("{{\"unknown\":{deep}}}")).0, Kind::KeyMissing);
        assert_eq!(refusal(&format!("{{\"answers\":{{\"a\":{deep}}}}}")).0, Kind::BodyWrongShape);
        assert_eq!(read_json(b"{\"key\":\"\xff\"}", 5).unwrap_err().kind(), Kind::BodyNotUtf8);
    }

    #[test]
    fn more_answers_than_any_form_takes_are_refused() {
        let body = r#"{"key":"0191d3c0-0000-4000-8000-000000000001","answers":{"a":["1","2","3"],"b":[],"c":1,"d":2}}"#;
        assert_eq!(refusal(body).0, Kind::TooManyAnswers);
        assert_eq!(refusal("{}").0, Kind::KeyMissing);
    }
}
