//! Tables as they come: CSV with a header, or one JSON object a line.

use std::{
    borrow::Cow,
    io::{self, BufRead},
};

use csv::ByteRecord;
use leadglass_training::delimited::{self, Block, Blocks, Ending};
use memchr::{memchr, memchr_iter};

use super::object::{self, Text};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum InputFormat {
    /// Values parted by commas, with a header line.
    Csv,
    /// Values parted by semicolons, with a header line, as spreadsheets of many countries write it.
    CsvSemicolon,
    /// Values parted by tabs, with a header line.
    CsvTab,
    /// Values parted by upright bars, with a header line.
    CsvBar,
    /// One JSON object a line.
    Ndjson,
}

/// A table that is being read.
pub(super) struct Table<R> {
    format: InputFormat,
    names: Vec<String>,
    /// What of the first block is below the header.
    first: Option<Block>,
    blocks: Blocks<R>,
}

/// What is to be found in each row.
pub(super) struct Layout {
    /// The names of the columns.
    pub names: Vec<String>,
    /// The columns that somebody asks for.
    pub used: Vec<usize>,
}

/// The cells of one row, or why it has none.
pub(super) type Row<'r> = Result<Cells<'r>, Cow<'static, str>>;

/// The cells of one row.
#[derive(Clone, Copy)]
pub(super) enum Cells<'r> {
    /// A line without quotes, and where each of its cells ends.
    Line(&'r str, &'r [usize]),
    /// Cells that were read out of quotes; those that are asked for are UTF-8.
    Record(&'r ByteRecord),
    /// The values of a JSON object, in the order of the columns.
    Object(&'r [Text<'r>]),
}

impl<'r> Cells<'r> {
    /// The cell of a column; empty where there is none.
    pub(super) fn get(self, column: usize) -> &'r str {
        match self {
            Self::Line(line, ends) => {
                let start = column.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| end + 1);
                ends.get(column).and_then(|end| line.get(start..*end)).unwrap_or_default()
            }
            Self::Record(record) => str::from_utf8(record.get(column).unwrap_or_default()).unwrap_or_default(),
            Self::Object(cells) => cells.get(column).map_or("", Text::as_str),
        }
    }
}

impl InputFormat {
    pub(super) const fn delimiter(self) -> u8 {
        match self {
            Self::Csv => b',',
            Self::CsvSemicolon => b';',
            Self::CsvTab => b'\t',
            Self::CsvBar => b'|',
            Self::Ndjson => b'\n',
        }
    }

    const fn ending(self) -> Ending {
        match self {
            Self::Ndjson => Ending::Line,
            _ => Ending::LineOutsideQuotes { delimiter: self.delimiter() },
        }
    }

    /// How a table is written that begins so.
    fn of(start: &[u8]) -> Self {
        if start.trim_ascii_start().starts_with(b"{") {
            return Self::Ndjson;
        }
        match delimited::delimiter(start) {
            b';' => Self::CsvSemicolon,
            b'\t' => Self::CsvTab,
            b'|' => Self::CsvBar,
            _ => Self::Csv,
        }
    }

    /// Calls `row` with each row of a block: its line, and its cells or why it has none.
    pub(super) fn rows(self, block: &Block, layout: &Layout, mut row: impl FnMut(u64, Row)) {
        if let Some(fault) = block.fault {
            return row(block.line, Err(fault.into()));
        }
        match (self, plain_text(&block.bytes)) {
            (Self::Ndjson, _) => object::rows(block, layout, row),
            (_, Some(text)) => lines(text, block.line, self.delimiter(), layout, row),
            (_, None) => {
                let read = |line, record: &_| row(line, layout.check(record));
                delimited::records(block, self.delimiter(), layout.names.len(), read);
            }
        }
    }
}

impl<R: BufRead> Table<R> {
    /// How the table is written is told from how it begins where it is not said. Lines of JSON have the columns that are
    /// asked for.
    pub(super) fn open(mut reader: R, format: Option<InputFormat>, asked: Vec<String>) -> io::Result<Self> {
        skip_byte_order_mark(&mut reader)?;
        let mut blocks = Blocks::new(reader);
        let format = match format {
            Some(format) => format,
            None => InputFormat::of(blocks.start()?),
        };
        blocks.end_rows(format.ending());
        if format == InputFormat::Ndjson {
            return Ok(Self { format, names: asked, first: None, blocks });
        }
        let Some(mut first) = blocks.next()? else {
            return Ok(Self { format, names: Vec::new(), first: None, blocks });
        };
        let header = delimited::take_header(&mut first, format.delimiter())?;
        let names = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        Ok(Self { format, names, first: Some(first), blocks })
    }

    pub(super) const fn format(&self) -> InputFormat {
        self.format
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The next rows; `None` at the end.
    pub(super) fn read(&mut self) -> io::Result<Option<Block>> {
        match self.first.take() {
            Some(block) => Ok(Some(block)),
            None => self.blocks.next(),
        }
    }
}

/// UTF-8 files of Windows programs begin with U+FEFF, which is no part of the first column's name.
fn skip_byte_order_mark(reader: &mut impl BufRead) -> io::Result<()> {
    let start = reader.fill_buf()?;
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return Err(io::Error::other("the table is written in UTF-16; save it as UTF-8"));
    }
    if start.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    Ok(())
}

/// The text of a block in which each line is a row and each delimiter parts cells, as in most tables.
fn plain_text(bytes: &[u8]) -> Option<&str> {
    let ends_line = |at: usize| bytes.get(at + 1) == Some(&b'\n');
    let is_plain = memchr(b'"', bytes).is_none() && memchr_iter(b'\r', bytes).all(ends_line);
    if is_plain { str::from_utf8(bytes).ok() } else { None }
}

fn lines(text: &str, first_line: u64, delimiter: u8, layout: &Layout, mut row: impl FnMut(u64, Row)) {
    let mut ends = Vec::with_capacity(layout.names.len());
    for (line, text) in (first_line..).zip(text.lines()) {
        if text.is_empty() {
            continue;
        }
        ends.clear();
        ends.extend(memchr_iter(delimiter, text.as_bytes()));
        ends.push(text.len());
        let is_whole = ends.len() == layout.names.len();
        row(line, if is_whole { Ok(Cells::Line(text, &ends)) } else { Err(layout.ragged(ends.len()).into()) });
    }
}

impl Layout {
    fn check<'r>(&self, record: &'r ByteRecord) -> Row<'r> {
        if record.len() != self.names.len() {
            return Err(self.ragged(record.len()).into());
        }
        let is_broken = |column: &&usize| str::from_utf8(record.get(**column).unwrap_or_default()).is_err();
        if !record.as_slice().is_ascii()
            && let Some(column) = self.used.iter().find(is_broken)
        {
            return Err(format!("the column `{}` is not UTF-8", self.names[*column]).into());
        }
        Ok(Cells::Record(record))
    }

    fn ragged(&self, cells: usize) -> String {
        let columns = self.names.len();
        match self.names.get(cells) {
            Some(first) => format!("the row has {cells} cells and the header {columns}: none for `{first}`"),
            None => format!("the row has {cells} cells and the header {columns}: does one need quotes?"),
        }
    }
}
