//! Instants and calendar dates as whole numbers. The time is always an argument: nothing here reads a clock.

use crate::validation::number::digits;

const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

canonical!(transparent Timestamp);

impl Timestamp {
    /// An instant from milliseconds since the Unix epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Milliseconds from `earlier` to this instant; 0 where `earlier` is the later one.
    #[must_use]
    pub fn millis_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// The calendar date in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        let days = self.0.div_euclid(DAY_MS);
        Date(i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX }))
    }
}

/// A date of the proleptic Gregorian calendar, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

canonical!(transparent Date);

impl Date {
    /// A date from days since 1970-01-01.
    #[must_use]
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The date `days` later (earlier where negative), saturating.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The date with this year (0 to 9999), month and day, where there is one.
    #[must_use]
    pub fn from_civil(year: i32, month: i32, day: i32) -> Option<Self> {
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 {
            return None;
        }
        if day > days_in_month(year, month) {
            return None;
        }
        // Years that begin in March put the leap day last (Richards 2013, "Calendars", 15.11.3).
        let shifted = if month <= 2 { year.checked_sub(1)? } else { year };
        let month_from_march = month.checked_add(9)?.rem_euclid(12);
        let day_of_year =
            153_i32.checked_mul(month_from_march)?.checked_add(2)?.div_euclid(5).checked_add(day)?.checked_sub(1)?;
        let leap_days =
            shifted.div_euclid(4).checked_sub(shifted.div_euclid(100))?.checked_add(shifted.div_euclid(400))?;
        let days =
            365_i32.checked_mul(shifted)?.checked_add(leap_days)?.checked_add(day_of_year)?.checked_sub(719_468)?;
        Some(Self(days))
    }

    /// Year, month and day; years outside 0 to 9999 are clamped to them.
    #[must_use]
    pub fn to_civil(self) -> (i32, i32, i32) {
        let days = i64::from(self.0).saturating_add(719_468);
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = of_era
            .saturating_sub(of_era.div_euclid(1_460))
            .saturating_add(of_era.div_euclid(36_524))
            .saturating_sub(of_era.div_euclid(146_096))
            .div_euclid(365);
        let before = 365_i64
            .saturating_mul(year_of_era)
            .saturating_add(year_of_era.div_euclid(4))
            .saturating_sub(year_of_era.div_euclid(100));
        let day_of_year = of_era.saturating_sub(before);
        let month_from_march = day_of_year.saturating_mul(5).saturating_add(2).div_euclid(153);
        let first = month_from_march.saturating_mul(153).saturating_add(2).div_euclid(5);
        let day = day_of_year.saturating_sub(first).saturating_add(1);
        let month = month_from_march.saturating_add(2).rem_euclid(12).saturating_add(1);
        let year =
            era.saturating_mul(400).saturating_add(year_of_era).saturating_add(i64::from(month <= 2)).clamp(0, 9999);
        let narrow = |value: i64| i32::try_from(value).unwrap_or(0);
        (narrow(year), narrow(month), narrow(day))
    }

    /// `YYYY-MM-DD` (ISO 8601).
    #[must_use]
    pub fn to_iso(self) -> String {
        let (year, month, day) = self.to_civil();
        let part = |number: i32, width| digits(number.unsigned_abs().into(), width);
        [part(year, 4), part(month, 2), part(day, 2)].join("-")
    }
}

fn days_in_month(year: i32, month: i32) -> i32 {
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates_have_their_day_numbers() {
        assert_eq!(Date::from_civil(1970, 1, 1), Some(Date(0)));
        assert_eq!(Date::from_civil(2000, 2, 29), Some(Date(11_016)));
        assert_eq!(Date::from_civil(1900, 2, 29), None);
        assert_eq!(Date::from_civil(2026, 4, 31), None);
        assert_eq!(Date::from_civil(2026, 13, 1), None);
    }

    #[test]
    fn every_day_from_year_0_to_9999_survives_the_round_trip() {
        let first = Date::from_civil(0, 1, 1).map(Date::days);
        let last = Date::from_civil(9999, 12, 31).map(Date::days);
        let (Some(first), Some(last)) = (first, last) else { unreachable!("both dates exist") };
        for days in first..=last {
            let (year, month, day) = Date(days).to_civil();
            assert_eq!(Date::from_civil(year, month, day), Some(Date(days)));
        }
    }

    #[test]
    fn an_instant_before_the_epoch_belongs_to_the_day_before() {
        assert_eq!(Timestamp::from_millis(-1).date().to_iso(), "1969-12-31");
        assert_eq!(Timestamp::from_millis(i64::MAX).date().days(), i32::MAX);
    }
}
