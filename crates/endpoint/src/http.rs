//! What handlers share of HTTP: bodies within limits, cached files, origins, languages.

mod cors;
mod files;

use std::{error::Error, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use leadglass_scoring::{FormDefinition, Language};

pub use self::{
    cors::{Cors, own_origin},
    files::{IMMUTABLE, REVALIDATED, WATCHED, file},
};
use crate::problem::{Kind, Problem};

/// Reads a body that may be as large as `limit` and as slow as `deadline`.
///
/// # Errors
/// Where it is larger or slower, or ends too early.
pub async fn read_body(headers: &HeaderMap, body: Body, limit: usize, deadline: Duration) -> Result<Bytes, Problem> {
    let too_large = || Problem::of(Kind::BodyTooLarge, Language::En);
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    match tokio::time::timeout(deadline, Limited::new(body, limit).collect()).await {
        Err(_) => Err(Problem::of(Kind::BodyTooSlow, Language::En)),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if is_length_limit(error.as_ref()) => Err(too_large()),
        Ok(Err(_)) => Err(Problem::new(Kind::RequestMalformed, "the body ends before its length")),
    }
}

fn is_length_limit(error: &(dyn Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_length_limit)
}

/// The language to answer in: the one that was asked for, else the first the browser prefers that the form has, else
/// the form's first.
#[must_use]
pub fn language(definition: &FormDefinition, asked: Option<&str>, headers: &HeaderMap) -> Language {
    let is_known = |language: &Language| definition.languages.contains(language);
    let known = |tag: &str| Language::from_tag(tag).filter(is_known);
    let preferred = || preferred_languages(headers).into_iter().find(is_known);
    let first = || definition.languages.first().copied().unwrap_or(Language::En);
    asked.and_then(known).or_else(preferred).unwrap_or_else(first)
}

/// The languages of ours that the client prefers, the best first.
#[must_use]
pub fn preferred_languages(headers: &HeaderMap) -> Vec<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut tags: Vec<(&str, u16)> = accepted.split(',').map(weighted).filter(|(_, weight)| *weight > 0).collect();
    tags.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    tags.into_iter().filter_map(|(tag, _)| Language::from_tag(tag)).collect()
}

/// Whether a person asks, by a browser: whoever names no pages among what they take gets what programs read.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let (mut page, mut json) = (0, 0);
    for (kind, weight) in accepted.flat_map(|value| value.split(',')).map(weighted) {
        match kind.to_ascii_lowercase().as_str() {
            "text/html" => page = weight,
            "application/json" | "application/problem+json" => json = weight.max(json),
            _ => {}
        }
    }
    page > json
}

/// A member of a list with weights, such as `ru;q=0.8`, and its weight in thousandths (RFC 9110, 12.4.2).
fn weighted(member: &str) -> (&str, u16) {
    let (value, parameters) = member.split_once(';').unwrap_or((member, ""));
    let weight = parameters.trim().strip_prefix("q=").map_or(1_000, |weight| match weight.split_once('.') {
        None => weight.parse::<u16>().unwrap_or(0).min(1).saturating_mul(1_000),
        Some(("1", _)) => 1_000,
        Some((_, decimals)) => {
            let digits = decimals.bytes().chain(*b"000").take(3).filter(u8::is_ascii_digit);
            digits.fold(0_u16, |sum, digit| sum.saturating_mul(10).saturating_add(u16::from(digit - b'0')))
        }
    });
    (value.trim(), weight)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn pages_are_for_whoever_prefers_them() {
        let wants = |accepted: &'static str| {
            wants_page(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accepted))]))
        };
        assert!(wants("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(wants("application/json;q=0.5, text/HTML"));
        for accepted in ["", "*/*", "application/json", "application/json, text/html;q=0.9", "text/html;q=0"] {
            assert!(!wants(accepted), "{accepted}");
        }
    }

    #[test]
    fn weights_are_read_in_thousandths() {
        for (member, expected) in [
            ("ru", ("ru", 1_000)),
            (" ro;q=0.8", ("ro", 800)),
            ("br; q=0", ("br", 0)),
            ("br;q=0.001", ("br", 1)),
            ("x;q=1.0", ("x", 1_000)),
            ("x;q=?", ("x", 0)),
        ] {
            assert_eq!(weighted(member), expected, "{member}");
        }
    }
}
