//! Columns that know too much: what is learned from them would not be there when a lead comes in.

use super::{
    bins::Bins,
    chance::Chance,
    cross,
    logistic::Design,
    rank::{Area, area},
};

/// An area from which a column is the outcome under another name.
pub(super) const COPY: f64 = 0.999;
/// An area from which a column is too good to be true.
pub(super) const TOO_GOOD: f64 = 0.9;
/// An area from which a column is compared to all others together.
pub(super) const STRONG: f64 = 0.75;
/// How much more often a column may be missing with one outcome than with the other.
const MISSING_STEP: f64 = 0.3;
/// Rows whose outcomes are shuffled to see what chance gives.
const SHUFFLES: usize = 39;

/// How well a column tells the outcome alone: each row is judged by the rates of its bin in the other parts of the rows.
pub(super) fn alone(bins: &Bins, won: &[bool], folds: &[u8]) -> Option<Area> {
    let mut counts = vec![[(0_u32, 0_u32); cross::FOLDS]; bins.counts.len()];
    for ((bin, won), fold) in bins.of_row.iter().zip(won).zip(folds) {
        let count = &mut counts[usize::from(*bin)][usize::from(*fold)];
        count.0 += 1;
        count.1 += u32::from(*won);
    }
    let base = won.iter().filter(|won| **won).count() as f64 / won.len().max(1) as f64;
    let rates: Vec<[f64; cross::FOLDS]> = counts
        .iter()
        .map(|folds| {
            let all = folds.iter().fold((0, 0), |all, fold| (all.0 + fold.0, all.1 + fold.1));
            folds.map(|fold| (f64::from(all.1 - fold.1) + base) / (f64::from(all.0 - fold.0) + 1.0))
        })
        .collect();
    let scores: Vec<f64> =
        bins.of_row.iter().zip(folds).map(|(bin, fold)| rates[usize::from(*bin)][usize::from(*fold)]).collect();
    area(&scores, won)
}

/// How often the column is missing among won and lost, where that differs suspiciously.
pub(super) fn missing_in_step(bins: &Bins) -> Option<(f64, f64)> {
    let missing = bins.missing();
    let all: u32 = bins.counts.iter().sum();
    let all_won: u32 = bins.won.iter().sum();
    let (count, won) = (bins.counts[missing], bins.won[missing]);
    let (among_won, among_lost) =
        (f64::from(won) / f64::from(all_won.max(1)), f64::from(count - won) / f64::from((all - all_won).max(1)));
    let enough = all_won.min(all - all_won) >= 20;
    (enough && (among_won - among_lost).abs() >= MISSING_STEP).then_some((among_won, among_lost))
}

/// How well all columns of a design tell the outcome together, on rows that were not fitted.
pub(super) fn together(design: &Design, rows: &[u32], strength: f64) -> Option<Area> {
    let within = cross::within(design, rows, &[strength]);
    let won: Vec<bool> = rows.iter().map(|row| design.won[*row as usize]).collect();
    area(&within.log_odds[0], &won)
}

/// Whether any column, or all of them in sum, says more of the outcomes than of shuffled ones.
pub(super) fn more_than_chance(columns: &[&Bins], won: &[bool]) -> bool {
    let mut shuffled = won.to_vec();
    let mut chance = Chance::new(2);
    let mut by_chance = vec![Vec::with_capacity(SHUFFLES); columns.len()];
    for _ in 0..SHUFFLES {
        chance.shuffle(&mut shuffled);
        for (column, by_chance) in columns.iter().zip(&mut by_chance) {
            let mut won = vec![0_u32; column.counts.len()];
            for (bin, is_won) in column.of_row.iter().zip(&shuffled) {
                won[usize::from(*bin)] += u32::from(*is_won);
            }
            by_chance.push(super::bins::information(&column.counts, &won));
        }
    }
    // In units of the spread that chance gives, so that columns of many bins count no more than those of few
    let by_chance_alone: Vec<(f64, f64)> = by_chance
        .iter()
        .map(|values| {
            let mean = values.iter().sum::<f64>() / SHUFFLES as f64;
            let spread = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / SHUFFLES as f64;
            (mean, libm::sqrt(spread).max(1e-9))
        })
        .collect();
    let scaled = |value: f64, scale: &(f64, f64)| (value - scale.0) / scale.1;
    let real: Vec<f64> =
        columns.iter().zip(&by_chance_alone).map(|(column, scale)| scaled(column.information(), scale)).collect();
    let best = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (highest, total) = (best(&real), real.iter().sum::<f64>());
    let (mut above_best, mut above_total) = (true, true);
    for shuffle in 0..SHUFFLES {
        let values: Vec<f64> =
            by_chance.iter().zip(&by_chance_alone).map(|(values, scale)| scaled(values[shuffle], scale)).collect();
        above_best &= highest > best(&values);
        above_total &= total > values.iter().sum::<f64>();
    }
    above_best || above_total
}
