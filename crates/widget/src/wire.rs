//! What is sent and what comes back.

use js_sys::Array;
use leadglass_form::{FollowUpText, Refusal, ServedText};

use leadglass_scoring::{Answers, FieldKind, FormDefinition, Signal, Timestamp, Touch};
use serde::{Serialize, Serializer};
use wasm_bindgen::{JsCast, JsValue};

use crate::read::{all, text, value};

/// The body of a submission, without what the page's script adds: key, version, language, evidence.
#[derive(Serialize)]
pub(crate) struct Submission<'a> {
    pub answers: GivenAnswers<'a>,
    pub sent_at: String,
    pub score: Score,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<Begun>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub first_touch: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub last_touch: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub signals: JsValue,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub page: JsValue,
}

/// What the page itself makes of the answers, by the public card. Provisional: the server scores again.
#[derive(Serialize)]
pub(crate) struct Score {
    pub points: i64,
    pub decision: &'static str,
}

/// A moment of the visit, and when it began.
#[derive(Serialize)]
pub(crate) struct Begun {
    pub moment: &'static str,
    pub at: String,
}

/// What the page saw, as conditions ask about it.
#[expect(clippy::cast_possible_truncation, reason = "a date of the page is a whole number far below 2^53")]
pub(crate) fn signals(seen: &JsValue) -> Vec<Signal> {
    let Some(seen) = seen.dyn_ref::<Array>() else { return Vec::new() };
    let signal = |seen: JsValue| {
        let at = js_sys::Date::parse(&text(&seen, "at")?);
        Some(Signal { name: text(&seen, "name")?, at: Timestamp::from_millis(at as i64) })
    };
    seen.iter().filter_map(signal).collect()
}

/// What brought the visitor, as conditions ask about it.
pub(crate) fn touch(touch: &JsValue) -> Option<Touch> {
    let part = |key| text(touch, key);
    touch.is_object().then(|| Touch {
        source: part("source"),
        medium: part("medium"),
        campaign: part("campaign"),
        term: part("term"),
        content: part("content"),
        referrer: part("referrer"),
        landing_page: part("landing_page"),
        at: None,
    })
}

/// Answers by field, without those that are empty.
pub(crate) struct GivenAnswers<'a>(Vec<(&'a str, Given<'a>)>);

impl Serialize for GivenAnswers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, given)| (field, given)))
    }
}

/// One value or several.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Given<'a> {
    One(&'a str),
    Several(Vec<&'a str>),
}

/// The answers that were given.
pub(crate) fn given<'a>(form: &'a FormDefinition, answers: &'a Answers) -> GivenAnswers<'a> {
    // In the order of the ids, as `www/embed` sends them.
    let given = |(id, values): (&'a str, &'a [String])| {
        let field = form.fields.iter().find(|field| field.id == id)?;
        // An amount that was left empty still has a currency beside it.
        if matches!(field.kind, FieldKind::Money(_)) && values.first().is_none_or(|amount| amount.trim().is_empty()) {
            return None;
        }
        let mut values = values.iter().map(String::as_str).filter(|value| !value.is_empty());
        let first = values.next()?;
        let rest: Vec<&str> = values.collect();
        let given = if rest.is_empty() { Given::One(first) } else { Given::Several([vec![first], rest].concat()) };
        Some((id, given))
    };
    GivenAnswers(answers.iter().filter_map(given).collect())
}

/// What follows a lead that was taken, as the endpoint's receipt says it.
pub(crate) fn follow_up(receipt: &JsValue) -> Option<FollowUpText> {
    let follow_up = value(receipt, "follow_up");
    Some(FollowUpText {
        heading: text(&follow_up, "heading")?,
        text: text(&follow_up, "text")?,
        because: text(&follow_up, "because"),
        link: link(&value(&follow_up, "link")),
        serves: all(&follow_up, "serves").filter_map(|it| served(&it)).collect(),
    })
}

fn served(served: &JsValue) -> Option<ServedText> {
    let texts = |key| all(served, key).filter_map(|text| text.as_string()).collect();
    Some(ServedText {
        heading: text(served, "heading")?,
        text: text(served, "text"),
        steps: texts("steps"),
        address: text(served, "address"),
        hours: texts("hours"),
        links: all(served, "links").filter_map(|it| link(&it)).collect(),
    })
}

fn link(it: &JsValue) -> Option<(String, String)> {
    Some((text(it, "label")?, text(it, "url")?))
}

/// The answers that were refused, in the words of the endpoint's problem (RFC 9457).
pub(crate) fn refusals(problem: &JsValue) -> Vec<Refusal> {
    let refusal =
        |violation: JsValue| Some(Refusal { field: text(&violation, "field")?, message: text(&violation, "message")? });
    all(problem, "violations").filter_map(refusal).collect()
}
