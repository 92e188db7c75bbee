//! Which columns can be learned from, and what their cells mean. Cells are read by the rules that read them when the
//! card is used, so both mean the same.

use leadglass_scoring::{
    Field, FieldKind, LocalText, Timestamp,
    field::{NumberLimits, TextLimits},
    lead::Value,
    letters::fold,
    validation::{number::parse_rounded, validate_field},
};

use super::{rows::dated, table::Words};
use crate::column::field_id;
pub(super) use crate::outcome::is_word_for_nothing as is_missing;

/// Of so many numbers one may be none and the column is one of numbers all the same; of fewer different numbers they are
/// rather names.
const ONE_IN: usize = 20;
const LEAST_NUMBERS: usize = 10;
/// Names of the parts a table is split into.
const PARTS: [&str; 10] =
    ["train", "training", "valid", "validation", "val", "test", "testing", "dev", "holdout", "oot"];
/// The longest text that is told apart.
pub(super) const MAX_TEXT: u32 = 200;
/// The same where texts have several lines.
const MAX_LONG_TEXT: u32 = 1_000;

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
    /// What was read in another way than it may be meant.
    pub warning: Option<String>,
    /// Whether all answers are dates.
    pub is_dates: bool,
}

/// What each row says.
#[derive(Debug)]
pub(super) enum Cells {
    /// Numbers, in units of the field's last decimal place.
    Numbers(Vec<Option<i64>>),
    /// The number of the row's level, and what the levels are in lower case.
    Levels(Vec<Option<u32>>, Vec<String>),
}

/// Why no field can be made of a column.
pub(super) fn no_field(id: &str) -> Option<String> {
    (id.len() > 64).then(|| format!("no field can be named `{id}`: rename the column, in 64 letters at most"))
}

/// Reads a column of the rows that are learned from.
pub(super) fn variable(name: &str, words: &Words, rows: &[u32]) -> Variable {
    let mut counts = vec![0_usize; words.words.len()];
    for row in rows {
        counts[words.cells[*row as usize] as usize] += 1;
    }
    let used = || words.words.iter().zip(&counts).filter(|(_, count)| **count > 0);
    let said = || used().map(|(word, _)| word.as_str()).filter(|word| !is_missing(word));
    let unreadable: Vec<&str> = said().filter(|word| parse_rounded(word, 0).is_none()).collect();
    let numbers = said().count() - unreadable.len();
    let rows_of = |words: &dyn Fn(&str) -> bool| used().filter(|(word, _)| words(word)).map(|(_, count)| count).sum();
    let (said_rows, odd_rows): (usize, usize) =
        (rows_of(&|word| !is_missing(word)), rows_of(&|word| unreadable.contains(&word)));
    let is_number = numbers > 0
        && (unreadable.is_empty() || (numbers >= LEAST_NUMBERS && odd_rows.saturating_mul(ONE_IN) <= said_rows));
    let warning = (is_number && !unreadable.is_empty()).then(|| {
        let example = unreadable.first().map(|word| word.chars().take(40).collect::<String>()).unwrap_or_default();
        format!(
            "`{name}` has numbers, but {odd_rows} rows say something else, such as `{example}`: they count as missing"
        )
    });
    let is_dates = !is_number && said().next().is_some() && said().all(|word| dated(word).is_some());
    let kind = if is_number {
        // Nine digits before the point and six behind it fit with room to spare; greater numbers are whole ones.
        let is_great = said().filter_map(|word| parse_rounded(word, 0)).any(|it| it.unsigned_abs() > 1_000_000_000_000);
        FieldKind::Number(NumberLimits { decimals: if is_great { 0 } else { 6 }, min: None, max: None })
    } else if said().any(|word| word.contains('\n')) {
        FieldKind::LongText(TextLimits { min_length: 0, max_length: MAX_LONG_TEXT })
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
            folded.iter().zip(&counts).filter(|(_, count)| **count > 0).filter_map(|(word, _)| word.clone()).collect();
        levels.sort();
        levels.dedup();
        let number = |word: &Option<String>| {
            word.as_ref().and_then(|word| levels.binary_search(word).ok()).and_then(|at| u32::try_from(at).ok())
        };
        let numbers: Vec<Option<u32>> = folded.iter().map(number).collect();
        Cells::Levels(rows.iter().map(|row| numbers[cell(row)]).collect(), levels)
    };
    let mut words_for_nothing: Vec<String> = used()
        .map(|(word, _)| word)
        .filter(|word| !word.is_empty() && is_missing(word))
        .map(|word| fold(word))
        .collect();
    words_for_nothing.sort();
    words_for_nothing.dedup();
    Variable { name: name.to_owned(), field, cells, words_for_nothing, is_dates, warning }
}

impl Variable {
    /// Why there is nothing to learn from the column, if so.
    pub(super) fn useless(&self) -> Option<String> {
        if self.is_dates {
            return Some(format!(
                "it has dates, and those of leads to come are others; `--time {}` takes it for the order of time",
                if self.name.contains(' ') { format!("\"{}\"", self.name) } else { self.name.clone() }
            ));
        }
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
