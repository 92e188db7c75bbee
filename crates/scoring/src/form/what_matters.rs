//! What a page needs to know to ask only what can still change the decision.

use super::FormDefinition;
use crate::{
    bounds::Widening,
    condition::Condition,
    field::{Field, FieldKind},
    points::Points,
    scorecard::Scorecard,
};

/// That only what can still [change the decision](crate::matters::matters) is asked. In a whole form it is empty; what is
/// in it is worked out for pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhatMatters {
    /// The numbers of the fields that need not be asked: optional ones that a public part of the card is about, and on
    /// which no other question hangs.
    pub may_go: Vec<u16>,
    /// What pages do not know of the card.
    pub unknown: Unknown,
}

canonical!(struct WhatMatters { may_go, unknown });

/// What the secret part of a card can do to a decision: a [`Widening`] put as shortly as a page can use it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// The fewest points that are added.
    pub least: Points,
    /// The most points that are added.
    pub greatest: Points,
    /// Whether a secret gate may veto.
    pub may_veto: bool,
    /// Whether a lead may be held back for a readiness that pages know nothing of, or not all of.
    pub may_hold_back: bool,
}

canonical!(struct Unknown { least, greatest, may_veto, may_hold_back });

impl FormDefinition {
    /// Whether only what can still change the decision is asked.
    #[must_use]
    pub fn asks_what_matters(&self) -> bool {
        self.flow.as_ref().is_some_and(|flow| flow.what_matters.is_some())
    }
}

impl WhatMatters {
    /// What pages are told of this form, whose public card is `public`.
    pub(super) fn of(form: &FormDefinition, public: &Scorecard) -> Self {
        let fields = form.fields.iter().zip(0_u16..);
        let may_go = fields.filter(|(field, _)| may_go(form, public, field)).map(|(_, slot)| slot).collect();
        // Of a form that is public already, what the whole one was is known by what was said of it.
        let known = form.flow.as_ref().and_then(|flow| flow.what_matters.as_ref()).map(|matters| matters.unknown);
        let unknown = known.filter(|unknown| *unknown != Unknown::default());
        Self { may_go, unknown: unknown.unwrap_or_else(|| Unknown::of(&form.scorecard)) }
    }
}

impl Unknown {
    fn of(card: &Scorecard) -> Self {
        let Widening { fit, engagement, readiness, may_veto, may_hold_back } = Widening::of_card(card);
        Self {
            least: fit.0.plus(engagement.0),
            greatest: fit.1.plus(engagement.1),
            may_veto,
            may_hold_back: may_hold_back || readiness != (Points::ZERO, Points::ZERO),
        }
    }
}

fn may_go(form: &FormDefinition, public: &Scorecard, field: &Field) -> bool {
    let tests = |when: &Condition| when.tests(&field.id);
    let mut asked = form.flow.iter().flat_map(|flow| &flow.asked);
    let is_extra = !field.required && !matches!(field.kind, FieldKind::Consent(_) | FieldKind::Hidden(_));
    is_extra && !asked.any(|asked| tests(&asked.when)) && decides(public, tests)
}

/// Whether what a decision can turn on in this card has such a condition.
fn decides(card: &Scorecard, is_wanted: impl Fn(&Condition) -> bool) -> bool {
    let readiness = card.readiness.iter().filter(|readiness| readiness.accept_needs.is_some());
    let criteria = card.criteria.iter().chain(readiness.flat_map(|readiness| &readiness.card.criteria));
    let mut conditions = criteria.flat_map(|criterion| &criterion.conditions).map(|condition| &condition.when);
    conditions.any(&is_wanted)
        || card.gates.iter().any(|gate| is_wanted(&gate.when))
        || card.segments.iter().flatten().any(|segment| is_wanted(&segment.when))
}
