//! Which columns can be learned from, and what their cells mean. Cells are read by the rules that read them when the
//! card is used, so both mean the same.

use leadglass_scoring::{
    Field, FieldKind, LocalText, Timestamp,
    field::{NumberLimits, TextLimits},
    lead::Value,
    letters::fold,
    validation::{number::parse_rounded, validate_field},
};

use super::table::Words;

/// Words for nothing, besides nothing itself.
const MISSING: [&str; 4] = ["na", "null", "?", "nan"];
/// Names of the parts a table is split into.
const PARTS: [&str; 10] =
    ["train", "training", "valid", "validation", "val", "test", "testing", "dev", "holdout", "oot"];
/// The longest text that is told apart.
pub(super) const MAX_TEXT: u32 = 200;

/// A column that is learned from.
#[derive(Debug)]
pub(super) struct Variable {
    /// The column's name.
    pub name: String,
    /// The field's and the criterion's id.
    pub field: Field,
    /// What each row says; `None` where it says nothing.
    pub cells: Cells,
    /// Words that the column uses for nothing, as they are written.
    pub words_for_nothing: Vec<String>,
}

/// What each row says.
#[derive(Debug)]
pub(super) enum Cells {
    /// Numbers, in units of the field's last decimal place.
    Numbers(Vec<Option<i64>>),
    /// The number of the row's level, and what the levels are in lower case.
    Levels(Vec<Option<u32>>, Vec<String>),
}

/// A column answers the field whose id it spells: in lower case, with `_` for everything but letters and digits.
pub(super) fn field_id(column: &str) -> String {
    let letter = |letter: char| if letter.is_alphanumeric() { letter } else { '_' };
    column.trim().to_lowercase().chars().map(letter).collect()
}

pub(super) fn is_missing(word: &str) -> bool {
    word.is_empty() || MISSING.iter().any(|missing| word.eq_ignore_ascii_case(missing))
}

/// Why no field can be made of a column.
pub(super) fn no_field(id: &str) -> Option<String> {
    let begins = id.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
    let fits = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let is_id = begins && fits && id.len() <= 64;
    (!is_id).then(|| {
        format!("no field can be named `{id}`: rename the column so that it begins with a letter from a to z and has letters, digits and `_` only")
    })
}

/// Reads a column of the rows that are learned from.
pub(super) fn variable(name: &str, words: &Words, rows: &[u32]) -> Variable {
    let mut seen = vec![false; words.words.len()];
    for row in rows {
        seen[words.cells[*row as usize] as usize] = true;
    }
    let used = || words.words.iter().zip(&seen).filter(|(_, seen)| **seen).map(|(word, _)| word.as_str());
    let said = || used().filter(|word| !is_missing(word));
    let is_number = said().next().is_some() && said().all(|word| parse_rounded(word, 0).is_some());
    let kind = if is_number {
        // Nine digits before the point and six behind it fit with room to spare; greater numbers are whole ones.
        let is_great =
            said().any(|word| parse_rounded(word, 0).is_some_and(|it| it.unsigned_abs() > 1_000_000_000_000));
        FieldKind::Number(NumberLimits { decimals: if is_great { 0 } else { 6 }, min: None, max: None })
    } else {
        FieldKind::ShortText(TextLimits { min_length: 0, max_length: MAX_TEXT })
    };
    let field = Field {
        id: field_id(name),
        step: 0,
        kind,
        required: false,
        label: LocalText::new(vec![field_id(name)]),
        help: None,
        autocomplete: None,
        messages: Vec::new(),
        half_width: false,
        lenient: Some(true),
    };
    let read = |word: &str| validate_field(&field, &[word], Timestamp::from_millis(0)).ok().flatten();
    let cell = |row: &u32| words.cells[*row as usize] as usize;
    let cells = if is_number {
        let number = |word: &String| match read(word) {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        };
        let numbers: Vec<Option<i64>> = words.words.iter().map(number).collect();
        Cells::Numbers(rows.iter().map(|row| numbers[cell(row)]).collect())
    } else {
        let folded: Vec<Option<String>> = words
            .words
            .iter()
            .map(|word| match read(word) {
                Some(Value::Text(text)) if !is_missing(word) => Some(fold(&text)),
                _ => None,
            })
            .collect();
        let mut levels: Vec<String> =
            folded.iter().zip(&seen).filter(|(_, seen)| **seen).filter_map(|(word, _)| word.clone()).collect();
        levels.sort();
        levels.dedup();
        let number = |word: &Option<String>| {
            word.as_ref().and_then(|word| levels.binary_search(word).ok()).and_then(|at| u32::try_from(at).ok())
        };
        let numbers: Vec<Option<u32>> = folded.iter().map(number).collect();
        Cells::Levels(rows.iter().map(|row| numbers[cell(row)]).collect(), levels)
    };
    let mut words_for_nothing: Vec<String> =
        used().filter(|word| !word.is_empty() && is_missing(word)).map(fold).collect();
    words_for_nothing.sort();
    words_for_nothing.dedup();
    Variable { name: name.to_owned(), field, cells, words_for_nothing }
}

impl Variable {
    /// Why there is nothing to learn from the column, if so.
    pub(super) fn useless(&self) -> Option<String> {
        match &self.cells {
            Cells::Numbers(numbers) => useless_numbers(&self.name, numbers),
            Cells::Levels(cells, levels) => useless_levels(cells, levels),
        }
    }
}

fn useless_numbers(name: &str, numbers: &[Option<i64>]) -> Option<String> {
    let mut sorted: Vec<i64> = numbers.iter().flatten().copied().collect();
    let count = sorted.len();
    sorted.sort_unstable();
    sorted.dedup();
    match sorted.len() {
        0 => return Some("it is empty".into()),
        1 if count == numbers.len() => return Some("it is the same in all rows".into()),
        _ => {}
    }
    if sorted.len() < count || count < numbers.len() || count < 20 {
        return None;
    }
    let whole = sorted.iter().all(|number| number % 1_000_000 == 0);
    let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    let falls = numbers.windows(2).all(|pair| pair[0] > pair[1]);
    let name = field_id(name);
    let named_so = ["id", "row", "index", "nr", "no", "number", "key"].iter().any(|word| {
        name == *word
            || name.strip_suffix(word).is_some_and(|rest| rest.ends_with('_'))
            || name == format!("row_{word}")
    });
    if whole && (rises || falls) {
        return Some("it numbers the rows: every value is another, in the order of the file".into());
    }
    (whole && named_so).then(|| "it names the rows: every value is another".into())
}

fn useless_levels(cells: &[Option<u32>], levels: &[String]) -> Option<String> {
    let said = cells.iter().flatten().count();
    match levels.len() {
        0 => return Some("it is empty".into()),
        1 if said == cells.len() => return Some("it is the same in all rows".into()),
        _ => {}
    }
    if levels.len() > 1 && levels.iter().all(|level| PARTS.contains(&level.as_str())) {
        return Some("it says which part of the data a row belongs to".into());
    }
    (levels.len() >= 20 && levels.len() * 2 > said)
        .then(|| format!("it names the rows: {} different texts in {said} rows", levels.len()))
}
