//! Answers that stand for all valid ones: no test of a card tells an answer from its representative.

use crate::{
    condition::{Facts, Range, Test},
    field::{Field, FieldKind, MultiSelectOptions},
    lead::Value,
    money::{Currency, Money},
    timestamp::Date,
};

/// Most sets of options that are told apart.
const MAX_CLASSES: usize = 10;

/// The valid answers of a field of numbers, dates, amounts or marks, as whole numbers from `low` to `high`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) low: i64,
    pub(crate) high: i64,
    unit: Unit,
}

#[derive(Clone, Copy, Debug)]
enum Unit {
    Number,
    Date,
    Rating,
    Money(Currency),
}

impl Line {
    /// The lines of a field: one a currency of an amount, one of other kinds with an order, none of the rest.
    pub(crate) fn of(field: &Field, facts: &Facts) -> Vec<Self> {
        let line = |low: Option<i64>, high: Option<i64>, unit| {
            let (low, high) = (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX));
            (low <= high).then_some(Self { low, high, unit })
        };
        match &field.kind {
            // Limits are rules, which such a field does not keep.
            FieldKind::Number(_) if field.is_lenient() => line(None, None, Unit::Number).into_iter().collect(),
            FieldKind::Number(limits) => line(limits.min, limits.max, Unit::Number).into_iter().collect(),
            FieldKind::Rating(scale) => line(Some(1), Some(i64::from(scale.max)), Unit::Rating).into_iter().collect(),
            FieldKind::Date(limits) => {
                let today = facts.at.date();
                let first = Date::from_civil(0, 1, 1).map_or(i32::MIN, Date::days);
                let last = Date::from_civil(9999, 12, 31).map_or(i32::MAX, Date::days);
                let min = limits.min.map_or(first, |limit| limit.resolve(today).days().max(first));
                let max = limits.max.map_or(last, |limit| limit.resolve(today).days().min(last));
                line(Some(i64::from(min)), Some(i64::from(max)), Unit::Date).into_iter().collect()
            }
            FieldKind::Money(limits) => {
                let mut lines = Vec::new();
                for (number, currency) in limits.currencies.iter().enumerate() {
                    // As validation has it: limits are in the first currency.
                    let (min, max) =
                        if number == 0 { (limits.min, limits.max) } else { (limits.min.map(i64::signum), None) };
                    lines.extend(line(min, max, Unit::Money(*currency)));
                }
                lines
            }
            _ => Vec::new(),
        }
    }

    /// The line an answer lies on, and where.
    pub(crate) fn place(self, value: &Value) -> Option<i64> {
        match (self.unit, value) {
            (Unit::Number, Value::Number(number)) => Some(*number),
            (Unit::Rating, Value::Rating(mark)) => Some(i64::from(*mark)),
            (Unit::Date, Value::Date(date)) => Some(i64::from(date.days())),
            (Unit::Money(currency), Value::Money(money)) if money.currency == currency => Some(money.minor),
            _ => None,
        }
    }

    /// The answer at a place.
    pub(crate) fn value(self, place: i64) -> Value {
        match self.unit {
            Unit::Number => Value::Number(place),
            Unit::Rating => Value::Rating(u8::try_from(place).unwrap_or(u8::MAX)),
            Unit::Date => Value::Date(Date::from_days(i32::try_from(place).unwrap_or(i32::MAX))),
            Unit::Money(currency) => Value::Money(Money { minor: place, currency }),
        }
    }

    /// Stretches in which no test changes its answer, in order, as their first and last places.
    pub(crate) fn stretches(self, tests: &[&Test], facts: &Facts) -> Vec<(i64, i64)> {
        let mut starts = vec![self.low];
        for test in tests {
            let (Test::Between(range) | Test::Amount(range, _) | Test::DaysFromToday(range)) = test else { continue };
            let Range { min, max } = range;
            let cuts = [*min, max.and_then(|max| max.checked_add(1))];
            starts.extend(cuts.into_iter().flatten().filter_map(|limit| self.first(test, limit, facts)));
        }
        starts.sort_unstable();
        starts.dedup();
        let ends = starts.iter().skip(1).map(|next| next.saturating_sub(1)).chain([self.high]);
        starts.iter().copied().zip(ends).collect()
    }

    /// The first place that a test reads as `limit` or more. What tests read never falls along a line.
    fn first(self, test: &Test, limit: i64, facts: &Facts) -> Option<i64> {
        let reaches = |place: i64| self.read(test, place, facts).is_some_and(|read| read >= limit);
        if !reaches(self.high) {
            return None;
        }
        let (mut below, mut at) = (i128::from(self.low), i128::from(self.high));
        while below < at {
            let middle = below.saturating_add(at).div_euclid(2);
            if i64::try_from(middle).is_ok_and(reaches) {
                at = middle;
            } else {
                below = middle.saturating_add(1);
            }
        }
        i64::try_from(at).ok()
    }

    fn read(self, test: &Test, place: i64, facts: &Facts) -> Option<i64> {
        match (test, self.unit) {
            (Test::Between(_), _) => Some(place),
            (Test::DaysFromToday(_), _) => Some(place.saturating_sub(i64::from(facts.at.date().days()))),
            (Test::Amount(_, into), Unit::Money(currency)) if currency == *into => Some(place),
            (Test::Amount(_, into), Unit::Money(currency)) => {
                let exchange = facts.exchange.filter(|exchange| exchange.into == *into)?;
                exchange.convert(Money { minor: place, currency })
            }
            _ => None,
        }
    }
}

/// Representatives of all answers to a field that can be counted; `None` for texts, and where there are too many.
pub(crate) fn representatives(field: &Field, tests: &[&Test], facts: &Facts) -> Option<Vec<Option<Value>>> {
    let mut values: Vec<Option<Value>> = match &field.kind {
        FieldKind::Number(_) | FieldKind::Money(_) | FieldKind::Date(_) | FieldKind::Rating(_) => {
            let lines = Line::of(field, facts);
            let firsts =
                lines.iter().flat_map(|line| line.stretches(tests, facts).into_iter().map(|it| line.value(it.0)));
            firsts.map(Some).collect()
        }
        FieldKind::Select(select) => {
            (0_u16..).zip(&select.options).map(|(number, _)| Some(Value::Choice(number))).collect()
        }
        FieldKind::MultiSelect(select) => {
            choices(select, tests)?.into_iter().map(|it| Some(Value::Choices(it))).collect()
        }
        FieldKind::YesNo => vec![Some(Value::YesNo(true)), Some(Value::YesNo(false))],
        // A box that is not ticked says no.
        FieldKind::Consent(_) => {
            let mut values = vec![Some(Value::Consent(true))];
            if !field.required {
                values.push(Some(Value::Consent(false)));
            }
            // What can't be read as yes or no is no, which breaks a rule where it must be yes.
            if field.is_lenient() && field.required {
                values.push(None);
            }
            return Some(values);
        }
        _ => return None,
    };
    if !field.needs_answer() {
        values.push(None);
    }
    Some(values)
}

/// Options that no test tells apart are one class. For each set of classes, one choice of each number of options.
fn choices(select: &MultiSelectOptions, tests: &[&Test]) -> Option<Vec<Vec<u16>>> {
    let mut classes: Vec<(Vec<bool>, Vec<u16>)> = Vec::new();
    for (number, _) in (0_u16..).zip(&select.options) {
        let tested = |test: &&Test| matches!(test, Test::Options(wanted) if wanted.contains(&number));
        let signature: Vec<bool> = tests.iter().map(tested).collect();
        match classes.iter_mut().find(|(known, _)| *known == signature) {
            Some((_, members)) => members.push(number),
            None => classes.push((signature, vec![number])),
        }
    }
    if classes.len() > MAX_CLASSES {
        return None;
    }
    let counts = tests.iter().any(|test| matches!(test, Test::Between(_)));
    let (fewest, most) = (usize::from(select.min.max(1)), usize::from(select.max));
    let mut found = Vec::new();
    for set in 1_usize..1_usize.wrapping_shl(u32::try_from(classes.len()).unwrap_or(0)) {
        let chosen: Vec<&Vec<u16>> = classes
            .iter()
            .enumerate()
            .filter(|(number, _)| set.wrapping_shr(u32::try_from(*number).unwrap_or(0)) & 1 == 1)
            .map(|(_, (_, members))| members)
            .collect();
        let ones = chosen.iter().filter_map(|members| members.first().copied());
        let rest = chosen.iter().flat_map(|members| members.iter().skip(1).copied());
        let ordered: Vec<u16> = ones.chain(rest).collect();
        let first = fewest.max(chosen.len());
        let last = if counts { most.min(ordered.len()) } else { first };
        for count in first..=last {
            if let Some(taken) = ordered.get(..count).filter(|_| count <= most) {
                let mut taken = taken.to_vec();
                taken.sort_unstable();
                found.push(taken);
            }
        }
    }
    Some(found)
}
