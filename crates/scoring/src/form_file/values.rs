//! Values that several tables of a form file have: points, durations, names of a known set.

use toml::{Spanned, de::DeValue};

use super::reader::{Reader, Section, nearest};
use crate::{
    money::{Currency, Money},
    points::Points,
    validation::number::parse_scaled,
};

pub(super) fn points(reader: &mut Reader, section: &mut Section, key: &'static str) -> Option<Points> {
    reader.decimal(section, key, 3).map(Points::from_milli)
}

pub(super) fn required_points(reader: &mut Reader, section: &mut Section, key: &'static str) -> Points {
    if !section.has(key) {
        reader.missing(section, key, "a number of points");
    }
    points(reader, section, key).unwrap_or_default()
}

/// One of the names that are known.
pub(super) fn one_of<T: Copy>(
    reader: &mut Reader,
    section: &mut Section,
    key: &'static str,
    known: &[(&'static str, T)],
) -> Option<T> {
    let (name, span) = reader.text(section, key)?;
    named(reader, key, &name, span, known)
}

/// One or several of the names that are known.
pub(super) fn some_of<T: Copy>(
    reader: &mut Reader,
    section: &mut Section,
    key: &'static str,
    known: &[(&'static str, T)],
) -> Vec<T> {
    let names = reader.texts(section, key);
    names.into_iter().filter_map(|(name, span)| named(reader, key, &name, span, known)).collect()
}

fn named<T: Copy>(
    reader: &mut Reader,
    key: &str,
    name: &str,
    span: std::ops::Range<usize>,
    known: &[(&'static str, T)],
) -> Option<T> {
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        let mend = nearest(name, names.iter().copied()).map_or_else(
            || format!("write `\"{}\"`", names.join("\"` or `\"")),
            |near| format!("did you mean `\"{near}\"`?"),
        );
        reader.mistake(span, format!("there is no {key} `{name}`"), mend);
    }
    found
}

/// A time such as `14 days`, in milliseconds.
pub(super) fn duration(reader: &mut Reader, section: &mut Section, key: &'static str, what: &str) -> Option<u64> {
    let (text, span) = reader.text(section, key)?;
    let (number, unit) = text.trim().split_once(' ').unwrap_or((&text, ""));
    let unit_ms = match unit.trim().trim_end_matches('s') {
        "hour" => Some(3_600_000_u64),
        "day" => Some(86_400_000),
        "week" => Some(604_800_000),
        _ => None,
    };
    let millis = unit_ms.and_then(|unit_ms| unit_ms.checked_mul(number.parse().ok()?)).filter(|millis| *millis > 0);
    if millis.is_none() {
        let mend = "write it like `\"14 days\"`; there are hours, days and weeks";
        reader.mistake(span, format!("`{text}` is no {what}"), mend);
    }
    millis
}

/// An amount such as `5 000 EUR`; in the currency `usual` where it names none.
pub(super) fn amount(
    reader: &mut Reader,
    key: &str,
    value: &Spanned<DeValue>,
    usual: Option<Currency>,
) -> Option<Money> {
    let text = match value.get_ref() {
        DeValue::String(text) => text.trim(),
        DeValue::Integer(number) => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => "",
    };
    let split = text.find(|letter: char| letter.is_alphabetic()).unwrap_or(text.len());
    let (number, code) = text.split_at_checked(split)?;
    let currency = if code.is_empty() { usual } else { Currency::parse(code) };
    let money = currency.and_then(|currency| {
        let minor = parse_scaled(&number.replace('_', ""), currency.decimals()).ok()?;
        Some(Money { minor, currency })
    });
    if money.is_none() {
        reader.mistake(value.span(), format!("`{key}` is no amount of money"), "write it like `\"5 000 EUR\"`");
    }
    money
}
