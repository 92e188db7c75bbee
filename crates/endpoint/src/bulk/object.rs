//! Lines of JSON: one object a row, its values the cells of the columns that its keys name.

use std::{borrow::Cow, fmt};

use memchr::memchr;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{
    blocks::Block,
    table::{Cells, Layout, Row},
};

pub(super) fn rows(block: &Block, layout: &Layout, mut row: impl FnMut(u64, Row)) {
    let mut rest = block.bytes.as_slice();
    let mut line = block.line;
    while !rest.is_empty() {
        let (bytes, below) = rest.split_at(memchr(b'\n', rest).map_or(rest.len(), |at| at + 1));
        rest = below;
        if !bytes.trim_ascii().is_empty() {
            match read(bytes, &layout.names) {
                Ok(cells) => row(line, Ok(Cells::Object(&cells))),
                Err(what) => row(line, Err(what.into())),
            }
        }
        line += 1;
    }
}

fn read<'l>(bytes: &'l [u8], names: &[String]) -> Result<Vec<Cow<'l, str>>, String> {
    let mut nested = None;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let cells = Object { names, nested: &mut nested }.deserialize(&mut reader);
    match cells.and_then(|cells| reader.end().map(|()| cells)) {
        Err(error) => Err(format!("the line is not a JSON object (column {})", error.column())),
        Ok(cells) => match nested {
            Some(column) => Err(format!("`{}` is neither a text, a number, nor a list of them", names[column])),
            None => Ok(cells),
        },
    }
}

/// Reads an object into cells by column, and remembers a column whose value is no cell.
struct Object<'c> {
    names: &'c [String],
    nested: &'c mut Option<usize>,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Vec<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Vec<Cow<'de, str>>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut cells = vec![Cow::Borrowed(""); self.names.len()];
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
                Cell(Some(text)) => cells[column] = text,
                Cell(None) => *self.nested = Some(column),
            }
        }
        Ok(cells)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// A value as the text of a cell; `None` for an object.
struct Cell<'a>(Option<Cow<'a, str>>);

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
        Ok(Cell(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Cow::Borrowed(if flag { "yes" } else { "no" }))))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Cow::Owned(itoa::Buffer::new().format(number).to_owned()))))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Cow::Owned(itoa::Buffer::new().format(number).to_owned()))))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Cow::Owned(serde_json::Value::from(number).to_string()))))
    }

    fn visit_unit<E: Error>(self) -> Result<Cell<'de>, E> {
        Ok(Cell(Some(Cow::Borrowed(""))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell<'de>, A::Error> {
        let mut parts = Some(Vec::new());
        while let Some(Cell(part)) = list.next_element()? {
            parts = parts.zip(part).map(|(mut parts, part)| {
                parts.push(part);
                parts
            });
        }
        Ok(Cell(parts.map(|parts| Cow::Owned(parts.join(";")))))
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
        read(line.as_bytes(), &names).map(|cells| cells.into_iter().map(Cow::into_owned).collect())
    }

    #[test]
    fn values_are_cells_by_their_keys_in_any_order() {
        let row = |texts: [&str; 3]| Ok(texts.map(str::to_owned).to_vec());
        assert_eq!(cells(r#"{"age": 40, "job": "clerk", "tags": ["a", 2, null]}"#), row(["40", "clerk", "a;2;"]));
        assert_eq!(cells(r#"{"job": true, "other": {"age": 1}, "age": -1.50}"#), row(["-1.5", "yes", ""]));
        assert_eq!(cells("{\"age\": null, \"job\": \"a\\nb\"}\r\n"), row(["", "a\nb", ""]));
        assert_eq!(cells(r#"{"age": 1, "age": 2}"#), row(["2", "", ""]));
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
