//! The ranking of reason codes that PMML asks of every evaluator of a Scorecard.

use leadglass_scoring::{Explanation, Points, Scorecard, condition::Condition};

/// How reason codes are ranked (PMML 4.4, Scorecard: `reasonCodeAlgorithm`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// By how far a characteristic's points are above its baseline.
    PointsAbove,
    /// By how far a characteristic's points are below its baseline.
    PointsBelow,
}

/// What the reason codes of a card are ranked by.
#[derive(Clone, Debug, PartialEq)]
pub struct ReasonCodes {
    /// Above or below the baselines.
    pub algorithm: Algorithm,
    /// One for each criterion of the card, in its order.
    pub characteristics: Vec<Baseline>,
}

/// The baseline of one criterion and the codes it may give.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The criterion's id.
    pub criterion: String,
    /// The points that its points are compared with.
    pub score: f64,
    /// Its code.
    pub code: String,
    /// The codes of conditions that have their own.
    pub own: Vec<Option<String>>,
}

impl ReasonCodes {
    /// Those that cards of ours are exported with: `pointsBelow` the most that each criterion can give, so that the
    /// first code names what most keeps the lead from a perfect score. The code is the criterion's id.
    #[must_use]
    pub fn of(card: &Scorecard) -> Self {
        let baseline = |criterion: &leadglass_scoring::scorecard::Criterion| {
            let given = criterion.conditions.iter().map(|condition| condition.points);
            let always = criterion.conditions.last().is_some_and(|last| last.when == Condition::Always);
            let nothing = (!always).then_some(Points::ZERO);
            Baseline {
                criterion: criterion.id.clone(),
                score: whole_points(given.chain(nothing).max().unwrap_or_default()),
                code: criterion.id.clone(),
                own: Vec::new(),
            }
        };
        Self { algorithm: Algorithm::PointsBelow, characteristics: card.criteria.iter().map(baseline).collect() }
    }

    /// The codes of a scored lead, the most telling first.
    ///
    /// Each criterion's difference from its baseline is taken in 64-bit floats, as PMML's partial scores are; codes
    /// that occur twice add up; differences below 0 are left out; equal ones stay in the card's order.
    #[must_use]
    pub fn ranked(&self, explanation: &Explanation) -> Vec<String> {
        let mut differences: Vec<(&str, f64)> = Vec::new();
        for baseline in &self.characteristics {
            let found = explanation.contributions.iter().find(|given| given.criterion == baseline.criterion);
            let points = whole_points(found.map_or(Points::ZERO, |given| given.points));
            let own = found.and_then(|given| baseline.own.get(usize::from(given.condition))?.as_deref());
            let code = own.unwrap_or(&baseline.code);
            let difference = match self.algorithm {
                Algorithm::PointsAbove => points - baseline.score,
                Algorithm::PointsBelow => baseline.score - points,
            };
            match differences.iter_mut().find(|(known, _)| *known == code) {
                Some((_, sum)) => *sum += difference,
                None => differences.push((code, difference)),
            }
        }
        differences.retain(|(_, difference)| *difference >= 0.0);
        differences.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        differences.into_iter().map(|(code, _)| code.to_owned()).collect()
    }
}

/// Points as the float nearest to their decimals, which is what a reader of those decimals gets.
#[expect(clippy::cast_precision_loss, reason = "points have at most 13 digits; a float holds 15")]
fn whole_points(points: Points) -> f64 {
    points.milli() as f64 / 1_000.0
}
