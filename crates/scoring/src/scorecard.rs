//! The scorecard: criteria, gates and bands. Data, without a word that people read.
//!
//! The procedure is that of the PMML 4.4 Scorecard: an initial score plus one partial score a criterion, whose
//! conditions are asked in order and whose first match decides.

use minicbor::{Decode, Encode};

use crate::{condition::Condition, grade::Bands, money::Exchange, points::Points};

/// Criteria, gates and bands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Scorecard {
    /// Points every lead begins with.
    #[n(0)]
    pub initial: Points,
    /// Points that double the odds of an outcome (PDO).
    #[n(1)]
    pub doubling: Points,
    /// What gives points.
    #[n(2)]
    pub criteria: Vec<Criterion>,
    /// What vetoes whatever the points.
    #[n(3)]
    pub gates: Vec<Gate>,
    /// From which points on a lead gets which grade and decision.
    #[n(4)]
    pub bands: Bands,
    /// How amounts in other currencies are compared; without it they are not.
    #[n(5)]
    pub exchange: Option<Exchange>,
}

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
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Criterion {
    /// Its stable name, the reason code.
    #[n(0)]
    pub id: String,
    /// The sum it counts in.
    #[n(1)]
    pub dimension: Dimension,
    /// Whether it speaks of money.
    #[n(2)]
    pub nature: Nature,
    /// Whether pages may know it.
    #[n(3)]
    pub public: bool,
    /// How long until half of its points are gone, in milliseconds since the latest signal that its condition names.
    #[n(4)]
    pub half_life_ms: Option<u64>,
    /// Asked in order; the first that holds gives its points.
    #[n(5)]
    pub conditions: Vec<ScoredCondition>,
}

/// A condition and what it gives (PMML: attribute and partial score).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ScoredCondition {
    /// The condition.
    #[n(0)]
    pub when: Condition,
    /// What it gives.
    #[n(1)]
    pub points: Points,
}

/// A criterion that vetoes: the lead is declined whatever its points.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Gate {
    /// Its stable name, the reason code.
    #[n(0)]
    pub id: String,
    /// Whether pages may know it.
    #[n(1)]
    pub public: bool,
    /// When it vetoes.
    #[n(2)]
    pub when: Condition,
}

/// The two sums points are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cbor(index_only)]
pub enum Dimension {
    /// Who the lead is; does not fade.
    #[n(0)]
    Fit,
    /// What the lead did; may fade.
    #[n(1)]
    Engagement,
}

/// Whether a criterion speaks of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[cbor(index_only)]
pub enum Nature {
    /// Price, discount, terms.
    #[n(0)]
    Financial,
    /// Quality, speed, trust, service.
    #[n(1)]
    NonFinancial,
}
