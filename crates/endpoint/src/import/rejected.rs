//! The rows that are no leads, in a file of their own: mended, it can be imported as the table was.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use csv::{ByteRecord, Writer, WriterBuilder};

use super::{Fault, PROBLEMS};

/// A file of rejected rows, made with its first.
pub struct Rejected {
    path: Option<PathBuf>,
    header: ByteRecord,
    delimiter: u8,
    /// The column of what was wrong when the table was a file of rejected rows itself.
    before: Option<usize>,
    writer: Option<Writer<BufWriter<File>>>,
}

impl Rejected {
    /// Rows go to a file that is not there yet; to none where there is no path.
    ///
    /// # Errors
    /// Where it is there.
    pub fn new(path: Option<&Path>) -> io::Result<Self> {
        if let Some(path) = path.filter(|path| path.exists()) {
            let told = format!(
                "`{}` is there already, from an import before: mend its rows and import them, or remove it where they were \
                     imported; or name another file for rejected rows with `--rejected FILE`",
                path.display()
            );
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, told));
        }
        Ok(Self {
            path: path.map(Path::to_owned),
            header: ByteRecord::new(),
            delimiter: b',',
            before: None,
            writer: None,
        })
    }

    pub(super) fn begin(&mut self, header: &ByteRecord, delimiter: u8, before: Option<usize>) {
        self.header = header.clone();
        (self.delimiter, self.before) = (delimiter, before);
    }

    /// Adds a row as it is, with what is wrong with it.
    pub(super) fn add(&mut self, row: &ByteRecord, faults: &[Fault]) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let told = faults.iter().map(|fault| match &fault.column {
            Some(column) => format!("{column}: {}", fault.what),
            None => fault.what.clone(),
        });
        let told = told.collect::<Vec<_>>().join("; ");
        let writer = if let Some(writer) = &mut self.writer {
            writer
        } else {
            let writer = WriterBuilder::new().delimiter(self.delimiter).flexible(true).from_writer(private(path)?);
            let writer = self.writer.insert(writer);
            writer.write_record(without(&self.header, self.before).chain([PROBLEMS.as_bytes()]))?;
            writer
        };
        Ok(writer.write_record(without(row, self.before).chain([told.as_bytes()]))?)
    }

    /// The file, where it has rows in it.
    ///
    /// # Errors
    /// Where not all of it could be written.
    pub fn end(mut self) -> io::Result<Option<PathBuf>> {
        let Some(mut writer) = self.writer.take() else { return Ok(None) };
        writer.flush()?;
        Ok(self.path)
    }
}

fn without(row: &ByteRecord, column: Option<usize>) -> impl Iterator<Item = &[u8]> {
    row.iter().enumerate().filter(move |(place, _)| Some(*place) != column).map(|(_, cell)| cell)
}

/// For its owner alone: it says what people answered.
fn private(path: &Path) -> io::Result<BufWriter<File>> {
    let mut open = OpenOptions::new();
    open.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    Ok(BufWriter::new(open.open(path)?))
}
