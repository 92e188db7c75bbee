//! Which rows are learned from, in which order they came in, and what became of them.

use leadglass_scoring::validation::{date, number::parse_rounded};

use super::{
    FitError, Options,
    table::{Problems, Table, Words},
};
use crate::outcome::Outcome;

/// The fewest rows that are learned from.
const LEAST_ROWS: usize = 20;

/// The rows that are learned from, in the order of the file.
#[derive(Debug)]
pub(super) struct Rows {
    /// Their numbers in the table.
    pub numbers: Vec<u32>,
    /// Their lines in the file.
    pub lines: Vec<u64>,
    /// What became of each.
    pub won: Vec<bool>,
    /// Their places in this list in the order of time.
    pub by_time: Vec<u32>,
    /// Where that order is from; the order of the file by default.
    pub order: Order,
    /// Rows whose outcome is open.
    pub open: u64,
    /// Rows that were not asked for.
    pub passed_over: u64,
    pub problems: Problems,
}

/// Where the order of time is from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// Nobody said that there is one.
    Unknown,
    /// That of the file.
    File,
    /// That of a column.
    Column(String),
}

impl Rows {
    pub(super) fn choose(table: &Table, options: &Options) -> Result<Self, FitError> {
        let outcome = table.column(&options.outcome)?;
        for name in options.exclude.iter().chain(&options.include) {
            table.column(name)?;
        }
        let time = options.time.as_deref().map(|name| table.column(name)).transpose()?;
        let wanted = wanted(table, options)?;
        let words = &table.columns[outcome];
        let outcomes: Vec<Option<Outcome>> = words.words.iter().map(|word| Outcome::parse(word)).collect();
        let mut rows = Self {
            numbers: Vec::new(),
            lines: Vec::new(),
            won: Vec::new(),
            by_time: Vec::new(),
            order: Order::Unknown,
            open: 0,
            passed_over: 0,
            problems: table.problems.clone(),
        };
        for (number, line) in table.lines.iter().enumerate() {
            if !wanted[number] {
                rows.passed_over += 1;
                continue;
            }
            match outcomes[words.cells[number] as usize] {
                Some(Outcome::Open) => rows.open += 1,
                Some(outcome) => {
                    rows.numbers.push(u32::try_from(number).unwrap_or(u32::MAX));
                    rows.lines.push(*line);
                    rows.won.push(outcome == Outcome::Won);
                }
                None => {
                    let word: String = words.of(number).chars().take(40).collect();
                    rows.problems.add(
                        *line,
                        Some(&options.outcome),
                        format!("`{word}` is no outcome; the row was left out"),
                    );
                }
            }
        }
        rows.enough(options, words, &outcomes)?;
        rows.by_time = (0..rows.numbers.len()).map(|place| u32::try_from(place).unwrap_or(u32::MAX)).collect();
        if options.in_order {
            rows.order = Order::File;
        }
        if let (Some(column), Some(name)) = (time, &options.time) {
            rows.order = Order::Column(name.clone());
            let keys = keys(&table.columns[column]);
            rows.by_time.sort_by_key(|place| {
                keys[table.columns[column].cells[rows.numbers[*place as usize] as usize] as usize]
            });
        }
        Ok(rows)
    }

    fn enough(&self, options: &Options, words: &Words, outcomes: &[Option<Outcome>]) -> Result<(), FitError> {
        let (rows, column) = (self.won.len(), options.outcome.clone());
        let count = self.won.iter().filter(|won| **won).count();
        let unknown = words.words.iter().zip(outcomes).filter(|(_, outcome)| outcome.is_none());
        let words: Vec<String> = unknown.map(|(word, _)| word.chars().take(40).collect()).take(5).collect();
        if rows == 0 {
            return Err(FitError::NoOutcome { column, words });
        }
        if rows < LEAST_ROWS {
            return Err(FitError::TooFewRows { rows, least: LEAST_ROWS });
        }
        match count {
            0 => Err(FitError::OneOutcome { column, rows, is: "lost", words }),
            count if count == rows => Err(FitError::OneOutcome { column, rows, is: "won", words }),
            _ => Ok(()),
        }
    }

    pub(super) fn all(&self) -> Vec<u32> {
        (0..self.won.len()).map(|place| u32::try_from(place).unwrap_or(u32::MAX)).collect()
    }
}

fn wanted(table: &Table, options: &Options) -> Result<Vec<bool>, FitError> {
    let mut wanted = vec![true; table.lines.len()];
    for (name, _) in &options.only {
        let words = &table.columns[table.column(name)?];
        let values: Vec<&str> =
            options.only.iter().filter(|(other, _)| other == name).map(|(_, value)| value.trim()).collect();
        for (row, wanted) in wanted.iter_mut().enumerate() {
            *wanted &= values.contains(&words.of(row));
        }
    }
    Ok(wanted)
}

/// A date in days, and the time of day behind it as it is written; nothing where it is no date.
pub(super) fn dated(word: &str) -> Option<(i64, &str)> {
    let (date, time) = word.split_once([' ', 'T']).unwrap_or((word, ""));
    let is_time = time.bytes().all(|byte| byte.is_ascii_digit() || b":.,+-Z ".contains(&byte));
    let days = i64::from(date::parse(date).ok()?.days());
    is_time.then_some((days, time))
}

/// The place of each word in time: as numbers, as dates, or as texts, whichever all of them are.
fn keys(words: &Words) -> Vec<u32> {
    let said = |word: &&String| !super::variable::is_missing(word);
    let is_number = words.words.iter().filter(said).all(|word| parse_rounded(word, 3).is_some());
    let is_date = words.words.iter().filter(said).all(|word| dated(word).is_some());
    let key = |word: &String| {
        if is_number {
            (parse_rounded(word, 3).unwrap_or(i64::MIN), String::new())
        } else if is_date {
            dated(word).map_or((i64::MIN, String::new()), |(days, time)| (days, time.to_owned()))
        } else {
            (0, word.clone())
        }
    };
    let keys: Vec<(i64, String)> = words.words.iter().map(key).collect();
    let mut sorted: Vec<&(i64, String)> = keys.iter().collect();
    sorted.sort();
    sorted.dedup();
    keys.iter().map(|key| sorted.binary_search(&key).ok().and_then(|at| u32::try_from(at).ok()).unwrap_or(0)).collect()
}
