//! Scoring: from a valid lead and its circumstances to points with their reasons. It cannot fail.

use crate::{
    circumstances::Circumstances,
    condition::{Bound, Facts},
    explanation::{Contribution, Explanation},
    form::Form,
    grade::Decision,
    lead::Lead,
    points::Points,
    scorecard::{Criterion, Dimension},
    signal::MAX_SIGNALS,
    timestamp::Timestamp,
};

/// A card whose fields were looked up.
#[derive(Clone, Debug)]
pub(crate) struct BoundCard {
    pub criteria: Vec<BoundCriterion>,
    pub gates: Vec<BoundGate>,
}

#[derive(Clone, Debug)]
pub(crate) struct BoundCriterion {
    pub conditions: Vec<BoundScoredCondition>,
}

#[derive(Clone, Debug)]
pub(crate) struct BoundScoredCondition {
    pub when: Bound,
    /// The signals its points decay from, where its criterion has a half-life.
    pub signals: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct BoundGate {
    pub when: Bound,
}

/// Scores a lead of this form.
///
/// Signals that claim a later time than that of judging count as seen at it; beyond [`MAX_SIGNALS`] only the last ones count.
#[must_use]
pub fn score(form: &Form, lead: &Lead, circumstances: &Circumstances) -> Explanation {
    let card = &form.definition().scorecard;
    let Circumstances { at, signals, .. } = circumstances;
    let at = *at;
    let signals = signals.get(signals.len().saturating_sub(MAX_SIGNALS)..).unwrap_or(signals);
    let facts = Facts { values: lead.values(), signals, at, exchange: card.exchange.as_ref() };
    let mut contributions = Vec::with_capacity(card.criteria.len());
    let (mut fit, mut engagement) = (Points::ZERO, Points::ZERO);
    for (criterion, bound) in card.criteria.iter().zip(&form.card().criteria) {
        let Some(contribution) = contribution(criterion, bound, &facts) else { continue };
        match criterion.dimension {
            Dimension::Fit => fit = fit.plus(contribution.points),
            Dimension::Engagement => engagement = engagement.plus(contribution.points),
        }
        contributions.push(contribution);
    }
    let gates: Vec<String> = card
        .gates
        .iter()
        .zip(&form.card().gates)
        .filter(|(_, bound)| bound.when.holds(&facts))
        .map(|(gate, _)| gate.id.clone())
        .collect();
    let points = card.initial.plus(fit).plus(engagement);
    let decision = if gates.is_empty() { card.bands.decision(points) } else { Decision::Decline };
    Explanation {
        at,
        initial: card.initial,
        fit,
        engagement,
        points,
        score: card.bands.score(points),
        grade: card.bands.grade(fit, engagement),
        decision,
        contributions,
        gates,
    }
}

fn contribution(criterion: &Criterion, bound: &BoundCriterion, facts: &Facts) -> Option<Contribution> {
    let conditions = criterion.conditions.iter().zip(&bound.conditions).enumerate();
    let (index, (condition, bound)) = conditions.into_iter().find(|(_, (_, bound))| bound.when.holds(facts))?;
    let points = match criterion.half_life_ms {
        Some(half_life_ms) => match latest(&bound.signals, facts) {
            Some(seen) => condition.points.decayed(facts.at.millis_since(seen), half_life_ms),
            None => condition.points,
        },
        None => condition.points,
    };
    Some(Contribution {
        criterion: criterion.id.clone(),
        condition: u16::try_from(index).unwrap_or(u16::MAX),
        dimension: criterion.dimension,
        points,
        full_points: condition.points,
    })
}

fn latest(names: &[String], facts: &Facts) -> Option<Timestamp> {
    let seen = facts.signals.iter().filter(|signal| names.contains(&signal.name));
    seen.map(|signal| signal.at).max()
}
