//! Scoring of many rows at once: a table in, one answer a row out, in the same order.
//!
//! A row that can't be read or is no lead is answered with its line and what is wrong; the rest goes on.

mod answer;
mod columns;
mod object;
mod pipeline;
mod rows;
mod table;
mod tally;
mod words;

use std::io::{BufRead, Write};

use leadglass_scoring::{
    Circumstances, Form, Lead, Timestamp, Violation,
    score::{Reason, outcome, score},
    validation::validate_into,
};
use leadglass_training::delimited::Block;

use crate::mail_lists;

pub use self::{
    answer::{Answer, OutputFormat},
    columns::ColumnError,
    rows::{Collected, RowRead, Rows},
    table::InputFormat,
    tally::Tally,
};
use self::{
    answer::{Reasons, Writer},
    columns::Columns,
    pipeline::in_order,
    table::{Cells, Layout, Table},
    words::Words,
};

/// How a table is to be scored.
pub struct Bulk<'f> {
    /// The form whose fields are the table's columns.
    pub form: &'f Form,
    /// The number of the language of reasons among the form's own.
    pub language: usize,
    /// The time to judge at.
    pub at: Timestamp,
    /// How the table is written; told from how it begins where it is not given.
    pub input: Option<InputFormat>,
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
    #[error(transparent)]
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
        let fields = self.form.definition().fields.iter().map(|field| field.id.clone());
        let mut table = Table::open(table, self.input, fields.chain(self.outcome.clone()).collect())?;
        let format = table.format();
        let names = table.names().to_vec();
        let columns = Columns::find(self.form, &names, self.outcome.as_deref())?;
        let layout = Layout { used: columns.used().collect(), names };
        let words = Words::of(self);
        self.output.write_header(&mut answers)?;
        let mut total = Tally::new(&columns);
        let share = |block: &_| self.share(format, block, &layout, &columns, &words);
        in_order(
            || table.read(),
            share,
            |(bytes, tally)| {
                answers.write_all(&bytes)?;
                total.add(tally);
                progress(total.rows());
                Ok(())
            },
        )?;
        answers.flush()?;
        Ok(total)
    }

    fn share(
        &self,
        format: InputFormat,
        block: &Block,
        layout: &Layout,
        columns: &Columns,
        words: &Words,
    ) -> (Vec<u8>, Tally) {
        let mut writer = Writer::new(self, words, block.bytes.len());
        let mut tally = Tally::default();
        let mut lead = Lead::default();
        let mut reasons = Reasons::default();
        let mut circumstances = Circumstances::at(self.at);
        format.rows(block, layout, |line, row| match row {
            Err(what) => {
                tally.reject();
                writer.unreadable(line, &what);
            }
            Ok(cells) => {
                if let Err(violations) = validate(self.form, self.at, columns, cells, &mut lead) {
                    tally.reject();
                    return writer.invalid(line, &violations);
                }
                let read = (format, layout.names.as_slice());
                columns.tell_problems((line, cells), (&lead, self.at), read, tally.problems_mut());
                reasons.clear();
                circumstances.mail = mail_lists::of_lead(self.form, &lead);
                let outcome = outcome(self.form, &lead, &circumstances, |reason| match reason {
                    Reason::Criterion(given) => reasons.contributions.push(given.into()),
                    Reason::Gate(_, number) => reasons.gates.push(number),
                });
                tally.count(outcome.grade, outcome.decision, columns.outcome(cells));
                writer.scored(line, &outcome, &mut reasons);
            }
        });
        (writer.into_bytes(), tally)
    }
}

fn validate(
    form: &Form,
    at: Timestamp,
    columns: &Columns,
    cells: Cells,
    lead: &mut Lead,
) -> Result<(), Vec<Violation>> {
    validate_into(form, at, lead, |slot, _, given| columns.answer(slot, cells, given))
}

fn evaluate(form: &Form, at: Timestamp, columns: &Columns, cells: Cells, read: impl FnOnce(&Lead)) -> Answer {
    let mut lead = Lead::default();
    match validate(form, at, columns, cells, &mut lead) {
        Ok(()) => {
            read(&lead);
            let mail = mail_lists::of_lead(form, &lead);
            Answer::Scored(score(form, &lead, &Circumstances { mail, ..Circumstances::at(at) }))
        }
        Err(violations) => Answer::Invalid(violations),
    }
}
