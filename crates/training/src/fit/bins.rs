//! Fine bins of a column, and how alike neighbours are held to be before the outcomes are seen.

use super::{
    algebra::Square,
    variable::{Cells, Variable},
};

/// A column in bins. The last bin is that of missing answers; the one before it, where there are levels, is that of
/// rare and unseen ones.
#[derive(Debug)]
pub(super) struct Bins {
    /// The bin of each row.
    pub of_row: Vec<u16>,
    /// How many rows each bin has.
    pub counts: Vec<u32>,
    /// How many of them were won.
    pub won: Vec<u32>,
    pub kind: Kind,
    /// The inverse of the prior covariance of the bins' log-odds.
    pub prior: Square,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// Below the first cut, from there to the second, and so on.
    Numbers(Vec<i64>),
    /// The levels that have bins of their own, as numbers of the variable's levels.
    Levels(Vec<u32>),
}

/// Prior variances of log-odds: of a walk by one standard deviation of a number, of a bin by itself, of a level.
/// Their ratio was chosen once on data of several kinds; their size is chosen anew for each table.
const WALK: f64 = 0.5;
const BIN: f64 = 0.03;
const LEVEL: f64 = 0.06;

impl Bins {
    /// Puts the rows into at most `most` bins.
    pub(super) fn new(variable: &Variable, won: &[bool], most: usize) -> Self {
        let (of_row, kind, prior) = match &variable.cells {
            Cells::Numbers(numbers) => numbers_in_bins(numbers, most),
            Cells::Levels(cells, levels) => levels_in_bins(cells, levels.len(), most),
        };
        let mut bins = Self { counts: vec![0; prior.size()], won: vec![0; prior.size()], of_row, kind, prior };
        for (bin, won) in bins.of_row.iter().zip(won) {
            bins.counts[usize::from(*bin)] += 1;
            bins.won[usize::from(*bin)] += u32::from(*won);
        }
        bins
    }

    pub(super) fn missing(&self) -> usize {
        self.counts.len() - 1
    }

    /// The information value (Kullback's symmetric divergence) of these bins.
    pub(super) fn information(&self) -> f64 {
        information(&self.counts, &self.won)
    }
}

/// The weight of evidence of a bin: how its odds compare to those of all rows. Half a row is added on both sides, so that
/// no bin is infinite.
pub(super) fn weight_of_evidence(won: f64, lost: f64, all_won: f64, all_lost: f64) -> f64 {
    libm::log(((won + 0.5) / (all_won + 0.5)) / ((lost + 0.5) / (all_lost + 0.5)))
}

pub(super) fn information(counts: &[u32], won: &[u32]) -> f64 {
    let all: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    let all_won: f64 = won.iter().map(|won| f64::from(*won)).sum();
    let all_lost = all - all_won;
    let bins = counts.iter().zip(won).filter(|(count, _)| **count > 0);
    bins.map(|(count, won)| {
        let (won, lost) = (f64::from(*won), f64::from(count - won));
        (won / all_won - lost / all_lost) * weight_of_evidence(won, lost, all_won, all_lost)
    })
    .sum()
}

fn numbers_in_bins(numbers: &[Option<i64>], most: usize) -> (Vec<u16>, Kind, Square) {
    let mut sorted: Vec<i64> = numbers.iter().flatten().copied().collect();
    sorted.sort_unstable();
    let least = (sorted.len() / most.max(2)).max(8);
    let mut cuts = Vec::new();
    let mut taken = 0;
    for (place, pair) in sorted.windows(2).enumerate() {
        taken += 1;
        if pair[0] != pair[1] && taken >= least && sorted.len() - place > least {
            cuts.push(round_between(pair[0], pair[1]));
            taken = 0;
        }
    }
    let missing = cuts.len() + 1;
    let bin = |number: i64| cuts.partition_point(|cut| *cut <= number);
    let of_row = numbers.iter().map(|number| as_bin(number.map_or(missing, bin))).collect();
    let places = places(&sorted, &cuts);
    let mut covariance = Square::zero(missing + 1);
    for (row, one) in places.iter().enumerate() {
        for (column, other) in places.iter().enumerate() {
            // Brownian motion that begins at the mean
            let together = if one * other > 0.0 { one.abs().min(other.abs()) } else { 0.0 };
            covariance.row_mut(row)[column] = WALK * together;
        }
    }
    for row in 0..missing {
        covariance.row_mut(row)[row] += BIN;
    }
    covariance.row_mut(missing)[missing] = LEVEL;
    (of_row, Kind::Numbers(cuts), covariance.cholesky().inverse())
}

/// Where bins stand: half by size, in standard deviations but no step longer than one, and half by rank.
fn places(sorted: &[i64], cuts: &[i64]) -> Vec<f64> {
    let count = sorted.len().max(1) as f64;
    let mean = sorted.iter().map(|number| *number as f64).sum::<f64>() / count;
    let spread = sorted.iter().map(|number| (*number as f64 - mean) * (*number as f64 - mean)).sum::<f64>() / count;
    let deviation = libm::sqrt(spread).max(1e-9);
    let (mut means, mut ranks) = (Vec::new(), Vec::new());
    let mut from = 0;
    for cut in cuts.iter().copied().map(Some).chain([None]) {
        let to = cut.map_or(sorted.len(), |cut| sorted.partition_point(|number| *number < cut));
        let inside = &sorted[from..to];
        means.push(inside.iter().map(|number| *number as f64).sum::<f64>() / inside.len().max(1) as f64 / deviation);
        ranks.push((from + to) as f64 / 2.0 / count);
        from = to;
    }
    // A uniform distribution of this width has a standard deviation of one.
    let width = 3.464_101_615_137_754;
    let mut places = vec![0.0];
    for (means, ranks) in means.windows(2).zip(ranks.windows(2)) {
        let step = (means[1] - means[0]).min(1.0) / 2.0 + width * (ranks[1] - ranks[0]) / 2.0;
        places.push(places.last().copied().unwrap_or(0.0) + step);
    }
    let middle = ranks.partition_point(|rank| *rank < 0.5).min(places.len() - 1);
    let origin = places[middle];
    places.iter().map(|place| place - origin).collect()
}

fn levels_in_bins(cells: &[Option<u32>], levels: usize, most: usize) -> (Vec<u16>, Kind, Square) {
    let mut counts = vec![0_u32; levels];
    for level in cells.iter().flatten() {
        counts[*level as usize] += 1;
    }
    let mut frequent: Vec<u32> =
        (0_u32..).zip(&counts).filter(|(_, count)| **count >= 5).map(|(level, _)| level).collect();
    frequent.sort_by_key(|level| (std::cmp::Reverse(counts[*level as usize]), *level));
    frequent.truncate(most);
    frequent.sort_unstable();
    let (rare, missing) = (frequent.len(), frequent.len() + 1);
    let bin = |level: u32| frequent.binary_search(&level).unwrap_or(rare);
    let of_row = cells.iter().map(|level| as_bin(level.map_or(missing, bin))).collect();
    let mut prior = Square::zero(missing + 1);
    for row in 0..=missing {
        prior.row_mut(row)[row] = 1.0 / LEVEL;
    }
    (of_row, Kind::Levels(frequent), prior)
}

fn as_bin(bin: usize) -> u16 {
    u16::try_from(bin).unwrap_or(u16::MAX)
}

/// The roundest number above `low` and not above `high`, the nearest to their middle.
fn round_between(low: i64, high: i64) -> i64 {
    let (low, high) = (i128::from(low), i128::from(high));
    let middle = (low + high).div_euclid(2);
    let mut step: i128 = 1_000_000_000_000_000_000;
    while step > 1 {
        let below = middle.div_euclid(step) * step;
        let fits = [below, below + step].into_iter().filter(|it| *it > low && *it <= high);
        if let Some(found) = fits.min_by_key(|it| (it - middle).abs()) {
            return i64::try_from(found).unwrap_or(i64::MAX);
        }
        step /= 10;
    }
    i64::try_from(high).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_round() {
        for (low, high, cut) in [
            (29_000_000, 30_000_000, 30_000_000),
            (4_191_000, 4_857_000, 4_500_000),
            (-1_800_000, -100_000, -1_000_000),
            (-5, 5, 0),
            (1_234_567, 1_234_571, 1_234_570),
            (7, 8, 8),
            (i64::MIN, i64::MAX, 0),
        ] {
            assert_eq!(round_between(low, high), cut, "{low} to {high}");
        }
    }

    #[test]
    fn a_column_that_says_nothing_has_no_information() {
        assert!(information(&[10, 10], &[5, 5]).abs() < 1e-12);
        let two = information(&[1_000, 1_000], &[600, 400]);
        assert!((two - 0.2 * 2.0 * libm::log(1.5)).abs() < 1e-3, "{two}");
    }
}
