//! Why a lead got its score: what each criterion gave, adding up to the points.

use crate::{
    form::FormDefinition,
    grade::{Decision, Grade},
    points::Points,
    scorecard::Dimension,
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
}

canonical!(struct Explanation { at, initial, fit, engagement, points, score, grade, decision, contributions, gates });

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
}

canonical!(struct Contribution { criterion, condition, dimension, points, full_points });

impl Explanation {
    /// Contributions by how much they moved the points, most first; in the card's order where equal.
    #[must_use]
    pub fn ranked(&self) -> Vec<&Contribution> {
        let mut ranked: Vec<_> = self.contributions.iter().collect();
        ranked.sort_by_key(|contribution| std::cmp::Reverse(contribution.points.milli().unsigned_abs()));
        ranked
    }
}

impl FormDefinition {
    /// The words for a contribution in the form's language number `language`; the reason code where there are none.
    #[must_use]
    pub fn reason<'a>(&'a self, contribution: &'a Contribution, language: usize) -> &'a str {
        let Some(texts) = self.reasons.iter().find(|texts| texts.id == contribution.criterion) else {
            return &contribution.criterion;
        };
        let own = texts.conditions.get(usize::from(contribution.condition)).and_then(Option::as_ref);
        own.unwrap_or(&texts.text).get(language)
    }

    /// The words for a gate that vetoed.
    #[must_use]
    pub fn gate_reason<'a>(&'a self, gate: &'a str, language: usize) -> &'a str {
        let texts = self.reasons.iter().find(|texts| texts.id == gate);
        texts.map_or(gate, |texts| texts.text.get(language))
    }
}
