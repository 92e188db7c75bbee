//! Web addresses: `http` and `https` with a public-looking host (a subset of the WHATWG URL standard).

use crate::letters;

/// The longest address taken.
pub const MAX_LENGTH: usize = 2_000;

/// An address of a site, with its scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress(String);

impl WebAddress {
    /// Reads a web address; a missing scheme becomes `https`, the host lower case. `None` where it is not one.
    ///
    /// The host has at least two labels of letters, digits and inner hyphens; letters may be of any script. User
    /// names, IP addresses and bare host names are refused: none is a company's site.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        parse(text).map(Self)
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, in lower case.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = letters::split_once(&self.0, "://").map_or(self.0.as_str(), |(_, rest)| rest);
        rest.split(['/', '?', '#', ':']).next().unwrap_or_default()
    }
}

fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > MAX_LENGTH || text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return None;
    }
    let (scheme, rest) = match letters::split_once(text, "://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
        Some(_) => return None,
        None => ("https", text),
    };
    let host_length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(host_length)?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let port_is_valid = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    if !port_is_valid || !is_public_host(host) {
        return None;
    }
    let (colon, port) = port.map_or(("", ""), |port| (":", port));
    Some([scheme, "://", &letters::fold(host), colon, port, tail].concat())
}

fn is_public_host(host: &str) -> bool {
    let label_is_valid = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letters::is_of_word(letter) || letter == '-')
    };
    let top_is_name = |top: &str| letters::count(top) >= 2 && !top.bytes().all(|byte| byte.is_ascii_digit());
    host.len() <= 253
        && host.split('.').all(label_is_valid)
        && host.rsplit_once('.').is_some_and(|(_, top)| top_is_name(top))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed() {
        assert_eq!(parse("Example.org").as_deref(), Some("https://example.org"));
        assert_eq!(parse("HTTP://example.org:8080/A?b#c").as_deref(), Some("http://example.org:8080/A?b#c"));
        assert_eq!(parse("пример.рф/о-нас").as_deref(), Some("https://пример.рф/о-нас"));
    }

    #[test]
    fn what_is_no_site_is_refused() {
        for text in [
            "",
            "example",
            "javascript:alert(1)",
            "ftp://example.org",
            "https://user@example.org",
            "127.0.0.1",
            "exa mple.org",
            "-a.org",
            "a..org",
            "example.org:0",
            "example.org:99999",
            "https://",
            "a.b.1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_host_is_found() {
        assert_eq!(WebAddress("https://example.org:8080/a".into()).host(), "example.org");
    }
}
