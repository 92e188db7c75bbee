//! Scoring: from a valid lead and its circumstances to points with their reasons. It cannot fail.

use std::cmp::Reverse;

use crate::{
    circumstances::Circumstances,
    condition::{Bound, Facts, Test},
    explanation::{ApproachScore, Contribution, Explanation, HeldOffer, ReadinessScore},
    form::Form,
    grade::Decision,
    lead::{Lead, Value},
    points::Points,
    scorecard::{Criterion, Dimension, Offer, Scorecard, SmallCard},
    signal::MAX_SIGNALS,
    timestamp::Timestamp,
};

/// A card whose fields were looked up. Each list is in the order of the card's.
#[derive(Clone, Debug)]
pub(crate) struct BoundCard {
    pub criteria: Vec<BoundCriterion>,
    pub gates: Vec<BoundGate>,
    pub segments: Vec<BoundSegment>,
    pub approach: Vec<BoundCriterion>,
    pub readiness: Vec<BoundCriterion>,
    pub offers: Vec<Bound>,
    pub owners: Vec<Bound>,
}

impl BoundCard {
    /// The tests that are put to the field at this place and that a decision can turn on, each once.
    pub(crate) fn tests_of(&self, slot: usize) -> Vec<&Test> {
        let mut found = Vec::new();
        let conditions = self.criteria.iter().chain(&self.readiness).flat_map(|criterion| &criterion.conditions);
        let gates = self.gates.iter().map(|gate| &gate.when);
        let segments = self.segments.iter().map(|segment| &segment.when);
        for when in conditions.map(|condition| &condition.when).chain(gates).chain(segments) {
            when.tests_of(slot, &mut found);
        }
        found
    }

    /// What each criterion counts in the segment of what is known; nothing where it is in none.
    pub(crate) fn weights(&self, facts: &Facts) -> &[u16] {
        let segment = self.segments.iter().find(|segment| segment.when.holds(facts));
        segment.map_or(&[], |segment| &segment.per_cent)
    }
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

#[derive(Clone, Debug)]
pub(crate) struct BoundSegment {
    pub when: Bound,
    /// What each criterion of the card counts.
    pub per_cent: Vec<u16>,
}

/// Scores a lead of this form.
///
/// Signals that claim a later time than that of judging count as seen at it; beyond [`MAX_SIGNALS`] only the last ones
/// count.
#[must_use]
pub fn score(form: &Form, lead: &Lead, circumstances: &Circumstances) -> Explanation {
    let (card, bound) = (&form.definition().scorecard, form.card());
    let facts = facts(card, lead.values(), circumstances);
    let segments = card.segments.iter().flatten().zip(&bound.segments);
    let segment = segments.into_iter().find(|(_, segment)| segment.when.holds(&facts));
    let weights = segment.map_or(&[][..], |(_, segment)| &segment.per_cent);
    let contributions = contributions(&card.criteria, &bound.criteria, weights, &facts);
    let (fit, engagement) = (sum(&contributions, Dimension::Fit), sum(&contributions, Dimension::Engagement));
    let gates = held(&card.gates, bound.gates.iter().map(|gate| &gate.when), &facts);
    let gates: Vec<String> = gates.map(|gate| gate.id.clone()).collect();
    let points = card.initial.plus(fit).plus(engagement);
    let mut explanation = Explanation {
        at: circumstances.at,
        initial: card.initial,
        fit,
        engagement,
        points,
        score: card.bands.score(points),
        grade: card.bands.grade(fit, engagement),
        decision: if gates.is_empty() { card.bands.decision(points) } else { Decision::Decline },
        contributions,
        gates,
        segment: segment.map(|(segment, _)| segment.id.clone()),
        approach: None,
        readiness: None,
        held_back: None,
        offers: None,
        owner_rule: None,
    };
    beside_points(card, bound, &facts, &mut explanation);
    explanation
}

/// What conditions are asked about.
pub(crate) fn facts<'a>(
    card: &'a Scorecard,
    values: &'a [Option<Value>],
    circumstances: &'a Circumstances,
) -> Facts<'a> {
    let signals = &circumstances.signals;
    Facts {
        values,
        signals: signals.get(signals.len().saturating_sub(MAX_SIGNALS)..).unwrap_or(signals),
        at: circumstances.at,
        channel: circumstances.channel,
        first_touch: circumstances.first_touch.as_ref(),
        last_touch: circumstances.last_touch.as_ref(),
        moment: circumstances.moment,
        exchange: card.exchange.as_ref(),
        utc_offset_minutes: card.utc_offset_minutes.unwrap_or(0),
    }
}

/// What is read from a lead beside its points, and how readiness changes the decision.
fn beside_points(card: &Scorecard, bound: &BoundCard, facts: &Facts, explanation: &mut Explanation) {
    explanation.approach = card.approach.as_ref().map(|approach| {
        let (points, contributions) = small_score(&approach.card, &bound.approach, facts);
        ApproachScore { approach: approach.approach(points), points, contributions }
    });
    explanation.readiness = card.readiness.as_ref().map(|card| {
        let (points, contributions) = small_score(&card.card, &bound.readiness, facts);
        let readiness = card.readiness(points);
        // The readiest is the least.
        if let Some(needed) = card.accept_needs
            && explanation.decision == Decision::Accept
            && readiness > needed
        {
            explanation.decision = Decision::Nurture;
            explanation.held_back = Some(needed);
        }
        ReadinessScore { readiness, points, contributions }
    });
    if explanation.gates.is_empty() {
        let offers = offers(card.offers.as_deref().unwrap_or_default(), &bound.offers, facts);
        explanation.offers = (!offers.is_empty()).then_some(offers);
    }
    let mut rules = held(card.owners.as_deref().unwrap_or_default(), &bound.owners, facts);
    explanation.owner_rule = rules.next().map(|rule| rule.id.clone());
}

/// The best first: those that suit the moment, then the greatest margin, then the order of the card.
fn offers<'c>(offers: &'c [Offer], bound: &'c [Bound], facts: &Facts) -> Vec<HeldOffer> {
    let mut held: Vec<_> = held(offers, bound, facts).collect();
    held.sort_by_key(|offer| Reverse((offer.suits(facts.moment), offer.margin.map_or(0, |margin| margin.minor))));
    let offer = |offer: &Offer| HeldOffer { offer: offer.id.clone(), suits: offer.suits(facts.moment) };
    held.into_iter().map(offer).collect()
}

fn held<'c, T>(
    items: &'c [T],
    bound: impl IntoIterator<Item = &'c Bound>,
    facts: &Facts,
) -> impl Iterator<Item = &'c T> {
    items.iter().zip(bound).filter(|(_, when)| when.holds(facts)).map(|(item, _)| item)
}

fn small_score(card: &SmallCard, bound: &[BoundCriterion], facts: &Facts) -> (Points, Vec<Contribution>) {
    let contributions = contributions(&card.criteria, bound, &[], facts);
    let add = |points: Points, contribution: &Contribution| points.plus(contribution.points);
    (contributions.iter().fold(card.initial, add), contributions)
}

fn sum(contributions: &[Contribution], dimension: Dimension) -> Points {
    let of_it = contributions.iter().filter(|contribution| contribution.dimension == dimension);
    of_it.fold(Points::ZERO, |points, contribution| points.plus(contribution.points))
}

/// What each criterion gives; one without a weight counts in full.
fn contributions(
    criteria: &[Criterion],
    bound: &[BoundCriterion],
    weights: &[u16],
    facts: &Facts,
) -> Vec<Contribution> {
    let mut contributions = Vec::with_capacity(criteria.len());
    for (number, (criterion, bound)) in criteria.iter().zip(bound).enumerate() {
        let per_cent = weights.get(number).copied().unwrap_or(100);
        contributions.extend(contribution(criterion, bound, per_cent, facts));
    }
    contributions
}

fn contribution(criterion: &Criterion, bound: &BoundCriterion, per_cent: u16, facts: &Facts) -> Option<Contribution> {
    let conditions = criterion.conditions.iter().zip(&bound.conditions).enumerate();
    let (index, (condition, bound)) = conditions.into_iter().find(|(_, (_, bound))| bound.when.holds(facts))?;
    let full_points = condition.points.weighted(per_cent);
    let points = left(full_points, criterion, bound, facts);
    Some(Contribution {
        criterion: criterion.id.clone(),
        condition: u16::try_from(index).unwrap_or(u16::MAX),
        dimension: criterion.dimension,
        points,
        full_points,
        per_cent: (per_cent != 100).then_some(per_cent),
    })
}

/// What is left of the points of a condition that holds.
pub(crate) fn left(points: Points, criterion: &Criterion, bound: &BoundScoredCondition, facts: &Facts) -> Points {
    let Some(half_life_ms) = criterion.half_life_ms else { return points };
    match latest(&bound.signals, facts) {
        Some(seen) => points.decayed(facts.at.millis_since(seen), half_life_ms),
        None => points,
    }
}

fn latest(names: &[String], facts: &Facts) -> Option<Timestamp> {
    let seen = facts.signals.iter().filter(|signal| names.contains(&signal.name));
    seen.map(|signal| signal.at).max()
}
