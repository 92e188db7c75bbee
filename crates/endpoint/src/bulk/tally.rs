//! How many rows got which grade.

use std::fmt;

use leadglass_scoring::{Decision, Grade};
use leadglass_training::problem::Problems;

use super::columns::Columns;

/// Counts over all rows.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    scored: u64,
    rejected: u64,
    by_grade: Counts<Grade>,
    by_decision: Counts<Decision>,
    unused_columns: Vec<String>,
    missing_fields: Vec<String>,
    problems: Problems,
}

/// A count a key, in the order of the keys. There are nine at most.
#[derive(Clone, Debug)]
struct Counts<K>(Vec<(K, Count)>);

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

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Copy + Ord> Counts<K> {
    fn add(&mut self, key: K, count: Count) {
        let place = self.0.partition_point(|(known, _)| *known < key);
        match self.0.get_mut(place) {
            Some((known, counted)) if *known == key => counted.add(count),
            _ => self.0.insert(place, (key, count)),
        }
    }
}

impl Tally {
    pub(super) fn new(columns: &Columns) -> Self {
        Self {
            unused_columns: columns.unused().to_vec(),
            missing_fields: columns.missing().to_vec(),
            ..Self::default()
        }
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

    /// Cells that were taken for missing because they can't be read, and what else a person should look at.
    #[must_use]
    pub const fn problems(&self) -> &Problems {
        &self.problems
    }

    pub(super) const fn problems_mut(&mut self) -> &mut Problems {
        &mut self.problems
    }

    pub(super) fn reject(&mut self) {
        self.rejected += 1;
    }

    pub(super) fn count(&mut self, grade: Grade, decision: Decision, positive: Option<bool>) {
        self.scored += 1;
        let count =
            Count { rows: 1, with_outcome: u64::from(positive.is_some()), positive: u64::from(positive == Some(true)) };
        self.by_grade.add(grade, count);
        self.by_decision.add(decision, count);
    }

    pub(super) fn add(&mut self, other: Self) {
        self.problems.append(other.problems);
        self.scored += other.scored;
        self.rejected += other.rejected;
        for (grade, count) in &other.by_grade.0 {
            self.by_grade.add(*grade, *count);
        }
        for (decision, count) in &other.by_decision.0 {
            self.by_decision.add(*decision, *count);
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
        let with_outcome = self.by_grade.0.iter().any(|(_, count)| count.with_outcome > 0);
        let grades = self.by_grade.0.iter().map(|(grade, count)| (grade.as_str(), *count));
        let decisions = self.by_decision.0.iter().map(|(decision, count)| (decision.as_str(), *count));
        self.table(formatter, "grade", grades.collect(), with_outcome)?;
        writeln!(formatter)?;
        self.table(formatter, "decision", decisions.collect(), with_outcome)?;
        writeln!(formatter)?;
        write!(formatter, "{} rows: {} scored, {} rejected", self.rows(), self.scored, self.rejected)?;
        let said: u64 = self.by_grade.0.iter().map(|(_, count)| count.with_outcome).sum();
        if with_outcome && said < self.scored {
            let unsaid = self.scored - said;
            write!(
                formatter,
                "\nwhat became of {unsaid} is open or not understood; shares of customers are of the others"
            )?;
        }
        if !self.unused_columns.is_empty() {
            write!(formatter, "\ncolumns no field asks for: {}", self.unused_columns.join(", "))?;
        }
        if !self.missing_fields.is_empty() {
            write!(formatter, "\nfields no column answers: {}", self.missing_fields.join(", "))?;
        }
        Ok(())
    }
}

impl Tally {
    fn table(
        &self,
        formatter: &mut fmt::Formatter<'_>,
        name: &str,
        counts: Vec<(&str, Count)>,
        with_outcome: bool,
    ) -> fmt::Result {
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
    }
}
