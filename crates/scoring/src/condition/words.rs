//! Conditions in words, for people who read a card: `budget at least 12,000 EUR and pricing_viewed seen`.

use super::{
    Condition, FieldCondition, FieldTest, Range, SignalCondition, TouchCondition, TouchOf, TouchPart, TouchTest,
    Weekday,
};
use crate::{
    field::{Field, FieldKind},
    money::Currency,
    timestamp::Date,
    validation::number::format_scaled,
};

/// A condition in words. Fields are named by their ids; `fields` says in what units they count.
#[must_use]
pub fn words(condition: &Condition, fields: &[Field]) -> String {
    match condition {
        Condition::Always => "otherwise".into(),
        Condition::All(parts) => joined(parts, " and ", fields),
        Condition::Any(parts) => joined(parts, " or ", fields),
        Condition::Not(part) => match part.as_ref() {
            Condition::Field(FieldCondition { field, test: FieldTest::Present }) => format!("{field} not answered"),
            part => format!("not {}", bracketed(part, fields)),
        },
        Condition::Field(condition) => field_words(condition, fields),
        Condition::Signal(condition) => signal_words(condition),
        Condition::Channel(channels) => format!("channel is {}", any_of(channels, |channel| channel.as_str())),
        Condition::Touch(condition) => touch_words(condition),
        Condition::Weekday(days) => format!("weekday is {}", any_of(days, |day| day_name(*day))),
        Condition::Hour(range) => format!("hour of the day {}", range_words(*range, |hour| hour.to_string())),
        Condition::Moment(moments) => format!("moment is {}", any_of(moments, |moment| moment.as_str())),
        Condition::Mail(kinds) => format!("mailbox is {}", any_of(kinds, |kind| kind.as_str())),
    }
}

fn any_of<T>(items: &[T], name: impl Fn(&T) -> &'static str) -> String {
    items.iter().map(name).collect::<Vec<_>>().join(" or ")
}

fn signal_words(condition: &SignalCondition) -> String {
    let SignalCondition { signal, at_least, within_ms } = condition;
    let times = if *at_least == 1 { String::new() } else { format!(" at least {at_least} times") };
    let within = within_ms.map_or_else(String::new, |ms| format!(" in the last {}", duration(ms)));
    format!("`{signal}` seen{times}{within}")
}

fn touch_words(condition: &TouchCondition) -> String {
    let touch = match condition.of {
        TouchOf::First => "first",
        TouchOf::Last => "last",
        TouchOf::Any => "any",
    };
    let part = match condition.part {
        TouchPart::Source => "source",
        TouchPart::Medium => "medium",
        TouchPart::Campaign => "campaign",
        TouchPart::Term => "search term",
        TouchPart::Content => "content",
        TouchPart::Referrer => "referrer",
        TouchPart::LandingPage => "landing page",
    };
    match &condition.test {
        TouchTest::Present => format!("{touch} touch has a {part}"),
        TouchTest::Is(texts) => format!("{part} of {touch} touch is {}", either(texts)),
        TouchTest::Contains(texts) => {
            let quoted: Vec<String> = texts.iter().map(quoted).collect();
            format!("{part} of {touch} touch contains {}", either(&quoted))
        }
    }
}

const fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// A time in the largest unit that divides it: `14 days`.
#[must_use]
pub fn duration(ms: u64) -> String {
    let units = [(86_400_000_u64, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")];
    let Some((unit, name)) = units.into_iter().find(|(unit, _)| ms > 0 && ms.is_multiple_of(*unit)) else {
        return format!("{ms} ms");
    };
    let number = ms.checked_div(unit).unwrap_or(0);
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

fn joined(parts: &[Condition], word: &str, fields: &[Field]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| bracketed(part, fields)).collect();
    parts.join(word)
}

/// In brackets where it would be read together with what stands beside it.
fn bracketed(part: &Condition, fields: &[Field]) -> String {
    let words = words(part, fields);
    let is_several = matches!(part, Condition::All(parts) | Condition::Any(parts) if parts.len() > 1);
    if is_several { format!("({words})") } else { words }
}

fn field_words(condition: &FieldCondition, fields: &[Field]) -> String {
    let FieldCondition { field, test } = condition;
    let kind = fields.iter().find(|known| known.id == *field).map(|known| &known.kind);
    match test {
        FieldTest::Present => format!("{field} answered"),
        FieldTest::Is(wanted) => format!("{field} is {}", either(wanted)),
        FieldTest::Contains(parts) => {
            format!("{field} contains {}", either(&parts.iter().map(quoted).collect::<Vec<_>>()))
        }
        FieldTest::Between(range) => {
            let decimals = if let Some(FieldKind::Number(limits)) = kind { limits.decimals } else { 0 };
            let limits = range_words(*range, |value| number(value, decimals));
            let chosen = if let Some(FieldKind::MultiSelect(_)) = kind { " chosen" } else { "" };
            format!("{field} {limits}{chosen}")
        }
        FieldTest::Amount(range, currency) => {
            format!("{field} {}", range_words(*range, |minor| amount(minor, *currency)))
        }
        FieldTest::Date(range) => format!("{field} {}", dates(*range)),
        FieldTest::DaysFromToday(range) => {
            format!("{field} {} days from today", range_words(*range, |days| number(days, 0)))
        }
        FieldTest::Domain(domains) => format!("{field} at {}", either(domains)),
    }
}

fn either(words: &[String]) -> String {
    words.join(" or ")
}

fn quoted(text: &String) -> String {
    format!("\u{201c}{text}\u{201d}")
}

/// A range in words: `at least 5`, `from 5 to 10`; `value` writes one of its ends.
#[must_use]
pub fn range_words(range: Range, value: impl Fn(i64) -> String) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) if min == max => format!("exactly {}", value(min)),
        (Some(min), Some(max)) => format!("from {} to {}", value(min), value(max)),
        (Some(min), None) => format!("at least {}", value(min)),
        (None, Some(max)) => format!("at most {}", value(max)),
        (None, None) => "answered".into(),
    }
}

fn dates(range: Range) -> String {
    let date = |days: i64| Date::from_days(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }));
    match (range.min, range.max) {
        (Some(min), None) => format!("on or after {}", date(min).to_iso()),
        (None, Some(max)) => format!("on or before {}", date(max).to_iso()),
        _ => range_words(range, |days| date(days).to_iso()),
    }
}

/// `12,000 EUR`: without minor units where there are none.
fn amount(minor: i64, currency: Currency) -> String {
    let written = number(minor, currency.decimals());
    let whole = written.split_once('.').filter(|(_, rest)| rest.bytes().all(|digit| digit == b'0'));
    format!("{} {}", whole.map_or(written.as_str(), |(whole, _)| whole), currency.as_str())
}

/// With a comma before each three digits of the whole part.
fn number(value: i64, decimals: u8) -> String {
    let written = format_scaled(value, decimals);
    let (sign, digits) = written.strip_prefix('-').map_or(("", written.as_str()), |digits| ("-", digits));
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && whole.len().saturating_sub(place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(rest) = rest {
        grouped.push('.');
        grouped.push_str(rest);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_amounts_have_no_empty_minor_units() {
        assert_eq!(number(1_234_567, 0), "1,234,567");
        assert_eq!(number(-123_456, 2), "-1,234.56");
        assert_eq!(number(999, 0), "999");
        let euro = Currency::parse("EUR").expect("a currency");
        assert_eq!(amount(1_200_000, euro), "12,000 EUR");
        assert_eq!(amount(1_200_050, euro), "12,000.50 EUR");
    }

    #[test]
    fn a_time_is_written_in_its_largest_whole_unit() {
        for (ms, text) in [(0, "0 ms"), (1_500, "1500 ms"), (86_400_000, "1 day"), (129_600_000, "36 hours")] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn how_a_lead_came_is_told_too() {
        let touch = |of, part, test| Condition::Touch(TouchCondition { of, part, test });
        let parts = vec![
            Condition::Channel(vec![crate::Channel::Call, crate::Channel::Visit]),
            touch(TouchOf::First, TouchPart::Source, TouchTest::Is(vec!["google".into()])),
            touch(TouchOf::Any, TouchPart::LandingPage, TouchTest::Present),
            Condition::Weekday(vec![Weekday::Saturday, Weekday::Sunday]),
            Condition::Hour(Range { min: Some(9), max: Some(17) }),
            Condition::Moment(vec![crate::moment::Moment::Buy]),
        ];
        assert_eq!(
            words(&Condition::All(parts), &[]),
            "channel is call or visit and source of first touch is google and any touch has a landing page and \
             weekday is Saturday or Sunday and hour of the day from 9 to 17 and moment is buy"
        );
    }

    #[test]
    fn alternatives_within_a_conjunction_are_bracketed() {
        let field = |field: &str, test| Condition::Field(FieldCondition { field: field.into(), test });
        let seen = Condition::Signal(SignalCondition {
            signal: "pricing_viewed".into(),
            at_least: 2,
            within_ms: Some(7 * 86_400_000),
        });
        let size = field("size", FieldTest::Is(vec!["s".into(), "m".into()]));
        let condition = Condition::All(vec![
            Condition::Any(vec![size, seen]),
            Condition::Not(Box::new(field("phone", FieldTest::Present))),
            Condition::Not(Box::new(field("message", FieldTest::Contains(vec!["job".into()])))),
            field("start", FieldTest::Date(Range { min: Some(20_454), max: None })),
            field("start", FieldTest::DaysFromToday(Range { min: None, max: Some(30) })),
        ]);
        assert_eq!(
            words(&condition, &[]),
            "(size is s or m or `pricing_viewed` seen at least 2 times in the last 7 days) and phone not answered and not message \
             contains \u{201c}job\u{201d} and start on or after 2026-01-01 and start at most 30 days from today"
        );
    }
}
