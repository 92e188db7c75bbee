//! Scoring: from a valid lead and its circumstances to points with their reasons. It cannot fail.

use crate::{
    circumstances::Circumstances,
    condition::{Bound, Facts, Quick, Test},
    explanation::{ApproachScore, Contribution, Explanation, HeldOffer, ReadinessScore},
    form::Form,
    grade::{Decision, Grade},
    lead::{Lead, Value},
    points::Points,
    scorecard::{Criterion, Dimension, Gate, Offer, Readiness, ReadinessCard, Scorecard, Segment, SmallCard},
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

impl BoundCriterion {
    /// A loop rather than `find`, which stays a call.
    #[inline]
    fn first_held(&self, facts: &Facts) -> Option<(usize, &BoundScoredCondition)> {
        for (index, condition) in self.conditions.iter().enumerate() {
            if condition.quick.holds(&condition.when, facts) {
                return Some((index, condition));
            }
        }
        None
    }
}

#[derive(Clone, Debug)]
pub(crate) struct BoundScoredCondition {
    pub when: Bound,
    /// The signals its points decay from, where its criterion has a half-life.
    pub signals: Vec<String>,
    points: Points,
    quick: Quick,
}

impl BoundScoredCondition {
    pub(crate) fn new(when: Bound, signals: Vec<String>, points: Points) -> Self {
        Self { quick: Quick::of(&when), when, signals, points }
    }
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

/// What a lead's points come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The sum over fit criteria.
    pub fit: Points,
    /// The sum over engagement criteria.
    pub engagement: Points,
    /// All points.
    pub points: Points,
    /// The points as a number from 0 to 100.
    pub score: u8,
    /// Fit and engagement side by side.
    pub grade: Grade,
    /// What becomes of the lead.
    pub decision: Decision,
}

/// Why, by the places of criteria and gates in the card.
#[derive(Clone, Copy, Debug)]
pub enum Reason<'c> {
    /// A criterion gave points.
    Criterion(Given<'c>),
    /// A gate vetoed.
    Gate(&'c Gate, usize),
}

/// What one criterion gave.
#[derive(Clone, Copy, Debug)]
pub struct Given<'c> {
    /// The criterion.
    pub criterion: &'c Criterion,
    /// Its place in the card.
    pub number: usize,
    /// The place of the condition that held.
    pub condition: u16,
    /// What it gave.
    pub points: Points,
    /// What it would have given before any decay.
    pub full_points: Points,
    /// What it counts in the lead's segment.
    pub per_cent: u16,
}

/// Scores a lead of this form.
///
/// Signals that claim a later time than that of judging count as seen at it; beyond [`MAX_SIGNALS`] only the last ones
/// count.
#[must_use]
pub fn score(form: &Form, lead: &Lead, circumstances: &Circumstances) -> Explanation {
    let (card, bound) = (&form.definition().scorecard, form.card());
    let facts = facts(card, lead.values(), circumstances);
    let mut contributions = Vec::with_capacity(card.criteria.len());
    let mut gates = Vec::new();
    let (outcome, segment) = weigh(card, bound, &facts, |reason| match reason {
        Reason::Criterion(given) => contributions.push(given.contribution()),
        Reason::Gate(gate, _) => gates.push(gate.id.clone()),
    });
    let Outcome { fit, engagement, points, score, grade, decision } = outcome;
    let mut explanation = Explanation {
        at: circumstances.at,
        initial: card.initial,
        fit,
        engagement,
        points,
        score,
        grade,
        decision,
        contributions,
        gates,
        segment: segment.map(|segment| segment.id.clone()),
        approach: None,
        readiness: None,
        held_back: None,
        offers: None,
        owner_rule: None,
    };
    beside_points(card, bound, &facts, &mut explanation);
    explanation
}

/// What [`score`] comes to, without memory of its own: the reasons are told one by one, criteria before gates, each in
/// the card's order.
pub fn outcome<'f>(
    form: &'f Form,
    lead: &Lead,
    circumstances: &Circumstances,
    tell: impl FnMut(Reason<'f>),
) -> Outcome {
    let (card, bound) = (&form.definition().scorecard, form.card());
    let facts = facts(card, lead.values(), circumstances);
    let (mut outcome, _) = weigh(card, bound, &facts, tell);
    if let Some(readiness) = card.readiness.as_ref().filter(|_| outcome.decision == Decision::Accept) {
        let given = given(&readiness.card.criteria, &bound.readiness, &[], &facts);
        let points = given.fold(readiness.card.initial, |points, given| points.plus(given.points));
        if held_back(readiness, points, outcome.decision).is_some() {
            outcome.decision = Decision::Nurture;
        }
    }
    outcome
}

/// The points, with the decision as it is before readiness, and the lead's segment.
fn weigh<'c>(
    card: &'c Scorecard,
    bound: &BoundCard,
    facts: &Facts,
    mut tell: impl FnMut(Reason<'c>),
) -> (Outcome, Option<&'c Segment>) {
    let segments = card.segments.iter().flatten().zip(&bound.segments);
    let segment = segments.into_iter().find(|(_, segment)| segment.when.holds(facts));
    let weights = segment.map_or(&[][..], |(_, segment)| &segment.per_cent);
    let (mut fit, mut engagement) = (Points::ZERO, Points::ZERO);
    for given in given(&card.criteria, &bound.criteria, weights, facts) {
        match given.criterion.dimension {
            Dimension::Fit => fit = fit.plus(given.points),
            Dimension::Engagement => engagement = engagement.plus(given.points),
        }
        tell(Reason::Criterion(given));
    }
    let points = card.initial.plus(fit).plus(engagement);
    let mut decision = card.bands.decision(points);
    for (number, (gate, bound)) in card.gates.iter().zip(&bound.gates).enumerate() {
        if bound.when.holds(facts) {
            decision = Decision::Decline;
            tell(Reason::Gate(gate, number));
        }
    }
    let (score, grade) = (card.bands.score(points), card.bands.grade(fit, engagement));
    (Outcome { fit, engagement, points, score, grade, decision }, segment.map(|(segment, _)| segment))
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
        mail: circumstances.mail.map(|mail| mail.kind),
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
        explanation.held_back = held_back(card, points, explanation.decision);
        if explanation.held_back.is_some() {
            explanation.decision = Decision::Nurture;
        }
        ReadinessScore { readiness: card.readiness(points), points, contributions }
    });
    if explanation.gates.is_empty() {
        let offers = offers(card.offers.as_deref().unwrap_or_default(), &bound.offers, facts);
        explanation.offers = (!offers.is_empty()).then_some(offers);
    }
    let mut rules = held(card.owners.as_deref().unwrap_or_default(), &bound.owners, facts);
    explanation.owner_rule = rules.next().map(|rule| rule.id.clone());
}

/// The readiness that an accepted lead lacks.
fn held_back(card: &ReadinessCard, points: Points, decision: Decision) -> Option<Readiness> {
    // The readiest is the least.
    let lacks = |needed: &Readiness| decision == Decision::Accept && card.readiness(points) > *needed;
    card.accept_needs.filter(lacks)
}

/// The best first: those that suit the moment, then the greatest margin, then the order of the card.
fn offers<'c>(offers: &'c [Offer], bound: &'c [Bound], facts: &Facts) -> Vec<HeldOffer> {
    let rank = |offer: &Offer| (offer.suits(facts.moment), offer.margin.map_or(0, |margin| margin.minor));
    // There are few, and a sort is four kilobytes of code in the page
    let mut best: Vec<&Offer> = Vec::new();
    for offer in held(offers, bound, facts) {
        let place = best.partition_point(|better| rank(better) >= rank(offer));
        best.insert(place, offer);
    }
    let offer = |offer: &Offer| HeldOffer { offer: offer.id.clone(), suits: offer.suits(facts.moment) };
    best.into_iter().map(offer).collect()
}

fn held<'c, T>(
    items: &'c [T],
    bound: impl IntoIterator<Item = &'c Bound>,
    facts: &Facts,
) -> impl Iterator<Item = &'c T> {
    items.iter().zip(bound).filter(|(_, when)| when.holds(facts)).map(|(item, _)| item)
}

fn small_score(card: &SmallCard, bound: &[BoundCriterion], facts: &Facts) -> (Points, Vec<Contribution>) {
    let contributions: Vec<_> = given(&card.criteria, bound, &[], facts).map(Given::contribution).collect();
    let add = |points: Points, contribution: &Contribution| points.plus(contribution.points);
    (contributions.iter().fold(card.initial, add), contributions)
}

/// What each criterion gives; one without a weight counts in full.
#[inline]
fn given<'c>(
    criteria: &'c [Criterion],
    bound: &[BoundCriterion],
    weights: &[u16],
    facts: &Facts,
) -> impl Iterator<Item = Given<'c>> {
    criteria.iter().zip(bound).enumerate().filter_map(|(number, (criterion, bound))| {
        let (index, bound) = bound.first_held(facts)?;
        let per_cent = weights.get(number).copied().unwrap_or(100);
        let full_points = bound.points.weighted(per_cent);
        let points = left(full_points, criterion, bound, facts);
        let condition = u16::try_from(index).unwrap_or(u16::MAX);
        Some(Given { criterion, number, condition, points, full_points, per_cent })
    })
}

impl Given<'_> {
    fn contribution(self) -> Contribution {
        Contribution {
            criterion: self.criterion.id.clone(),
            condition: self.condition,
            dimension: self.criterion.dimension,
            points: self.points,
            full_points: self.full_points,
            per_cent: (self.per_cent != 100).then_some(self.per_cent),
        }
    }
}

/// What is left of the points of a condition that holds.
#[inline]
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
