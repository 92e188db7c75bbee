//! What a form sends of the page it stood on and of how the visitor came, as moments are read from it: in the page
//! while they type, and on the server again once they have sent.

use super::{Context, Device, Moment, Referrer};
use crate::{answers::Answers, field::FieldKind, form::FormDefinition, letters::split_once};

/// What is known of a visit beside what the visitor writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// The address of the page, without its query.
    pub url: String,
    /// The page before, without its query.
    pub referrer: String,
    /// The page's title.
    pub title: String,
    /// The heading over the form.
    pub heading: String,
    /// What they searched for (`utm_term`).
    pub search_term: String,
    /// What led them here (`utm_campaign`).
    pub campaign: String,
    /// By what means (`utm_medium`).
    pub medium: String,
    /// Whether they hold a telephone.
    pub is_phone: bool,
}

impl Visit {
    /// The context of a message in this visit, after these moments.
    #[must_use]
    pub fn context<'a>(&'a self, message: &'a str, earlier: &'a [Moment]) -> Context<'a> {
        Context {
            message,
            search_term: &self.search_term,
            title: &self.title,
            heading: &self.heading,
            path: split(&self.url).1,
            campaign: &self.campaign,
            referrer: self.referrer(),
            device: self.is_phone.then_some(Device::Phone),
            earlier,
            ..Context::default()
        }
    }

    fn referrer(&self) -> Option<Referrer> {
        const PAID: [&str; 5] = ["cpc", "ppc", "paid", "display", "ads"];
        const MAPS: [&str; 4] = ["maps.", "2gis.", "waze.", "osmand."];
        const SEARCH: [&str; 6] = ["google.", "bing.", "yandex.", "ya.ru", "duckduckgo.", "ecosia."];
        const SOCIAL: [&str; 10] = [
            "facebook.",
            "instagram.",
            "vk.com",
            "ok.ru",
            "t.me",
            "telegram.",
            "linkedin.",
            "youtube.",
            "tiktok.",
            "reddit.",
        ];
        if PAID.iter().any(|paid| self.medium.eq_ignore_ascii_case(paid)) {
            return Some(Referrer::Advertisement);
        }
        if self.medium.eq_ignore_ascii_case("email") {
            return Some(Referrer::Mail);
        }
        let (host, path) = split(&self.referrer);
        let host = host.strip_prefix("www.").unwrap_or(host);
        let mut own = split(&self.url).0;
        while let Some(rest) = own.strip_prefix("www.") {
            own = rest;
        }
        let is_one_of = |known: &[&str]| known.iter().any(|known| host.starts_with(known));
        Some(match host {
            "" => return None,
            host if host == own => Referrer::Same,
            _ if is_one_of(&MAPS) || path.starts_with("/maps") => Referrer::Map,
            _ if is_one_of(&["mail.", "outlook.", "e.mail."]) => Referrer::Mail,
            _ if is_one_of(&SEARCH) => Referrer::Search,
            _ if is_one_of(&SOCIAL) => Referrer::Social,
            _ => Referrer::Other,
        })
    }
}

/// The host and the path of an address.
fn split(address: &str) -> (&str, &str) {
    let rest = split_once(address, "://").map_or(address, |(_, rest)| rest);
    let path = rest.find('/').unwrap_or(rest.len());
    rest.split_at_checked(path).unwrap_or((rest, ""))
}

impl FormDefinition {
    /// What a visitor wrote in whole sentences: the answers to all long texts.
    #[must_use]
    pub fn message(&self, answers: &Answers) -> String {
        let long = self.fields.iter().filter(|field| matches!(field.kind, FieldKind::LongText(_)));
        let texts: Vec<&str> = long.map(|field| answers.first(&field.id)).filter(|text| !text.is_empty()).collect();
        texts.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_referrer_is_told_by_its_host_and_an_advertisement_by_its_medium() {
        let visit = |referrer: &str, medium: &str| Visit {
            url: "https://www.frasini.example/ask/".into(),
            referrer: referrer.into(),
            medium: medium.into(),
            ..Visit::default()
        };
        for (referrer, medium, told) in [
            ("", "", None),
            ("https://www.google.com/", "", Some(Referrer::Search)),
            ("https://www.google.com/", "CPC", Some(Referrer::Advertisement)),
            ("https://www.google.com/maps/place", "", Some(Referrer::Map)),
            ("https://maps.apple.com/", "", Some(Referrer::Map)),
            ("https://e.mail.ru/inbox", "", Some(Referrer::Mail)),
            ("https://ok.ru/", "", Some(Referrer::Social)),
            ("https://frasini.example/kitchens/", "", Some(Referrer::Same)),
            ("https://example.org", "", Some(Referrer::Other)),
        ] {
            assert_eq!(visit(referrer, medium).referrer(), told, "{referrer} {medium}");
        }
    }

    #[test]
    fn the_path_is_what_follows_the_host() {
        let visit = Visit { url: "https://frasini.example/how-we-work/".into(), ..Visit::default() };
        assert_eq!(visit.context("", &[]).path, "/how-we-work/");
        assert_eq!(Visit::default().context("", &[]).path, "");
    }
}
