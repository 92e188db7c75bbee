//! `when`: what a criterion tests.

use std::collections::BTreeMap;

use toml::{Spanned, de::DeValue};

use super::{
    circumstances,
    reader::{Reader, Section},
    values,
};
use crate::{
    condition::{Condition, FieldCondition, FieldTest, Range},
    field::FieldKind,
    money::Currency,
    validation::date,
};

/// The kinds of the form's fields by id.
pub(super) type Kinds = BTreeMap<String, FieldKind>;

pub(super) fn read(reader: &mut Reader, section: &mut Section, kinds: &Kinds) -> Condition {
    let Some(value) = section.take("when") else {
        reader.missing(section, "when", "such as `when = { field = \"phone\", present = true }`, or `\"otherwise\"`");
        return Condition::Always;
    };
    condition(reader, value, kinds)
}

pub(super) fn condition(reader: &mut Reader, value: &Spanned<DeValue>, kinds: &Kinds) -> Condition {
    if let DeValue::String(text) = value.get_ref() {
        if text != "otherwise" {
            reader.mistake(value.span(), format!("there is no condition `{text}`"), "write `\"otherwise\"` or a table");
        }
        return Condition::Always;
    }
    let Some(mut section) = reader.as_section("when", value) else { return Condition::Always };
    let condition = if section.has("field") {
        field(reader, &mut section, kinds)
    } else if let Some(condition) = circumstances::read(reader, &mut section) {
        condition
    } else if let Some(parts) = section.take("all") {
        Condition::All(several(reader, "all", parts, kinds))
    } else if let Some(parts) = section.take("any") {
        Condition::Any(several(reader, "any", parts, kinds))
    } else if let Some(part) = section.take("not") {
        Condition::Not(Box::new(self::condition(reader, part, kinds)))
    } else {
        let mend = "begin it with `field`, `signal`, `channel`, `first_touch`, `last_touch`, `any_touch`, `weekday`, \
                    `hour`, `moment`, `mail`, `all`, `any` or `not`";
        reader.mistake(value.span(), "the condition tests nothing", mend);
        return Condition::Always;
    };
    reader.finish(&section);
    condition
}

fn several(reader: &mut Reader, key: &str, value: &Spanned<DeValue>, kinds: &Kinds) -> Vec<Condition> {
    let DeValue::Array(parts) = value.get_ref() else {
        reader.mistake(value.span(), format!("`{key}` is no list"), format!("write `{key} = [{{ … }}, {{ … }}]`"));
        return vec![Condition::Always];
    };
    parts.iter().map(|part| condition(reader, part, kinds)).collect()
}

fn field(reader: &mut Reader, section: &mut Section, kinds: &Kinds) -> Condition {
    let id = reader.required_text(section, "field");
    let test = |test| Condition::Field(FieldCondition { field: id.clone(), test });
    if let Some(present) = reader.flag(section, "present") {
        let present_test = test(FieldTest::Present);
        return if present { present_test } else { Condition::Not(Box::new(present_test)) };
    }
    if section.has("is") {
        return test(FieldTest::Is(is(reader, section)));
    }
    if section.has("contains") {
        return test(FieldTest::Contains(texts(reader, section, "contains")));
    }
    if section.has("domain") {
        return test(FieldTest::Domain(texts(reader, section, "domain")));
    }
    if let Some(mut days) = reader.section(section, "days_from_today") {
        let (range, _) = range(reader, &mut days, &mut |reader, key, value| reader.decimal_value(key, value, 0));
        reader.finish(&days);
        return test(FieldTest::DaysFromToday(range));
    }
    let Some(kind) = kinds.get(&id) else {
        // The check of the whole form says that there is no such field; the test is left unread.
        for key in ["at_least", "at_most", "more_than", "less_than"] {
            section.take(key);
        }
        return test(FieldTest::Present);
    };
    compared(reader, section, kind).map_or(Condition::Always, test)
}

/// A test by size: what is compared depends on the kind of the field.
fn compared(reader: &mut Reader, section: &mut Section, kind: &FieldKind) -> Option<FieldTest> {
    let decimals = if let FieldKind::Number(limits) = kind { limits.decimals } else { 0 };
    let mut currency = None;
    let (range, any) = match kind {
        FieldKind::Money(limits) => {
            let first = limits.currencies.first().copied();
            range(reader, section, &mut |reader, key, value| amount(reader, key, value, first, &mut currency))
        }
        FieldKind::Date(_) => range(reader, section, &mut days),
        _ => range(reader, section, &mut |reader, key, value| reader.decimal_value(key, value, decimals)),
    };
    if !any {
        let mend = "add `present`, `is`, `contains`, `domain`, `days_from_today`, `at_least`, `at_most`, `more_than` or \
                    `less_than`";
        reader.mistake(section.span(), "the condition names a field but no test", mend);
        return None;
    }
    if let (FieldKind::Money(limits), Some(currency)) = (kind, currency)
        && !limits.currencies.contains(&currency)
    {
        reader.foreign_amounts.push((section.span(), currency, limits.currencies.clone()));
    }
    Some(match kind {
        FieldKind::Money(_) => FieldTest::Amount(range, currency?),
        FieldKind::Date(_) => FieldTest::Date(range),
        _ => FieldTest::Between(range),
    })
}

pub(super) type ReadLimit<'a> = dyn FnMut(&mut Reader, &str, &Spanned<DeValue>) -> Option<i64> + 'a;

/// The limits of a range, and whether any was given.
pub(super) fn range(reader: &mut Reader, section: &mut Section, read: &mut ReadLimit) -> (Range, bool) {
    let mut any = false;
    let mut limit = |reader: &mut Reader, key: &'static str| {
        let value = section.take(key)?;
        any = true;
        read(reader, key, value)
    };
    let at_least = limit(reader, "at_least");
    let more_than = limit(reader, "more_than").and_then(|limit| limit.checked_add(1));
    let at_most = limit(reader, "at_most");
    let less_than = limit(reader, "less_than").and_then(|limit| limit.checked_sub(1));
    (Range { min: at_least.max(more_than), max: lower(at_most, less_than) }, any)
}

fn lower(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// An amount such as `5 000 EUR`, in minor units. All limits of one condition are in one currency.
fn amount(
    reader: &mut Reader,
    key: &str,
    value: &Spanned<DeValue>,
    first: Option<Currency>,
    currency: &mut Option<Currency>,
) -> Option<i64> {
    let amount = values::amount(reader, key, value, first)?;
    if currency.is_some_and(|before| before != amount.currency) {
        reader.mistake(value.span(), "the limits are in two currencies", "write both in one");
    }
    *currency = Some(amount.currency);
    Some(amount.minor)
}

fn days(reader: &mut Reader, key: &str, value: &Spanned<DeValue>) -> Option<i64> {
    let date = match value.get_ref() {
        DeValue::String(text) => date::parse(text).ok(),
        DeValue::Datetime(date) => date::parse(&date.to_string()).ok(),
        _ => None,
    };
    if date.is_none() {
        reader.mistake(value.span(), format!("`{key}` is no date"), "write it like `\"2026-01-31\"`");
    }
    date.map(|date| i64::from(date.days()))
}

fn is(reader: &mut Reader, section: &mut Section) -> Vec<String> {
    if let Some(DeValue::Boolean(yes)) = section.take("is").map(Spanned::get_ref) {
        return vec![if *yes { "yes".into() } else { "no".into() }];
    }
    texts(reader, section, "is")
}

pub(super) fn texts(reader: &mut Reader, section: &mut Section, key: &'static str) -> Vec<String> {
    reader.texts(section, key).into_iter().map(|(text, _)| text).collect()
}
