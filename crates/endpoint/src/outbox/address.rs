//! Which addresses a message may be sent to: none that is inside somebody's network, however it is spelt.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

use crate::settings::Outbox;

/// What may be reached.
#[derive(Clone, Debug)]
pub struct Rules {
    plain_http: bool,
    ports: Vec<u16>,
    networks: Vec<IpNet>,
}

/// Why an address may not be sent to. Its code is kept with a delivery.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says what it means")]
pub enum AddressError {
    #[error("it is no address")]
    Malformed(#[from] url::ParseError),
    #[error(
        "it begins with `{0}:`, and only `https:` is sent to; `plain_http` in `[outbox]` of the settings allows `http:`"
    )]
    Scheme(String),
    #[error("it has a name or a password in it, which would be sent to nobody")]
    UserInfo,
    #[error("port {0} is not in `ports` of `[outbox]`, where messages are sent to")]
    Port(u16),
    #[error("it is inside a private network or reserved; `private_networks` in `[outbox]` of the settings allows some")]
    Private,
}

impl Rules {
    /// As the settings say.
    #[must_use]
    pub fn of(settings: &Outbox) -> Self {
        Self {
            plain_http: settings.plain_http,
            ports: settings.ports.clone(),
            networks: settings.private_networks.clone(),
        }
    }

    /// Reads an address as a browser does, so that `https://2130706433` is `https://127.0.0.1`, and checks all that can
    /// be known before its name is looked up.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self, text: &str) -> Result<Url, AddressError> {
        let url = Url::parse(text)?;
        if url.scheme() != "https" && !(self.plain_http && url.scheme() == "http") {
            return Err(AddressError::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::UserInfo);
        }
        let port = url.port_or_known_default().unwrap_or(0);
        let is_default = self.plain_http && port == 80;
        if !is_default && !self.ports.is_empty() && !self.ports.contains(&port) {
            return Err(AddressError::Port(port));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(_)) => None,
            None => return Err(AddressError::Malformed(url::ParseError::EmptyHost)),
        };
        match literal {
            Some(ip) if !self.may_reach(ip) => Err(AddressError::Private),
            _ => Ok(url),
        }
    }

    /// Whether a connection to this address may be made.
    #[must_use]
    pub fn may_reach(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        is_public(ip) || self.networks.iter().any(|network| network.contains(&ip))
    }
}

/// Of what IANA's registries of special addresses reserve, all but what is routed on the open internet.
const RESERVED_V4: &[Ipv4Net] = &[
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// What is routed of IPv6.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0], 3);

/// Reserved within it: protocols (with Teredo), documentation, 6to4, documentation.
const RESERVED_V6: &[Ipv6Net] =
    &[v6([0x2001, 0], 23), v6([0x2001, 0xdb8], 32), v6([0x2002, 0], 16), v6([0x3fff, 0], 20)];

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b]: [u16; 2], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !RESERVED_V4.iter().any(|network| network.contains(&ip)),
        IpAddr::V6(ip) => GLOBAL_V6.contains(&ip) && !RESERVED_V6.iter().any(|network| network.contains(&ip)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules { plain_http: false, ports: vec![443, 8443], networks: vec![] }
    }

    #[test]
    fn s20_no_private_address_is_taken_however_it_is_spelt() {
        for host in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.1",
            "127.0.0.1.",
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "017700000001",
            "%31%32%37.0.0.1",
            "１２７.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::127.0.0.1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a00:1]",
            "[64:ff9b::a00:1]",
            "[64:ff9b:1::1]",
            "[100::1]",
            "[2001::1]",
            "[2001:10::1]",
            "[2001:db8::1]",
            "[2002:7f00:1::]",
            "[3fff::1]",
            "[5f00::1]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[fe80::1]",
            "[febf::1]",
            "[fec0::1]",
            "[ff02::1]",
        ] {
            assert_eq!(rules().parse(&format!("https://{host}/")), Err(AddressError::Private), "{host}");
        }
    }

    #[test]
    fn s20_public_addresses_and_names_are_taken() {
        for url in [
            "https://crm.example/hook?key=1",
            "https://crm.example:8443/",
            "https://1.1.1.1/",
            "https://100.63.255.255/",
            "https://100.128.0.1/",
            "https://172.15.0.1/",
            "https://172.32.0.1/",
            "https://198.20.0.1/",
            "https://[2606:4700::1111]/",
            "https://[2a00:1450::1]/",
            "https://[::ffff:1.1.1.1]/",
        ] {
            // What a name leads to is decided when it is looked up.
            assert!(rules().parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn s20_only_https_without_names_or_passwords_to_ports_that_are_allowed() {
        let told = |url: &str| rules().parse(url).unwrap_err();
        assert_eq!(told("http://crm.example/"), AddressError::Scheme("http".into()));
        assert_eq!(told("file:///etc/passwd"), AddressError::Scheme("file".into()));
        assert_eq!(told("gopher://crm.example/"), AddressError::Scheme("gopher".into()));
        assert_eq!(told("https://a@crm.example/"), AddressError::UserInfo);
        assert_eq!(told("https://:b@crm.example/"), AddressError::UserInfo);
        assert_eq!(told("https://crm.example:22/"), AddressError::Port(22));
        assert!(matches!(told("https://"), AddressError::Malformed(_)));
        assert!(matches!(told("crm.example"), AddressError::Malformed(_)));
        assert!(matches!(told("https://[::1%25eth0]/"), AddressError::Malformed(_)));
    }

    #[test]
    fn what_the_settings_open_is_open() {
        let settings = Outbox {
            plain_http: true,
            ports: vec![],
            private_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..crate::settings::Settings::load(None, []).unwrap().outbox
        };
        let rules = Rules::of(&settings);
        for url in ["http://127.0.0.1:4000/", "http://[::ffff:127.0.0.1]:1/", "https://127.1/"] {
            assert!(rules.parse(url).is_ok(), "{url}");
        }
        assert_eq!(rules.parse("http://10.0.0.1/"), Err(AddressError::Private));
        assert_eq!(rules.parse("ftp://127.0.0.1/"), Err(AddressError::Scheme("ftp".into())));
    }
}
