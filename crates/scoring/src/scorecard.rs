//! The scorecard: criteria, gates and bands, and what else is read from a lead. Data, without a word that people read.
//!
//! The procedure is that of the PMML 4.4 Scorecard: an initial score plus one partial score a criterion, whose
//! conditions are asked in order and whose first match decides. A segment's weights are what PMML says by a model of
//! its own for each segment.
//!
//! No card can have a cycle: a condition asks for answers and circumstances alone, never for what another criterion,
//! segment or small card gave, and a weight changes what a criterion gives, not whether it holds.

mod offer;
mod segment;
mod small_card;

pub use self::{
    offer::{Offer, OfferKind, OwnerRule, in_turn},
    segment::{Segment, Weight, WeightOf},
    small_card::{Approach, ApproachCard, Readiness, ReadinessCard, SmallCard},
};
use crate::{
    condition::Condition,
    grade::{Bands, Strictness},
    money::Exchange,
    points::Points,
};

/// Criteria, gates and bands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scorecard {
    /// Points every lead begins with.
    pub initial: Points,
    /// Points that double the odds of an outcome (PDO).
    pub doubling: Points,
    /// What gives points.
    pub criteria: Vec<Criterion>,
    /// What vetoes whatever the points.
    pub gates: Vec<Gate>,
    /// From which points on a lead gets which grade and decision.
    pub bands: Bands,
    /// How amounts in other currencies are compared; without it they are not.
    pub exchange: Option<Exchange>,
    /// Points at which the odds of the outcome are one to one; without it points say nothing of how probable it is.
    pub even_odds_at: Option<Points>,
    /// Who counts criteria in another way.
    pub segments: Option<Vec<Segment>>,
    /// How hard the cut is; `bands` says what came of it.
    pub strictness: Option<Strictness>,
    /// How the buyer's approach is read.
    pub approach: Option<ApproachCard>,
    /// How readiness is read.
    pub readiness: Option<ReadinessCard>,
    /// What to offer.
    pub offers: Option<Vec<Offer>>,
    /// Who works on a lead.
    pub owners: Option<Vec<OwnerRule>>,
    /// How many minutes the clocks of days and hours are ahead of UTC, the whole year.
    pub utc_offset_minutes: Option<i32>,
    /// The fields whose answers a person could change, by their ids; without it all but consents and hidden ones.
    pub changeable: Option<Vec<String>>,
}

canonical!(
    struct Scorecard {
        initial,
        doubling,
        criteria,
        gates,
        bands,
        exchange,
        even_odds_at,
        segments,
        strictness,
        approach,
        readiness,
        offers,
        owners,
        utc_offset_minutes,
        changeable,
    }
);

impl Default for Scorecard {
    /// A card without a criterion, on the usual scale.
    fn default() -> Self {
        Self {
            initial: Points::ZERO,
            doubling: Self::USUAL_DOUBLING,
            criteria: Vec::new(),
            gates: Vec::new(),
            bands: Bands::default(),
            exchange: None,
            even_odds_at: None,
            segments: None,
            strictness: None,
            approach: None,
            readiness: None,
            offers: None,
            owners: None,
            utc_offset_minutes: None,
            changeable: None,
        }
    }
}

impl Scorecard {
    /// Points that double the odds where a card does not say it.
    pub const USUAL_DOUBLING: Points = Points::from_milli(20_000);

    /// The part a page may know: what is public of the criteria, gates, segments and small cards, and neither how often
    /// leads become customers nor what is offered to whom by whom, nor which answers a person could change.
    #[must_use]
    pub fn public(&self) -> Self {
        let mut public = Self {
            even_odds_at: None,
            criteria: public_criteria(&self.criteria),
            gates: self.gates.iter().filter(|gate| gate.public).cloned().collect(),
            segments: None,
            approach: self.approach.as_ref().and_then(ApproachCard::public),
            readiness: self.readiness.as_ref().and_then(ReadinessCard::public),
            offers: None,
            owners: None,
            changeable: None,
            ..self.clone()
        };
        let segments = self.segments.iter().flatten().filter(|segment| segment.public);
        let segments: Vec<_> = segments.map(|segment| segment.known_to(&public)).collect();
        public.segments = (!segments.is_empty()).then_some(segments);
        public
    }

    /// All criteria, those of the small cards too.
    pub fn all_criteria(&self) -> impl Iterator<Item = &Criterion> {
        let approach = self.approach.iter().flat_map(|approach| &approach.card.criteria);
        let readiness = self.readiness.iter().flat_map(|readiness| &readiness.card.criteria);
        self.criteria.iter().chain(approach).chain(readiness)
    }

    /// How probable the outcome is with this many points, per mille, rounded to the nearest: the odds are
    /// 2^((points − [`even_odds_at`](Self::even_odds_at)) / [`doubling`](Self::doubling)).
    #[must_use]
    pub fn probability(&self, points: Points) -> Option<u16> {
        const ONE: u64 = 1 << 40;
        let even = self.even_odds_at?;
        let doubling = u64::try_from(self.doubling.milli()).ok()?;
        let distance = points.milli().abs_diff(even.milli());
        // The smaller side's odds, from 0 to 1, with 40 bits behind the point.
        let odds = Points::from_milli(1 << 40).decayed(distance, doubling).milli();
        let odds = u64::try_from(odds).unwrap_or(0);
        let whole = ONE.saturating_add(odds);
        let doubled = odds.saturating_mul(2_000).saturating_add(whole);
        let smaller = u16::try_from(doubled.checked_div(whole.saturating_mul(2)).unwrap_or(0)).unwrap_or(0);
        Some(if points >= even { 1_000_u16.saturating_sub(smaller) } else { smaller })
    }
}

fn public_criteria(criteria: &[Criterion]) -> Vec<Criterion> {
    criteria.iter().filter(|criterion| criterion.public).cloned().collect()
}

/// A rule that awards points (PMML: characteristic).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// Its stable name, the reason code.
    pub id: String,
    /// The sum it counts in.
    pub dimension: Dimension,
    /// Whether it speaks of money.
    pub nature: Nature,
    /// Whether pages may know it.
    pub public: bool,
    /// How long until half of its points are gone, in milliseconds since the latest signal that its condition names.
    pub half_life_ms: Option<u64>,
    /// Asked in order; the first that holds gives its points.
    pub conditions: Vec<ScoredCondition>,
}

canonical!(struct Criterion { id, dimension, nature, public, half_life_ms, conditions });

/// A condition and what it gives (PMML: attribute and partial score).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoredCondition {
    /// The condition.
    pub when: Condition,
    /// What it gives.
    pub points: Points,
}

canonical!(struct ScoredCondition { when, points });

/// A criterion that vetoes: the lead is declined whatever its points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its stable name, the reason code.
    pub id: String,
    /// Whether pages may know it.
    pub public: bool,
    /// When it vetoes.
    pub when: Condition,
}

canonical!(struct Gate { id, public, when });

/// The two sums points are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Dimension {
    /// Who the lead is; does not fade.
    Fit,
    /// What the lead did; may fade.
    Engagement,
}

canonical!(choice Dimension { Fit, Engagement });

/// Whether a criterion speaks of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Nature {
    /// Price, discount, terms.
    Financial,
    /// Quality, speed, trust, service.
    NonFinancial,
}

canonical!(choice Nature { Financial, NonFinancial });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_that_of_its_odds() {
        let card = Scorecard { even_odds_at: Some(Points::from_milli(10_000)), ..Scorecard::default() };
        // Odds of 1:1, 2:1, 1:2, 8:1, 1:64, 2^0.5:1, and what lies beyond all counting
        for (points, per_mille) in
            [(10, 500), (30, 667), (-10, 333), (70, 889), (-110, 15), (20, 586), (0, 414), (i64::MAX, 1_000)]
        {
            let points = Points::from_milli(points.saturating_mul(1_000));
            assert_eq!(card.probability(points), Some(per_mille), "{points:?}");
        }
        assert_eq!(card.probability(Points::from_milli(i64::MIN)), Some(0));
        assert_eq!(Scorecard { even_odds_at: None, ..card }.probability(Points::ZERO), None);
    }
}
