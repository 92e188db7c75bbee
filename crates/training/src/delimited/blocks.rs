//! A table cut into blocks of whole rows, so that each core reads its own.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

/// Bytes of a block where no row is longer.
const BLOCK: usize = 256 * 1024;
/// The longest row; a longer one is reported and its first line passed over.
const MAX_ROW: usize = 4 * 1024 * 1024;

/// Whole rows, or one line that begins a row without an end.
#[derive(Debug)]
pub struct Block {
    /// The bytes, line ends too.
    pub bytes: Vec<u8>,
    /// The line its first byte is on.
    pub line: u64,
    /// Why it is no row.
    pub fault: Option<&'static str>,
}

/// How rows end.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    /// With the line.
    Line,
    /// With the line, but for line breaks between quotes; a quote quotes at the start of a cell (RFC 4180).
    LineOutsideQuotes {
        /// What parts cells.
        delimiter: u8,
    },
}

/// A table that is being cut.
#[derive(Debug)]
pub struct Blocks<R> {
    reader: R,
    ending: Ending,
    /// What was read beyond the last block.
    rest: Vec<u8>,
    line: u64,
    at_end: bool,
}

impl<R: Read> Blocks<R> {
    /// Rows end with the line until [`Blocks::end_rows`] says otherwise.
    pub const fn new(reader: R) -> Self {
        Self { reader, ending: Ending::Line, rest: Vec::new(), line: 1, at_end: false }
    }

    /// The bytes that the next block begins with, the header among them.
    ///
    /// # Errors
    /// Where reading fails.
    pub fn start(&mut self) -> io::Result<&[u8]> {
        if self.rest.is_empty() {
            self.fill()?;
        }
        Ok(&self.rest)
    }

    /// Says how rows end.
    pub const fn end_rows(&mut self, ending: Ending) {
        self.ending = ending;
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// Where reading fails.
    #[expect(clippy::should_implement_trait, reason = "an iterator would hide that reading fails")]
    pub fn next(&mut self) -> io::Result<Option<Block>> {
        loop {
            self.fill()?;
            if self.rest.is_empty() {
                return Ok(None);
            }
            let rows = rows(&self.rest, self.ending);
            let whole = if self.at_end && !rows.quote_is_open { self.rest.len() } else { rows.end };
            if whole > 0 {
                return Ok(Some(self.take(whole, None)));
            }
            let fault = if self.rest.len() >= MAX_ROW {
                "the row is longer than 4 MiB; is a quote left open?"
            } else if self.at_end {
                "a quote is left open"
            } else {
                continue;
            };
            let first_line = memchr(b'\n', &self.rest).map_or(self.rest.len(), |at| at + 1);
            return Ok(Some(self.take(first_line, Some(fault))));
        }
    }

    /// Reads on, by a block and at most to the longest row.
    fn fill(&mut self) -> io::Result<()> {
        let wanted = BLOCK.max(self.rest.len() * 2).min(MAX_ROW).saturating_sub(self.rest.len());
        if self.at_end || wanted == 0 {
            return Ok(());
        }
        self.rest.reserve_exact(wanted);
        let read = self.reader.by_ref().take(wanted as u64).read_to_end(&mut self.rest)?;
        self.at_end = read < wanted;
        Ok(())
    }

    fn take(&mut self, length: usize, fault: Option<&'static str>) -> Block {
        let rest = self.rest.split_off(length);
        let block = Block { bytes: std::mem::replace(&mut self.rest, rest), line: self.line, fault };
        self.line += memchr_iter(b'\n', &block.bytes).count() as u64;
        block
    }
}

struct Rows {
    /// Where the last whole row ends; 0 where there is none.
    end: usize,
    quote_is_open: bool,
}

fn rows(bytes: &[u8], ending: Ending) -> Rows {
    let (delimiter, quote) = match ending {
        Ending::Line => (b'\n', None),
        Ending::LineOutsideQuotes { delimiter } => (delimiter, memchr(b'"', bytes)),
    };
    if quote.is_none() {
        // Files of old Macintosh programs end lines with CR alone.
        let end = memrchr(b'\n', bytes).or_else(|| memrchr(b'\r', bytes)).map_or(0, |at| at + 1);
        return Rows { end, quote_is_open: false };
    }
    let (mut newline, mut carriage_return, mut place) = (0, 0, Place::Start);
    for (at, byte) in bytes.iter().enumerate() {
        place = match (place, *byte) {
            (Place::Quoted, b'"') => Place::Closed,
            (Place::Quoted, _) | (Place::Start | Place::Closed, b'"') => Place::Quoted,
            (_, b'\n') => {
                newline = at + 1;
                Place::Start
            }
            (_, b'\r') => {
                carriage_return = at + 1;
                Place::Start
            }
            (_, byte) if byte == delimiter => Place::Start,
            _ => Place::Bare,
        };
    }
    let end = if newline > 0 { newline } else { carriage_return };
    Rows { end, quote_is_open: matches!(place, Place::Quoted) }
}

/// Where in a cell.
#[derive(Clone, Copy)]
enum Place {
    Start,
    Bare,
    Quoted,
    /// After a quote in a quoted cell: it ends the cell, or is the first of two that stand for one.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Ending = Ending::LineOutsideQuotes { delimiter: b',' };

    fn cut(text: &str) -> Vec<(u64, String, Option<&'static str>)> {
        let mut blocks = Blocks::new(text.as_bytes());
        blocks.end_rows(CSV);
        let mut cut = Vec::new();
        while let Some(block) = blocks.next().unwrap() {
            cut.push((block.line, String::from_utf8(block.bytes).unwrap(), block.fault));
        }
        cut
    }

    #[test]
    fn a_line_break_between_quotes_ends_no_row() {
        for (text, end, open) in [
            ("a,b\nc", 4, false),
            ("\"a\nb\",c\nd", 8, false),
            ("\"a\"\"\n\",c\nd,\"", 9, true),
            ("a\"b\nc\"\nd", 7, false),
            ("a\rb\rc", 4, false),
            ("\"a\r\nb\"\r\nc", 8, false),
            ("\"a\n", 0, true),
        ] {
            let found = rows(text.as_bytes(), CSV);
            assert_eq!((found.end, found.quote_is_open), (end, open), "{text:?}");
        }
    }

    #[test]
    fn blocks_hold_every_byte_and_whole_rows_with_their_lines() {
        let row = format!("\"{}\n\",1\n", "x".repeat(1000));
        let text = row.repeat(1000);
        let blocks = cut(&text);
        assert!(blocks.len() > 2);
        assert_eq!(blocks.iter().map(|(_, text, _)| text.as_str()).collect::<String>(), text);
        for (line, text, fault) in &blocks {
            assert!(text.starts_with("\"x") && text.ends_with("\",1\n") && fault.is_none());
            assert_eq!(line % 2, 1);
        }
    }

    #[test]
    fn a_quote_left_open_costs_its_line_alone() {
        let fault = "a quote is left open";
        let line = |number, text: &str, fault| (number, text.to_owned(), fault);
        assert_eq!(
            cut("a,b\n\"c,d\ne,f\n"),
            [line(1, "a,b\n", None), line(2, "\"c,d\n", Some(fault)), line(3, "e,f\n", None)]
        );
        let long = format!("\"{}\n2,3", "x,y\n".repeat(MAX_ROW / 4));
        let blocks = cut(&long);
        assert_eq!(blocks[0].1, "\"x,y\n");
        assert_eq!(blocks[0].2, Some("the row is longer than 4 MiB; is a quote left open?"));
        assert!(blocks[1..].iter().all(|(_, _, fault)| fault.is_none()));
        assert!(blocks.last().unwrap().1.ends_with("2,3"));
    }
}
