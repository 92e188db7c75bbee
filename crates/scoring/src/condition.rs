//! Conditions over what is known of a lead. A test of something that is not known is false, and its `not` is true.

mod bound;
mod circumstance;
mod quick;
pub mod words;

pub(crate) use self::bound::{BindError, Bound, Facts, Test, bind, signals_named};
pub use self::circumstance::{TouchCondition, TouchOf, TouchPart, TouchTest, Weekday};
pub(crate) use self::quick::Quick;
use crate::{channel::Channel, mail::MailKind, moment::Moment, money::Currency};

/// How deep conditions may be nested.
pub const MAX_DEPTH: usize = 8;

/// What a criterion tests (PMML: the predicate of an attribute).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// True; the last condition of a criterion that always gives something.
    Always,
    /// Every one holds; true where there is none.
    All(Vec<Condition>),
    /// At least one holds; false where there is none.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A field's answer passes a test.
    Field(FieldCondition),
    /// A signal was seen.
    Signal(SignalCondition),
    /// It came by one of these.
    Channel(Vec<Channel>),
    /// What brought the person passes a test.
    Touch(TouchCondition),
    /// It came on one of these days, by the card's offset from UTC.
    Weekday(Vec<Weekday>),
    /// It came in one of these hours of the day, from 0 to 23, by the card's offset from UTC.
    Hour(Range),
    /// The person wants one of these.
    Moment(Vec<Moment>),
    /// Their e-mail address is at one of these. Only the server knows, so nothing public can ask.
    Mail(Vec<MailKind>),
}

impl Condition {
    /// Whether it, or a part of it, asks what only the server knows.
    #[must_use]
    pub fn asks_the_server(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::asks_the_server),
            Self::Not(part) => part.asks_the_server(),
            Self::Mail(_) => true,
            _ => false,
        }
    }

    /// Whether it, or a part of it, tests the answer to this field.
    #[must_use]
    pub fn tests(&self, field: &str) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.tests(field)),
            Self::Not(part) => part.tests(field),
            Self::Field(condition) => condition.field == field,
            _ => false,
        }
    }
}

canonical!(
    enum Condition {
        Always,
        All(a),
        Any(a),
        Not(a),
        Field(a),
        Signal(a),
        Channel(a),
        Touch(a),
        Weekday(a),
        Hour(a),
        Moment(a),
        Mail(a),
    }
);

/// A test of one field's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldCondition {
    /// The field's id.
    pub field: String,
    /// The test.
    pub test: FieldTest,
}

canonical!(struct FieldCondition { field, test });

/// Tests of an answer. Limits are inclusive and whole, so "more than 5" is "at least 6" of the smallest unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldTest {
    /// There is an answer.
    Present,
    /// It is one of these: option ids; `yes` or `no`; texts, compared without regard to case.
    Is(Vec<String>),
    /// A text has one of these in it, without regard to case.
    Contains(Vec<String>),
    /// A number (in units of its last decimal place), a rating, or the number of options chosen lies between.
    Between(Range),
    /// An amount lies between, in minor units.
    Amount(Range, Currency),
    /// A date lies between, in days since 1970-01-01.
    Date(Range),
    /// A date lies this many days from the day of asking (UTC), before it where negative.
    DaysFromToday(Range),
    /// An e-mail address or site is at one of these domains or below one.
    Domain(Vec<String>),
}

canonical!(
    enum FieldTest {
        Present,
        Is(a),
        Contains(a),
        Between(a),
        Amount(a, b),
        Date(a),
        DaysFromToday(a),
        Domain(a),
    }
);

/// Both ends are inclusive; an end that is missing is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub min: Option<i64>,
    /// The greatest.
    pub max: Option<i64>,
}

canonical!(struct Range { min, max });

impl Range {
    /// Whether `value` lies between the ends.
    #[must_use]
    pub fn contains(self, value: i64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

/// A test of how often a signal was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalCondition {
    /// The signal's name.
    pub signal: String,
    /// Fewest times.
    pub at_least: u16,
    /// Only sights of so long ago at most, in milliseconds.
    pub within_ms: Option<u64>,
}

canonical!(struct SignalCondition { signal, at_least, within_ms });
