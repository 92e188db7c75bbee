//! Files with validators and compressed forms.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::weighted;
use crate::compressed::Compressed;

/// For what has its hash in its name.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// For what changes with its form.
pub const REVALIDATED: &str = "public, max-age=300";

/// For what changes while somebody edits it.
pub const WATCHED: &str = "no-cache";

/// A file in the best encoding the client takes, or word that it has it already. Any origin may read it.
pub fn file(headers: &HeaderMap, bytes: &Compressed, media_type: &'static str, cache: &'static str) -> Response {
    let validator = format!("W/{}", bytes.etag);
    let has_it = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == bytes.etag || known.trim() == "*");
    let mut response = if has_it { StatusCode::NOT_MODIFIED.into_response() } else { body(headers, bytes) };
    let mut set = |name: HeaderName, value: &'static str| {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_TYPE, media_type);
    set(header::CACHE_CONTROL, cache);
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(header::VARY, "accept-encoding");
    set(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    if let Ok(value) = HeaderValue::from_str(&validator) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

fn body(headers: &HeaderMap, bytes: &Compressed) -> Response {
    let takes = |encoding: &str| {
        let members = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let mut members = members.flat_map(|value| value.split(',')).map(weighted);
        members.any(|(name, weight)| weight > 0 && name.eq_ignore_ascii_case(encoding))
    };
    let encoded = [("br", &bytes.brotli), ("gzip", &bytes.gzip)]
        .into_iter()
        .find_map(|(name, encoded)| encoded.as_ref().filter(|_| takes(name)).map(|encoded| (name, encoded)));
    match encoded {
        Some((name, encoded)) => {
            let mut response = Body::from(encoded.clone()).into_response();
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            response
        }
        None => Body::from(bytes.plain.clone()).into_response(),
    }
}
