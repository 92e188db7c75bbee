//! Cross-validation: how strongly to hold coefficients back, and what the card is worth on rows it has not seen.

use super::{
    chance::Chance,
    logistic::{Design, Fitted, likelihood},
    rank::{Area, area},
};

/// Strengths that are tried, the strongest first.
pub(super) const STRENGTHS: [f64; 5] = [100.0, 20.0, 5.0, 1.0, 0.25];
/// Parts the rows are dealt into; each is judged by a fit of the others.
pub(super) const FOLDS: usize = 5;
/// Blocks in the order of time; each but the first is judged by a fit of all before it.
pub(super) const BLOCKS: usize = 6;
/// How close a fit is taken to its optimum here, in units of log-likelihood.
const CLOSE: f64 = 1e-3;

/// What each strength said of rows it had not seen.
#[derive(Debug)]
pub(super) struct Within {
    /// The log-odds of each row, for each strength.
    pub log_odds: Vec<Vec<f64>>,
}

/// The part of each row, dealt by chance.
pub(super) fn folds(rows: usize) -> Vec<u8> {
    let mut chance = Chance::new(1);
    (0..rows).map(|_| u8::try_from(chance.below(FOLDS)).unwrap_or(0)).collect()
}

/// Judges each row by a fit of the parts it is not in: of one design, or of one for each part.
pub(super) fn within(designs: &[&Design], rows: &[u32], strengths: &[f64]) -> Within {
    let folds = folds(rows.len());
    let mut log_odds = vec![vec![0.0; rows.len()]; strengths.len()];
    // Each fold is one thread's own, so threads change no sum.
    let fits = on_threads(FOLDS, |fold| {
        let others = rows.iter().zip(&folds).filter(|(_, of)| usize::from(**of) != fold).map(|(row, _)| *row);
        path(designs[fold % designs.len()], &others.collect::<Vec<u32>>(), strengths)
    });
    for (log_odds, strength) in log_odds.iter_mut().zip(0..) {
        for ((log_odds, row), fold) in log_odds.iter_mut().zip(rows).zip(&folds) {
            let fits: &Vec<Fitted> = &fits[usize::from(*fold)];
            *log_odds = designs[usize::from(*fold) % designs.len()].log_odds(*row, &fits[strength]);
        }
    }
    Within { log_odds }
}

/// What each number from 0 gives, in their order.
fn on_threads<T: Send>(count: usize, each: impl Fn(usize) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let each = &each;
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || each(number))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// How many rows come before each block that is judged.
pub(super) fn before(rows: usize, block: usize) -> usize {
    rows * (block + 1) / BLOCKS
}

/// The areas of each block under a fit of all blocks before it, for each strength: of one design, or of one for each
/// block that is judged. A block without enough of both outcomes, in itself or before it, says nothing.
pub(super) fn forward(designs: &[&Design], ordered: &[u32], strengths: &[f64]) -> Vec<Vec<Area>> {
    let blocks = on_threads(BLOCKS - 1, |block| {
        let design = designs[block % designs.len()];
        let (from, to) = (before(ordered.len(), block), before(ordered.len(), block + 1));
        let (before, inside) = (&ordered[..from], &ordered[from..to]);
        let enough = |rows: &[u32]| {
            let won = rows.iter().filter(|row| design.won[**row as usize]).count();
            won.min(rows.len() - won) >= 10
        };
        if !enough(before) || !enough(inside) {
            return None;
        }
        let won: Vec<bool> = inside.iter().map(|row| design.won[*row as usize]).collect();
        let of =
            |fitted: &Fitted| area(&inside.iter().map(|row| design.log_odds(*row, fitted)).collect::<Vec<f64>>(), &won);
        path(design, before, strengths).iter().map(of).collect::<Option<Vec<Area>>>()
    });
    let blocks: Vec<Vec<Area>> = blocks.into_iter().flatten().collect();
    (0..strengths.len()).map(|strength| blocks.iter().map(|areas| areas[strength]).collect()).collect()
}

/// Fits for each strength, each from the one before.
fn path(design: &Design, rows: &[u32], strengths: &[f64]) -> Vec<Fitted> {
    let mut information = None;
    let mut fits: Vec<Fitted> = Vec::with_capacity(strengths.len());
    for strength in strengths {
        fits.push(design.fit(rows, *strength, fits.last(), &mut information, CLOSE));
    }
    fits
}

/// The strongest of those whose log-likelihood is not worse than the best by more than one standard error of the
/// difference (Breiman and others 1984, the one-standard-error rule).
pub(super) fn choose(within: &Within, won: &[bool], allowed: &[bool]) -> usize {
    let likelihoods: Vec<Vec<f64>> = within
        .log_odds
        .iter()
        .map(|log_odds| log_odds.iter().zip(won).map(|(log_odds, won)| likelihood(*log_odds, *won)).collect())
        .collect();
    let sums: Vec<f64> = likelihoods.iter().map(|each| each.iter().sum()).collect();
    let candidates = (0..sums.len()).filter(|place| allowed[*place]);
    let Some(best) = candidates.clone().max_by(|one, other| sums[*one].total_cmp(&sums[*other])) else { return 0 };
    let close_to_best = |place: &usize| {
        let count = won.len() as f64;
        let differences = likelihoods[best].iter().zip(&likelihoods[*place]).map(|(best, other)| best - other);
        let mean = (sums[best] - sums[*place]) / count;
        let spread: f64 = differences.map(|difference| (difference - mean) * (difference - mean)).sum();
        sums[best] - sums[*place] <= libm::sqrt(spread)
    };
    candidates.into_iter().find(close_to_best).unwrap_or(best)
}

/// Which strengths hold up out of time: all but those that are worse than the best of them in block after block.
pub(super) fn hold_out_of_time(areas: &[Vec<Area>]) -> Vec<bool> {
    let mean = |areas: &[Area]| areas.iter().map(|area| area.value).sum::<f64>() / areas.len().max(1) as f64;
    let best = areas.iter().max_by(|one, other| mean(one).total_cmp(&mean(other)));
    let holds = |areas: &Vec<Area>| {
        let Some(best) = best else { return true };
        let count = areas.len() as f64;
        if areas.len() < 2 {
            return true;
        }
        let differences: Vec<f64> = best.iter().zip(areas).map(|(best, other)| best.value - other.value).collect();
        let mean = differences.iter().sum::<f64>() / count;
        let spread: f64 = differences.iter().map(|it| (it - mean) * (it - mean)).sum();
        mean <= 2.0 * libm::sqrt(spread / (count - 1.0) / count)
    };
    areas.iter().map(holds).collect()
}
