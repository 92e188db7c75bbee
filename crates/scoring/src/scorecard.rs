//! The scorecard: criteria, gates and bands. Data, without a word that people read.
//!
//! The procedure is that of the PMML 4.4 Scorecard: an initial score plus one partial score a criterion, whose
//! conditions are asked in order and whose first match decides.

use crate::{condition::Condition, grade::Bands, money::Exchange, points::Points};

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
}

canonical!(struct Scorecard { initial, doubling, criteria, gates, bands, exchange });

impl Scorecard {
    /// The part a page may know: public criteria and gates.
    #[must_use]
    pub fn public(&self) -> Self {
        Self {
            criteria: self.criteria.iter().filter(|criterion| criterion.public).cloned().collect(),
            gates: self.gates.iter().filter(|gate| gate.public).cloned().collect(),
            ..self.clone()
        }
    }
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
