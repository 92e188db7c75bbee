//! Times as tables write them.

use jiff::{
    civil,
    tz::{Offset, TimeZone},
};
use leadglass_scoring::Timestamp;

/// How the times of a table are meant.
#[derive(Clone, Debug)]
pub struct Clock {
    /// The zone of those that name none.
    pub zone: TimeZone,
    /// Whether the day comes before the month where a slash is between them.
    pub day_first: bool,
}

impl Clock {
    /// Reads a time: RFC 3339 or like it, year first; or the day, the month and the year with dots, slashes or dashes
    /// between them; then the time of day with or without seconds, AM or PM, and a zone such as `GMT+2`, `UTC` or `+02:00`.
    /// Without a time of day it is midnight.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        if let Ok(time) = text.parse::<jiff::Timestamp>() {
            return Some(Timestamp::from_millis(time.as_millisecond()));
        }
        // Spreadsheets put a narrow space before AM.
        let mut parts =
            text.split(|letter: char| letter.is_whitespace() || letter == ',').filter(|part| !part.is_empty());
        let first = parts.next()?;
        let (date, at_once) = first.split_once('T').map_or((first, None), |(date, time)| (date, Some(time)));
        let date = self.date(date)?;
        let (mut time, mut half, mut zone) = (civil::Time::midnight(), None, None);
        for part in at_once.into_iter().chain(parts) {
            match part.to_ascii_uppercase().as_str() {
                "AM" => half = Some(0),
                "PM" => half = Some(12),
                part if part.contains(':') && part.starts_with(|first: char| first.is_ascii_digit()) => {
                    time = time_of_day(part)?;
                }
                part => zone = Some(offset(part)?),
            }
        }
        if let Some(half) = half {
            if !(1..=12).contains(&time.hour()) {
                return None;
            }
            time = time.with().hour(time.hour() % 12 + half).build().ok()?;
        }
        let zone = zone.map_or_else(|| self.zone.clone(), TimeZone::fixed);
        let zoned = date.to_datetime(time).to_zoned(zone).ok()?;
        Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
    }

    fn date(&self, text: &str) -> Option<civil::Date> {
        let [first, second, third] = numbers(text)?;
        let (year, month, day) = if first > 31 {
            (first, second, third)
        } else if text.contains('/') && !self.day_first {
            (third, first, second)
        } else {
            (third, second, first)
        };
        let year = if year < 100 { year + 2_000 } else { year };
        civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }
}

/// Whether the day must come first, or must not; `None` where the date can be read either way.
#[must_use]
pub fn day_first(text: &str) -> Option<bool> {
    let date = text.trim().split([' ', 'T', ',']).next()?;
    let [first, second, _] = numbers(date).filter(|_| date.contains('/'))?;
    match (first, second) {
        (13..=31, _) => Some(true),
        (_, 13..=31) => Some(false),
        _ => None,
    }
}

fn numbers(date: &str) -> Option<[i16; 3]> {
    let mut numbers = date.split(['/', '.', '-']).map(|part| {
        let is_number = part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten()
    });
    let found = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(found)
}

fn time_of_day(text: &str) -> Option<civil::Time> {
    // `9:05` lacks the zero that the standard wants.
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.to_owned() };
    padded.trim_end_matches('Z').parse().ok()
}

fn offset(text: &str) -> Option<Offset> {
    let named = ["GMT", "UTC"].into_iter().find_map(|name| text.strip_prefix(name));
    let text = named.unwrap_or(text);
    if text.is_empty() || text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, digits) =
        text.strip_prefix('+').map(|rest| (1, rest)).or_else(|| Some((-1, text.strip_prefix(['-', '−'])?)))?;
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?;
    Offset::from_seconds(sign * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::to_rfc3339;

    fn read(text: &str, day_first: bool) -> Option<String> {
        let zone = TimeZone::fixed(Offset::from_seconds(7_200).unwrap());
        Clock { zone, day_first }.read(text).map(to_rfc3339)
    }

    #[test]
    fn times_are_read_as_tools_write_them() {
        for (text, meant) in [
            ("2026-03-02T10:00:00Z", "2026-03-02T10:00:00.000Z"),
            ("2026-03-02 10:00:05", "2026-03-02T08:00:05.000Z"),
            ("2026-03-02 10:00", "2026-03-02T08:00:00.000Z"),
            ("2026-03-02", "2026-03-01T22:00:00.000Z"),
            ("2026/03/02 9:05:07 PM GMT+2", "2026-03-02T19:05:07.000Z"),
            ("2026/03/02 12:05:07 AM GMT-3:30", "2026-03-02T03:35:07.000Z"),
            ("3/2/2026 10:00:00", "2026-03-02T08:00:00.000Z"),
            ("02.03.2026 10:00:00", "2026-03-02T08:00:00.000Z"),
            ("02-03-26 10:00 UTC", "2026-03-02T10:00:00.000Z"),
            ("2026-03-02 10:00:00 +0530", "2026-03-02T04:30:00.000Z"),
        ] {
            assert_eq!(read(text, false).as_deref(), Some(meant), "{text}");
        }
        assert_eq!(read("3/2/2026", true).as_deref(), Some("2026-02-02T22:00:00.000Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "31/31/2026",
            "2026-03-02 25:00",
            "2026-03-02 13:00 PM",
            "1/2",
            "2026-03-02 10:00 EET",
        ] {
            assert_eq!(read(text, false), None, "{text}");
        }
    }

    #[test]
    fn which_of_day_and_month_comes_first_is_told_by_a_number_over_12() {
        assert_eq!(day_first("13/02/2026 10:00"), Some(true));
        assert_eq!(day_first("2/13/2026"), Some(false));
        for either in ["2/3/2026", "13.02.2026", "2026/02/13", "-"] {
            assert_eq!(day_first(either), None, "{either}");
        }
    }
}
