//! Segments: people who share a problem, to whom the same criteria matter more or less.

use super::{Criterion, Dimension, Nature, Scorecard};
use crate::condition::Condition;

/// People recognised by a condition, with weights of their own. The first segment that holds is a lead's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its stable name.
    pub id: String,
    /// Whether pages may know it.
    pub public: bool,
    /// Who belongs to it.
    pub when: Condition,
    /// What criteria count for them; those that are not named count in full.
    pub weights: Vec<Weight>,
}

canonical!(struct Segment { id, public, when, weights });

/// How much of its points a criterion gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Which criteria.
    pub of: WeightOf,
    /// Per cent of their points, from 0 to [`Weight::LIMIT`]; what is left over of a milli-point is cut off.
    pub per_cent: u16,
}

canonical!(struct Weight { of, per_cent });

impl Weight {
    /// The greatest weight, ten times the points.
    pub const LIMIT: u16 = 1_000;
}

/// Which criteria a weight is of. The most specific weight wins: a criterion's own, then its nature's, then its
/// dimension's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WeightOf {
    /// The criterion with this id.
    Criterion(String),
    /// All of this nature.
    Nature(Nature),
    /// All of this dimension.
    Dimension(Dimension),
}

canonical!(
    enum WeightOf {
        Criterion(a),
        Nature(a),
        Dimension(a),
    }
);

impl Segment {
    /// Per cent of its points that a criterion gives in this segment.
    #[must_use]
    pub fn per_cent(&self, criterion: &Criterion) -> u16 {
        let find = |is_of: &dyn Fn(&WeightOf) -> bool| self.weights.iter().find(|weight| is_of(&weight.of));
        let own = find(&|of| matches!(of, WeightOf::Criterion(id) if *id == criterion.id));
        let natural = || find(&|of| *of == WeightOf::Nature(criterion.nature));
        let dimensional = || find(&|of| *of == WeightOf::Dimension(criterion.dimension));
        own.or_else(natural).or_else(dimensional).map_or(100, |weight| weight.per_cent)
    }

    /// The part a page may know: no weight names a criterion that `card` does not have.
    pub(super) fn known_to(&self, card: &Scorecard) -> Self {
        let is_known = |weight: &&Weight| match &weight.of {
            WeightOf::Criterion(id) => card.criteria.iter().any(|criterion| criterion.id == *id),
            WeightOf::Nature(_) | WeightOf::Dimension(_) => true,
        };
        Self { weights: self.weights.iter().filter(is_known).cloned().collect(), ..self.clone() }
    }
}
