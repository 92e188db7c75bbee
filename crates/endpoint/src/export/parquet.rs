//! Apache Parquet: the columns of the CSV with their types, and as JSON what has parts. A row group is written once it is
//! whole and handed on at once, so that the file needs no more memory than one of them.

mod buffer;

use std::{io, mem::take, sync::Arc};

use parquet::{
    basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical},
    errors::ParquetError,
    file::{
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedFileWriter,
    },
    schema::types::Type,
};

use self::buffer::Buffer;
use super::{Cell, Column, Columns, Exported, Format, ndjson};

/// Its media type.
pub const MEDIA_TYPE: &str = "application/vnd.apache.parquet";

/// Most leads of a row group, and about how many bytes of theirs are waited for at most.
const GROUP_ROWS: usize = 10_000;
const GROUP_BYTES: usize = 16 << 20;

/// What has parts, as JSON beside the columns.
const JSON: [&str; 3] = ["contributions", "consents", "outcomes"];

/// A file of Parquet.
pub struct Parquet {
    columns: Columns,
    writer: SerializedFileWriter<Vec<u8>>,
    waiting: Vec<Buffer>,
    rows: usize,
    group_rows: usize,
}

impl Parquet {
    /// With these columns.
    ///
    /// # Errors
    /// Where no file can have them.
    pub fn new(columns: Columns) -> io::Result<Self> {
        let named = columns.named();
        let mut fields = Vec::with_capacity(named.len() + JSON.len());
        for (name, column) in &named {
            fields.push(Arc::new(field(name, *column).map_err(failed)?));
        }
        for name in JSON {
            let json = Type::primitive_type_builder(name, Physical::BYTE_ARRAY).with_repetition(Repetition::OPTIONAL);
            fields.push(Arc::new(json.with_logical_type(Some(LogicalType::Json)).build().map_err(failed)?));
        }
        let schema = Type::group_type_builder("leads").with_fields(fields).build().map_err(failed)?;
        // What every page has in it would be kept until the end of the file.
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("leadglass {}", env!("CARGO_PKG_VERSION")))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .build();
        let writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties)).map_err(failed)?;
        let json = JSON.iter().map(|_| Buffer::new(Column::Text));
        let waiting = named.iter().map(|(_, column)| Buffer::new(*column)).chain(json).collect();
        Ok(Self { columns, writer, waiting, rows: 0, group_rows: GROUP_ROWS })
    }

    /// Writes what waits as a row group.
    fn group(&mut self) -> io::Result<()> {
        if take(&mut self.rows) == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for buffer in &mut self.waiting {
            let mut column =
                group.next_column().map_err(failed)?.ok_or_else(|| io::Error::other("a column too many"))?;
            buffer.write(&mut column).map_err(failed)?;
            column.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
        Ok(())
    }

    /// What was written since it was asked last.
    fn written(&mut self) -> io::Result<Vec<u8>> {
        self.writer.flush()?;
        Ok(take(self.writer.inner_mut()))
    }
}

impl Format for Parquet {
    const PAGE: u32 = 1_000;

    fn begin(&mut self) -> io::Result<Vec<u8>> {
        self.written()
    }

    fn page(&mut self, leads: &[Exported]) -> io::Result<Vec<u8>> {
        for lead in leads {
            let view = lead.report.view();
            let json = [
                serde_json::to_string(&view.explanation.contributions)?,
                serde_json::to_string(&view.consents)?,
                serde_json::to_string(&ndjson::outcomes(lead))?,
            ];
            let cells = self.columns.cells(lead).into_iter().chain(json.map(Cell::Text));
            for (buffer, cell) in self.waiting.iter_mut().zip(cells) {
                buffer.push(cell);
            }
            self.rows += 1;
            let bytes: usize = self.waiting.iter().map(Buffer::bytes).sum();
            if self.rows >= self.group_rows || bytes >= GROUP_BYTES {
                self.group()?;
            }
        }
        self.written()
    }

    fn end(mut self) -> io::Result<Vec<u8>> {
        self.group()?;
        self.writer.finish().map_err(failed)?;
        self.written()
    }
}

fn field(name: &str, column: Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column {
        Column::Texts => return list(name),
        Column::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Column::Whole => (Physical::INT64, None),
        Column::Yes => (Physical::BOOLEAN, None),
        Column::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
    };
    let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    field.with_logical_type(logical).build()
}

/// Three levels, as the format's own description of lists has them.
fn list(name: &str) -> Result<Type, ParquetError> {
    let element = Type::primitive_type_builder("element", Physical::BYTE_ARRAY)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::String))
        .build()?;
    let repeated = Type::group_type_builder("list").with_repetition(Repetition::REPEATED);
    let repeated = repeated.with_fields(vec![Arc::new(element)]).build()?;
    let list = Type::group_type_builder(name).with_repetition(Repetition::OPTIONAL);
    list.with_logical_type(Some(LogicalType::List)).with_fields(vec![Arc::new(repeated)]).build()
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests;
