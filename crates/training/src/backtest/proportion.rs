//! Rows and how many of them converted.

use serde::Serialize;

use super::{Z, float, ratio};

/// Rows and how many of them converted, with the interval that Wilson gives (Wilson 1927, "Probable inference, the law of
/// succession, and statistical inference", JASA 22).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Proportion {
    /// Rows.
    pub rows: u64,
    /// Those that converted.
    pub positives: u64,
    /// Their share; `None` of no rows.
    pub rate: Option<f64>,
    /// The lower end of its 95 % interval.
    pub low: Option<f64>,
    /// The upper end of its 95 % interval.
    pub high: Option<f64>,
}

impl Proportion {
    /// So many of so many.
    #[must_use]
    pub fn new(positives: u64, rows: u64) -> Self {
        if rows == 0 {
            return Self { rows, positives, rate: None, low: None, high: None };
        }
        let (n, rate) = (float(rows), ratio(positives, rows));
        let square = Z * Z;
        let centre = (rate + square / (2.0 * n)) / (1.0 + square / n);
        let half = Z / (1.0 + square / n) * libm::sqrt(rate * (1.0 - rate) / n + square / (4.0 * n * n));
        // At the ends the formula is exact, and its rounding is not.
        let low = if positives == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if positives == rows { 1.0 } else { (centre + half).min(1.0) };
        Self { rows, positives, rate: Some(rate), low: Some(low), high: Some(high) }
    }

    /// Counts outcomes.
    #[must_use]
    pub fn count(outcomes: impl Iterator<Item = bool>) -> Self {
        let (positives, rows) = outcomes.fold((0, 0), |(positives, rows), won| (positives + u64::from(won), rows + 1));
        Self::new(positives, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::Proportion;

    #[test]
    fn the_interval_is_wilsons() {
        // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
        for (positives, rows, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let share = Proportion::new(positives, rows);
            assert!((share.low.unwrap() - low).abs() < 5e-5, "{share:?}");
            assert!((share.high.unwrap() - high).abs() < 5e-5, "{share:?}");
        }
    }

    #[test]
    fn no_rows_have_no_rate_and_all_rows_a_rate_of_one() {
        assert_eq!(Proportion::new(0, 0).rate, None);
        let all = Proportion::new(3, 3);
        assert_eq!((all.rate, all.high), (Some(1.0), Some(1.0)));
    }
}
