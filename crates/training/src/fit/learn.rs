//! Choosing columns, choosing how strongly coefficients are held back, and fitting them.

use super::{
    FitError, Options,
    bins::Bins,
    calibrate, cross,
    logistic::{Design, Fitted},
    rank::{Area, area},
    report::{LeftOut, Recalibration, Validation},
    rows::{Order, Rows},
    suspect,
    table::{Problems, Table, Words},
    variable::{self, Variable},
};
use crate::{column::field_id, unread::Unread};
use leadglass_scoring::{Timestamp, validation::validate_field};

/// The most columns that are learned from; of more, those that say most alone.
const MAX_COLUMNS: usize = 100;
/// The most bins of all columns together, and of one.
const MAX_BINS: usize = 600;
const MAX_BINS_EACH: usize = 50;
/// The most rows that cross-validation takes; of more, it takes every so many.
const MAX_ROWS: usize = 60_000;
/// Half an interval of 99 %, in standard errors.
const SURELY: f64 = 2.576;

/// A column that is learned from.
#[derive(Debug)]
pub(super) struct Column {
    pub variable: Variable,
    pub bins: Bins,
    /// How well it tells the outcome alone.
    pub alone: Option<Area>,
}

/// The columns that are learned from, and the others.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub columns: Vec<Column>,
    pub left_out: Vec<LeftOut>,
    pub warnings: Vec<String>,
    /// Cells that could not be read.
    pub problems: Problems,
}

/// What was learned.
#[derive(Debug)]
pub(super) struct Learned {
    pub chosen: Chosen,
    /// Nothing where nothing beats chance.
    pub fitted: Option<Fitted>,
    pub design: Design,
    pub validation: Validation,
    pub recalibration: Recalibration,
    /// The rows whose base rate the card takes.
    pub base_rows: Vec<u32>,
}

pub(super) fn choose_columns(table: &Table, options: &Options, rows: &Rows) -> Result<Chosen, FitError> {
    let mut chosen = Chosen { warnings: rows.warnings.clone(), ..Chosen::default() };
    let folds = cross::folds(rows.won.len());
    let wide = table.columns.iter().filter(|words| words.words.len() > MAX_BINS_EACH).count();
    let most = (MAX_BINS / wide.clamp(1, MAX_COLUMNS)).clamp(6, MAX_BINS_EACH);
    let mut ids: Vec<(String, &str)> = Vec::new();
    for (name, words) in table.header.iter().zip(&table.columns) {
        let id = field_id(name);
        let is_named = |names: &[String]| names.iter().any(|other| other.trim() == name);
        let forced = is_named(&options.include);
        let why = if *name == options.outcome.trim() {
            Some("it is the outcome".to_owned())
        } else if is_named(&options.exclude) {
            Some("it was excluded".to_owned())
        } else if !forced && options.time.as_ref().is_some_and(|time| time.trim() == name) {
            Some("it gives the order of time".to_owned())
        } else if !forced && options.only.iter().any(|(column, _)| column.trim() == name) {
            Some("it chose the rows".to_owned())
        } else if let Some((_, first)) = ids.iter().find(|(known, _)| *known == id) {
            return Err(FitError::TwinFields { first: (*first).to_owned(), second: name.clone(), field: id });
        } else {
            variable::no_field(&id)
        };
        let mut leave = |why: String| chosen.left_out.push(LeftOut { column: name.clone(), why });
        if let Some(why) = why {
            leave(why);
            continue;
        }
        ids.push((id, name));
        let variable = variable::variable(name, words, &rows.numbers);
        let given = suspect::Given::of(&variable, &rows.won);
        let telling = given.and_then(suspect::Given::tells);
        if let Some(telling) = telling.as_ref().filter(|_| !forced) {
            chosen.warnings.push(format!("`{name}` {telling}"));
        }
        let useless = variable.useless();
        let mut leave = |why: String| chosen.left_out.push(LeftOut { column: name.clone(), why });
        if variable.is_dates && telling.is_some() && !forced {
            leave("it has dates, and whether there is one goes with the outcome".to_owned());
            continue;
        }
        if let Some(why) = useless.filter(|_| !forced) {
            leave(why);
            continue;
        }
        let bins = Bins::new(&variable, &rows.won, most);
        let alone = suspect::alone(&bins, &rows.won, (0..).zip(folds.iter().copied()));
        if let Some(alone) = alone.filter(|alone| alone.value >= suspect::COPY && !forced) {
            let tells = format!("alone it tells {} of 1 (AUC)", three(alone.value));
            leave(format!("it is the outcome under another name: {tells}; `--include` takes it all the same"));
            chosen.warnings.push(format!("`{name}` is the outcome under another name: {tells}; it was left out"));
            continue;
        }
        chosen.warnings.extend(variable.warning.clone());
        chosen.problems.merge(unread(&variable, words, rows));
        chosen.columns.push(Column { variable, bins, alone });
    }
    if chosen.columns.is_empty() {
        let why = chosen.left_out.iter().map(|it| format!("`{}`: {}", it.column, it.why));
        return Err(FitError::NoColumns { why: why.collect::<Vec<_>>().join("; ") });
    }
    Ok(chosen)
}

/// The cells of a column that are taken for missing because they can't be read.
fn unread(variable: &Variable, words: &Words, rows: &Rows) -> Problems {
    let mut problems = Problems::default();
    let Some(unread) = Unread::of(&variable.field) else { return problems };
    let at = Timestamp::from_millis(0);
    let is_unread = |word: &String| validate_field(&variable.field, &[word], at).is_ok_and(|value| value.is_none());
    let why: Vec<Option<String>> =
        words.words.iter().map(|word| is_unread(word).then(|| unread.why(word, at)).flatten()).collect();
    for (number, line) in rows.numbers.iter().zip(&rows.lines) {
        if let Some(why) = &why[words.cells[*number as usize] as usize] {
            problems.add(*line, Some(&variable.name), || why.as_str());
        }
    }
    problems
}

fn keep(chosen: &mut Chosen, kept: &[usize]) {
    for (number, column) in std::mem::take(&mut chosen.columns).into_iter().enumerate() {
        if kept.binary_search(&number).is_ok() {
            chosen.columns.push(column);
        } else {
            let why = format!("{MAX_COLUMNS} other columns say more alone");
            chosen.left_out.push(LeftOut { column: column.variable.name, why });
        }
    }
}

pub(super) fn learn(options: &Options, rows: &Rows, mut chosen: Chosen) -> Learned {
    let every = rows.won.len().div_ceil(MAX_ROWS).max(1);
    let sample: Vec<u32> = rows.by_time.iter().step_by(every).copied().collect();
    let won: Vec<bool> = sample.iter().map(|row| rows.won[*row as usize]).collect();
    let bins: Vec<&Bins> = chosen.columns.iter().map(|column| &column.bins).collect();
    let parts = cross::folds(sample.len());
    let dealt = || sample.iter().copied().zip(parts.iter().copied());
    // Where columns are many, which are learned from is learned too: rows are judged by a choice that has not seen them
    let is_narrow = bins.len() <= MAX_COLUMNS;
    let strongest = |seen: &[(u32, u8)]| match bins.len() {
        0..=MAX_COLUMNS => (0..bins.len()).collect(),
        _ => suspect::strongest(&bins, &rows.won, seen, MAX_COLUMNS),
    };
    let choice = |seen: &[(u32, u8)]| {
        let kept: Vec<usize> = strongest(seen);
        Design::new(&kept.iter().map(|number| bins[*number]).collect::<Vec<_>>(), &rows.won)
    };
    let designs = |count: usize, rows_of: &dyn Fn(usize) -> Vec<(u32, u8)>| -> Vec<Design> {
        (0..if is_narrow { 1 } else { count }).map(|number| choice(&rows_of(number))).collect()
    };
    let of_others = designs(cross::FOLDS, &|part| dealt().filter(|(_, of)| usize::from(*of) != part).collect());
    let within = cross::within(&of_others.iter().collect::<Vec<_>>(), &sample, &cross::STRENGTHS);
    let forward = (rows.order != Order::Unknown).then(|| {
        let of_earlier =
            designs(cross::BLOCKS - 1, &|block| dealt().take(cross::before(sample.len(), block)).collect());
        cross::forward(&of_earlier.iter().collect::<Vec<_>>(), &sample, &cross::STRENGTHS)
    });
    let allowed =
        forward.as_ref().map_or_else(|| vec![true; cross::STRENGTHS.len()], |areas| cross::hold_out_of_time(areas));
    let best = cross::choose(&within, &won, &allowed);
    let strength = cross::STRENGTHS[best];
    let log_odds = &within.log_odds[best];
    let auc = area(log_odds, &won);
    let sure = auc.is_some_and(|auc| auc.value - SURELY * auc.error > 0.5);
    let signal = sure && suspect::more_than_chance(&bins, &rows.won);
    let kept = strongest(&(0..).zip(cross::folds(rows.won.len())).collect::<Vec<_>>());
    keep(&mut chosen, &kept);
    let design = design(&chosen.columns, &rows.won, None);
    if signal {
        warn(&mut chosen, rows, &sample, strength);
    }
    let validation = Validation::new(rows, strength, auc, forward.map(|areas| areas[best].clone()), every);
    let (recalibration, base_rows) = recalibrate(options, rows, log_odds, &sample, &won);
    let fitted = signal.then(|| design.fit(&rows.all(), strength, None, &mut None, 1e-9));
    Learned { chosen, fitted, design, validation, recalibration, base_rows }
}

fn design(columns: &[Column], won: &[bool], without: Option<usize>) -> Design {
    let columns = columns.iter().enumerate().filter(|(number, _)| Some(*number) != without);
    Design::new(&columns.map(|(_, column)| &column.bins).collect::<Vec<_>>(), won)
}

/// The latest part: a fifth, or all rows where a fifth has not enough of both outcomes.
fn latest(rows: &[u32], won: &[bool]) -> usize {
    let from = rows.len() - rows.len() / 5;
    let count = won[from..].iter().filter(|won| **won).count();
    if count.min(won.len() - from - count) >= 20 { from } else { 0 }
}

/// Base rate and slope. The slope only ever softens scores: what lies ahead is less like the rows than they are like each
/// other.
fn recalibrate(
    options: &Options,
    rows: &Rows,
    log_odds: &[f64],
    sample: &[u32],
    won: &[bool],
) -> (Recalibration, Vec<u32>) {
    let from = if options.recalibrate { latest(sample, won) } else { 0 };
    let (_, found) = calibrate::slope(&log_odds[from..], &won[from..]);
    let base_rows = if options.recalibrate {
        let won: Vec<bool> = rows.by_time.iter().map(|row| rows.won[*row as usize]).collect();
        rows.by_time[latest(&rows.by_time, &won)..].to_vec()
    } else {
        rows.all()
    };
    let used = if found.is_finite() { found.clamp(0.3, 1.0) } else { 1.0 };
    (
        Recalibration { latest: options.recalibrate, rows: base_rows.len(), slope_found: found, slope_used: used },
        base_rows,
    )
}

/// Says which columns know too much.
fn warn(chosen: &mut Chosen, rows: &Rows, sample: &[u32], strength: f64) {
    let mut warnings = std::mem::take(&mut chosen.warnings);
    for column in &chosen.columns {
        let name = &column.variable.name;
        let said = warnings.iter().any(|warning| warning.starts_with(&format!("`{name}` is given in")));
        if let Some(bin) = suspect::sure_bin(&column.bins).filter(|_| !said) {
            let (count, won) = (column.bins.counts[bin], column.bins.won[bin]);
            warnings.push(format!(
                "`{name}` knows the outcome where it is {}: {won} of {count} rows were won; is it known before the outcome?",
                suspect::bin_in_words(&column.variable, &column.bins, bin)
            ));
        }
        if let Some(alone) = column.alone.filter(|alone| alone.value >= suspect::TOO_GOOD) {
            warnings.push(format!(
                "`{name}` is too good: alone it has an AUC of {}; is it known before the outcome?",
                three(alone.value)
            ));
        }
    }
    // If the best is not as good as all others, no other is.
    let best = chosen.columns.iter().enumerate().filter_map(|(number, column)| Some((number, column.alone?.value)));
    let best = best.max_by(|one, other| one.1.total_cmp(&other.1));
    if let Some((number, alone)) = best.filter(|(_, alone)| (suspect::STRONG..suspect::TOO_GOOD).contains(alone))
        && chosen.columns.len() > 1
    {
        let others = suspect::together(&design(&chosen.columns, &rows.won, Some(number)), sample, strength);
        if let Some(others) = others.filter(|others| alone >= others.value) {
            warnings.push(format!(
                "`{}` is as good alone as all others together: AUC {} against {}; is it known before the outcome?",
                chosen.columns[number].variable.name,
                three(alone),
                three(others.value)
            ));
        }
    }
    chosen.warnings = warnings;
}

pub(super) fn three(number: f64) -> String {
    format!("{number:.3}")
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}
