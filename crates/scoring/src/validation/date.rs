//! Dates as a date picker or a person writes them.

use crate::{timestamp::Date, violation::ViolationCode};

/// Reads `YYYY-MM-DD` (ISO 8601, what `<input type=date>` gives) or day first: `31.12.2026`, `31/12/2026`.
///
/// # Errors
/// The rule that was broken.
pub fn parse(text: &str) -> Result<Date, ViolationCode> {
    let text = text.trim();
    let parts = |sign: char| -> Option<[&str; 3]> {
        let mut parts = text.split(sign);
        let found = [parts.next()?, parts.next()?, parts.next()?];
        (parts.next().is_none() && found.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())))
            .then_some(found)
    };
    let (year, month, day) = if let Some([year, month, day]) = parts('-') {
        (year, month, day)
    } else if let Some([day, month, year]) = parts('.').or_else(|| parts('/')) {
        (year, month, day)
    } else {
        return Err(ViolationCode::DateMalformed);
    };
    if year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return Err(ViolationCode::DateMalformed);
    }
    let number = |part: &str| part.parse::<i32>().map_err(|_| ViolationCode::DateMalformed);
    Date::from_civil(number(year)?, number(month)?, number(day)?).ok_or(ViolationCode::DateImpossible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_are_read() {
        assert_eq!(parse("2026-01-31").map(Date::to_iso).as_deref(), Ok("2026-01-31"));
        assert_eq!(parse(" 31.1.2026").map(Date::to_iso).as_deref(), Ok("2026-01-31"));
        assert_eq!(parse("31/01/2026").map(Date::to_iso).as_deref(), Ok("2026-01-31"));
    }

    #[test]
    fn a_date_in_no_calendar_is_told_from_what_is_no_date() {
        assert_eq!(parse("2026-02-30"), Err(ViolationCode::DateImpossible));
        for text in ["", "soon", "2026-1", "26-01-01", "2026-01-01-01", "2026-001-01", "20２6-01-01"] {
            assert_eq!(parse(text), Err(ViolationCode::DateMalformed), "{text}");
        }
    }
}
