//! How points spread, for a histogram.

use leadglass_scoring::Points;
use serde::Serialize;

use super::{Levels, in_points_or_none};

/// How many bars there are at most, the two at the ends aside.
const BARS: u64 = 28;

/// Rows with points in some range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// The fewest points it takes; `None` at the lower end, which takes all that are fewer.
    #[serde(serialize_with = "in_points_or_none")]
    pub points_from: Option<Points>,
    /// The points it ends before; `None` at the upper end.
    #[serde(serialize_with = "in_points_or_none")]
    pub points_below: Option<Points>,
    /// Rows that converted.
    pub positives: u64,
    /// Rows that did not.
    pub negatives: u64,
}

/// Bars of one round width over all but the hundredth of rows with the most extreme points, which the bars at the ends
/// take.
pub(super) fn distribution(levels: &Levels) -> Vec<Bar> {
    let rows = levels.rows();
    let at = |number: u64| {
        let mut seen = 0;
        let found = levels.ascending().iter().find(|level| {
            seen += level.rows;
            seen > number
        });
        found.map_or(0, |level| level.points.milli())
    };
    let (low, high) = (at(rows / 200), at(rows - 1 - rows / 200));
    let width = round_width(high.abs_diff(low) / BARS + 1);
    let mut bars: Vec<(i64, Bar)> = Vec::new();
    for level in levels.ascending() {
        // Whole widths from zero, the outermost standing for all beyond.
        let number = level.points.milli().clamp(low, high).div_euclid(width);
        if bars.last().is_none_or(|(last, _)| *last != number) {
            let first = bars.last().map_or(number, |(last, _)| last + 1);
            bars.extend((first..=number).map(|number| (number, empty(number, width))));
        }
        if let Some((_, bar)) = bars.last_mut() {
            bar.positives += level.positives;
            bar.negatives += level.negatives();
        }
    }
    let mut bars: Vec<Bar> = bars.into_iter().map(|(_, bar)| bar).collect();
    let least = levels.ascending().first().map_or(0, |level| level.points.milli());
    let most = levels.ascending().last().map_or(0, |level| level.points.milli());
    if let Some(first) = bars.first_mut().filter(|bar| bar.points_from.is_some_and(|from| least < from.milli())) {
        first.points_from = None;
    }
    if let Some(last) = bars.last_mut().filter(|bar| bar.points_below.is_some_and(|below| most >= below.milli())) {
        last.points_below = None;
    }
    bars
}

fn empty(number: i64, width: i64) -> Bar {
    let edge = |number: i64| Some(Points::from_milli(number.saturating_mul(width)));
    Bar { points_from: edge(number), points_below: edge(number.saturating_add(1)), positives: 0, negatives: 0 }
}

/// The least of 1, 2, 5, 10, 20, … milli-points that is not below `least`.
fn round_width(least: u64) -> i64 {
    let steps = (0..=18_u32).flat_map(|power| [1, 2, 5].map(|first| first * 10_i64.pow(power)));
    steps.take_while(|step| *step > 0).find(|step| step.unsigned_abs() >= least).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::Points;

    use super::{Bar, distribution};
    use crate::backtest::Levels;

    #[test]
    fn bars_have_one_round_width_and_those_at_the_ends_take_what_is_beyond() {
        let rows = (0..1_000).map(|number| (Points::from_milli(number * 100 - 50_000), number % 2 == 0));
        let outliers = [(Points::from_milli(i64::MAX), true), (Points::from_milli(i64::MIN), false)];
        let bars = distribution(&Levels::of(rows.chain(outliers)));
        let widths = bars.iter().filter_map(|bar| Some(bar.points_below?.milli() - bar.points_from?.milli()));
        assert!(widths.clone().all(|width| width == 5_000), "{bars:?}");
        assert_eq!((bars.first().unwrap().points_from, bars.last().unwrap().points_below), (None, None));
        assert_eq!(bars.iter().map(|bar| bar.positives + bar.negatives).sum::<u64>(), 1_002);
    }

    #[test]
    fn one_level_is_one_bar() {
        let bars = distribution(&Levels::of([(Points::ZERO, true), (Points::ZERO, false)]));
        let (from, below) = (Some(Points::ZERO), Some(Points::from_milli(1)));
        assert_eq!(bars, [Bar { points_from: from, points_below: below, positives: 1, negatives: 1 }]);
    }
}
