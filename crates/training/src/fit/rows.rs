//! Which rows are learned from, in which order they came in, and what became of them.

use leadglass_scoring::validation::{date, number::parse_rounded};

use super::{
    FitError, Options,
    table::{Problems, Table, Words},
};
use crate::outcome::Outcome;

/// The fewest rows that are learned from.
const LEAST_ROWS: usize = 20;
/// How many words that are no outcome are told one by one.
const TOLD_WORDS: usize = 5;

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
    /// What of that a person should know who reads no list.
    pub warnings: Vec<String>,
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
            warnings: Vec::new(),
        };
        let mut strange = vec![0_u64; words.words.len()];
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
                    strange[words.cells[number] as usize] += 1;
                    let word: String = words.of(number).chars().take(40).collect();
                    let what = || format!("`{word}` is no outcome; the row was left out");
                    rows.problems.add(*line, Some(&options.outcome), what);
                }
            }
        }
        let strange = no_outcomes(words, &strange);
        rows.enough(options, &strange)?;
        if !strange.is_empty() {
            rows.warnings.push(format!("column `{}`: {strange}; they were left out", options.outcome));
        }
        rows.by_time = (0..rows.numbers.len()).map(|place| u32::try_from(place).unwrap_or(u32::MAX)).collect();
        if options.in_order {
            rows.order = Order::File;
        }
        if let (Some(column), Some(name)) = (time, &options.time) {
            rows.order = Order::Column(name.clone());
            let words = &table.columns[column];
            let times = Times::of(words, &rows.numbers);
            rows.tell_odd_times(name, words, &times);
            rows.by_time.sort_by_key(|place| times.keys[words.cells[rows.numbers[*place as usize] as usize] as usize]);
        }
        Ok(rows)
    }

    fn enough(&self, options: &Options, strange: &str) -> Result<(), FitError> {
        let (rows, column) = (self.won.len(), options.outcome.clone());
        let count = self.won.iter().filter(|won| **won).count();
        let strange = if strange.is_empty() { String::new() } else { format!("; {strange}") };
        if rows == 0 {
            return Err(FitError::NoOutcome { column, strange });
        }
        if rows < LEAST_ROWS {
            return Err(FitError::TooFewRows { rows, least: LEAST_ROWS, strange });
        }
        match count {
            0 => Err(FitError::OneOutcome { column, rows, is: "lost", strange }),
            count if count == rows => Err(FitError::OneOutcome { column, rows, is: "won", strange }),
            _ => Ok(()),
        }
    }

    /// Names the rows whose time is not like the others'.
    fn tell_odd_times(&mut self, name: &str, words: &Words, times: &Times) {
        let cells = self.numbers.iter().map(|number| words.cells[*number as usize] as usize);
        let mut odd = 0_u64;
        let mut problems = Problems::default();
        for (cell, line) in cells.zip(&self.lines) {
            if times.is_odd[cell] {
                odd += 1;
                let word: String = words.words[cell].chars().take(40).collect();
                let what = || match word.as_str() {
                    "" => "there is no time; the row counts as one of the earliest".to_owned(),
                    word => format!("`{word}` is no {}; the row counts as one of the earliest", times.are),
                };
                problems.add(*line, Some(name), what);
            }
        }
        if odd > 0 {
            self.problems.merge(problems);
            let (rows, say, count) = if odd == 1 { ("row", "says", "counts") } else { ("rows", "say", "count") };
            self.warnings.push(format!("`{name}`: {odd} {rows} {say} no {}, and {count} as the earliest", times.are));
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

/// How often each word is said that is no outcome, the most frequent first: `40 rows say `x`, which is no outcome`.
fn no_outcomes(words: &Words, counts: &[u64]) -> String {
    let mut strange: Vec<(&str, u64)> =
        words.words.iter().map(String::as_str).zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect();
    strange.sort_by(|(one, rows), (other, other_rows)| other_rows.cmp(rows).then(one.cmp(other)));
    let say = |count: u64| if count == 1 { "1 row says".to_owned() } else { format!("{count} rows say") };
    let mut told: Vec<String> = strange
        .iter()
        .take(TOLD_WORDS)
        .map(|(word, count)| {
            format!("{} `{}`, which is no outcome", say(*count), word.chars().take(40).collect::<String>())
        })
        .collect();
    let more: u64 = strange.iter().skip(TOLD_WORDS).map(|(_, count)| count).sum();
    if more > 0 {
        told.push(format!("{} other such words", say(more)));
    }
    told.join("; ")
}

/// Where a word stands in time: a number or a day, and what tells more; nothing where it is no time.
type Key = Option<(i64, String)>;

/// The order of a column of times.
struct Times {
    /// The place of each word in time.
    keys: Vec<u32>,
    /// Words that are nothing, or not what most rows say.
    is_odd: Vec<bool>,
    /// What times are.
    are: &'static str,
}

impl Times {
    /// As numbers or dates where half of the rows that say anything say one, else as texts. What is neither sorts first.
    fn of(words: &Words, rows: &[u32]) -> Self {
        let mut counts = vec![0_u64; words.words.len()];
        for row in rows {
            counts[words.cells[*row as usize] as usize] += 1;
        }
        let rows_of = |is: &dyn Fn(&str) -> bool| -> u64 {
            words.words.iter().zip(&counts).filter(|(word, _)| is(word)).map(|(_, count)| count).sum()
        };
        let said = |word: &str| !super::variable::is_missing(word);
        let is_number = |word: &str| parse_rounded(word, 3).is_some();
        let is_date = |word: &str| dated(word).is_some();
        let (all, numbers, dates) = (rows_of(&said), rows_of(&is_number), rows_of(&is_date));
        let (are, key): (_, &dyn Fn(&str) -> Key) = if dates * 2 >= all && dates >= numbers {
            ("date", &|word| dated(word).map(|(days, time)| (days, time.to_owned())))
        } else if numbers * 2 >= all {
            ("number", &|word| parse_rounded(word, 3).map(|number| (number, String::new())))
        } else {
            ("text", &|word| said(word).then(|| (0, word.to_owned())))
        };
        let keys: Vec<Key> = words.words.iter().map(|word| key(word)).collect();
        let mut sorted: Vec<&Key> = keys.iter().collect();
        sorted.sort();
        sorted.dedup();
        let place = |key| sorted.binary_search(&key).ok().and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
        Self { keys: keys.iter().map(place).collect(), is_odd: keys.iter().map(Option::is_none).collect(), are }
    }
}
