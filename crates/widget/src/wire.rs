//! What is sent and what comes back.

use js_sys::Array;
use leadglass_form::{FollowUpText, Refusal, ServedText};

use leadglass_scoring::{Answers, FieldKind, FormDefinition, Signal, Timestamp, Touch};
use wasm_bindgen::{JsCast, JsValue};

use crate::read::{all, list, object, text, value};

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

/// The answers that were given, by field, without those that are empty: one value as a text, several as a list.
pub(crate) fn given(form: &FormDefinition, answers: &Answers) -> JsValue {
    // In the order of the ids, as `www/embed` sends them.
    let given = answers.iter().filter_map(|(id, values)| {
        let field = form.fields.iter().find(|field| field.id == id)?;
        // An amount that was left empty still has a currency beside it, and a number a country.
        let has_choice = matches!(field.kind, FieldKind::Money(_) | FieldKind::Phone(_));
        if has_choice && values.first().is_none_or(|amount| amount.trim().is_empty()) {
            return None;
        }
        let values: Vec<&str> = values.iter().map(String::as_str).filter(|value| !value.is_empty()).collect();
        let value = match values.as_slice() {
            [] => return None,
            [only] => (*only).into(),
            several => list(several.iter().copied()),
        };
        Some((id, value))
    });
    object(&given.collect::<Vec<_>>())
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
