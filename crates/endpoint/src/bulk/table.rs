//! Tables as they come: CSV with a header, or one JSON object a line.

use std::{
    borrow::Cow,
    io::{self, BufRead, Read},
};

use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use serde_json::{Map, Value};

/// The longest line of JSON that is read; a longer one is reported and passed over.
const MAX_LINE: u64 = 4 * 1024 * 1024;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum InputFormat {
    /// Values parted by commas, with a header line.
    Csv,
    /// Values parted by semicolons, with a header line, as spreadsheets of many countries write it.
    CsvSemicolon,
    /// One JSON object a line.
    Ndjson,
}

/// A table that is being read.
pub(super) struct Table<R> {
    header: Option<Vec<String>>,
    source: Source<R>,
}

enum Source<R> {
    Csv(csv::Reader<R>),
    Ndjson { reader: R, line: u64 },
}

/// A row with its line, as it was read.
pub(super) struct Row {
    line: u64,
    content: Content,
}

enum Content {
    Record(ByteRecord),
    Object(Map<String, Value>),
    Broken(Cow<'static, str>),
}

impl<R: BufRead> Table<R> {
    pub(super) fn open(mut reader: R, format: InputFormat) -> io::Result<Self> {
        skip_byte_order_mark(&mut reader)?;
        let delimiter = match format {
            InputFormat::Ndjson => return Ok(Self { header: None, source: Source::Ndjson { reader, line: 0 } }),
            InputFormat::Csv => b',',
            InputFormat::CsvSemicolon => b';',
        };
        let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(reader);
        let header = reader.byte_headers().map_err(into_io)?;
        let header = header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        Ok(Self { header: Some(header), source: Source::Csv(reader) })
    }

    pub(super) fn header(&self) -> Option<&[String]> {
        self.header.as_deref()
    }

    /// The next rows, at most `count`; none at the end.
    pub(super) fn read(&mut self, count: usize) -> io::Result<Vec<Row>> {
        let mut rows = Vec::with_capacity(count.min(1024));
        while rows.len() < count {
            let row = match &mut self.source {
                Source::Csv(reader) => read_record(reader)?,
                Source::Ndjson { reader, line } => read_object(reader, line)?,
            };
            match row {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        Ok(rows)
    }
}

/// UTF-8 files of Windows programs begin with U+FEFF, which is no part of the first column's name.
fn skip_byte_order_mark(reader: &mut impl BufRead) -> io::Result<()> {
    if reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        reader.consume(3);
    }
    Ok(())
}

fn into_io(error: csv::Error) -> io::Error {
    io::Error::other(error)
}

fn read_record<R: Read>(reader: &mut csv::Reader<R>) -> io::Result<Option<Row>> {
    let line = reader.position().line();
    let mut record = ByteRecord::new();
    let content = match reader.read_byte_record(&mut record) {
        Ok(false) => return Ok(None),
        Ok(true) => Content::Record(record),
        Err(error) => match error.kind() {
            ErrorKind::UnequalLengths { expected_len, len, .. } => {
                Content::Broken(format!("the row has {len} cells and the header {expected_len}").into())
            }
            _ => return Err(into_io(error)),
        },
    };
    let line = match &content {
        Content::Record(record) => record.position().map_or(line, csv::Position::line),
        _ => line,
    };
    Ok(Some(Row { line, content }))
}

fn read_object(reader: &mut impl BufRead, line: &mut u64) -> io::Result<Option<Row>> {
    loop {
        let mut bytes = Vec::new();
        let length = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes)?;
        if length == 0 {
            return Ok(None);
        }
        *line += 1;
        let is_cut = length as u64 == MAX_LINE && !bytes.ends_with(b"\n");
        if is_cut {
            skip_line(reader)?;
        }
        if !is_cut && bytes.trim_ascii().is_empty() {
            continue;
        }
        let content = if is_cut {
            Content::Broken(format!("the line is longer than {MAX_LINE} bytes").into())
        } else {
            match serde_json::from_slice(&bytes) {
                Ok(object) => Content::Object(object),
                Err(error) => {
                    Content::Broken(format!("the line is not a JSON object (column {})", error.column()).into())
                }
            }
        };
        return Ok(Some(Row { line: *line, content }));
    }
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let (used, done) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        reader.consume(used);
        if done {
            return Ok(());
        }
    }
}

impl Row {
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// The cell of a column, by its number in a record and by its name in an object; empty where there is none.
    pub(super) fn cell(&self, column: usize, name: &str) -> Result<Cow<'_, str>, Cow<'static, str>> {
        match &self.content {
            Content::Broken(what) => Err(what.clone()),
            Content::Record(record) => {
                let bytes = record.get(column).unwrap_or_default();
                let text = str::from_utf8(bytes).map_err(|_| format!("the column `{name}` is not UTF-8"))?;
                Ok(Cow::Borrowed(text))
            }
            Content::Object(object) => {
                let value = object.get(name).unwrap_or(&Value::Null);
                as_text(value).ok_or_else(|| format!("`{name}` is neither a text, a number, nor a list of them").into())
            }
        }
    }
}

fn as_text(value: &Value) -> Option<Cow<'_, str>> {
    Some(match value {
        Value::Null => Cow::Borrowed(""),
        Value::Bool(flag) => Cow::Borrowed(if *flag { "yes" } else { "no" }),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::String(text) => Cow::Borrowed(text),
        Value::Array(items) => Cow::Owned(items.iter().map(as_text).collect::<Option<Vec<_>>>()?.join(";")),
        Value::Object(_) => return None,
    })
}
