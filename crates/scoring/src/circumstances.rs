//! What is known of a lead beside its answers: how it came, what was seen of it, and the time to judge at.

use crate::{channel::Channel, mail::Mail, moment::Moment, signal::Signal, timestamp::Timestamp};

/// What a score depends on beside the answers. All of it is an argument: nothing here is looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// The time to judge at.
    pub at: Timestamp,
    /// What was observed.
    pub signals: Vec<Signal>,
    /// How the lead came.
    pub channel: Option<Channel>,
    /// What brought the person the first time.
    pub first_touch: Option<Touch>,
    /// What brought the person this time.
    pub last_touch: Option<Touch>,
    /// What the person wants now.
    pub moment: Option<Moment>,
    /// What kind of mailbox their address is at. A page does not know.
    pub mail: Option<Mail>,
}

canonical!(struct Circumstances { at, signals, channel, first_touch, last_touch, moment, mail });

impl Circumstances {
    /// Nothing is known but the time.
    #[must_use]
    pub const fn at(at: Timestamp) -> Self {
        Self { at, signals: Vec::new(), channel: None, first_touch: None, last_touch: None, moment: None, mail: None }
    }
}

/// A meeting of a person with what we publish: where they came from, and where they arrived. A page says so: it is
/// scored, never trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touch {
    /// Who sent them (`utm_source`), such as `google`.
    pub source: Option<String>,
    /// By what means (`utm_medium`), such as `cpc` or `email`.
    pub medium: Option<String>,
    /// For which campaign (`utm_campaign`).
    pub campaign: Option<String>,
    /// What they searched for (`utm_term`).
    pub term: Option<String>,
    /// Which of several links or pictures (`utm_content`).
    pub content: Option<String>,
    /// The page with the link, without its query.
    pub referrer: Option<String>,
    /// The page they arrived at, without its query.
    pub landing_page: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

canonical!(struct Touch { source, medium, campaign, term, content, referrer, landing_page, at });
