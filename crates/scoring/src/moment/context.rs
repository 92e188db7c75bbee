//! What is known of a visit when a moment is read: texts, and circumstances that lean a little.
//!
//! What circumstances weigh was set by hand, not learned: together they seldom outweigh one clear word.

use super::{Kind, Moment};

/// Texts and circumstances; what is not known is empty or absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// What the visitor wrote.
    pub message: &'a str,
    /// What they searched for before they came.
    pub search_term: &'a str,
    /// The page's title.
    pub title: &'a str,
    /// The headings near the form.
    pub heading: &'a str,
    /// The path of the page's address.
    pub path: &'a str,
    /// The campaign that led them here.
    pub campaign: &'a str,
    /// Where they came from.
    pub referrer: Option<Referrer>,
    /// What they hold.
    pub device: Option<Device>,
    /// The hour of their day, 0 to 23.
    pub hour: Option<u8>,
    /// Seconds on the page.
    pub dwell_seconds: Option<u32>,
    /// The moments of this visit before, the latest last.
    pub earlier: &'a [Moment],
}

/// A text of the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the visitor wrote.
    Message,
    /// What they searched for.
    SearchTerm,
    /// The page's title.
    Title,
    /// A heading.
    Heading,
    /// The address's path.
    Path,
    /// The campaign.
    Campaign,
}

impl Part {
    /// How it is read.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Message => Kind::Message,
            Self::SearchTerm => Kind::Query,
            Self::Title | Self::Heading | Self::Path | Self::Campaign => Kind::Page,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::SearchTerm => "search_term",
            Self::Title => "title",
            Self::Heading => "heading",
            Self::Path => "path",
            Self::Campaign => "campaign",
        }
    }
}

/// Where a visitor came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referrer {
    /// A search engine.
    Search,
    /// A map.
    Map,
    /// An advertisement.
    Advertisement,
    /// Mail.
    Mail,
    /// A network of people.
    Social,
    /// This very site.
    Same,
    /// Something else.
    Other,
}

/// What a visitor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// A telephone.
    Phone,
    /// A tablet.
    Tablet,
    /// A computer.
    Computer,
}

/// A circumstance that leans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Where they came from.
    Referrer,
    /// What they hold.
    Device,
    /// The hour.
    Hour,
    /// How long they have been on the page.
    Dwell,
    /// The moment before.
    Earlier,
}

impl Hint {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Referrer => "referrer",
            Self::Device => "device",
            Self::Hour => "hour",
            Self::Dwell => "dwell",
            Self::Earlier => "earlier",
        }
    }
}

impl<'a> Context<'a> {
    /// A context of one text.
    #[must_use]
    pub fn of(kind: Kind, text: &'a str) -> Self {
        match kind {
            Kind::Message => Self { message: text, ..Self::default() },
            Kind::Query => Self { search_term: text, ..Self::default() },
            Kind::Page => Self { title: text, ..Self::default() },
        }
    }

    /// The texts there are, the telling ones first, each with its weight in eighths: what the visitor writes counts for
    /// more than what they searched for, and that for more than what the page says of itself. What several parts of a
    /// page say is much the same, so each counts for less.
    pub(super) fn parts(&self) -> impl Iterator<Item = (Part, &'a str, i32)> {
        let has = |text: &str| text.chars().any(crate::letters::is_of_word);
        let page = [
            (Part::Heading, self.heading),
            (Part::Title, self.title),
            (Part::Path, self.path),
            (Part::Campaign, self.campaign),
        ];
        let (query, page_each) = match (has(self.message), has(self.search_term)) {
            (true, _) => (2, 1),
            (false, true) => (8, 2),
            (false, false) => match page.iter().filter(|(_, text)| has(text)).count() {
                0 | 1 => (8, 8),
                2 => (8, 5),
                _ => (8, 4),
            },
        };
        let visitor = [(Part::Message, self.message, 8), (Part::SearchTerm, self.search_term, query)];
        let page = page.into_iter().map(move |(part, text)| (part, text, page_each));
        visitor.into_iter().chain(page).filter(move |(_, text, _)| has(text))
    }

    /// What circumstances speak for, in 1/1024 of a unit of log odds.
    pub(super) fn hints(&self) -> impl Iterator<Item = (Hint, Moment, i32)> {
        let referrer = self.referrer.and_then(|referrer| match referrer {
            Referrer::Map => Some((Moment::Go, 768)),
            Referrer::Advertisement => Some((Moment::Buy, 256)),
            Referrer::Mail => Some((Moment::Do, 128)),
            Referrer::Social => Some((Moment::Know, 128)),
            Referrer::Search | Referrer::Same | Referrer::Other => None,
        });
        let device = matches!(self.device, Some(Device::Phone)).then_some((Moment::Go, 128));
        let hour = matches!(self.hour, Some(22..=23 | 0..=5)).then_some((Moment::Know, 96));
        let dwell = self.dwell_seconds.is_some_and(|seconds| seconds >= 120).then_some((Moment::Know, 96));
        let earlier = self.earlier.last().map(|moment| (*moment, 256));
        [
            (Hint::Referrer, referrer),
            (Hint::Device, device),
            (Hint::Hour, hour),
            (Hint::Dwell, dwell),
            (Hint::Earlier, earlier),
        ]
        .into_iter()
        .filter_map(|(hint, leaning)| leaning.map(|(moment, weight)| (hint, moment, weight)))
    }
}
