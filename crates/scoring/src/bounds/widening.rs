//! What a page does not know of a card, as an interval.

use super::reach::{Extent, Span, difference, span, sum};
use crate::{
    form::Form,
    points::Points,
    scorecard::{Criterion, Dimension, Scorecard, Segment},
};

/// How far the secret part of a card may move what its public part gives. It tells of the secret part no more than
/// a few sums, and whether a gate or a need of readiness is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Widening {
    /// The fewest and the most points of fit that are added.
    pub fit: (Points, Points),
    /// The fewest and the most points of engagement that are added.
    pub engagement: (Points, Points),
    /// The fewest and the most points of readiness that are added.
    pub readiness: (Points, Points),
    /// Whether a secret gate may veto.
    pub may_veto: bool,
    /// Whether a lead may be held back for a readiness that pages know nothing of.
    pub may_hold_back: bool,
}

impl Widening {
    /// The widening that pages with the public part of this form need. It is one for all leads, so that it tells
    /// nothing of any of them.
    #[must_use]
    pub fn of(form: &Form) -> Self {
        Self::of_card(&form.definition().scorecard)
    }

    pub(crate) fn of_card(card: &Scorecard) -> Self {
        let secret = |dimension| {
            let criteria = card.criteria.iter().filter(|criterion| criterion.dimension == dimension);
            criteria.map(|criterion| unknown(card, criterion)).fold((Points::ZERO, Points::ZERO), sum)
        };
        let readiness = card.readiness.as_ref().filter(|readiness| readiness.accept_needs.is_some());
        let of_readiness = readiness.iter().flat_map(|readiness| &readiness.card.criteria);
        let of_readiness = of_readiness.filter(|criterion| !criterion.public).map(|criterion| given(criterion, &[100]));
        Self {
            fit: secret(Dimension::Fit),
            engagement: secret(Dimension::Engagement),
            readiness: of_readiness.fold((Points::ZERO, Points::ZERO), sum),
            may_veto: card.gates.iter().any(|gate| !gate.public),
            may_hold_back: readiness.is_some_and(|readiness| !readiness.card.public),
        }
    }

    pub(super) fn widen(self, extent: Extent) -> Extent {
        let both = sum(self.fit, self.engagement);
        Extent {
            fit: sum(extent.fit, self.fit),
            engagement: sum(extent.engagement, self.engagement),
            readiness: sum(extent.readiness, self.readiness),
            total: sum(extent.total, both),
            unvetoed: extent.unvetoed.map(|span| sum(span, both)),
            may_veto: extent.may_veto || self.may_veto,
        }
    }
}

/// What a page does not know of a criterion's points: all of a secret one's; of a public one, how much a secret segment
/// may change them.
fn unknown(card: &Scorecard, criterion: &Criterion) -> Span {
    let weights = |is_wanted: fn(&Segment) -> bool| {
        let segments = card.segments.iter().flatten().filter(move |segment| is_wanted(segment));
        segments.map(|segment| segment.per_cent(criterion)).collect::<Vec<u16>>()
    };
    let with_full = |mut weights: Vec<u16>| {
        weights.push(100);
        weights
    };
    if !criterion.public {
        return given(criterion, &with_full(weights(|_| true)));
    }
    let (known, secret) = (with_full(weights(|segment| segment.public)), weights(|segment| !segment.public));
    let mut span = (Points::ZERO, Points::ZERO);
    for condition in &criterion.conditions {
        for (known, secret) in known.iter().flat_map(|known| secret.iter().map(move |secret| (*known, *secret))) {
            let less = difference(condition.points.weighted(known), condition.points.weighted(secret));
            span = (span.0.min(less), span.1.max(less));
        }
    }
    span
}

/// What a criterion can give: also nothing, where no condition holds or all has faded.
fn given(criterion: &Criterion, weights: &[u16]) -> Span {
    let points = criterion.conditions.iter().map(|condition| condition.points);
    let weighted = points.flat_map(|points| weights.iter().map(move |weight| points.weighted(*weight)));
    span(weighted.chain([Points::ZERO]))
}
