//! Decisions and grades that can be read from what is reached.

use super::{
    reach::{Extent, Outcome, Reach, Span, sum},
    widening::Widening,
};
use crate::{
    grade::{Decision, Grade},
    points::Points,
    scorecard::{ReadinessCard, Scorecard},
};

/// Decisions and grades that can be reached, and whether each of them and both ends really can.
pub(super) fn readings(
    card: &Scorecard,
    reach: &Reach,
    extent: &Extent,
    widening: &Widening,
) -> (Vec<Decision>, Vec<Grade>, bool) {
    let mut had_decisions: Vec<Decision> = reach.outcomes.iter().map(|outcome| decide(card, *outcome)).collect();
    sort(&mut had_decisions);
    let mut had_grades: Vec<Grade> =
        reach.outcomes.iter().map(|outcome| card.bands.grade(outcome.fit, outcome.engagement)).collect();
    sort(&mut had_grades);
    let is_whole = *widening == Widening::default();
    if reach.complete && is_whole {
        return (had_decisions, had_grades, reach.sure);
    }
    let (mut decisions, grades) = (decisions_of(card, extent), grades_of(card, extent));
    if widening.may_hold_back && decisions.contains(&Decision::Accept) {
        decisions.push(Decision::Nurture);
        sort(&mut decisions);
    }
    let is_exact = is_whole && reach.sure && decisions == had_decisions && grades == had_grades;
    (decisions, grades, is_exact)
}

fn decide(card: &Scorecard, outcome: Outcome) -> Decision {
    if outcome.vetoed {
        return Decision::Decline;
    }
    let decision = card.bands.decision(card.initial.plus(outcome.total()));
    let is_ready = card.readiness.as_ref().is_none_or(|readiness| is_ready(readiness, outcome.readiness));
    if decision == Decision::Accept && !is_ready { Decision::Nurture } else { decision }
}

/// Whether these points of readiness, beside those that every lead begins with, are enough to be accepted.
fn is_ready(readiness: &ReadinessCard, points: Points) -> bool {
    let reached = readiness.readiness(readiness.card.initial.plus(points));
    readiness.accept_needs.is_none_or(|needed| reached <= needed)
}

fn sort<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

fn decisions_of(card: &Scorecard, extent: &Extent) -> Vec<Decision> {
    let mut decisions = Vec::new();
    if let Some((least, greatest)) = extent.unvetoed.map(|span| sum(span, (card.initial, card.initial))) {
        let (best, worst) = (card.bands.decision(greatest), card.bands.decision(least));
        decisions.extend(Decision::ALL.into_iter().filter(|decision| (best..=worst).contains(decision)));
    }
    // Between the two ends lies `nurture`, unless nothing is nurtured by its points.
    if card.bands.nurture == card.bands.accept {
        decisions.retain(|decision| *decision != Decision::Nurture);
    }
    if let Some(readiness) = &card.readiness
        && decisions.contains(&Decision::Accept)
    {
        if !is_ready(readiness, extent.readiness.0) {
            decisions.push(Decision::Nurture);
        }
        if !is_ready(readiness, extent.readiness.1) {
            decisions.retain(|decision| *decision != Decision::Accept);
        }
    }
    if extent.may_veto {
        decisions.push(Decision::Decline);
    }
    sort(&mut decisions);
    decisions
}

fn grades_of(card: &Scorecard, extent: &Extent) -> Vec<Grade> {
    let steps = |(least, greatest): Span, limits: [Points; 2]| -> Vec<Points> {
        let mut steps: Vec<Points> = limits.into_iter().filter(|limit| (least..=greatest).contains(limit)).collect();
        steps.extend([least, greatest]);
        steps
    };
    let fits = steps(extent.fit, [card.bands.fit_a, card.bands.fit_b]);
    let engagements = steps(extent.engagement, [card.bands.engagement_1, card.bands.engagement_2]);
    let mut grades: Vec<Grade> =
        fits.iter().flat_map(|fit| engagements.iter().map(|engagement| card.bands.grade(*fit, *engagement))).collect();
    sort(&mut grades);
    grades
}
