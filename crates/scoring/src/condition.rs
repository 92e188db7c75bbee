//! Conditions over what is known of a lead. A test of something that is not known is false, and its `not` is true.

mod bound;

use minicbor::{Decode, Encode};

pub(crate) use self::bound::{BindError, Bound, Facts, bind, signals_named};
use crate::money::Currency;

/// How deep conditions may be nested.
pub const MAX_DEPTH: usize = 8;

/// What a criterion tests (PMML: the predicate of an attribute).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Condition {
    /// True; the last condition of a criterion that always gives something.
    #[n(0)]
    Always,
    /// Every one holds; true where there is none.
    #[n(1)]
    All(#[n(0)] Vec<Condition>),
    /// At least one holds; false where there is none.
    #[n(2)]
    Any(#[n(0)] Vec<Condition>),
    /// It does not hold.
    #[n(3)]
    Not(#[n(0)] Box<Condition>),
    /// A field's answer passes a test.
    #[n(4)]
    Field(#[n(0)] FieldCondition),
    /// A signal was seen.
    #[n(5)]
    Signal(#[n(0)] SignalCondition),
}

/// A test of one field's answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FieldCondition {
    /// The field's id.
    #[n(0)]
    pub field: String,
    /// The test.
    #[n(1)]
    pub test: FieldTest,
}

/// Tests of an answer. Limits are inclusive and whole, so "more than 5" is "at least 6" of the smallest unit.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum FieldTest {
    /// There is an answer.
    #[n(0)]
    Present,
    /// It is one of these: option ids; `yes` or `no`; texts, compared without regard to case.
    #[n(1)]
    Is(#[n(0)] Vec<String>),
    /// A text has one of these in it, without regard to case.
    #[n(2)]
    Contains(#[n(0)] Vec<String>),
    /// A number (in units of its last decimal place), a rating, or the number of options chosen lies between.
    #[n(3)]
    Between(#[n(0)] Range),
    /// An amount lies between, in minor units.
    #[n(4)]
    Amount(#[n(0)] Range, #[n(1)] Currency),
    /// A date lies between, in days since 1970-01-01.
    #[n(5)]
    Date(#[n(0)] Range),
    /// A date lies this many days from the day of asking (UTC), before it where negative.
    #[n(6)]
    DaysFromToday(#[n(0)] Range),
    /// An e-mail address or site is at one of these domains or below one.
    #[n(7)]
    Domain(#[n(0)] Vec<String>),
}

/// Both ends are inclusive; an end that is missing is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Range {
    /// The least.
    #[n(0)]
    pub min: Option<i64>,
    /// The greatest.
    #[n(1)]
    pub max: Option<i64>,
}

impl Range {
    /// Whether `value` lies between the ends.
    #[must_use]
    pub fn contains(self, value: i64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

/// A test of how often a signal was seen.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignalCondition {
    /// The signal's name.
    #[n(0)]
    pub signal: String,
    /// Fewest times.
    #[n(1)]
    pub at_least: u16,
}
