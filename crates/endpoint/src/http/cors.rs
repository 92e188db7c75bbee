//! Which sites may send a form (CORS, as the Fetch standard has it). Never with credentials: there are none.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::settings::Settings;

/// What a request's origin may do.
#[derive(Clone, Debug)]
pub struct Cors {
    allowed_origin: Option<HeaderValue>,
    varies: bool,
}

impl Cors {
    /// Any origin: for what anyone may read.
    #[must_use]
    pub const fn any() -> Self {
        Self { allowed_origin: Some(HeaderValue::from_static("*")), varies: false }
    }

    /// What this request may do with the form: `None` where its origin may not send it. A request without an origin
    /// is not from a page, and a page of our own is the hosted form.
    #[must_use]
    pub fn of(settings: &Settings, form: &str, headers: &HeaderMap) -> Option<Self> {
        let Some(allowed) = settings.origins_of(form) else { return Some(Self::any()) };
        let Some(origin) = headers.get(header::ORIGIN) else {
            return Some(Self { allowed_origin: None, varies: true });
        };
        let is_listed = allowed.iter().any(|known| known.as_bytes() == origin.as_bytes());
        (is_listed || is_own(origin, headers)).then(|| Self { allowed_origin: Some(origin.clone()), varies: true })
    }

    /// Adds what the browser looks for.
    pub fn apply(self, headers: &mut HeaderMap) {
        if let Some(origin) = self.allowed_origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if headers.contains_key(header::RETRY_AFTER) {
                headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
            }
        }
        if self.varies {
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
    }
}

/// The origin of a page of our own that sends this.
#[must_use]
pub fn own_origin(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ORIGIN).filter(|origin| is_own(origin, headers))?.to_str().ok()
}

fn is_own(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    matches!((origin, host), (Some((_, of)), Some(host)) if of == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Allowed {
        No,
        Unsaid,
        To(String),
    }

    fn allowed(origin: Option<&str>, list: &[&str]) -> Allowed {
        let mut settings = Settings::load(None, []).unwrap();
        if !list.is_empty() {
            settings.origins.insert("demo".into(), list.iter().map(|origin| (*origin).to_owned()).collect());
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("forms.example"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_bytes(origin.as_bytes()).unwrap());
        }
        match Cors::of(&settings, "demo", &headers).map(|cors| cors.allowed_origin) {
            None => Allowed::No,
            Some(None) => Allowed::Unsaid,
            Some(Some(origin)) => Allowed::To(origin.to_str().unwrap().to_owned()),
        }
    }

    #[test]
    fn s1_a_listed_origin_is_matched_to_the_letter() {
        const LIST: &[&str] = &["https://a.example"];
        let own = Allowed::To("https://forms.example".into());
        assert_eq!(allowed(Some("https://a.example"), LIST), Allowed::To("https://a.example".into()));
        assert_eq!(allowed(Some("https://forms.example"), LIST), own);
        assert_eq!(allowed(None, LIST), Allowed::Unsaid);
        for origin in [
            "null",
            "https://sub.a.example",
            "https://a.example.evil.com",
            "http://a.example",
            "https://a.example:8443",
            "https://A.example",
            "https://a.example.",
            "https://a.example/",
            // Looks the same, in Cyrillic: as browsers spell it, and as none does.
            "https://xn--80a.example",
            "https://а.example",
        ] {
            assert_eq!(allowed(Some(origin), LIST), Allowed::No, "{origin}");
        }
    }

    #[test]
    fn s1_without_a_list_any_origin_may() {
        for origin in [None, Some("null"), Some("https://a.example")] {
            assert_eq!(allowed(origin, &[]), Allowed::To("*".into()));
        }
    }
}
