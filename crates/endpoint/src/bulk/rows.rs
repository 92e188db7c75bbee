//! The rows of a table handed to whoever asks more of them than one answer each.

use std::{borrow::Cow, io::BufRead};

use leadglass_scoring::{Form, Timestamp};

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
    /// How the table is written.
    pub input: InputFormat,
    /// Columns wanted as they are, by their exact names.
    pub wanted: &'f [&'f str],
}

/// One row, read and not yet scored.
pub struct RowRead<'a> {
    rows: &'a Rows<'a>,
    columns: &'a [Columns],
    wanted: &'a [usize],
    line: u64,
    row: Row<'a>,
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
    ) -> Result<Vec<T>, BulkError> {
        let fields = self.forms.iter().flat_map(|form| &form.definition().fields).map(|field| field.id.as_str());
        let mut asked: Vec<String> = fields.chain(self.wanted.iter().copied()).map(str::to_owned).collect();
        asked.sort();
        asked.dedup();
        let mut table = Table::open(table, self.input, asked)?;
        let names = table.names().to_vec();
        let columns = self.forms.iter().map(|form| Columns::find(form, &names, None));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let wanted = self.wanted.iter().map(|name| number(name, &names));
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        let used = columns.iter().flat_map(Columns::used).chain(wanted.iter().copied()).collect();
        let layout = Layout { names, used };
        let share = |block: &_| {
            let mut kept = Vec::new();
            self.input.rows(block, &layout, |line, row| {
                kept.push(keep(&RowRead { rows: self, columns: &columns, wanted: &wanted, line, row }));
            });
            kept
        };
        let mut all = Vec::new();
        in_order(
            || table.read(),
            share,
            |kept: Vec<T>| {
                all.extend(kept);
                progress(all.len() as u64);
                Ok(())
            },
        )?;
        Ok(all)
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
            Ok(cells) => evaluate(self.rows.forms[form], self.rows.at, &self.columns[form], *cells),
            Err(what) => Answer::Unreadable(what.clone()),
        }
    }
}
