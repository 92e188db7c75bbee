//! Small scorecards beside the card: how a buyer goes about it, and how ready they are. Their criteria are those of
//! the card in every respect but one: they are in no segment's weights and add nothing to the points.

use super::{Criterion, public_criteria};
use crate::points::Points;

/// Criteria with a sum of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmallCard {
    /// Whether pages may know it; of its criteria, they know the public ones.
    pub public: bool,
    /// Points every lead begins with.
    pub initial: Points,
    /// What gives points.
    pub criteria: Vec<Criterion>,
}

canonical!(struct SmallCard { public, initial, criteria });

impl SmallCard {
    fn public(&self) -> Option<Self> {
        self.public.then(|| Self { criteria: public_criteria(&self.criteria), ..self.clone() })
    }
}

/// How the buyer's approach is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproachCard {
    /// What speaks for one or the other.
    pub card: SmallCard,
    /// Points from which the buyer is experienced.
    pub experienced: Points,
    /// Points down from which the buyer is hesitant.
    pub hesitant: Points,
}

canonical!(struct ApproachCard { card, experienced, hesitant });

impl ApproachCard {
    /// The approach these points stand for.
    #[must_use]
    pub fn approach(&self, points: Points) -> Approach {
        if points >= self.experienced {
            Approach::Experienced
        } else if points <= self.hesitant {
            Approach::Hesitant
        } else {
            Approach::Undecided
        }
    }

    pub(super) fn public(&self) -> Option<Self> {
        Some(Self { card: self.card.public()?, ..self.clone() })
    }
}

/// How readiness is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadinessCard {
    /// What speaks for it.
    pub card: SmallCard,
    /// Points from which a lead is ready.
    pub ready: Points,
    /// Points from which a lead is warming.
    pub warming: Points,
    /// A lead that points would accept is nurtured where it is less ready than that.
    pub accept_needs: Option<Readiness>,
}

canonical!(struct ReadinessCard { card, ready, warming, accept_needs });

impl ReadinessCard {
    /// The readiness these points stand for.
    #[must_use]
    pub fn readiness(&self, points: Points) -> Readiness {
        if points >= self.ready {
            Readiness::Ready
        } else if points >= self.warming {
            Readiness::Warming
        } else {
            Readiness::Cold
        }
    }

    pub(super) fn public(&self) -> Option<Self> {
        Some(Self { card: self.card.public()?, ..self.clone() })
    }
}

/// How a buyer goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Approach {
    /// Knows what is wanted: specifications, prices, terms.
    Experienced,
    /// Knows the problem, not the product: comparison, cases, a consultation.
    Hesitant,
    /// Neither shows.
    Undecided,
}

canonical!(choice Approach { Experienced, Hesitant, Undecided });

impl Approach {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Experienced => "experienced",
            Self::Hesitant => "hesitant",
            Self::Undecided => "undecided",
        }
    }
}

/// Trust built before the first talk; the readiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Readiness {
    /// Ready to be called.
    Ready,
    /// Getting there.
    Warming,
    /// Not yet.
    Cold,
}

canonical!(choice Readiness { Ready, Warming, Cold });

impl Readiness {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Warming => "warming",
            Self::Cold => "cold",
        }
    }
}
