//! Lines of JSON: one object a row, its values the cells of the columns that its keys name.

use std::{borrow::Cow, fmt};

use leadglass_training::delimited::Block;
use memchr::memchr;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::de::Read;

use super::table::{Cells, Layout, Row};

/// The text of one value.
#[derive(Clone, Debug)]
pub(super) enum Text<'l> {
    Borrowed(&'l str),
    Owned(String),
    /// A whole number, written where it is: memory for each is a tenth of a line's work.
    Digits([u8; 20], u8),
}

impl Text<'_> {
    const EMPTY: Self = Text::Borrowed("");

    fn whole(number: impl itoa::Integer) -> Self {
        let mut buffer = itoa::Buffer::new();
        let written = buffer.format(number);
        let mut digits = [0; 20];
        match digits.get_mut(..written.len()).zip(u8::try_from(written.len()).ok()) {
            Some((place, length)) => {
                place.copy_from_slice(written.as_bytes());
                Self::Digits(digits, length)
            }
            None => Self::Owned(written.to_owned()),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text,
            Self::Digits(digits, length) => str::from_utf8(&digits[..usize::from(*length)]).unwrap_or_default(),
        }
    }
}

pub(super) fn rows(block: &Block, layout: &Layout, mut row: impl FnMut(u64, Row)) {
    let names = &layout.names;
    // Looked at once for all lines; only where one is broken each is looked at by itself.
    let text = str::from_utf8(&block.bytes).ok();
    let mut cells = Vec::with_capacity(names.len());
    let (mut start, mut line) = (0, block.line);
    while let Some(rest) = block.bytes.get(start..).filter(|rest| !rest.is_empty()) {
        let length = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        let bytes = &rest[..length];
        if !bytes.trim_ascii().is_empty() {
            let read = match text.and_then(|text| text.get(start..start + length)) {
                Some(text) => read(serde_json::Deserializer::from_str(text), names, &mut cells),
                None => read(serde_json::Deserializer::from_slice(bytes), names, &mut cells),
            };
            match read {
                Ok(()) => row(line, Ok(Cells::Object(&cells))),
                Err(what) => row(line, Err(what.into())),
            }
        }
        start += length;
        line += 1;
    }
}

/// Reads an object into `cells`, whose memory is used for line after line.
fn read<'l>(
    mut reader: serde_json::Deserializer<impl Read<'l>>,
    names: &[String],
    cells: &mut Vec<Text<'l>>,
) -> Result<(), String> {
    cells.clear();
    cells.resize(names.len(), Text::EMPTY);
    let mut nested = None;
    let object = Object { names, cells, nested: &mut nested };
    match object.deserialize(&mut reader).and_then(|()| reader.end()) {
        Err(error) => Err(format!("the line is not a JSON object (column {})", error.column())),
        Ok(()) => match nested {
            Some(column) => Err(format!("`{}` is neither a text, a number, nor a list of them", names[column])),
            None => Ok(()),
        },
    }
}

/// Reads an object into cells by column, and remembers a column whose value is no cell.
struct Object<'c, 'l> {
    names: &'c [String],
    cells: &'c mut [Text<'l>],
    nested: &'c mut Option<usize>,
}

impl<'de> DeserializeSeed<'de> for Object<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        // Most lines name their keys in the same order, so the next column is asked first.
        let mut next = 0;
        while let Some(Key(key)) = object.next_key()? {
            let is_next = self.names.get(next).is_some_and(|name| *name == key);
            let column = if is_next { Some(next) } else { self.names.iter().position(|name| *name == key) };
            let Some(column) = column else {
                object.next_value::<IgnoredAny>()?;
                continue;
            };
            next = column + 1;
            match object.next_value()? {
                Cell(Some(text)) => self.cells[column] = text,
                Cell(None) => *self.nested = Some(column),
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// A value as the text of a cell; `None` for an object.
struct Cell<'a>(Option<Text<'a>>);

impl<'de> Deserialize<'de> for Cell<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a text, a number, or a list of them")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Text::Borrowed(text))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Text::Owned(text.to_owned()))))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Text::Borrowed(if flag { "yes" } else { "no" }))))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Text::whole(number))))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Text::whole(number))))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Text::Owned(serde_json::Value::from(number).to_string()))))
    }

    fn visit_unit<E: Error>(self) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Text::EMPTY)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell<'de>, A::Error> {
        let mut parts: Option<Vec<String>> = Some(Vec::new());
        while let Some(Cell(part)) = list.next_element()? {
            parts = parts.zip(part).map(|(mut parts, part)| {
                parts.push(part.as_str().to_owned());
                parts
            });
        }
        Ok(Cell(parts.map(|parts| Text::Owned(parts.join(";")))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Cell<'de>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Result<Vec<String>, String> {
        let names = ["age", "job", "tags"].map(str::to_owned);
        let mut cells = vec![Text::Owned("of the line before".to_owned()); 7];
        read(serde_json::Deserializer::from_slice(line.as_bytes()), &names, &mut cells)?;
        Ok(cells.iter().map(|cell| cell.as_str().to_owned()).collect())
    }

    #[test]
    fn values_are_cells_by_their_keys_in_any_order() {
        let row = |texts: [&str; 3]| Ok(texts.map(str::to_owned).to_vec());
        assert_eq!(cells(r#"{"age": 40, "job": "clerk", "tags": ["a", 2, null]}"#), row(["40", "clerk", "a;2;"]));
        assert_eq!(cells(r#"{"job": true, "other": {"age": 1}, "age": -1.50}"#), row(["-1.5", "yes", ""]));
        assert_eq!(cells("{\"age\": null, \"job\": \"a\\nb\"}\r\n"), row(["", "a\nb", ""]));
        assert_eq!(cells(r#"{"age": 1, "age": 2}"#), row(["2", "", ""]));
        let ends = [i64::MIN.to_string(), u64::MAX.to_string()];
        let line = format!(r#"{{"age": {}, "job": {}}}"#, ends[0], ends[1]);
        assert_eq!(cells(&line), row([&ends[0], &ends[1], ""]));
    }

    #[test]
    fn a_line_that_is_not_utf8_spoils_no_other() {
        let block = Block {
            bytes: b"{\"job\": \"\xc3\xa9\"}\n\n{\"job\": \"\xff\"}\n{\"other\": \"\xff\", \"job\": \"b\"}".to_vec(),
            line: 7,
            fault: None,
        };
        let layout = Layout { names: vec!["job".to_owned()], used: vec![0] };
        let mut read = Vec::new();
        rows(&block, &layout, |line, row| {
            read.push((line, row.map(|cells| cells.get(0).to_owned()).map_err(Cow::into_owned)));
        });
        let broken = "the line is not a JSON object (column 10)".to_owned();
        assert_eq!(read, [(7, Ok("\u{e9}".to_owned())), (9, Err(broken)), (10, Ok("b".to_owned()))]);
    }

    #[test]
    fn what_is_no_row_says_where() {
        let fault = |column| Err(format!("the line is not a JSON object (column {column})"));
        assert_eq!(cells(r#"{"age": }"#), fault(9));
        assert_eq!(cells("[1, 2]"), fault(0));
        assert_eq!(cells(r#"{"age": 1} {"age": 2}"#), fault(12));
        let nested = || Err("`job` is neither a text, a number, nor a list of them".to_owned());
        assert_eq!(cells(r#"{"job": {"title": "clerk"}, "age": 1}"#), nested());
        assert_eq!(cells(r#"{"job": ["a", {"title": "clerk"}, "b"], "age": 1}"#), nested());
    }
}
