//! Which answers to the tests of one text can be had together.

use crate::{
    condition::{Facts, Test},
    field::{Field, FieldKind, TextLimits},
    lead::Value,
    validation::validate_field,
};

/// Most tests of one text whose every combination is looked at.
const MAX_TOGETHER: usize = 6;
/// Most tests of one text where its words are free of each other.
const MAX_FREE: usize = 11;
/// Signs that set words apart; one that is in none of them is used.
const SEPARATORS: [&str; 8] = ["|", "·", "~", "¦", "§", "¶", "†", "‡"];

/// What the tests of a text can be answered: rows of answers by test, or each test on its own. That an answer is there
/// is no test of a field that needs one.
#[derive(Debug, PartialEq)]
pub(crate) enum Combinations {
    /// These rows; each can really be had where `sure`.
    Rows(Vec<Vec<bool>>, bool),
    /// Every test can be answered either way on its own; all ways together can be had where `sure`.
    Free(bool),
}

pub(crate) fn combinations(field: &Field, tests: &[&Test], facts: &Facts) -> Combinations {
    let row = |value: Option<&Value>| -> Vec<bool> {
        tests.iter().map(|test| value.is_some_and(|value| test.passes(value, facts))).collect()
    };
    let mut had: Vec<Vec<bool>> = candidates(field, tests, facts).iter().map(|value| row(Some(value))).collect();
    if !field.needs_answer() {
        had.push(row(None));
    }
    had.sort_unstable();
    had.dedup();
    let only = |wanted: fn(&Test) -> bool| tests.iter().all(|test| matches!(test, Test::Present) || wanted(test));
    // The domains an address is below are those of the longest of them; a text is one of a list or none.
    if only(|test| matches!(test, Test::Domain(_))) || only(|test| matches!(test, Test::Texts(_))) {
        return Combinations::Rows(had, true);
    }
    let present = tests.iter().position(|test| matches!(test, Test::Present));
    if only(|test| matches!(test, Test::Contains(_))) && are_words_free(field, tests) {
        return match present {
            None => Combinations::Free(true),
            Some(_) if tests.len() <= MAX_FREE => Combinations::Rows(rows(tests.len(), present), true),
            Some(_) => Combinations::Free(false),
        };
    }
    if tests.len() > MAX_TOGETHER {
        return Combinations::Free(false);
    }
    let rows = rows(tests.len(), present);
    let sure = rows.iter().all(|row| had.contains(row));
    Combinations::Rows(rows, sure)
}

/// All rows in which nothing is true of an answer that is not there.
fn rows(tests: usize, present: Option<usize>) -> Vec<Vec<bool>> {
    let count = u32::try_from(tests).unwrap_or(0);
    let row = |set: usize| -> Vec<bool> { (0..count).map(|test| set.wrapping_shr(test) & 1 == 1).collect() };
    let is_possible = |row: &Vec<bool>| {
        let is_there = present.is_none_or(|present| row.get(present) == Some(&true));
        is_there || row.iter().all(|holds| !holds)
    };
    (0..1_usize.wrapping_shl(count)).map(row).filter(is_possible).collect()
}

/// Whether any set of the words can be written into one text without the others: none is in another's, a sign sets
/// them apart, and all fit.
fn are_words_free(field: &Field, tests: &[&Test]) -> bool {
    let (FieldKind::ShortText(limits)
    | FieldKind::LongText(limits)
    | FieldKind::Company(limits)
    | FieldKind::Hidden(limits)) = &field.kind
    else {
        return false;
    };
    let lists: Vec<&Vec<String>> =
        tests.iter().filter_map(|test| if let Test::Contains(parts) = test { Some(parts) } else { None }).collect();
    let words: Vec<Option<&String>> = lists.iter().enumerate().map(|(number, _)| free_word(&lists, number)).collect();
    let Some(separator) = separator(&lists) else { return false };
    let mut text = String::new();
    for word in words {
        let Some(word) = word else { return false };
        text.push_str(separator);
        text.push_str(word);
    }
    text.push_str(separator);
    // The longest text fits, and shorter ones are filled up with the sign.
    u32::try_from(text.chars().count()).is_ok_and(|length| length <= limits.max_length)
        && validate_field(field, &[fill(&text, separator, *limits)], crate::Timestamp::default()).is_ok()
}

/// A word of list `number` that has no word of another list in it.
fn free_word<'c>(lists: &[&'c Vec<String>], number: usize) -> Option<&'c String> {
    let is_free = |word: &&String| {
        let others = lists.iter().enumerate().filter(|(other, _)| *other != number).flat_map(|(_, list)| list.iter());
        !word.is_empty() && others.clone().all(|other| !word.contains(other.as_str()))
    };
    let own = lists.get(number)?;
    // An empty word is in every text.
    if own.iter().any(String::is_empty) { None } else { own.iter().find(is_free) }
}

pub(crate) fn separator(lists: &[&Vec<String>]) -> Option<&'static str> {
    let is_unused = |sign: &&&str| lists.iter().all(|list| list.iter().all(|word| !word.contains(**sign)));
    SEPARATORS.iter().find(is_unused).copied()
}

fn fill(text: &str, separator: &str, limits: TextLimits) -> String {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let missing = usize::try_from(limits.min_length.saturating_sub(length)).unwrap_or(0);
    [text, &separator.repeat(missing)].concat()
}

/// Answers that pass one of the tests each, and one that is likely to pass none.
pub(crate) fn candidates(field: &Field, tests: &[&Test], facts: &Facts) -> Vec<Value> {
    let mut written: Vec<String> = Vec::new();
    for test in tests {
        match test {
            Test::Texts(wanted) => written.extend(wanted.iter().cloned()),
            Test::Contains(parts) => parts.iter().for_each(|part| with(field, part, &mut written)),
            Test::Domain(domains) => {
                for domain in domains {
                    for host in [domain.clone(), format!("a.{domain}")] {
                        written.push(if field.kind == FieldKind::Email { format!("a@{host}") } else { host });
                    }
                }
            }
            _ => {}
        }
    }
    written.extend(plain(field));
    let read = |text: String| validate_field(field, &[text], facts.at).ok().flatten();
    written.into_iter().filter_map(read).collect()
}

/// Answers with this word in them.
fn with(field: &Field, word: &str, written: &mut Vec<String>) {
    match &field.kind {
        FieldKind::Email => {
            let host = word.trim_start_matches('.');
            written.extend([
                format!("{word}@example.org"),
                format!("a{word}"),
                format!("a@{host}"),
                format!("a@{host}.org"),
                word.to_owned(),
            ]);
        }
        FieldKind::Website => {
            written.extend([word.to_owned(), format!("{word}.example.org"), format!("example.org/{word}")]);
        }
        FieldKind::Phone(_) => {
            let digits = word.trim_start_matches('+');
            for filler in ["0", "1", "5"] {
                let missing = 11_usize.saturating_sub(digits.len());
                let tail = filler.repeat(missing);
                written.push(format!("+{digits}{tail}"));
                written.push(format!("+9{digits}{}", filler.repeat(missing.saturating_sub(1))));
            }
        }
        FieldKind::ShortText(limits)
        | FieldKind::LongText(limits)
        | FieldKind::Company(limits)
        | FieldKind::Hidden(limits) => {
            written.extend([word.to_owned(), fill(word, "|", *limits), fill(&format!("|{word}|"), "|", *limits)]);
        }
        _ => {}
    }
}

/// Answers with nothing in them that a card is likely to ask for.
pub(crate) fn plain(field: &Field) -> Vec<String> {
    let own = |written: &[&str]| written.iter().map(|text| (*text).to_owned()).collect();
    match &field.kind {
        FieldKind::Email => own(&["a@example.org", "q@w.example", "0@x.invalid"]),
        FieldKind::Website => own(&["example.org", "q.example", "x.invalid"]),
        FieldKind::Phone(_) => own(&["+37300000000", "+11111111111", "+55555555555", "+99999999999"]),
        FieldKind::ShortText(limits)
        | FieldKind::LongText(limits)
        | FieldKind::Company(limits)
        | FieldKind::Hidden(limits) => {
            SEPARATORS.iter().chain(&["-", "x"]).map(|sign| fill(sign, sign, *limits)).collect()
        }
        _ => Vec::new(),
    }
}
