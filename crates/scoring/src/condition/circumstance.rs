//! Conditions over how a lead came, rather than over what was answered.

use crate::{
    circumstances::Touch,
    letters::{find, fold},
    timestamp::Timestamp,
};

/// A test of what brought the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchCondition {
    /// Which touch.
    pub of: TouchOf,
    /// Which part of it.
    pub part: TouchPart,
    /// The test.
    pub test: TouchTest,
}

canonical!(struct TouchCondition { of, part, test });

/// Which touch is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TouchOf {
    /// The first.
    First,
    /// The last.
    Last,
    /// One of them at least.
    Any,
}

canonical!(choice TouchOf { First, Last, Any });

/// Which part of a touch is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TouchPart {
    /// Who sent them.
    Source,
    /// By what means.
    Medium,
    /// For which campaign.
    Campaign,
    /// What they searched for.
    Term,
    /// Which of several links or pictures.
    Content,
    /// The page with the link.
    Referrer,
    /// The page they arrived at.
    LandingPage,
}

canonical!(choice TouchPart { Source, Medium, Campaign, Term, Content, Referrer, LandingPage });

impl TouchPart {
    pub(crate) fn of(self, touch: &Touch) -> Option<&str> {
        match self {
            Self::Source => &touch.source,
            Self::Medium => &touch.medium,
            Self::Campaign => &touch.campaign,
            Self::Term => &touch.term,
            Self::Content => &touch.content,
            Self::Referrer => &touch.referrer,
            Self::LandingPage => &touch.landing_page,
        }
        .as_deref()
    }
}

/// Tests of a part of a touch; texts are compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TouchTest {
    /// It is known.
    Present,
    /// It is one of these.
    Is(Vec<String>),
    /// It has one of these in it.
    Contains(Vec<String>),
}

canonical!(
    enum TouchTest {
        Present,
        Is(a),
        Contains(a),
    }
);

impl TouchTest {
    /// Whether `text` passes; the texts of the test are folded already.
    pub(crate) fn passes(&self, text: &str) -> bool {
        match self {
            Self::Present => true,
            Self::Is(texts) => {
                let folded = fold(text);
                texts.contains(&folded)
            }
            Self::Contains(parts) => {
                let folded = fold(text);
                parts.iter().any(|part| find(&folded, part).is_some())
            }
        }
    }
}

/// A day of the week, from Monday (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the days are their names")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

canonical!(choice Weekday { Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday });

impl Weekday {
    /// All of them, from Monday.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];
}

/// A time as the clocks of a card's own offset from UTC show it.
#[derive(Clone, Copy)]
pub(crate) struct LocalTime(Timestamp);

impl LocalTime {
    pub(crate) fn new(at: Timestamp, offset_minutes: i32) -> Self {
        let offset = i64::from(offset_minutes).saturating_mul(60_000);
        Self(Timestamp::from_millis(at.as_millis().saturating_add(offset)))
    }

    pub(crate) fn is_on(self, day: Weekday) -> bool {
        // 1970-01-01 was a Thursday.
        let number = i64::from(self.0.date().days()).saturating_add(3).rem_euclid(7);
        number == i64::from(day as u8)
    }

    /// From 0 to 23.
    pub(crate) fn hour(self) -> i64 {
        self.0.as_millis().rem_euclid(86_400_000).div_euclid(3_600_000)
    }
}
