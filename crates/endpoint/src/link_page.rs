//! The page behind a link that was sent to one person: it needs no script, and its address is a right by itself, so nothing
//! keeps it, lists it or tells it to other sites.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leadglass_scoring::Language;
use serde::Deserialize;

use crate::{hosted::escape, http::preferred_languages, state::State};

const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the address of such a page may say.
#[derive(Deserialize)]
pub struct Choice {
    /// The language.
    pub lang: Option<String>,
}

/// A page with a heading and what stands below it, as markup; it looks like the forms.
#[must_use]
pub fn link_page(state: &State, language: Language, status: StatusCode, heading: &str, below: &str) -> Response {
    let (code, heading) = (language.code(), escape(heading));
    let style_sheet = state.assets.style_sheet_path();
    let html = format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{heading}</title>\n\
         <link rel=\"stylesheet\" href=\"{style_sheet}\">\n</head>\n<body>\n<main>\n<div class=\"leadglass\">\n\
         <h2 aria-level=\"1\">{heading}</h2>\n<div class=\"link\">\n{below}\n</div>\n</div>\n</main>\n</body>\n</html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
    ];
    (status, headers, html).into_response()
}

/// The language that the link names, else the first that the browser prefers.
#[must_use]
pub fn link_language(named: Option<&str>, headers: &HeaderMap) -> Option<Language> {
    named.and_then(Language::from_tag).or_else(|| preferred_languages(headers).into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Endpoint;

    #[tokio::test]
    async fn s17_a_page_behind_a_link_is_framed_by_nobody() {
        let endpoint = Endpoint::new().await;
        let page = link_page(&endpoint.state, Language::En, StatusCode::OK, "Your permissions", "");
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.ends_with("; frame-ancestors 'none'"), "{policy}");
    }
}
