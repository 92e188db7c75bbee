//! The rows of a table handed to whoever asks more of them than one answer each.

use std::{borrow::Cow, io::BufRead};

use leadglass_scoring::{Form, Timestamp};
use rayon::prelude::*;

use super::{
    Answer, BATCH, BulkError, ColumnError, InputFormat, SHARE,
    columns::Columns,
    evaluate,
    table::{Row, Table},
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
    row: &'a Row,
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
        let mut table = Table::open(table, self.input)?;
        let columns = self.forms.iter().map(|form| Columns::find(form, table.header(), None));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let wanted = self.wanted.iter().map(|name| number(name, table.header()));
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        let mut kept = Vec::new();
        loop {
            let batch = table.read(BATCH)?;
            if batch.is_empty() {
                return Ok(kept);
            }
            let read = |row| keep(&RowRead { rows: self, columns: &columns, wanted: &wanted, row });
            kept.par_extend(batch.par_iter().with_min_len(SHARE).map(read));
            progress(kept.len() as u64);
        }
    }
}

impl RowRead<'_> {
    /// The row's line in the table.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.row.line()
    }

    /// The cell in the wanted column of this number.
    ///
    /// # Errors
    /// Where the row can't be read.
    pub fn cell(&self, wanted: usize) -> Result<Cow<'_, str>, Cow<'static, str>> {
        self.row.cell(self.wanted[wanted], self.rows.wanted[wanted])
    }

    /// What the form of this number says of the row.
    #[must_use]
    pub fn answer(&self, form: usize) -> Answer {
        match self.columns[form].cells(self.row) {
            Ok(cells) => evaluate(self.rows.forms[form], self.rows.at, &cells),
            Err(what) => Answer::Unreadable(what),
        }
    }
}

/// The number of a column; lines of JSON (`header` is `None`) have theirs by name alone.
fn number(name: &str, header: Option<&[String]>) -> Result<usize, ColumnError> {
    let Some(header) = header else { return Ok(0) };
    let found = header.iter().position(|column| column == name);
    found.ok_or_else(|| ColumnError::unknown(name, header))
}
