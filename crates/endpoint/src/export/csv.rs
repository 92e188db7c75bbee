//! CSV as RFC 4180 has it, safe to open in a spreadsheet: a cell that it would take for a formula begins with `'`.

use std::io;

use super::{Cell, Columns, Exported, Format};
use crate::clock::to_rfc3339;

/// Its media type.
pub const MEDIA_TYPE: &str = "text/csv; charset=utf-8";

/// A file of CSV.
pub struct Csv(pub Columns);

impl Format for Csv {
    const PAGE: u32 = 1_000;

    fn begin(&mut self) -> io::Result<Vec<u8>> {
        lines(std::iter::once(self.0.named().into_iter().map(|(name, _)| harmless(name)).collect()))
    }

    fn page(&mut self, leads: &[Exported]) -> io::Result<Vec<u8>> {
        lines(leads.iter().map(|lead| self.0.cells(lead).into_iter().map(written).collect()))
    }

    fn end(self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }
}

fn lines(rows: impl Iterator<Item = Vec<String>>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn written(cell: Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => harmless(text),
        Cell::Whole(number) => number.to_string(),
        Cell::Yes(yes) => yes.to_string(),
        Cell::Time(at) => to_rfc3339(at),
        Cell::Answer(values) => harmless(values.join(", ")),
    }
}

/// The text, with `'` before it where a spreadsheet would take it for a formula (CWE-1236): it begins with a sign of
/// one, full-width ones too, or with a control or white space, which some skip before they look.
#[must_use]
pub fn harmless(text: String) -> String {
    let is_sign = |letter: char| matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let skipped = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter.is_control());
    let begins_with_control = text.starts_with(['\t', '\r', '\n', '\0']);
    if begins_with_control || skipped.starts_with(is_sign) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s12_no_cell_and_no_header_is_a_formula() {
        for sign in ["=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠", "\n=", " =", "\u{feff}=", "\u{a0}@"]
        {
            let text = format!("{sign}cmd|' /C calc'!A0");
            let told = harmless(text.clone());
            assert!(sign == "\u{feff}=" || told == format!("'{text}"), "{text:?} stays {told:?}");
        }
        for text in ["Ana", "", "a=b", "12", "O'Neil", "(=1)"] {
            assert_eq!(harmless(text.to_owned()), text);
        }
    }

    #[test]
    fn s12_every_cell_is_quoted_and_numbers_stay_numbers() {
        let row = vec![Cell::Text("a\"b\r\n=1".into()), Cell::Whole(-5), Cell::Empty, Cell::Text("-5".into())];
        let line = lines(std::iter::once(row.into_iter().map(written).collect())).unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), "\"a\"\"b\r\n=1\",\"-5\",\"\",\"'-5\"\r\n");
    }
}
