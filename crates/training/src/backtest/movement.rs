//! Two cards on the same rows: which tells them better apart, and who moves band.

use leadglass_scoring::{Decision, Grade};
use serde::Serialize;

use super::{
    Levels, Proportion, Row, Z,
    discrimination::{Moment, Placements},
    every_grade,
};

/// One lead as two cards see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Under the card that is judged.
    pub card: Row,
    /// Under the card it is compared with.
    pub against: Row,
}

/// Two cards on the same rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Rows that both cards score.
    pub rows: u64,
    /// The judged card's area under the ROC curve on them.
    pub auc: f64,
    /// That of the other card.
    pub against_auc: f64,
    /// The first less the second.
    pub auc_difference: f64,
    /// The lower end of the difference's 95 % interval (`DeLong` 1988, paired); `None` of fewer than two of either outcome.
    pub auc_difference_low: Option<f64>,
    /// The upper end of the difference's 95 % interval.
    pub auc_difference_high: Option<f64>,
    /// How probable so large a difference would be if there were none.
    pub auc_difference_p: Option<f64>,
    /// Rows whose decision the judged card betters.
    pub decision_up: Proportion,
    /// Rows whose decision it worsens.
    pub decision_down: Proportion,
    /// Rows by both decisions, all of them, the best first.
    pub decisions: Vec<Shift<Decision>>,
    /// Rows by both grades, those that occur, the best first.
    pub grades: Vec<Shift<Grade>>,
}

/// Rows that one card puts in one band and the other in another, or in the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Shift<B> {
    /// The band under the other card.
    pub from: B,
    /// The band under the judged card.
    pub to: B,
    /// What came of them.
    #[serde(flatten)]
    pub conversion: Proportion,
}

impl Comparison {
    /// Compares two cards; `None` where all rows came to the same, or there are none.
    #[must_use]
    pub fn of(pairs: &[Pair]) -> Option<Self> {
        let levels = |row: fn(&Pair) -> Row| Levels::of(pairs.iter().map(row).map(|row| (row.points, row.won)));
        let (card, against) = (levels(|pair| pair.card), levels(|pair| pair.against));
        if card.positives() == 0 || card.negatives() == 0 {
            return None;
        }
        let (card, against) = (Placements::of(&card), Placements::of(&against));
        let difference = card.auc - against.auc;
        let error = error_of_difference(pairs, &card, &against);
        let count =
            |is: &dyn Fn(&Pair) -> bool| Proportion::count(pairs.iter().filter(|it| is(it)).map(|it| it.card.won));
        let decisions = Decision::ALL.into_iter().flat_map(|from| Decision::ALL.map(|to| (from, to)));
        let grades = every_grade().flat_map(|from| every_grade().map(move |to| (from, to)));
        Some(Self {
            rows: pairs.len() as u64,
            auc: card.auc,
            against_auc: against.auc,
            auc_difference: difference,
            auc_difference_low: error.map(|error| difference - Z * error),
            auc_difference_high: error.map(|error| difference + Z * error),
            auc_difference_p: error.map(|error| two_sided(difference, error)),
            decision_up: count(&|pair| pair.card.decision < pair.against.decision),
            decision_down: count(&|pair| pair.card.decision > pair.against.decision),
            decisions: decisions
                .map(|(from, to)| Shift {
                    from,
                    to,
                    conversion: count(&|pair| pair.against.decision == from && pair.card.decision == to),
                })
                .collect(),
            grades: grades
                .map(|(from, to)| Shift {
                    from,
                    to,
                    conversion: count(&|pair| pair.against.grade == from && pair.card.grade == to),
                })
                .filter(|shift| shift.conversion.rows > 0)
                .collect(),
        })
    }
}

fn error_of_difference(pairs: &[Pair], card: &Placements, against: &Placements) -> Option<f64> {
    let (mut won, mut lost) = (Moment::default(), Moment::default());
    for pair in pairs {
        let one = card.deviation(pair.card.points, pair.card.won);
        let other = against.deviation(pair.against.points, pair.card.won);
        if pair.card.won { &mut won } else { &mut lost }.add(one * other, 1);
    }
    let covariance = won.of_mean()? + lost.of_mean()?;
    let variance = card.variance()? + against.variance()? - 2.0 * covariance;
    // Equal rankings leave nothing but rounding.
    Some(if variance < 1e-15 { 0.0 } else { libm::sqrt(variance) })
}

fn two_sided(difference: f64, error: f64) -> f64 {
    if error > 0.0 {
        libm::erfc(difference.abs() / error / std::f64::consts::SQRT_2)
    } else if difference == 0.0 {
        1.0
    } else {
        0.0
    }
}
