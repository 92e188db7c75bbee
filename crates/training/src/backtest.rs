//! What a scorecard is worth, told from leads whose outcome is known.
//!
//! Everything follows from how many rows have how many points and how many of those converted ([`Levels`]), so rows of
//! equal points are never told apart: ranks are mid-ranks, and a tenth of the rows takes such rows together or not at
//! all. Sums go over levels from the fewest points up, so equal rows in any order give equal bytes. Floats and logarithms
//! are fine here: nothing is decided by them.

mod calibration;
mod discrimination;
mod distribution;
mod levels;
mod movement;
mod proportion;
mod stability;
mod tenths;

use leadglass_scoring::{
    Decision, Grade, Points, Scorecard,
    grade::{EngagementBand, FitBand},
};
use serde::Serialize;

pub use self::{
    calibration::{Calibration, CurvePoint},
    discrimination::{Discrimination, KolmogorovSmirnov, RocPoint},
    distribution::Bar,
    levels::{Level, Levels},
    movement::{Comparison, Pair, Shift},
    proportion::Proportion,
    stability::{Bin, Stability},
    tenths::Tenth,
};

/// The 0.975 quantile of the normal distribution: intervals are of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// One lead with what the card said and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// All points.
    pub points: Points,
    /// The grade.
    pub grade: Grade,
    /// The decision, gates included.
    pub decision: Decision,
    /// Whether it converted.
    pub won: bool,
}

/// What a card's points say of the odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odds {
    even_odds_at: Points,
    doubling: Points,
}

impl Odds {
    /// `None` where the card does not say at which points the odds are even.
    #[must_use]
    pub fn of(card: &Scorecard) -> Option<Self> {
        card.even_odds_at.map(|even_odds_at| Self { even_odds_at, doubling: card.doubling })
    }

    /// The natural logarithm of the odds.
    #[must_use]
    pub fn log_odds(self, points: Points) -> f64 {
        let above = float_of(points.milli()) - float_of(self.even_odds_at.milli());
        above / float_of(self.doubling.milli()) * std::f64::consts::LN_2
    }

    /// The probability, not rounded.
    #[must_use]
    pub fn probability(self, points: Points) -> f64 {
        calibration::logistic(self.log_odds(points))
    }
}

/// A grade with what came of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OfGrade {
    /// The grade.
    pub grade: Grade,
    /// Its share of all rows.
    pub share: f64,
    /// What came of them.
    #[serde(flatten)]
    pub conversion: Proportion,
}

/// A decision with what came of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OfDecision {
    /// The decision.
    pub decision: Decision,
    /// Its share of all rows.
    pub share: f64,
    /// What came of them.
    #[serde(flatten)]
    pub conversion: Proportion,
}

/// Why there is nothing to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BacktestError {
    /// There is no row.
    #[error("there is no row with an outcome")]
    NoRows,
    /// All rows converted.
    #[error("all {0} rows converted, so there is nothing to tell apart")]
    OnlyPositives(u64),
    /// No row converted.
    #[error("none of {0} rows converted, so there is nothing to tell apart")]
    OnlyNegatives(u64),
}

/// What a card is worth on some rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Rows with an outcome.
    pub rows: u64,
    /// Those that converted.
    pub positives: u64,
    /// Their share.
    pub base_rate: f64,
    /// How well points tell the one from the other.
    #[serde(flatten)]
    pub discrimination: Discrimination,
    /// How true the probabilities are; `None` where the card gives none.
    #[serde(flatten)]
    pub calibration: Option<Calibration>,
    /// Tenths of the rows, the most points first.
    pub deciles: Vec<Tenth>,
    /// Grades that occur, the best first.
    pub grades: Vec<OfGrade>,
    /// All decisions, the best first.
    pub decisions: Vec<OfDecision>,
    /// How points spread over those that converted and those that did not.
    pub distribution: Vec<Bar>,
}

impl Report {
    /// Judges a card by these rows.
    ///
    /// # Errors
    /// Where there are no rows, or all came to the same.
    pub fn of(rows: &[Row], odds: Option<Odds>) -> Result<Self, BacktestError> {
        let levels = Levels::of(rows.iter().map(|row| (row.points, row.won)));
        let (all, positives) = (levels.rows(), levels.positives());
        match (all, positives) {
            (0, _) => return Err(BacktestError::NoRows),
            (_, 0) => return Err(BacktestError::OnlyNegatives(all)),
            _ if positives == all => return Err(BacktestError::OnlyPositives(all)),
            _ => {}
        }
        let of = |is: &dyn Fn(&Row) -> bool| Proportion::count(rows.iter().filter(|row| is(row)).map(|row| row.won));
        let deciles = tenths::tenths(&levels, odds);
        Ok(Self {
            rows: all,
            positives,
            base_rate: ratio(positives, all),
            discrimination: Discrimination::of(&levels),
            calibration: odds.map(|odds| Calibration::of(&levels, odds, &deciles)),
            deciles,
            grades: every_grade()
                .map(|grade| (grade, of(&|row| row.grade == grade)))
                .filter(|(_, conversion)| conversion.rows > 0)
                .map(|(grade, conversion)| OfGrade { grade, share: ratio(conversion.rows, all), conversion })
                .collect(),
            decisions: Decision::ALL
                .into_iter()
                .map(|decision| (decision, of(&|row| row.decision == decision)))
                .map(|(decision, conversion)| OfDecision { decision, share: ratio(conversion.rows, all), conversion })
                .collect(),
            distribution: distribution::distribution(&levels),
        })
    }
}

/// All grades, the best first.
pub fn every_grade() -> impl Iterator<Item = Grade> {
    let digits = [EngagementBand::One, EngagementBand::Two, EngagementBand::Three];
    let letters = [FitBand::A, FitBand::B, FitBand::C];
    letters.into_iter().flat_map(move |fit| digits.map(|engagement| Grade { fit, engagement }))
}

/// Milli-points as points, for people and plots.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn in_points<S: serde::Serializer>(points: &Points, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(float_of(points.milli()) / 1_000.0)
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn in_points_or_none<S: serde::Serializer>(points: &Option<Points>, serializer: S) -> Result<S::Ok, S::Error> {
    match points {
        Some(points) => in_points(points, serializer),
        None => serializer.serialize_none(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
const fn float(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "points beyond 2^53 thousandths are absurd, and only plotted")]
const fn float_of(milli: i64) -> f64 {
    milli as f64
}

fn ratio(part: u64, whole: u64) -> f64 {
    float(part) / float(whole)
}

#[cfg(test)]
mod tests;
