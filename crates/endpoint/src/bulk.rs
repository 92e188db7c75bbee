//! Scoring of many rows at once: a table in, one answer a row out, in the same order.
//!
//! A row that can't be read or is no lead is answered with its line and what is wrong; the rest goes on.

mod answer;
mod columns;
mod rows;
mod table;
mod tally;

use std::io::{BufRead, Write};

use leadglass_scoring::{Circumstances, Form, Timestamp, score, validation::validate_each};
use rayon::prelude::*;

pub use self::{
    answer::{Answer, OutputFormat},
    columns::ColumnError,
    rows::{RowRead, Rows},
    table::InputFormat,
    tally::Tally,
};
use self::{
    columns::Columns,
    table::{Row, Table},
};

/// Rows read before they are shared out to the cores.
const BATCH: usize = 16_384;
/// Rows one core takes at a time.
const SHARE: usize = 512;

/// How a table is to be scored.
pub struct Bulk<'f> {
    /// The form whose fields are the table's columns.
    pub form: &'f Form,
    /// The number of the language of reasons among the form's own.
    pub language: usize,
    /// The time to judge at.
    pub at: Timestamp,
    /// How the table is written.
    pub input: InputFormat,
    /// How answers are written.
    pub output: OutputFormat,
    /// Whether answers carry their reasons.
    pub reasons: bool,
    /// A column that says which rows became customers.
    pub outcome: Option<String>,
}

/// Why a table can't be scored at all.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// The table has no columns for the form.
    #[error(transparent)]
    Columns(#[from] ColumnError),
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl Bulk<'_> {
    /// Scores every row of `table` and writes the answers; `progress` is told how many rows are done.
    ///
    /// # Errors
    /// Where no column fits, or reading or writing fails.
    pub fn run(
        &self,
        table: impl BufRead,
        mut answers: impl Write,
        mut progress: impl FnMut(u64),
    ) -> Result<Tally, BulkError> {
        let mut table = Table::open(table, self.input)?;
        let columns = Columns::find(self.form, table.header(), self.outcome.as_deref())?;
        self.output.write_header(&mut answers)?;
        let mut total = Tally::new(columns.unused().to_vec());
        loop {
            let batch = table.read(BATCH)?;
            if batch.is_empty() {
                break;
            }
            let shares: Vec<(Vec<u8>, Tally)> =
                batch.par_chunks(SHARE).map(|rows| self.share(rows, &columns)).collect();
            for (bytes, tally) in shares {
                answers.write_all(&bytes)?;
                total.add(&tally);
            }
            progress(total.rows());
        }
        answers.flush()?;
        Ok(total)
    }

    fn share(&self, rows: &[Row], columns: &Columns) -> (Vec<u8>, Tally) {
        let mut bytes = Vec::with_capacity(rows.len() * 128);
        let mut tally = Tally::default();
        for row in rows {
            let (answer, positive) = self.row(row, columns);
            tally.count(&answer, positive);
            answer.write(self, row.line(), &mut bytes);
        }
        (bytes, tally)
    }

    fn row(&self, row: &Row, columns: &Columns) -> (Answer, Option<bool>) {
        let cells = match columns.cells(row) {
            Ok(cells) => cells,
            Err(what) => return (Answer::Unreadable(what), None),
        };
        (evaluate(self.form, self.at, &cells), cells.outcome)
    }
}

fn evaluate(form: &Form, at: Timestamp, cells: &columns::Cells) -> Answer {
    match validate_each(form, at, |slot, _| cells.of(slot)) {
        Ok(lead) => Answer::Scored(score(form, &lead, &Circumstances::at(at))),
        Err(violations) => Answer::Invalid(violations),
    }
}
