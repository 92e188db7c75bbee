//! Submissions as a browser sends a form without JavaScript.

use leadglass_form::TRAP;
use leadglass_scoring::{Answers, Channel, Language, Touch, encoding::VersionId};
use uuid::Uuid;

use super::{Submission, json::WireTouch};
use crate::{
    problem::{Kind, Problem},
    report::TouchView,
    spam::Evidence,
};

/// The inputs that are no fields; a field's id has no hyphen, so none can be taken for the other.
pub const KEY: &str = "lg-key";
/// The version that was shown.
pub const VERSION: &str = "lg-version";
/// The language it was shown in.
pub const LANGUAGE: &str = "lg-language";

/// When it was shown, in our own words.
pub const DWELL: &str = "lg-dwell";
/// What brought the visitor to the form's own page.
pub const TOUCH: &str = "lg-touch";
/// A proof of work, as ALTCHA writes it.
const PROOF: &str = "lg-proof";

/// Reads a body. Without a key it gets `fresh_key`: whoever sends a form without script can't mend a missing input.
///
/// # Errors
/// What is wrong with it.
pub fn read_urlencoded(body: &[u8], answers_limit: usize, fresh_key: Uuid) -> Result<Submission, Problem> {
    let mut key = fresh_key;
    let mut version = None;
    let mut language = None;
    let mut last_touch = None;
    let mut evidence = Evidence::default();
    let mut answers = Answers::new();
    let mut count = 0_usize;
    for (name, value) in form_urlencoded::parse(body) {
        // The parser puts U+FFFD where the bytes are not UTF-8; a person has no reason to type it.
        if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(Problem::of(Kind::BodyNotUtf8, Language::En));
        }
        count = count.saturating_add(1);
        match &*name {
            KEY => key = Uuid::try_parse(&value).unwrap_or(fresh_key),
            VERSION => version = VersionId::parse(&value),
            TRAP => evidence.trap |= !value.is_empty(),
            DWELL => evidence.dwell = Some(value.into_owned()),
            PROOF => evidence.proof = Some(value.into_owned()),
            TOUCH => last_touch = read_touch(&value),
            LANGUAGE => language = Some(value.into_owned()),
            _ => answers.push(name, value),
        }
    }
    if count > answers_limit {
        return Err(Problem::of(Kind::TooManyAnswers, Language::En));
    }
    Ok(Submission { version, language, last_touch, evidence, ..Submission::new(key, Channel::Form, answers) })
}

/// A touch as an input holds it.
#[must_use]
pub fn touch_text(touch: &Touch) -> String {
    serde_json::to_string(&TouchView::new(touch)).unwrap_or_default()
}

/// None, where it can't be read: whoever sends a form without script can't mend it.
fn read_touch(text: &str) -> Option<Touch> {
    let wire: WireTouch = serde_json::from_str(text).ok()?;
    wire.into_touch(TOUCH).ok().filter(|touch| *touch != Touch::default())
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::Timestamp;

    use super::*;

    #[test]
    fn a_touch_is_read_as_it_was_written_within_the_limits_of_any_and_else_there_is_none() {
        let source = Some("spring \"sale\" &c".to_owned());
        let touch = Touch { source, at: Some(Timestamp::from_millis(1_000)), ..Touch::default() };
        assert_eq!(read_touch(&touch_text(&touch)), Some(touch));
        let long = format!(r#"{{"source":"{}","referrer":"https://a.example/?email=ana"}}"#, "x\\n".repeat(300));
        let read = read_touch(&long).unwrap();
        assert_eq!(read.source.map(|source| source.len()), Some(200));
        assert_eq!(read.referrer.as_deref(), Some("https://a.example/"));
        for nothing in ["", "{}", "x", "7", r#"{"source":7}"#, r#"{"source":" "}"#, r#"{"at":"now"}"#] {
            assert_eq!(read_touch(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_repeated_name_has_several_values() {
        let body = b"lg-key=0191d3c0-0000-4000-8000-000000000001&lg-language=ru&rooms=a&rooms=b&name=%D0%90+B";
        let submission = read_urlencoded(body, 500, Uuid::nil()).unwrap();
        assert_eq!(submission.answers.get("rooms"), ["a", "b"]);
        assert_eq!(submission.answers.first("name"), "А B");
        assert_eq!(submission.language.as_deref(), Some("ru"));
    }

    #[test]
    fn a_missing_key_is_made() {
        let fresh = Uuid::from_u128(7);
        for body in [&b"name=A"[..], b"name=A&lg-key=nonsense"] {
            assert_eq!(read_urlencoded(body, 500, fresh).unwrap().key, fresh);
        }
    }

    #[test]
    fn what_can_not_be_read_is_refused() {
        let refusal = |body: &[u8]| read_urlencoded(body, 3, Uuid::nil()).unwrap_err().kind();
        assert_eq!(refusal(b"name=%FF"), Kind::BodyNotUtf8);
        assert_eq!(refusal(b"a=1&a=2&a=3&a=4"), Kind::TooManyAnswers);
    }
}
