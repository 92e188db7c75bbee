//! Figures as people read them.

use leadglass_scoring::Points;
use leadglass_training::backtest::Proportion;

/// What stands for a figure that nothing can be said of.
pub(super) const NONE: &str = "–";

/// `0.1234` as `12.3 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", decimal(share * 100.0, 1))
}

pub(super) fn percent_or_none(share: Option<f64>) -> String {
    share.map_or_else(|| NONE.to_owned(), percent)
}

/// A number with so many decimals.
pub(super) fn decimal(number: f64, decimals: usize) -> String {
    format!("{:.decimals$}", unsigned(number, decimals)).replace('-', "−")
}

pub(super) fn decimal_or_none(number: Option<f64>, decimals: usize) -> String {
    number.map_or_else(|| NONE.to_owned(), |number| decimal(number, decimals))
}

/// What rounds to zero has no minus.
fn unsigned(number: f64, decimals: usize) -> f64 {
    let half = 0.5 / power_of_ten(decimals);
    if number.abs() < half { 0.0 } else { number }
}

fn power_of_ten(decimals: usize) -> f64 {
    (0..decimals).fold(1.0, |power, _| power * 10.0)
}

/// How probable it is that there is nothing, as `p 0.0213`.
pub(super) fn significance(p: Option<f64>) -> String {
    match p {
        None => format!("p {NONE}"),
        Some(p) if p < 0.0001 => "p < 0.0001".to_owned(),
        Some(p) => format!("p {}", decimal(p, 4)),
    }
}

/// `41188` as `41,188`.
pub(super) fn whole(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// Points without a sign unless below zero, and no more decimals than they have.
pub(super) fn points(points: Points) -> String {
    let milli = points.milli();
    let sign = if milli < 0 { "−" } else { "" };
    let (units, rest) = (milli.unsigned_abs() / 1_000, milli.unsigned_abs() % 1_000);
    let decimals = format!("{rest:03}");
    match decimals.trim_end_matches('0') {
        "" => format!("{sign}{units}"),
        decimals => format!("{sign}{units}.{decimals}"),
    }
}

/// `0.1 to 0.2`; a dash where there is no interval.
pub(super) fn interval(low: Option<f64>, high: Option<f64>, write: impl Fn(f64) -> String) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{} to {}", write(low), write(high)),
        _ => NONE.to_owned(),
    }
}

/// A share that converted with its interval: `45.9 % (44.5 to 47.3 %)`.
pub(super) fn rate(conversion: &Proportion) -> String {
    let ends = interval(conversion.low, conversion.high, |it| decimal(it * 100.0, 1));
    match conversion.rate {
        Some(rate) => format!("{} ({ends} %)", percent(rate)),
        None => NONE.to_owned(),
    }
}

/// Values in back-ticks, none of which can end the line.
pub(super) fn listed<'a>(values: impl Iterator<Item = &'a String>) -> String {
    let told: Vec<String> = values.map(|value| format!("`{}`", value.escape_debug())).collect();
    if told.is_empty() { "no value at all".to_owned() } else { told.join(", ") }
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::Points;

    use super::{decimal, percent, points, whole};

    #[test]
    fn figures_are_grouped_rounded_and_have_no_minus_before_nothing() {
        assert_eq!([whole(0), whole(999), whole(41_188), whole(1_000_000)], ["0", "999", "41,188", "1,000,000"]);
        assert_eq!([percent(0.1126), percent(-0.0001), decimal(-0.0004, 3)], ["11.3 %", "0.0 %", "0.000"]);
        assert_eq!([-12_500, 0, 40_000].map(|it| points(Points::from_milli(it))), ["−12.5", "0", "40"]);
    }
}
