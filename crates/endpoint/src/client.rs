//! Whose request it is. Headers that name the client are believed only from proxies that were named in the settings.

use std::{net::IpAddr, sync::Once};

use axum::http::{HeaderMap, header};
use ipnet::IpNet;
use serde::Deserialize;

use crate::settings::Settings;

/// Told once: whoever set up a proxy looks at the log then.
static NOT_TRUSTED: Once = Once::new();

/// Who the connection is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Which header proxies name the client in. Only one: a proxy that writes one of them may pass on the other as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The client's address: the peer's, unless the peer is a trusted proxy; then the last one its header names that is no
/// trusted proxy itself. `None` where there is no peer, or a trusted proxy names nobody.
#[must_use]
pub fn address(settings: &Settings, peer: Option<Peer>, headers: &HeaderMap) -> Option<IpAddr> {
    let Peer(peer) = peer?;
    let peer = peer.to_canonical();
    let (name, read): (_, fn(&str) -> Option<IpAddr>) = match settings.forwarded_header {
        ForwardedHeader::XForwardedFor => ("x-forwarded-for", parse),
        ForwardedHeader::Forwarded => (header::FORWARDED.as_str(), forwarded_for),
    };
    if !is_trusted(settings, peer) {
        if headers.contains_key(name) && peer.is_loopback() {
            NOT_TRUSTED.call_once(|| {
                tracing::warn!("a proxy on this machine names its clients, and is not believed: see `trusted_proxies`");
            });
        }
        return Some(peer);
    }
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    let mut found = None;
    // Each proxy adds at the right, so what stands left of the first stranger is the stranger's word.
    for element in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Some(address) = read(element) else { break };
        found = Some(address);
        if !is_trusted(settings, address) {
            break;
        }
    }
    found
}

/// Whether this is a proxy of the settings.
#[must_use]
pub fn is_trusted(settings: &Settings, address: IpAddr) -> bool {
    let address = address.to_canonical();
    settings.trusted_proxies.iter().any(|net: &IpNet| net.contains(&address))
}

/// The `for` of one element of a `Forwarded` header.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let of = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| parse(value.trim().trim_matches('"'))).flatten()
    };
    element.split(';').find_map(of)
}

/// An address, with or without a port.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = match text.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?.0.parse().ok()?,
        None => text.parse().ok().or_else(|| text.rsplit_once(':')?.0.parse().ok())?,
    };
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn client(peer: &str, header: ForwardedHeader, lines: &[(&str, &str)]) -> Option<String> {
        let mut settings = Settings::load(None, []).unwrap();
        settings.trusted_proxies = ["10.0.0.0/8", "2001:db8:ffff::/48"].map(|net| net.parse().unwrap()).to_vec();
        settings.forwarded_header = header;
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let found = address(&settings, Some(Peer(peer.parse().unwrap())), &headers);
        found.map(|address| address.to_string())
    }

    fn by_x(peer: &str, lines: &[&str]) -> Option<String> {
        let lines: Vec<_> = lines.iter().map(|line| ("x-forwarded-for", *line)).collect();
        client(peer, ForwardedHeader::XForwardedFor, &lines)
    }

    fn by_rfc7239(peer: &str, lines: &[&str]) -> Option<String> {
        let lines: Vec<_> = lines.iter().map(|line| ("forwarded", *line)).collect();
        client(peer, ForwardedHeader::Forwarded, &lines)
    }

    #[test]
    fn s5_what_a_stranger_says_of_itself_is_not_believed() {
        assert_eq!(by_x("192.0.2.7", &["198.51.100.1"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(by_rfc7239("192.0.2.7", &["for=198.51.100.1"]).as_deref(), Some("192.0.2.7"));
        assert_eq!(by_x("::ffff:192.0.2.7", &["198.51.100.1"]).as_deref(), Some("192.0.2.7"));
        // Nor the other header, which a proxy may pass on as it came.
        let other = client("10.0.0.1", ForwardedHeader::XForwardedFor, &[("forwarded", "for=198.51.100.1")]);
        assert_eq!(other, None);
    }

    #[test]
    fn s5_of_a_trusted_proxy_the_last_one_it_names_that_is_no_proxy_is_the_client() {
        for (lines, expected) in [
            (&["198.51.100.1"][..], "198.51.100.1"),
            (&["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
            (&["203.0.113.9", "198.51.100.1, 10.2.3.4"], "198.51.100.1"),
            (&["203.0.113.9, 198.51.100.1:4711"], "198.51.100.1"),
            (&["[2001:db8::1]:4711"], "2001:db8::1"),
            (&["2001:db8::1"], "2001:db8::1"),
            (&["::ffff:198.51.100.1"], "198.51.100.1"),
            (&["10.9.9.9, 10.2.3.4"], "10.9.9.9"),
            (&["nonsense, 10.2.3.4"], "10.2.3.4"),
        ] {
            assert_eq!(by_x("10.0.0.1", lines).as_deref(), Some(expected), "{lines:?}");
            assert_eq!(by_x("::ffff:10.0.0.1", lines).as_deref(), Some(expected), "{lines:?}");
        }
        for (lines, expected) in [
            (&["for=198.51.100.1"][..], "198.51.100.1"),
            (&["For=\"[2001:db8::1]:4711\";proto=https"], "2001:db8::1"),
            (&["for=203.0.113.9, by=10.0.0.1;for=198.51.100.1;host=a.example"], "198.51.100.1"),
            // A quote that the client left open does not swallow what the proxy wrote.
            (&["for=\"203.0.113.9, for=198.51.100.1"], "198.51.100.1"),
            (&["for=198.51.100.1", "for=\"[2001:db8:ffff::1]\""], "198.51.100.1"),
        ] {
            assert_eq!(by_rfc7239("10.0.0.1", lines).as_deref(), Some(expected), "{lines:?}");
        }
        assert_eq!(by_rfc7239("10.0.0.1", &["for=unknown"]), None);
        assert_eq!(by_rfc7239("10.0.0.1", &["for=_hidden"]), None);
        assert_eq!(by_x("10.0.0.1", &[]), None);
    }
}
