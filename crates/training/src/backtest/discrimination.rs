//! How well points tell rows that converted from those that did not.

use leadglass_scoring::Points;
use serde::Serialize;

use super::{Levels, Z, float, in_points, ratio};

/// How well points tell rows that converted from those that did not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Discrimination {
    /// Of two rows of which one converted, how often it has more points; half of those with equal points count. This is
    /// the area under the ROC curve.
    pub auc: f64,
    /// The lower end of its 95 % interval, by `DeLong` and others 1988, "Comparing the areas under two or more
    /// correlated receiver operating characteristic curves", Biometrics 44, from mid-ranks as Sun and Xu 2014 compute
    /// it. `None` where fewer than two rows converted, or fewer than two did not.
    pub auc_low: Option<f64>,
    /// The upper end of its 95 % interval.
    pub auc_high: Option<f64>,
    /// Twice the area, less one.
    pub gini: f64,
    /// The greatest distance between the two distributions of points.
    #[serde(flatten)]
    pub kolmogorov_smirnov: KolmogorovSmirnov,
    /// The ROC curve, from the corner where nobody is taken to that where everybody is.
    #[serde(skip)]
    pub roc: Vec<RocPoint>,
}

/// The greatest distance between the distributions of points of those that converted and those that did not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct KolmogorovSmirnov {
    /// The distance.
    #[serde(rename = "ks")]
    pub distance: f64,
    /// The points from which on rows are taken where it is greatest.
    #[serde(rename = "ks_points", serialize_with = "in_points")]
    pub points: Points,
}

/// What is caught where rows are taken from some points on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocPoint {
    /// The share of those that did not convert.
    pub false_positives: f64,
    /// The share of those that converted.
    pub true_positives: f64,
}

impl Discrimination {
    pub(super) fn of(levels: &Levels) -> Self {
        let placements = Placements::of(levels);
        let auc = placements.auc;
        let half = placements.variance().map(|variance| Z * libm::sqrt(variance));
        Self {
            auc,
            auc_low: half.map(|half| (auc - half).max(0.0)),
            auc_high: half.map(|half| (auc + half).min(1.0)),
            gini: 2.0 * auc - 1.0,
            kolmogorov_smirnov: kolmogorov_smirnov(levels),
            roc: roc(levels),
        }
    }
}

/// Where each row stands among those of the other outcome: the structural components of `DeLong` 1988.
pub(super) struct Placements {
    /// For each level: its points, the share of negatives below a positive of it, of positives above a negative of it.
    of_level: Vec<(Points, f64, f64)>,
    counts: Vec<(u64, u64)>,
    pub(super) auc: f64,
}

impl Placements {
    pub(super) fn of(levels: &Levels) -> Self {
        let (positives, negatives) = (levels.positives(), levels.negatives());
        let (mut negatives_below, mut positives_above) = (0, positives);
        let mut of_level = Vec::with_capacity(levels.ascending().len());
        let mut counts = Vec::with_capacity(levels.ascending().len());
        let mut twice = 0_u128;
        for level in levels.ascending() {
            positives_above -= level.positives;
            let (won, lost) = (level.positives, level.negatives());
            twice += u128::from(won) * u128::from(2 * negatives_below + lost);
            let below = float(2 * negatives_below + lost) / float(2 * negatives);
            let above = float(2 * positives_above + won) / float(2 * positives);
            of_level.push((level.points, below, above));
            counts.push((won, lost));
            negatives_below += lost;
        }
        #[expect(clippy::cast_precision_loss, reason = "exact below 2^53, and rounded once above")]
        let auc = twice as f64 / (2.0 * float(positives) * float(negatives));
        Self { of_level, counts, auc }
    }

    /// How far the row's own placement lies from the area.
    pub(super) fn deviation(&self, points: Points, won: bool) -> f64 {
        let at = self.of_level.binary_search_by_key(&points, |(points, ..)| *points);
        let placement = at.ok().and_then(|at| self.of_level.get(at));
        let placement = placement.map_or(self.auc, |(_, below, above)| if won { *below } else { *above });
        placement - self.auc
    }

    /// The variance of the area; `None` where there are fewer than two of either outcome.
    pub(super) fn variance(&self) -> Option<f64> {
        let (mut won, mut lost) = (Moment::default(), Moment::default());
        for ((_, below, above), (positives, negatives)) in self.of_level.iter().zip(&self.counts) {
            won.add((below - self.auc) * (below - self.auc), *positives);
            lost.add((above - self.auc) * (above - self.auc), *negatives);
        }
        Some(won.of_mean()? + lost.of_mean()?)
    }
}

/// A sum of products of deviations.
#[derive(Default)]
pub(super) struct Moment {
    sum: f64,
    count: u64,
}

impl Moment {
    pub(super) fn add(&mut self, product: f64, times: u64) {
        self.sum += product * float(times);
        self.count += times;
    }

    /// The (co)variance of the mean.
    pub(super) fn of_mean(&self) -> Option<f64> {
        let free = self.count.checked_sub(1).filter(|free| *free > 0)?;
        Some(self.sum / float(free) / float(self.count))
    }
}

fn kolmogorov_smirnov(levels: &Levels) -> KolmogorovSmirnov {
    let lowest = levels.ascending().first().map_or(Points::ZERO, |level| level.points);
    let mut greatest = KolmogorovSmirnov { distance: 0.0, points: lowest };
    let mut curve = roc(levels).into_iter().skip(1);
    for level in levels.ascending().iter().rev() {
        let Some(taken) = curve.next() else { break };
        let distance = (taken.true_positives - taken.false_positives).abs();
        if distance > greatest.distance {
            greatest = KolmogorovSmirnov { distance, points: level.points };
        }
    }
    greatest
}

fn roc(levels: &Levels) -> Vec<RocPoint> {
    let (positives, negatives) = (levels.positives(), levels.negatives());
    let (mut won, mut lost) = (0, 0);
    let mut curve = vec![RocPoint { false_positives: 0.0, true_positives: 0.0 }];
    for level in levels.ascending().iter().rev() {
        won += level.positives;
        lost += level.negatives();
        curve.push(RocPoint { false_positives: ratio(lost, negatives), true_positives: ratio(won, positives) });
    }
    curve
}
