//! All that is known of why a lead got its score.

use leadglass_scoring::{
    Contribution,
    encoding::{VersionId, encode},
    scorecard::Dimension,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::Explained;
use crate::{clock::to_rfc3339, report::DecisionName};

/// A score with its reasons: `points_milli` is `initial_milli` plus the contributions' points.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationView {
    /// Fit and engagement, from `A1` to `C3`.
    #[schema(pattern = "^[ABC][123]$")]
    pub grade: &'static str,
    /// The points as a number for people.
    #[schema(minimum = 0, maximum = 100)]
    pub score: u8,
    /// What becomes of the lead.
    pub decision: DecisionName,
    /// All points, in thousandths of a point.
    pub points_milli: i64,
    /// How probable the outcome is, where the card says how points tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1000)]
    pub probability_per_mille: Option<u16>,
    /// What every lead begins with.
    pub initial_milli: i64,
    /// The sum over fit criteria.
    pub fit_milli: i64,
    /// The sum over engagement criteria.
    pub engagement_milli: i64,
    /// What each criterion gave, in the card's order.
    pub contributions: Vec<ContributionView>,
    /// The gates that vetoed.
    pub gates: Vec<GateView>,
    /// What else the card reads, where it does: `segment`, `approach`, `readiness`, `held_back`, `offers`, `owner`,
    /// each with its words, and what the small scorecards gave.
    #[serde(flatten)]
    pub beside: Map<String, Value>,
    /// The time the score is true of.
    #[schema(format = DateTime)]
    pub judged_at: String,
    /// SHA-256 of the explanation's canonical bytes, which `leadglass replay` must come to again.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub explanation_sha256: String,
}

/// What one criterion gave.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContributionView {
    /// The criterion's id.
    pub criterion: String,
    /// Why, in words.
    pub reason: String,
    /// The sum it counts in: `fit` or `engagement`.
    #[schema(value_type = String, pattern = "^(fit|engagement)$")]
    pub dimension: Dimension,
    /// The number of the condition that held.
    pub condition: u16,
    /// What it gave, in thousandths of a point.
    pub points_milli: i64,
    /// What it would have given before it faded.
    pub full_points_milli: i64,
    /// Per cent of its points that count in the lead's segment, in both numbers already; absent where all do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_per_cent: Option<u16>,
}

/// A gate that vetoed.
#[derive(Debug, Serialize, ToSchema)]
pub struct GateView {
    /// Its id.
    pub gate: String,
    /// Why, in words.
    pub reason: String,
}

impl Explained<'_> {
    /// All that is known: every contribution with what it faded from, sums, and the hash of the canonical bytes.
    #[must_use]
    pub fn long(&self) -> ExplanationView {
        let explanation = self.explanation;
        let mut beside = self.beside_the_points();
        for small in self.small_cards() {
            beside.insert(format!("{}_points_milli", small.name), json!(small.points));
            beside.insert(format!("{}_initial_milli", small.name), json!(small.initial));
            beside.insert(format!("{}_contributions", small.name), json!(self.views(small.contributions)));
        }
        ExplanationView {
            grade: explanation.grade.as_str(),
            score: explanation.score,
            decision: explanation.decision.into(),
            points_milli: explanation.points.milli(),
            probability_per_mille: self.definition.scorecard.probability(explanation.points),
            initial_milli: explanation.initial.milli(),
            fit_milli: explanation.fit.milli(),
            engagement_milli: explanation.engagement.milli(),
            contributions: self.views(&explanation.contributions),
            gates: self.gate_views(),
            beside,
            judged_at: to_rfc3339(explanation.at),
            explanation_sha256: VersionId::of(&encode(explanation)).to_string(),
        }
    }

    /// The gates that vetoed, in words.
    #[must_use]
    pub fn gate_views(&self) -> Vec<GateView> {
        let gate = |gate: &String| GateView { gate: gate.clone(), reason: self.gate_reason(gate).to_owned() };
        self.explanation.gates.iter().map(gate).collect()
    }

    fn views(&self, contributions: &[Contribution]) -> Vec<ContributionView> {
        let view = |contribution: &Contribution| ContributionView {
            criterion: contribution.criterion.clone(),
            reason: self.definition.reason(contribution, self.language).to_owned(),
            dimension: contribution.dimension,
            condition: contribution.condition,
            points_milli: contribution.points.milli(),
            full_points_milli: contribution.full_points.milli(),
            segment_per_cent: contribution.per_cent,
        };
        contributions.iter().map(view).collect()
    }
}
