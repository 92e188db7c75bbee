//! Columns that know too much: what is learned from them would not be there when a lead comes in.

use leadglass_scoring::{FieldKind, validation::number::format_scaled};

use super::{
    bins::{Bins, Kind},
    chance::Chance,
    cross,
    learn::percent,
    logistic::Design,
    rank::{Area, area, area_of_groups},
    variable::{Cells, Variable},
};

/// An area from which a column is the outcome under another name.
pub(super) const COPY: f64 = 0.999;
/// An area from which a column is too good to be true.
pub(super) const TOO_GOOD: f64 = 0.9;
/// An area from which a column is compared to all others together.
pub(super) const STRONG: f64 = 0.75;
/// How much more often a column may be missing with one outcome than with the other.
const MISSING_STEP: f64 = 0.3;
/// A share of won rows from which a bin knows that they were won, and the base rate up to which that is strange.
const SURE: f64 = 0.97;
const FAR: f64 = 0.7;
/// How many rows of the other outcome such a bin would have by the base rate, at least.
const EXPECTED_OF_WON: f64 = 6.0;
const EXPECTED_OF_LOST: f64 = 20.0;
/// The fewest rows of such a bin, or half of them where they are this share of all won ones.
const LEAST_ROWS: u32 = 20;
const SHARE_OF_WON: f64 = 0.05;
/// How far the rates of neighbouring bins of numbers must lie apart.
const SUDDEN: f64 = 0.3;
/// Rows whose outcomes are shuffled to see what chance gives.
const SHUFFLES: usize = 39;

/// How well a column tells the outcome alone, in these rows and the parts they are in: each row is judged by the rates of
/// its bin in the other parts.
pub(super) fn alone(bins: &Bins, won: &[bool], rows: impl Iterator<Item = (u32, u8)>) -> Option<Area> {
    let mut counts = vec![[(0_u32, 0_u32); cross::FOLDS]; bins.counts.len()];
    for (row, fold) in rows {
        let count = &mut counts[usize::from(bins.of_row[row as usize])][usize::from(fold)];
        count.0 += 1;
        count.1 += u32::from(won[row as usize]);
    }
    let add = |all: (u32, u32), count: &(u32, u32)| (all.0 + count.0, all.1 + count.1);
    let all = counts.iter().flatten().fold((0, 0), add);
    let base = f64::from(all.1) / f64::from(all.0.max(1));
    let mut groups = Vec::with_capacity(counts.len() * cross::FOLDS);
    for folds in &counts {
        let all = folds.iter().fold((0, 0), add);
        for fold in folds.iter().filter(|fold| fold.0 > 0) {
            let rate = (f64::from(all.1 - fold.1) + base) / (f64::from(all.0 - fold.0) + 1.0);
            groups.push((rate, fold.1, fold.0 - fold.1));
        }
    }
    area_of_groups(groups)
}

/// The columns that tell most alone in these rows, as many as may be learned from, in their order.
pub(super) fn strongest(columns: &[&Bins], won: &[bool], rows: &[(u32, u8)], most: usize) -> Vec<usize> {
    let strength = |bins: &&Bins| alone(bins, won, rows.iter().copied()).map_or(0.0, |alone| alone.value);
    let strengths: Vec<f64> = columns.iter().map(strength).collect();
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by(|one, other| strengths[*other].total_cmp(&strengths[*one]));
    order.truncate(most);
    order.sort_unstable();
    order
}

/// How many rows have an answer, and how many of them were won; the same of all rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    rows: u32,
    won: u32,
    all: u32,
    all_won: u32,
}

impl Given {
    /// Nothing where all rows or none have an answer.
    pub(super) fn of(variable: &Variable, won: &[bool]) -> Option<Self> {
        let given: Vec<bool> = match &variable.cells {
            Cells::Numbers(cells) => cells.iter().map(Option::is_some).collect(),
            Cells::Levels(cells, _) => cells.iter().map(Option::is_some).collect(),
        };
        let count = |is: &dyn Fn(bool, bool) -> bool| {
            let rows = given.iter().zip(won).filter(|(given, won)| is(**given, **won)).count();
            u32::try_from(rows).unwrap_or(u32::MAX)
        };
        let (all, all_won) = (count(&|_, _| true), count(&|_, won| won));
        let (rows, won) = (count(&|given, _| given), count(&|given, won| given && won));
        (rows > 0 && rows < all).then_some(Self { rows, won, all, all_won })
    }

    /// What to beware of where answers are missing in step with the outcome, or are there nearly only with one.
    pub(super) fn tells(self) -> Option<String> {
        let Self { rows, won, all, all_won } = self;
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        if is_sure(rows, won, all, all_won) {
            let outcome = if share(won, rows) > 0.5 { won } else { rows - won };
            let word = if share(won, rows) > 0.5 { "won" } else { "lost" };
            return Some(format!(
                "is given in {rows} rows, and {outcome} of them were {word}, {} % of all rows are won; was it filled in \
                 afterwards?",
                percent(share(all_won, all))
            ));
        }
        let missing_won = share(all_won - won, all_won);
        let missing_lost = share((all - all_won) - (rows - won), all - all_won);
        let enough = all_won.min(all - all_won) >= LEAST_ROWS;
        let step = (missing_won - missing_lost).abs();
        let missing = share(all - rows, all);
        let error = libm::sqrt(missing * (1.0 - missing) * (1.0 / f64::from(all_won) + 1.0 / f64::from(all - all_won)));
        (enough && step >= MISSING_STEP && step >= 4.0 * error).then(|| {
            format!(
                "is missing in step with the outcome: in {} % of the won rows and in {} % of the lost ones; was it filled \
                 in afterwards?",
                percent(missing_won),
                percent(missing_lost)
            )
        })
    }
}

/// Whether rows are nearly all of one outcome while others are not: of so many rows that chance hardly gives it.
fn is_sure(rows: u32, won: u32, all: u32, all_won: u32) -> bool {
    let (rate, base) = (f64::from(won) / f64::from(rows.max(1)), f64::from(all_won) / f64::from(all.max(1)));
    let other = |base: f64| f64::from(rows) * base;
    let enough = rows >= LEAST_ROWS || (f64::from(won) >= SHARE_OF_WON * f64::from(all_won) && rows >= LEAST_ROWS / 2);
    let is_won = rate >= SURE && base <= FAR && other(1.0 - base) >= EXPECTED_OF_WON;
    let is_lost = won == 0 && other(base) >= EXPECTED_OF_LOST;
    enough && (is_won || is_lost)
}

/// The bin of most rows in which a column nearly knows the outcome. Numbers come near to it by and by where they tell it
/// honestly, so of them only a bin beside one of quite another rate is meant.
pub(super) fn sure_bin(bins: &Bins) -> Option<usize> {
    let (all, all_won) = (bins.counts.iter().sum(), bins.won.iter().sum());
    let rate = |bin: usize| f64::from(bins.won[bin]) / f64::from(bins.counts[bin].max(1));
    let is_sudden = |bin: usize| match bins.kind {
        Kind::Levels(_) => true,
        Kind::Numbers(_) if bin == bins.missing() => true,
        Kind::Numbers(_) => {
            let sides = [bin.checked_sub(1), Some(bin + 1).filter(|side| *side < bins.missing())];
            sides.into_iter().flatten().any(|side| (rate(side) - rate(bin)).abs() >= SUDDEN)
        }
    };
    let sure = (0..bins.counts.len()).filter(|bin| is_sure(bins.counts[*bin], bins.won[*bin], all, all_won));
    sure.filter(|bin| is_sudden(*bin)).max_by_key(|bin| (bins.counts[*bin], std::cmp::Reverse(*bin)))
}

/// What an answer of this bin is.
pub(super) fn bin_in_words(variable: &Variable, bins: &Bins, bin: usize) -> String {
    if bin == bins.missing() {
        return "missing".to_owned();
    }
    match (&bins.kind, &variable.cells) {
        (Kind::Numbers(cuts), _) => {
            let decimals = if let FieldKind::Number(limits) = &variable.field.kind { limits.decimals } else { 0 };
            let number = |units: &i64| {
                let text = format_scaled(*units, decimals);
                if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
            };
            match (bin.checked_sub(1).and_then(|before| cuts.get(before)), cuts.get(bin)) {
                (None, None) => "given".to_owned(),
                (None, Some(below)) => format!("below {}", number(below)),
                (Some(from), None) => format!("{} and more", number(from)),
                (Some(from), Some(below)) => format!("from {} to below {}", number(from), number(below)),
            }
        }
        (Kind::Levels(kept), Cells::Levels(_, levels)) => {
            let level = kept.get(bin).and_then(|level| levels.get(*level as usize));
            level.map_or_else(
                || "a rare text".to_owned(),
                |level| format!("`{}`", level.chars().take(40).collect::<String>()),
            )
        }
        (Kind::Levels(_), Cells::Numbers(_)) => String::new(),
    }
}

/// How well all columns of a design tell the outcome together, on rows that were not fitted.
pub(super) fn together(design: &Design, rows: &[u32], strength: f64) -> Option<Area> {
    let within = cross::within(&[design], rows, &[strength]);
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
