//! Numbers of a document, exactly as they are written.

/// A decimal: digits and the power of ten they are multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    power: i32,
}

/// The most digits that are read; 64-bit floats are written with 17.
const MAX_DIGITS: usize = 30;

impl Decimal {
    /// Reads `-12.50` or `1.5e3`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().ok().filter(|exponent: &i32| exponent.abs() <= 400)?;
        let unsigned = number.strip_prefix(['-', '+']).unwrap_or(number);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{}{fraction}", whole.trim_start_matches('0'));
        if digits.len() > MAX_DIGITS {
            return None;
        }
        let digits: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        let digits = if number.starts_with('-') { -digits } else { digits };
        Some(Self { digits, power: exponent - i32::try_from(fraction.len()).ok()? })
    }

    /// The whole units of `10^-decimals` at or below it, and whether it is exactly these.
    pub(super) fn floor(self, decimals: u8) -> Option<(i64, bool)> {
        let power = self.power + i32::from(decimals);
        if self.digits == 0 {
            return Some((0, true));
        }
        let scale = |power: u32| 10_i128.checked_pow(power);
        if power >= 0 {
            let units = self.digits.checked_mul(scale(power.unsigned_abs())?)?;
            return Some((i64::try_from(units).ok()?, true));
        }
        // What is divided by more than it has digits is less than one unit.
        let Some(divisor) = scale(power.unsigned_abs()) else {
            return Some((if self.digits < 0 { -1 } else { 0 }, false));
        };
        let units = i64::try_from(self.digits.div_euclid(divisor)).ok()?;
        Some((units, self.digits.rem_euclid(divisor) == 0))
    }

    /// The nearest whole units of `10^-decimals`, halves away from zero, and whether it is exactly these.
    pub(super) fn round(self, decimals: u8) -> Option<(i64, bool)> {
        let (floor, exact) = self.floor(decimals)?;
        if exact {
            return Some((floor, true));
        }
        let (tenths, tenths_exact) = self.floor(decimals + 1)?;
        let up = match tenths.checked_sub(floor.checked_mul(10)?)? {
            5 if tenths_exact => self.digits > 0,
            tenths => tenths >= 5,
        };
        Some((floor + i64::from(up), false))
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn numbers_are_read_exactly() {
        for (text, decimals, floor) in [
            ("12.5", 1, Some((125, true))),
            ("12.5", 0, Some((12, false))),
            ("-12.5", 0, Some((-13, false))),
            ("1.5e3", 0, Some((1_500, true))),
            ("1E-400", 6, Some((0, false))),
            ("-1e-30", 6, Some((-1, false))),
            ("0.10", 1, Some((1, true))),
            (".5", 1, Some((5, true))),
            ("9223372036854775807", 0, Some((i64::MAX, true))),
            ("9223372036854775808", 0, None),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().floor(decimals), floor, "{text}");
        }
        for text in ["", "-", "1,5", "0x10", "NaN", "INF", "1e999", "1.2.3", "1234567890123456789012345678901"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (text, milli) in [
            ("0.0005", (1, false)),
            ("-0.0005", (-1, false)),
            ("0.00049", (0, false)),
            ("-0.00051", (-1, false)),
            ("-0.00149", (-1, false)),
            ("12.345", (12_345, true)),
            ("-0.00050001", (-1, false)),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().round(3), Some(milli), "{text}");
        }
    }
}
