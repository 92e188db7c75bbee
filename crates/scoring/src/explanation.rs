//! Why a lead got its score: what each criterion gave, adding up to the points.

use crate::{
    form::{FormDefinition, ReasonTexts},
    grade::{Decision, Grade},
    points::Points,
    scorecard::{Approach, Dimension, Readiness},
    timestamp::Timestamp,
};

/// A score with its reasons. `points` is `initial` plus the contributions' points, which are also what `fit` and
/// `engagement` are sums of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The time it is true of.
    pub at: Timestamp,
    /// Points every lead begins with.
    pub initial: Points,
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
    /// What each criterion gave, in the card's order; criteria of which no condition held are left out.
    pub contributions: Vec<Contribution>,
    /// The gates that vetoed.
    pub gates: Vec<String>,
    /// The segment it belongs to, whose weights are in the contributions.
    pub segment: Option<String>,
    /// How the buyer goes about it.
    pub approach: Option<ApproachScore>,
    /// How ready the lead is.
    pub readiness: Option<ReadinessScore>,
    /// The readiness that it needed to be accepted, where its points were enough and it is nurtured instead.
    pub held_back: Option<Readiness>,
    /// The offers whose condition holds, the best first; none to a lead that was vetoed.
    pub offers: Option<Vec<HeldOffer>>,
    /// The rule that says who works on it.
    pub owner_rule: Option<String>,
}

canonical!(
    struct Explanation {
        at,
        initial,
        fit,
        engagement,
        points,
        score,
        grade,
        decision,
        contributions,
        gates,
        segment,
        approach,
        readiness,
        held_back,
        offers,
        owner_rule,
    }
);

/// How a buyer goes about it, with reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproachScore {
    /// The reading.
    pub approach: Approach,
    /// What it is read from: the small card's initial points and its contributions.
    pub points: Points,
    /// What each of its criteria gave.
    pub contributions: Vec<Contribution>,
}

canonical!(struct ApproachScore { approach, points, contributions });

/// How ready a lead is, with reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadinessScore {
    /// The reading.
    pub readiness: Readiness,
    /// What it is read from: the small card's initial points and its contributions.
    pub points: Points,
    /// What each of its criteria gave.
    pub contributions: Vec<Contribution>,
}

canonical!(struct ReadinessScore { readiness, points, contributions });

/// An offer whose condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldOffer {
    /// Its id.
    pub offer: String,
    /// Whether it suits the moment; one that does not is never the best.
    pub suits: bool,
}

canonical!(struct HeldOffer { offer, suits });

/// What one criterion gave.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Contribution {
    /// The criterion's id, the reason code.
    pub criterion: String,
    /// The number of the condition that held.
    pub condition: u16,
    /// The sum it counts in.
    pub dimension: Dimension,
    /// What it gave, in milli-points.
    pub points: Points,
    /// What it would have given before any decay.
    pub full_points: Points,
    /// Per cent of its points that count in the lead's segment, in `points` and `full_points` already; absent where
    /// all do.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub per_cent: Option<u16>,
}

canonical!(struct Contribution { criterion, condition, dimension, points, full_points, per_cent });

impl Explanation {
    /// Contributions by how much they moved the points, most first; in the card's order where equal.
    #[must_use]
    pub fn ranked(&self) -> Vec<&Contribution> {
        let mut ranked: Vec<_> = self.contributions.iter().collect();
        ranked.sort_by_key(|contribution| std::cmp::Reverse(contribution.points.milli().unsigned_abs()));
        ranked
    }

    /// The offer to make.
    #[must_use]
    pub fn best_offer(&self) -> Option<&str> {
        let best = self.offers.iter().flatten().next().filter(|offer| offer.suits);
        best.map(|offer| offer.offer.as_str())
    }
}

impl FormDefinition {
    /// The words for a contribution in the form's language number `language`; the reason code where there are none.
    #[must_use]
    pub fn reason<'a>(&'a self, contribution: &'a Contribution, language: usize) -> &'a str {
        self.reason_of(&contribution.criterion, Some(contribution.condition), language)
    }

    /// The words for a condition of a criterion; the criterion's id where there are none.
    pub(crate) fn reason_of<'a>(&'a self, criterion: &'a str, condition: Option<u16>, language: usize) -> &'a str {
        let Some(texts) = self.texts_of(criterion) else { return criterion };
        let own = condition.and_then(|condition| texts.conditions.get(usize::from(condition))?.as_ref());
        own.unwrap_or(&texts.text).get(language)
    }

    /// The words for a criterion, gate, segment or offer as a whole; its id where there are none.
    #[must_use]
    pub fn reason_text<'a>(&'a self, id: &'a str, language: usize) -> &'a str {
        self.texts_of(id).map_or(id, |texts| texts.text.get(language))
    }

    fn texts_of(&self, id: &str) -> Option<&ReasonTexts> {
        self.reasons.iter().find(|texts| texts.id == id)
    }
}
