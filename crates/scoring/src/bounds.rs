//! What a lead can still become while its form is being filled in: the least and greatest points, the decisions, and
//! which open question can move them most. So a form can ask what matters and stop asking where nothing can change.

pub(crate) mod atoms;
mod open_card;
mod progress;
pub(crate) mod reach;
mod readings;
pub(crate) mod texts;
pub(crate) mod values;
pub(crate) mod variables;
mod widening;

use self::{atoms::Atom, open_card::OpenCard, reach::Reach, readings::readings};
pub use self::{progress::Progress, widening::Widening};
use crate::{
    circumstances::Circumstances,
    form::Form,
    grade::{Decision, Grade},
    points::Points,
    score::facts,
};

/// What a lead can still become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// No way of answering gives fewer points.
    pub least: Points,
    /// No way of answering gives more points.
    pub greatest: Points,
    /// The decisions that can still be taken, best first. Where it is one, nothing that is still asked changes it.
    pub decisions: Vec<Decision>,
    /// The grades that can still be reached, best first.
    pub grades: Vec<Grade>,
    /// Whether a gate vetoes, or still may.
    pub may_veto: bool,
    /// Whether some way of answering gives each of all this; else no way gives anything beyond it.
    pub exact: bool,
    /// The open fields: first those of gates that may still veto, then by how much they can move the points; in the
    /// form's order where equal.
    pub open: Vec<OpenField>,
}

/// A field that is not settled yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenField {
    /// The field's id.
    pub field: String,
    /// How many points lie between two answers to it at most, all other answers being equal.
    pub spread: Points,
    /// Whether a gate that may still veto asks it.
    pub may_veto: bool,
}

impl Bounds {
    /// The decision where it can no longer change.
    #[must_use]
    pub fn settled(&self) -> Option<Decision> {
        if let [decision] = self.decisions.as_slice() { Some(*decision) } else { None }
    }

    /// The open field to ask next: the one that can change most; `None` where none can change anything.
    #[must_use]
    pub fn matters_most(&self) -> Option<&OpenField> {
        self.open.first().filter(|field| field.may_veto || field.spread > Points::ZERO)
    }
}

/// What a lead can still become, by all that this form knows of its card.
#[must_use]
pub fn bounds(form: &Form, progress: &Progress, circumstances: &Circumstances) -> Bounds {
    bounds_within(form, progress, circumstances, &Widening::default())
}

/// What a lead can still become where part of its card is not known here: a page has the public part of a form, and
/// the [`Widening`] that the server made from the whole.
#[must_use]
pub fn bounds_within(form: &Form, progress: &Progress, circumstances: &Circumstances, widening: &Widening) -> Bounds {
    let known = progress.known();
    let card = &form.definition().scorecard;
    let facts = facts(card, &known, circumstances);
    let is_open = |atom: Atom| matches!(atom, Atom::Field(slot, _) if progress.is_slot_open(slot));
    let open_card = OpenCard::new(form, &facts, &is_open);
    let reach = open_card.reach();
    let open = open_fields(form, progress, &reach, &open_card);
    let extent = widening.widen(reach.extent);
    let (decisions, grades, exact) = readings(card, &reach, &extent, widening);
    Bounds {
        least: card.initial.plus(extent.total.0),
        greatest: card.initial.plus(extent.total.1),
        decisions,
        grades,
        may_veto: extent.may_veto,
        exact,
        open,
    }
}

fn open_fields(form: &Form, progress: &Progress, reach: &Reach, card: &OpenCard) -> Vec<OpenField> {
    let (in_gates, atoms) = (card.in_gates(), &card.atoms);
    let in_gate =
        |slot: usize| in_gates.iter().any(|atom| matches!(atoms.get(*atom), Some(Atom::Field(of, _)) if *of == slot));
    let fields = form.definition().fields.iter().enumerate();
    let mut open: Vec<OpenField> = fields
        .filter(|(slot, _)| progress.is_slot_open(*slot))
        .map(|(slot, field)| {
            let spread = reach.spreads.iter().find(|(known, _)| *known == slot);
            OpenField {
                field: field.id.clone(),
                spread: spread.map_or(Points::ZERO, |(_, spread)| *spread),
                may_veto: in_gate(slot),
            }
        })
        .collect();
    open.sort_by_key(|field| (!field.may_veto, std::cmp::Reverse(field.spread)));
    open
}
