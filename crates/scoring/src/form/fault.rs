//! What can be wrong with a definition, and where.

use std::fmt;

use crate::condition::{self, BindError};

/// A fault of a definition and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: Problem,
}

/// A part of a definition, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The form as a whole.
    Form,
    /// A step.
    Step(usize),
    /// A field.
    Field(usize),
    /// An option of a field.
    Choice(usize, usize),
    /// A criterion.
    Criterion(usize),
    /// A condition of a criterion.
    Condition(usize, usize),
    /// A gate.
    Gate(usize),
    /// What the form becomes for a moment.
    Moment(usize),
    /// The bands.
    Bands,
    /// The fields that a person could change.
    Changeable,
    /// The scorecard's other settings.
    Scorecard,
    /// A segment.
    Segment(usize),
    /// A weight of a segment.
    Weight(usize, usize),
    /// A small card.
    SmallCard(SmallCardName),
    /// A criterion of a small card.
    SmallCriterion(SmallCardName, usize),
    /// A condition of a criterion of a small card.
    SmallCondition(SmallCardName, usize, usize),
    /// An offer.
    Offer(usize),
    /// A rule of owners.
    Owner(usize),
    /// What is kept of answers that were not sent.
    Drafts,
}

/// Which small card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SmallCardName {
    /// How a buyer goes about it.
    Approach,
    /// How ready a lead is.
    Readiness,
}

impl SmallCardName {
    /// The table of the form file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approach => "approach",
            Self::Readiness => "readiness",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from_one = |number: &usize| number.saturating_add(1);
        match self {
            Self::Form => formatter.write_str("form"),
            Self::Step(step) => write!(formatter, "step {}", from_one(step)),
            Self::Field(field) => write!(formatter, "field {}", from_one(field)),
            Self::Choice(field, option) => {
                write!(formatter, "field {}, option {}", from_one(field), from_one(option))
            }
            Self::Criterion(criterion) => write!(formatter, "criterion {}", from_one(criterion)),
            Self::Condition(criterion, condition) => {
                write!(formatter, "criterion {}, condition {}", from_one(criterion), from_one(condition))
            }
            Self::Gate(gate) => write!(formatter, "gate {}", from_one(gate)),
            Self::Moment(moment) => write!(formatter, "moment {}", from_one(moment)),
            Self::Bands => formatter.write_str("bands"),
            Self::Changeable => formatter.write_str("changeable"),
            Self::Scorecard => formatter.write_str("scorecard"),
            Self::Segment(segment) => write!(formatter, "segment {}", from_one(segment)),
            Self::Weight(segment, weight) => {
                write!(formatter, "segment {}, weight {}", from_one(segment), from_one(weight))
            }
            Self::SmallCard(card) => formatter.write_str(card.as_str()),
            Self::SmallCriterion(card, criterion) => {
                write!(formatter, "{}, criterion {}", card.as_str(), from_one(criterion))
            }
            Self::SmallCondition(card, criterion, condition) => {
                let (criterion, condition) = (from_one(criterion), from_one(condition));
                write!(formatter, "{}, criterion {criterion}, condition {condition}", card.as_str())
            }
            Self::Offer(offer) => write!(formatter, "offer {}", from_one(offer)),
            Self::Owner(owner) => write!(formatter, "owner {}", from_one(owner)),
            Self::Drafts => formatter.write_str("drafts"),
        }
    }
}

/// What can be wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// An id that is empty, too long, or has other characters than lower-case letters, digits, `_` (and `-` in a form's).
    MalformedId(String),
    /// Two of a kind have one id.
    DuplicateId(String),
    /// Nothing of what there must be one at least.
    None(&'static str),
    /// More of something than is taken.
    TooMany(&'static str, usize),
    /// A number out of its range.
    OutOfRange(&'static str, String),
    /// A smaller limit above its greater one.
    Contradiction(&'static str, &'static str),
    /// A condition names a field the form has not.
    UnknownField(String),
    /// A condition names an option the field has not.
    UnknownOption {
        /// The field.
        field: String,
        /// What it names.
        option: String,
    },
    /// A test that answers of this kind can't be put to.
    UnfitTest {
        /// The field.
        field: String,
        /// Its kind.
        kind: &'static str,
    },
    /// A range that nothing lies in.
    EmptyRange(String),
    /// Conditions nested too deep.
    TooDeep,
    /// `all`, `any` or a list of values with nothing in it.
    NoAlternatives,
    /// A condition after one that always holds.
    Unreachable,
    /// A moment that does not ask for a field without which nobody can send.
    HidesRequired(String),
    /// A half-life on a condition that names no signal.
    NothingToDecay,
    /// A weight of a criterion the card has not.
    UnknownCriterion(String),
    /// Two weights of a segment are of the same.
    SameWeight,
    /// Offers whose margins can't be compared.
    TwoCurrencies,
    /// What is asked depends on a field that comes no earlier.
    AsksLater(String),
    /// What is asked depends on something else than answers.
    AsksCircumstances,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MalformedId(id) => write!(
                formatter,
                "the id `{id}` is not made of 1 to 64 lower-case letters, digits and `_`, beginning with a letter"
            ),
            Self::DuplicateId(id) => write!(formatter, "the id `{id}` is used twice"),
            Self::None(what) => write!(formatter, "there is no {what}"),
            Self::TooMany(what, most) => write!(formatter, "there are more than {most} {what}"),
            Self::OutOfRange(what, range) => write!(formatter, "`{what}` is not {range}"),
            Self::Contradiction(low, high) => write!(formatter, "`{low}` is above `{high}`"),
            Self::UnknownField(field) => write!(formatter, "the form has no field `{field}`"),
            Self::UnknownOption { field, option } => write!(formatter, "the field `{field}` has no option `{option}`"),
            Self::UnfitTest { field, kind } => {
                write!(formatter, "this test can't be put to `{field}`, which is of kind `{kind}`")
            }
            Self::EmptyRange(field) => write!(formatter, "no answer to `{field}` lies in this range"),
            Self::TooDeep => write!(formatter, "conditions are nested more than {} deep", condition::MAX_DEPTH),
            Self::NoAlternatives => formatter.write_str("the list is empty"),
            Self::Unreachable => formatter.write_str("it is never asked: the condition before it always holds"),
            Self::HidesRequired(field) => write!(formatter, "it leaves out `{field}`, which is required"),
            Self::NothingToDecay => formatter.write_str("it has a half-life but names no signal to decay from"),
            Self::UnknownCriterion(id) => write!(formatter, "the card has no criterion `{id}`"),
            Self::SameWeight => formatter.write_str("another weight of the segment is of the same"),
            Self::TwoCurrencies => formatter.write_str("its margin is in another currency than those before it"),
            Self::AsksLater(field) => write!(formatter, "it is asked after `{field}`, which does not come before it"),
            Self::AsksCircumstances => {
                formatter.write_str("whether it is asked depends on something else than answers")
            }
        }
    }
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.problem)
    }
}

impl std::error::Error for DefinitionError {}

impl From<BindError> for Problem {
    fn from(error: BindError) -> Self {
        match error {
            BindError::UnknownField(field) => Self::UnknownField(field),
            BindError::UnknownOption { field, option } => Self::UnknownOption { field, option },
            BindError::UnfitTest { field, kind } => Self::UnfitTest { field, kind },
            BindError::EmptyRange { field } => Self::EmptyRange(field),
            BindError::TooDeep => Self::TooDeep,
            BindError::NoAlternatives => Self::NoAlternatives,
            BindError::CountsNothing => Self::OutOfRange("at_least", "1 or more".into()),
            BindError::NoTime => Self::OutOfRange("within", "longer than nothing".into()),
            BindError::NoHour => Self::OutOfRange("hour", "an hour from 0 to 23, or several in a row".into()),
        }
    }
}
