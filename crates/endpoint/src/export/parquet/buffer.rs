//! What waits to be written of one column.

use std::mem::take;

use parquet::{
    data_type::{BoolType, ByteArray, ByteArrayType, Int64Type},
    errors::ParquetError,
    file::writer::SerializedColumnWriter,
};

use crate::export::{Cell, Column};

/// Values, and for each cell whether it has one; in a list also where the next cell begins.
pub(super) struct Buffer {
    values: Values,
    is_there: Vec<i16>,
    repeats: Vec<i16>,
    bytes: usize,
}

enum Values {
    Texts(Vec<ByteArray>),
    Lists(Vec<ByteArray>),
    Wholes(Vec<i64>),
    Times(Vec<i64>),
    Yes(Vec<bool>),
}

impl Buffer {
    pub(super) fn new(column: Column) -> Self {
        let values = match column {
            Column::Text => Values::Texts(Vec::new()),
            Column::Texts => Values::Lists(Vec::new()),
            Column::Whole => Values::Wholes(Vec::new()),
            Column::Time => Values::Times(Vec::new()),
            Column::Yes => Values::Yes(Vec::new()),
        };
        Self { values, is_there: Vec::new(), repeats: Vec::new(), bytes: 0 }
    }

    /// About how much memory it has taken.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds a cell. What a column of its type can't hold, which its field never took, is as nothing.
    pub(super) fn push(&mut self, cell: Cell) {
        let has = match (&mut self.values, cell) {
            (Values::Texts(texts), Cell::Text(text)) => add(texts, text, &mut self.bytes),
            (Values::Texts(texts), Cell::Answer(answers)) => add(texts, answers.join(", "), &mut self.bytes),
            (Values::Lists(texts), Cell::Answer(answers)) => {
                for (place, answer) in answers.into_iter().enumerate() {
                    self.is_there.push(2);
                    self.repeats.push(i16::from(place > 0));
                    add(texts, answer, &mut self.bytes);
                }
                return;
            }
            (Values::Wholes(numbers), Cell::Whole(number)) => add_one(numbers, Some(number)),
            (Values::Wholes(numbers), Cell::Answer(answers)) => {
                add_one(numbers, answers.first().and_then(|answer| answer.parse().ok()))
            }
            (Values::Times(times), Cell::Time(at)) => add_one(times, at.as_millis().checked_mul(1_000)),
            (Values::Yes(flags), Cell::Yes(yes)) => add_one(flags, Some(yes)),
            (Values::Yes(flags), Cell::Answer(answers)) => {
                let yes = |answer: &String| match answer.as_str() {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                };
                add_one(flags, answers.first().and_then(yes))
            }
            _ => 0,
        };
        self.is_there.push(has);
        self.repeats.push(0);
        self.bytes += 8;
    }

    /// Writes what waits; then nothing does.
    pub(super) fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let (is_there, repeats) = (take(&mut self.is_there), take(&mut self.repeats));
        let levels = Some(is_there.as_slice());
        self.bytes = 0;
        match &mut self.values {
            Values::Texts(texts) => column.typed::<ByteArrayType>().write_batch(&take(texts), levels, None),
            Values::Lists(texts) => column.typed::<ByteArrayType>().write_batch(&take(texts), levels, Some(&repeats)),
            Values::Wholes(numbers) | Values::Times(numbers) => {
                column.typed::<Int64Type>().write_batch(&take(numbers), levels, None)
            }
            Values::Yes(flags) => column.typed::<BoolType>().write_batch(&take(flags), levels, None),
        }?;
        Ok(())
    }
}

fn add(texts: &mut Vec<ByteArray>, text: String, bytes: &mut usize) -> i16 {
    *bytes += text.len() + size_of::<ByteArray>();
    texts.push(text.into_bytes().into());
    1
}

/// Adds it, where there is one; how deep the cell goes.
fn add_one<T>(values: &mut Vec<T>, value: Option<T>) -> i16 {
    let has = i16::from(value.is_some());
    values.extend(value);
    has
}
