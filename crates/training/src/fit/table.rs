//! A table of past leads, each column as the words that occur in it.

use std::{collections::HashMap, io::BufRead};

use csv::ByteRecord;

use super::FitError;
use crate::delimited::{self, Blocks, Ending};
pub use crate::problem::{Problem, Problems};

/// The longest cell that is read, in bytes; a longer one counts as empty.
const MAX_CELL: usize = 1_000;
const NOT_UTF8: &str = "it is not UTF-8, so the row was left out; save the table as UTF-8";

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

impl Table {
    /// Reads CSV with a header line. What parts the cells (a comma, a semicolon, a tab or a bar) is told from the header; a
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
        let mut blocks = Blocks::new(source);
        let delimiter = delimited::delimiter(blocks.start()?);
        blocks.end_rows(Ending::LineOutsideQuotes { delimiter });
        let Some(mut block) = blocks.next()? else { return Err(FitError::NoHeader) };
        let header = delimited::take_header(&mut block, delimiter)?;
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
        let mut next = Some(block);
        while let Some(block) = next {
            if let Some(fault) = block.fault {
                table.problems.add(block.line, None, || format!("{fault}; the line was left out"));
            } else {
                delimited::records(&block, delimiter, table.header.len(), |line, record| {
                    table.add(line, record, delimiter, &mut known);
                });
            }
            next = blocks.next()?;
        }
        match table.problems.told.first() {
            Some(first) if table.lines.is_empty() => {
                Err(FitError::NoRow { rows: table.problems.count(), first: first.to_string() })
            }
            _ => Ok(table),
        }
    }

    fn add(&mut self, line: u64, record: &ByteRecord, delimiter: u8, known: &mut [HashMap<Vec<u8>, u32>]) {
        let width = self.header.len();
        if record.len() != width {
            let cells = record.len();
            return self
                .problems
                .add(line, None, || format!("the row has {cells} cells and the header {width}; it was left out"));
        }
        if let Some(column) = record.iter().position(|cell| str::from_utf8(cell).is_err()) {
            return self.problems.add(line, Some(&self.header[column]), || NOT_UTF8);
        }
        if let Some((column, lines)) = delimited::swallowing(record, delimiter) {
            self.problems.add(line, Some(&self.header[column]), || delimited::swallowed(lines));
        }
        self.lines.push(line);
        for (column, cell) in record.iter().enumerate() {
            let mut cell = cell.trim_ascii();
            if cell.len() > MAX_CELL {
                let bytes = cell.len();
                self.problems
                    .add(line, Some(&self.header[column]), || format!("a cell of {bytes} bytes; it counts as empty"));
                cell = b"";
            }
            self.columns[column].push(cell, &mut known[column]);
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
    fn a_quote_too_many_costs_its_line_and_what_it_swallows_is_told() {
        let source = "a,b,c\n1,\"x,2\n3,y,4\n5,\"z\nz\",6\n7,\"x,8\n9,y,10\n11,\"y\",12\n13,w,14\n15,\"u,16\n17,v,18\n";
        let table = Table::read(source.as_bytes()).unwrap();
        let told: Vec<_> = table.problems.told.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 2: the row has 2 cells and the header 3; it was left out",
                "line 6, column `b`: the cell has 3 lines, some of them rows of their own by their look; is a quote left open?",
                "line 10: a quote is left open; the line was left out",
            ]
        );
        assert_eq!(table.lines, [3, 4, 6, 9, 11]);
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let error = Table::read("a,b,a\n1,2,3\n".as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "columns 1 and 3 are both named `a`; rename one of them");
    }
}
