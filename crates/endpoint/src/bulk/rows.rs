//! The rows of a table handed to whoever asks more of them than one answer each.

use std::{borrow::Cow, cell::RefCell, io::BufRead};

use leadglass_scoring::{Form, Timestamp};
use leadglass_training::problem::Problems;

use super::{
    Answer, BulkError, InputFormat,
    columns::{Columns, number},
    evaluate,
    pipeline::in_order,
    table::{Layout, Row, Table},
};

/// A table to be read row by row, by one card or several.
pub struct Rows<'f> {
    /// The forms that score each row; all find their fields in the same columns.
    pub forms: &'f [&'f Form],
    /// The time to judge at.
    pub at: Timestamp,
    /// How the table is written; told from how it begins where it is not given.
    pub input: Option<InputFormat>,
    /// Columns wanted as they are, by their exact names.
    pub wanted: &'f [&'f str],
}

/// What was made of a table's rows.
pub struct Collected<T> {
    /// Of each row what was kept, in the rows' order.
    pub kept: Vec<T>,
    /// The fields of the first form that no column answers.
    pub missing: Vec<String>,
    /// Cells that were taken for missing because they can't be read, and what else a person should look at.
    pub problems: Problems,
}

/// One row, read and not yet scored.
pub struct RowRead<'a> {
    rows: &'a Rows<'a>,
    columns: &'a [Columns],
    wanted: &'a [usize],
    line: u64,
    row: Row<'a>,
    format: InputFormat,
    names: &'a [String],
    problems: &'a RefCell<Problems>,
}

impl Rows<'_> {
    /// Hands every row of `table` to `keep`, on all cores, and returns what it made of them in the rows' order;
    /// `progress` is told how many rows are done.
    ///
    /// # Errors
    /// Where a form or a wanted column finds nothing in the table, or reading fails.
    pub fn collect<T: Send>(
        &self,
        table: impl BufRead,
        keep: impl Fn(&RowRead) -> T + Sync,
        mut progress: impl FnMut(u64),
    ) -> Result<Collected<T>, BulkError> {
        let fields = self.forms.iter().flat_map(|form| &form.definition().fields).map(|field| field.id.as_str());
        let mut asked: Vec<String> = fields.chain(self.wanted.iter().copied()).map(str::to_owned).collect();
        asked.sort();
        asked.dedup();
        let mut table = Table::open(table, self.input, asked)?;
        let format = table.format();
        let names = table.names().to_vec();
        let columns = self.forms.iter().map(|form| Columns::find(form, &names, None));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let wanted = self.wanted.iter().map(|name| number(name, &names));
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        let used = columns.iter().flat_map(Columns::used).chain(wanted.iter().copied()).collect();
        let layout = Layout { names, used };
        let share = |block: &_| {
            let mut kept = Vec::new();
            let problems = RefCell::default();
            let (columns, wanted, names) = (columns.as_slice(), wanted.as_slice(), layout.names.as_slice());
            format.rows(block, &layout, |line, row| {
                kept.push(keep(&RowRead {
                    rows: self,
                    columns,
                    wanted,
                    line,
                    row,
                    format,
                    names,
                    problems: &problems,
                }));
            });
            (kept, problems.into_inner())
        };
        let mut all = Vec::new();
        let mut problems = Problems::default();
        in_order(
            || table.read(),
            share,
            |(kept, found): (Vec<T>, Problems)| {
                all.extend(kept);
                problems.append(found);
                progress(all.len() as u64);
                Ok(())
            },
        )?;
        let missing = columns.first().map(|columns| columns.missing().to_vec()).unwrap_or_default();
        Ok(Collected { kept: all, missing, problems })
    }
}

impl RowRead<'_> {
    /// The row's line in the table.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The cell in the wanted column of this number.
    ///
    /// # Errors
    /// Where the row can't be read.
    pub fn cell(&self, wanted: usize) -> Result<Cow<'_, str>, Cow<'static, str>> {
        let cells = self.row.as_ref().map_err(Clone::clone)?;
        Ok(Cow::Borrowed(cells.get(self.wanted[wanted])))
    }

    /// What the form of this number says of the row.
    #[must_use]
    pub fn answer(&self, form: usize) -> Answer {
        match &self.row {
            Ok(cells) => {
                let (at, columns) = (self.rows.at, &self.columns[form]);
                evaluate(self.rows.forms[form], at, columns, *cells, |lead| {
                    // What several cards read of a row is told once
                    if form == 0 {
                        let problems = &mut self.problems.borrow_mut();
                        columns.tell_problems((self.line, *cells), (lead, at), (self.format, self.names), problems);
                    }
                })
            }
            Err(what) => Answer::Unreadable(what.clone()),
        }
    }
}
