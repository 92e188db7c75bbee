//! Tables of delimited text (RFC 4180 and its kin), read so that a quote too many costs its line and not the rest.

mod blocks;

use std::io::{self, Cursor};

use csv::{ByteRecord, ReaderBuilder};
use memchr::{memchr, memchr_iter};

pub use self::blocks::{Block, Blocks, Ending};

/// What may part cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What parts the cells of a table that begins so: whatever its header has most of outside quotes, a comma by default.
#[must_use]
pub fn delimiter(start: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut is_quoted = false;
    for byte in start {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            byte if !is_quoted => {
                if let Some(found) = DELIMITERS.iter().position(|delimiter| delimiter == byte) {
                    counts[found] += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let found = counts.iter().position(|count| *count == most).unwrap_or_default();
    DELIMITERS[found]
}

/// Takes the header off a table's first block.
///
/// # Errors
/// Where it is no row.
pub fn take_header(first: &mut Block, delimiter: u8) -> io::Result<ByteRecord> {
    if let Some(fault) = first.fault {
        return Err(io::Error::other(format!("line {}, the header: {fault}", first.line)));
    }
    let mut csv = ReaderBuilder::new().delimiter(delimiter).from_reader(first.bytes.as_slice());
    let header = csv.byte_headers().map_err(io::Error::other)?.clone();
    let length = usize::try_from(csv.position().byte()).unwrap_or(usize::MAX).min(first.bytes.len());
    let below = first.bytes.split_off(length);
    first.line += memchr_iter(b'\n', &first.bytes).count() as u64;
    first.bytes = below;
    Ok(header)
}

/// Calls `row` with the line and the cells of each row of a block whose rows shall have `width` cells. Of one that has
/// not and goes over several lines only the first line is taken: rather than such a row it is one with a quote too many,
/// which must not swallow the next.
pub fn records(block: &Block, delimiter: u8, width: usize, mut row: impl FnMut(u64, &ByteRecord)) {
    let bytes = block.bytes.as_slice();
    let mut reader = ReaderBuilder::new();
    let reader = reader.delimiter(delimiter).has_headers(false).flexible(true);
    let mut reader = reader.from_reader(Cursor::new(bytes));
    let mut record = ByteRecord::new();
    let (mut start, mut line) = (0, block.line);
    loop {
        // Empty lines are no rows.
        while let Some(b'\r' | b'\n') = bytes.get(start) {
            line += u64::from(bytes[start] == b'\n');
            start += 1;
        }
        // Reading from memory cannot fail, nor can rows of any length.
        if start >= bytes.len() || !reader.read_byte_record(&mut record).unwrap_or(false) {
            return;
        }
        let end = usize::try_from(reader.position().byte()).unwrap_or(bytes.len());
        let text = bytes.get(start..end).unwrap_or_default();
        row(line, &record);
        match memchr(b'\n', text) {
            Some(at) if record.len() != width && at + 1 < text.len() => {
                start += at + 1;
                line += 1;
                let mut position = csv::Position::new();
                position.set_byte(start as u64);
                if reader.seek(position).is_err() {
                    return;
                }
            }
            _ => {
                line += memchr_iter(b'\n', text).count() as u64;
                start = end;
            }
        }
    }
}

/// The first cell that seems to have swallowed rows, and how many lines it has: one whose inner lines have as many
/// delimiters as a row, as where a quote was left open and the next one closed it.
#[must_use]
pub fn swallowing(record: &ByteRecord, delimiter: u8) -> Option<(usize, usize)> {
    if record.len() < 2 || memchr(b'\n', record.as_slice()).is_none() {
        return None;
    }
    let is_row = |line: &[u8]| memchr_iter(delimiter, line).count() + 1 >= record.len();
    let lines = |cell: &[u8]| {
        let lines: Vec<&[u8]> = cell.split(|byte| *byte == b'\n').collect();
        let inner = lines.get(1..lines.len() - 1).unwrap_or_default();
        // Of two lines neither is whole: together they have what one row has, less the cells around
        let is_joined = lines.len() == 2 && memchr_iter(delimiter, cell).count() + 1 >= record.len();
        (inner.iter().any(|line| is_row(line)) || is_joined).then_some(lines.len())
    };
    record.iter().enumerate().find_map(|(column, cell)| Some((column, lines(cell)?)))
}

/// What is told of a cell of so many lines that seems to have swallowed rows.
#[must_use]
pub fn swallowed(lines: usize) -> String {
    format!("the cell has {lines} lines, some of them rows of their own by their look; is a quote left open?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parts_cells_is_told_by_the_header() {
        for (start, delimiter_is) in [
            ("a,b\n1;2;3\n", b','),
            ("a;b;c,d\r\n", b';'),
            ("a\tb", b'\t'),
            ("a|b\r1|2", b'|'),
            ("\"a,b,c\";d\n", b';'),
            ("a", b','),
            ("", b','),
        ] {
            assert_eq!(delimiter(start.as_bytes()), delimiter_is, "{start:?}");
        }
    }

    #[test]
    fn a_cell_that_has_rows_in_it_is_found_and_one_that_has_lines_is_not() {
        let found = |cells: [&str; 3]| swallowing(&ByteRecord::from(cells.to_vec()), b',');
        assert_eq!(found(["1", "cook,7\n2,nurse,8\n3,x", "9"]), Some((1, 3)));
        assert_eq!(found(["1", "cook,7\n3,x", "9"]), Some((1, 2)));
        assert_eq!(found(["1", "Hello,\nplease call.\nThanks", "9"]), None);
        assert_eq!(found(["1", "a,b,c", "9"]), None);
    }
}
