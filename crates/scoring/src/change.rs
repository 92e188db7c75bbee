//! The smallest change of the answers that alters the decision, so that a person can argue with it. Every change that
//! is proposed was scored.

mod candidates;
mod search;

use self::search::Search;
use crate::{
    circumstances::Circumstances,
    field::{Field, FieldKind},
    form::Form,
    grade::Decision,
    lead::Lead,
    points::Points,
};

/// Changes that alter the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Fewest fields first, then by how little the points move. Where one field is enough, the smallest change of each
    /// field to each decision; else some of the smallest.
    pub changes: Vec<Change>,
    /// Whether no smaller change exists; else there may be one among what was not tried, such as two new words in
    /// one text.
    pub exact: bool,
}

/// A change of some answers, the others staying as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What changes, in the order of the fields.
    pub answers: Vec<ChangedAnswer>,
    /// The decision with it.
    pub decision: Decision,
    /// The points with it.
    pub points: Points,
}

/// One answer that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedAnswer {
    /// The field's id.
    pub field: String,
    /// What makes the difference.
    pub to: NewAnswer,
    /// An answer like that, as it was scored, in its canonical spelling; none where it is left out.
    pub example: Vec<String>,
}

/// What makes a difference in one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewAnswer {
    /// There is an answer.
    Given,
    /// There is no answer.
    NotGiven,
    /// This option, by its id.
    Option(String),
    /// These options more and those less, by their ids.
    Options {
        /// Options that are chosen too.
        added: Vec<String>,
        /// Options that are chosen no longer.
        dropped: Vec<String>,
    },
    /// Yes or no.
    YesNo(bool),
    /// This or more, in its canonical spelling.
    AtLeast(String),
    /// This or less.
    AtMost(String),
    /// From the one to the other.
    Between(String, String),
    /// A text with this in it.
    Mentions(String),
    /// A text without these in it.
    MentionsNot(Vec<String>),
    /// This text, whatever the case of its letters.
    Text(String),
    /// Another text.
    NotText(String),
    /// An address at this domain.
    Domain(String),
    /// An address at another domain.
    NotDomain(String),
}

impl Changes {
    /// Those to a better decision than `now`.
    pub fn better(&self, now: Decision) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.decision < now)
    }

    /// Those to a worse decision than `now`.
    pub fn worse(&self, now: Decision) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.decision > now)
    }
}

/// Which changes of a lead's answers alter the decision about it, towards a better one and a worse one. Only fields
/// that a person could change are touched: those the card names, or all but consents and hidden ones.
#[must_use]
pub fn changes(form: &Form, lead: &Lead, circumstances: &Circumstances) -> Changes {
    Search::new(form, lead, circumstances).run()
}

/// Whether a person could change the answer to a field.
#[must_use]
pub fn is_changeable(form: &Form, field: &Field) -> bool {
    match &form.definition().scorecard.changeable {
        Some(named) => named.contains(&field.id),
        None => !matches!(field.kind, FieldKind::Consent(_) | FieldKind::Hidden(_)),
    }
}
