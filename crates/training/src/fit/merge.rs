//! From fine bins to those of the card: fewest bins at the least loss of likelihood, exactly, by dynamic programming.

/// What a bin must gain to be a bin of its own, in units of log-likelihood.
const COST: f64 = 1.0;
/// What a monotone shape may lose, in the same units.
const MONOTONE_LOSS: f64 = 1.5;

/// How points change along a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Never down.
    Rising,
    /// Never up.
    Falling,
    /// Up and down.
    Free,
    /// The bins have no order.
    Levels,
}

/// A fine bin's log-odds and its weight in the likelihood.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fine {
    pub log_odds: f64,
    pub weight: f64,
}

/// The monotone shape where it loses next to nothing, else the free one.
pub(super) fn shaped(fine: &[Fine]) -> (Vec<Fine>, Shape) {
    let rising = isotonic(fine);
    let turned: Vec<Fine> = fine.iter().map(|bin| Fine { log_odds: -bin.log_odds, ..*bin }).collect();
    let falling: Vec<Fine> = isotonic(&turned).into_iter().map(|bin| Fine { log_odds: -bin.log_odds, ..bin }).collect();
    let loss = |shape: &[Fine]| {
        let each = fine.iter().zip(shape);
        each.map(|(one, other)| one.weight * (one.log_odds - other.log_odds) * (one.log_odds - other.log_odds) / 2.0)
            .sum::<f64>()
    };
    let (up, down) = (loss(&rising), loss(&falling));
    if up <= down && up <= MONOTONE_LOSS {
        (rising, Shape::Rising)
    } else if down <= MONOTONE_LOSS {
        (falling, Shape::Falling)
    } else {
        (fine.to_vec(), Shape::Free)
    }
}

/// The nearest sequence that never falls (pool adjacent violators).
fn isotonic(fine: &[Fine]) -> Vec<Fine> {
    let mut pools: Vec<(Fine, usize)> = Vec::with_capacity(fine.len());
    for bin in fine {
        let mut pool = (*bin, 1);
        while let Some((last, count)) = pools.last().copied().filter(|(last, _)| last.log_odds > pool.0.log_odds) {
            pools.pop();
            pool = (joined(last, pool.0), pool.1 + count);
        }
        pools.push(pool);
    }
    let levels = pools.iter().flat_map(|(pool, count)| std::iter::repeat_n(pool.log_odds, *count));
    fine.iter().zip(levels).map(|(bin, log_odds)| Fine { log_odds, ..*bin }).collect()
}

fn joined(one: Fine, other: Fine) -> Fine {
    let weight = one.weight + other.weight;
    let log_odds = if weight > 0.0 {
        (one.log_odds * one.weight + other.log_odds * other.weight) / weight
    } else {
        f64::midpoint(one.log_odds, other.log_odds)
    };
    Fine { log_odds, weight }
}

/// Joins neighbours: where each joined bin ends (exclusive), and its log-odds.
pub(super) fn merged(fine: &[Fine]) -> Vec<(usize, f64)> {
    let count = fine.len();
    let mut sums = vec![(0.0, 0.0, 0.0)];
    for bin in fine {
        let (weight, first, second) = sums.last().copied().unwrap_or_default();
        let moment = bin.weight * bin.log_odds;
        sums.push((weight + bin.weight, first + moment, second + moment * bin.log_odds));
    }
    let loss = |from: usize, to: usize| {
        let weight = sums[to].0 - sums[from].0;
        let first = sums[to].1 - sums[from].1;
        let second = sums[to].2 - sums[from].2;
        if weight > 0.0 { ((second - first * first / weight) / 2.0).max(0.0) } else { 0.0 }
    };
    // The least loss of the bins before each place, and where the last of them begins.
    let mut best = vec![(0.0, 0_usize)];
    for to in 1..=count {
        let choices = (0..to).map(|from| (best[from].0 + loss(from, to) + COST, from));
        best.push(choices.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap_or_default());
    }
    let mut joined_bins = Vec::new();
    let mut to = count;
    while to > 0 {
        let from = best[to].1;
        let all = fine[from..to].iter().copied().reduce(joined).map_or(0.0, |all| all.log_odds);
        joined_bins.push((to, all));
        to = from;
    }
    joined_bins.reverse();
    joined_bins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins(log_odds: &[f64]) -> Vec<Fine> {
        log_odds.iter().map(|log_odds| Fine { log_odds: *log_odds, weight: 100.0 }).collect()
    }

    #[test]
    fn like_neighbours_are_joined_and_unlike_ones_are_not() {
        let joined = merged(&bins(&[0.0, 0.01, 0.02, 1.0, 1.01]));
        assert_eq!(joined.iter().map(|(end, _)| *end).collect::<Vec<_>>(), [3, 5]);
        assert!((joined[0].1 - 0.01).abs() < 1e-9);
    }

    #[test]
    fn a_slight_dip_is_smoothed_and_a_real_one_stays() {
        assert_eq!(shaped(&bins(&[0.0, 0.5, 0.49, 1.0])).1, Shape::Rising);
        assert_eq!(shaped(&bins(&[1.0, 0.5, 0.51, 0.0])).1, Shape::Falling);
        assert_eq!(shaped(&bins(&[0.0, 1.0, 0.0, 1.0])).1, Shape::Free);
    }
}
