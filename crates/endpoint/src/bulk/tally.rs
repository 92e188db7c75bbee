//! How many rows got which grade.

use std::{collections::BTreeMap, fmt};

use super::answer::Answer;

/// Counts over all rows.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    scored: u64,
    rejected: u64,
    by_grade: BTreeMap<&'static str, Count>,
    by_decision: BTreeMap<&'static str, Count>,
    unused_columns: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    rows: u64,
    with_outcome: u64,
    positive: u64,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.with_outcome += other.with_outcome;
        self.positive += other.positive;
    }
}

impl Tally {
    pub(super) fn new(unused_columns: Vec<String>) -> Self {
        Self { unused_columns, ..Self::default() }
    }

    /// All rows.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.scored + self.rejected
    }

    /// Rows that are no lead or could not be read.
    #[must_use]
    pub const fn rejected(&self) -> u64 {
        self.rejected
    }

    pub(super) fn count(&mut self, answer: &Answer, positive: Option<bool>) {
        let Answer::Scored(explanation) = answer else {
            self.rejected += 1;
            return;
        };
        self.scored += 1;
        let count =
            Count { rows: 1, with_outcome: u64::from(positive.is_some()), positive: u64::from(positive == Some(true)) };
        self.by_grade.entry(explanation.grade.as_str()).or_default().add(count);
        self.by_decision.entry(explanation.decision.as_str()).or_default().add(count);
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.scored += other.scored;
        self.rejected += other.rejected;
        for (name, count) in &other.by_grade {
            self.by_grade.entry(name).or_default().add(*count);
        }
        for (name, count) in &other.by_decision {
            self.by_decision.entry(name).or_default().add(*count);
        }
    }
}

/// Tenths of a per cent, rounded to the nearest.
fn share(part: u64, whole: u64) -> String {
    let tenths = (part * 1000 + whole / 2).checked_div(whole).unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with_outcome = self.by_grade.values().any(|count| count.with_outcome > 0);
        let table = |formatter: &mut fmt::Formatter<'_>, name: &str, counts: &BTreeMap<&str, Count>| {
            let outcome = if with_outcome { "  became customers" } else { "" };
            writeln!(formatter, "{name:<10} {:>9} {:>8}{outcome}", "leads", "share")?;
            for (key, count) in counts {
                write!(formatter, "{key:<10} {:>9} {:>8}", count.rows, share(count.rows, self.scored))?;
                if with_outcome {
                    write!(formatter, "  {:>7} {:>8}", count.positive, share(count.positive, count.with_outcome))?;
                }
                writeln!(formatter)?;
            }
            Ok(())
        };
        table(formatter, "grade", &self.by_grade)?;
        writeln!(formatter)?;
        table(formatter, "decision", &self.by_decision)?;
        writeln!(formatter)?;
        write!(formatter, "{} rows: {} scored, {} rejected", self.rows(), self.scored, self.rejected)?;
        if !self.unused_columns.is_empty() {
            write!(formatter, "\ncolumns no field asks for: {}", self.unused_columns.join(", "))?;
        }
        Ok(())
    }
}
