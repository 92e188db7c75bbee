//! A table of past leads, each column as the words that occur in it.

use std::{
    collections::HashMap,
    io::{self, BufRead},
};

use csv::{ByteRecord, ReaderBuilder};

use super::FitError;

/// The longest cell that is read, in bytes; a longer one counts as empty.
const MAX_CELL: usize = 1_000;
const NOT_UTF8: &str = "it is not UTF-8, so the row was left out; save the table as UTF-8";
/// How many problems are told one by one.
const MAX_TOLD: usize = 100;

/// A table in memory.
#[derive(Debug)]
pub struct Table {
    /// The names of its columns.
    pub(super) header: Vec<String>,
    /// The cells of each column.
    pub(super) columns: Vec<Words>,
    /// The line of each row.
    pub(super) lines: Vec<u64>,
    /// What could not be read.
    pub(super) problems: Problems,
}

/// The cells of a column: each word once, and which word stands in which row.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Each word, in the order of first sight.
    pub words: Vec<String>,
    /// The number of each row's word.
    pub cells: Vec<u32>,
}

impl Words {
    pub(super) fn of(&self, row: usize) -> &str {
        &self.words[self.cells[row] as usize]
    }
}

/// Something in a table that is not as it should be. The rest is read all the same.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// The column's name, where it is one cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong, and what was done about it.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.column {
            Some(column) => write!(formatter, "line {}, column `{column}`: {}", self.line, self.what),
            None => write!(formatter, "line {}: {}", self.line, self.what),
        }
    }
}

/// Problems, the first of them with their places.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Problems {
    /// The first hundred.
    pub told: Vec<Problem>,
    /// How many more there are.
    pub more: u64,
}

impl Problems {
    fn count(&self) -> u64 {
        u64::try_from(self.told.len()).unwrap_or(u64::MAX).saturating_add(self.more)
    }

    pub(super) fn add(&mut self, line: u64, column: Option<&str>, what: impl Into<String>) {
        if self.told.len() < MAX_TOLD {
            self.told.push(Problem { line, column: column.map(str::to_owned), what: what.into() });
        } else {
            self.more += 1;
        }
    }
}

impl Table {
    /// Reads CSV with a header line. What parts the cells (a comma, a semicolon or a tab) is told from the header; a
    /// byte-order mark is passed over. Rows that can't be read are reported and left out.
    ///
    /// # Errors
    /// Where there is no header, two columns have one name, or reading fails.
    pub fn read(mut source: impl BufRead) -> Result<Self, FitError> {
        let start = source.fill_buf()?;
        if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
            return Err(FitError::NotUtf8);
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            source.consume(3);
        }
        let delimiter = delimiter(source.fill_buf()?);
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(source);
        let header = reader.byte_headers().map_err(io::Error::other)?;
        let header: Result<Vec<String>, _> =
            header.iter().map(|it| Ok(str::from_utf8(it)?.trim().to_owned())).collect();
        let header = header.map_err(|_: std::str::Utf8Error| FitError::NotUtf8)?;
        if header.iter().all(String::is_empty) {
            return Err(FitError::NoHeader);
        }
        for (number, name) in header.iter().enumerate() {
            if let Some(first) = header[..number].iter().position(|other| other == name) {
                return Err(FitError::TwinColumns { name: name.clone(), first: first + 1, second: number + 1 });
            }
        }
        let mut known: Vec<HashMap<Vec<u8>, u32>> = vec![HashMap::new(); header.len()];
        let mut table = Self {
            columns: header.iter().map(|_| Words::default()).collect(),
            header,
            lines: Vec::new(),
            problems: Problems::default(),
        };
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(io::Error::other)? {
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != table.header.len() {
                let what = format!("the row has {} cells and the header {}", record.len(), table.header.len());
                table.problems.add(line, None, format!("{what}; it was left out"));
                continue;
            }
            if let Some(column) = record.iter().position(|cell| str::from_utf8(cell).is_err()) {
                table.problems.add(line, Some(&table.header[column]), NOT_UTF8);
                continue;
            }
            table.lines.push(line);
            for (column, cell) in record.iter().enumerate() {
                let mut cell = cell.trim_ascii();
                if cell.len() > MAX_CELL {
                    let what = format!("a cell of {} bytes; it counts as empty", cell.len());
                    table.problems.add(line, Some(&table.header[column]), what);
                    cell = b"";
                }
                table.columns[column].push(cell, &mut known[column]);
            }
        }
        match table.problems.told.first() {
            Some(first) if table.lines.is_empty() => {
                Err(FitError::NoRow { rows: table.problems.count(), first: first.to_string() })
            }
            _ => Ok(table),
        }
    }

    /// The number of the column of this name.
    pub(super) fn column(&self, name: &str) -> Result<usize, FitError> {
        let found = self.header.iter().position(|known| known == name.trim());
        found.ok_or_else(|| FitError::NoColumn { name: name.to_owned(), known: self.header.clone() })
    }
}

impl Words {
    fn push(&mut self, cell: &[u8], known: &mut HashMap<Vec<u8>, u32>) {
        let number = known.get(cell).copied().unwrap_or_else(|| {
            let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            known.insert(cell.to_vec(), number);
            self.words.push(String::from_utf8_lossy(cell).into_owned());
            number
        });
        self.cells.push(number);
    }
}

/// What the header is parted by most often.
fn delimiter(start: &[u8]) -> u8 {
    let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| header.split(|byte| *byte == delimiter).count();
    let (comma, semicolon, tab) = (count(b','), count(b';'), count(b'\t'));
    if semicolon > comma.max(tab) {
        b';'
    } else if tab > comma {
        b'\t'
    } else {
        b','
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_row_is_named_and_the_rest_is_read() {
        let long = "x".repeat(1_000_000);
        let source = format!("\u{feff}a;b\n1;2\n3\n4;{long}\n5;6\n");
        let table = Table::read(source.as_bytes()).unwrap();
        assert_eq!(table.header, ["a", "b"]);
        assert_eq!(table.lines, [2, 4, 5]);
        assert_eq!(table.columns[1].of(1), "");
        let told: Vec<_> = table.problems.told.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 3: the row has 1 cells and the header 2; it was left out",
                "line 4, column `b`: a cell of 1000000 bytes; it counts as empty",
            ]
        );
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let error = Table::read("a,b,a\n1,2,3\n".as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "columns 1 and 3 are both named `a`; rename one of them");
    }
}
