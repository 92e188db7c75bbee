//! Numbers as people type them, read into whole units of a fixed decimal place.
//!
//! Groups of three may be set apart by a space, a no-break space, an apostrophe, a full stop or a comma; the decimal
//! sign is a full stop or a comma. Where both signs occur, the last is the decimal sign. Where one occurs once, it is
//! a grouping sign if exactly three digits follow, one to three digits other than a lone `0` stand before it and the
//! field takes fewer than three decimal places; else it is the decimal sign.

use crate::letters::trim;

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// Not digits, a sign and separators in a known order.
    Malformed,
    /// More decimal places than asked for.
    TooPrecise,
    /// Outside the range of 64 bits.
    OutOfRange,
}

/// Reads `text` in units of `10^-decimals`: `1 234,5` with two decimals is `123450`.
///
/// # Errors
/// Where the text is no number, has more decimal places than `decimals`, or does not fit.
pub fn parse_scaled(text: &str, decimals: u8) -> Result<i64, NumberError> {
    let text = trim(text);
    if let Some(value) = parse_digits(text, decimals) {
        return Ok(value);
    }
    let (negative, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = split_decimal(unsigned.trim_start(), decimals)?;
    check_groups(whole)?;
    let fraction = fraction.trim_end_matches('0');
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    if fraction.len() > usize::from(decimals) {
        return Err(NumberError::TooPrecise);
    }
    let mut value: i64 = 0;
    let padding = usize::from(decimals).saturating_sub(fraction.len());
    let whole = whole.bytes().filter(u8::is_ascii_digit);
    let digits = whole.chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', padding));
    for digit in digits {
        let digit = i64::from(digit.wrapping_sub(b'0'));
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(if negative { digit.wrapping_neg() } else { digit }))
            .ok_or(NumberError::OutOfRange)?;
    }
    Ok(value)
}

/// What nearly all numbers are: nothing but digits, too few of them to be too large.
fn parse_digits(text: &str, decimals: u8) -> Option<i64> {
    if text.is_empty() || text.len().saturating_add(usize::from(decimals)) > 18 {
        return None;
    }
    let mut value: i64 = 0;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.wrapping_mul(10).wrapping_add(digit.into());
    }
    Some((0..decimals).fold(value, |value, _| value.wrapping_mul(10)))
}

/// Reads a number as programs write it, `-1.25e-3` or `.5` too, in units of `10^-decimals`: rounded to the nearest, a half
/// away from zero, and held within 64 bits. What people type is read as [`parse_scaled`] does. `None` where it is no
/// number.
#[must_use]
pub fn parse_rounded(text: &str, decimals: u8) -> Option<i64> {
    let text = text.trim();
    match parse_scaled(text, decimals) {
        Ok(value) => return Some(value),
        Err(NumberError::Malformed | NumberError::TooPrecise | NumberError::OutOfRange) => {}
    }
    let (negative, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, i64::from(exponent.parse::<i32>().ok()?)),
        None => (unsigned, 0),
    };
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len().max(fraction.len()) == 0 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    // How many of the digits stand before the point once the number is in its units.
    let places = i64::try_from(whole.len()).ok()?.saturating_add(exponent).saturating_add(i64::from(decimals));
    let mut value: i64 = 0;
    let mut taken: i64 = 0;
    let mut all = whole.bytes().chain(fraction.bytes()).map(|byte| i64::from(byte.wrapping_sub(b'0')));
    while taken < places {
        let digit = all.next();
        if digit.is_none() && value == 0 {
            break;
        }
        let grown = value.checked_mul(10).and_then(|value| value.checked_add(digit.unwrap_or(0)));
        let Some(grown) = grown else { return Some(if negative { i64::MIN } else { i64::MAX }) };
        value = grown;
        taken = taken.saturating_add(1);
    }
    if places >= 0 && all.next().is_some_and(|digit| digit >= 5) {
        value = value.saturating_add(1);
    }
    Some(if negative { value.saturating_neg() } else { value })
}

/// Writes `value` in units of `10^-decimals`: `123450` with two decimals is `1234.50`.
#[must_use]
pub fn format_scaled(value: i64, decimals: u8) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = digits(value.unsigned_abs(), usize::from(decimals).saturating_add(1));
    let place = digits.len().saturating_sub(usize::from(decimals));
    match digits.split_at_checked(place) {
        Some((whole, fraction)) if !fraction.is_empty() => [sign, whole, ".", fraction].concat(),
        _ => [sign, &digits].concat(),
    }
}

/// A whole number in decimal, with zeros before it where it has fewer digits than `width`. What the standard library writes
/// numbers with costs a page three kilobytes.
#[must_use]
pub fn digits(mut value: u64, width: usize) -> String {
    let mut reversed = Vec::new();
    while value > 0 || reversed.len() < width.max(1) {
        let digit = u8::try_from(value.rem_euclid(10)).unwrap_or(0);
        reversed.push(char::from(b'0'.saturating_add(digit)));
        value = value.div_euclid(10);
    }
    reversed.into_iter().rev().collect()
}

fn split_decimal(text: &str, decimals: u8) -> Result<(&str, &str), NumberError> {
    let Some(place) = text.bytes().rposition(|byte| byte == b'.' || byte == b',') else {
        return Ok((text, ""));
    };
    let (before, rest) = text.split_at_checked(place).unwrap_or((text, ""));
    let (last, after) = rest.split_at_checked(1).unwrap_or((rest, ""));
    let last = last.bytes().next();
    let same_sign_before = before.bytes().any(|byte| Some(byte) == last);
    let other_sign_before = before.bytes().any(|byte| (byte == b'.' || byte == b',') && Some(byte) != last);
    if same_sign_before {
        // A sign that occurs twice groups; after it there is no other sign, so there are no decimals.
        return if other_sign_before { Err(NumberError::Malformed) } else { Ok((text, "")) };
    }
    let groups = !other_sign_before
        && after.len() == 3
        && decimals < 3
        && (1..=3).contains(&before.len())
        && before != "0"
        && before.bytes().all(|byte| byte.is_ascii_digit());
    if groups { Ok((text, "")) } else { Ok((before, after)) }
}

/// Whether a text is digits, of which groups of three may be set apart.
fn check_groups(text: &str) -> Result<(), NumberError> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    let is_separator =
        |letter: char| matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' | '.' | ',');
    let (mut groups, mut digits) = (0_usize, 0_usize);
    for group in text.split(is_separator) {
        let fits = if groups == 0 { !group.is_empty() } else { group.len() == 3 };
        if !fits || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::Malformed);
        }
        groups = groups.saturating_add(1);
        digits = digits.saturating_add(group.len());
    }
    if groups > 1 && digits < 4 { Err(NumberError::Malformed) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_written_with_as_many_digits_as_they_have_or_as_are_wanted() {
        let written = [digits(0, 0), digits(7, 2), digits(2026, 2), digits(u64::MAX, 1)];
        assert_eq!(written, ["0", "07", "2026", "18446744073709551615"]);
    }

    #[test]
    fn written_numbers_are_read_as_people_mean_them() {
        for (text, decimals, units) in [
            ("5000", 0, 5_000),
            ("5 000", 0, 5_000),
            ("5\u{a0}000,50", 2, 500_050),
            ("5,000", 2, 500_000),
            ("5.000", 0, 5_000),
            ("5.000,5", 2, 500_050),
            ("5,000.5", 2, 500_050),
            ("1'234'567", 0, 1_234_567),
            ("0.500", 2, 50),
            ("4.857", 3, 4_857),
            ("-36.4", 1, -364),
            ("\u{2212}36,40", 1, -364),
            ("+7", 0, 7),
            ("1.500.000", 2, 150_000_000),
            ("0042", 2, 4_200),
            ("999999999999999999", 0, 999_999_999_999_999_999),
            ("9223372036854775807", 0, i64::MAX),
            ("-9223372036854775808", 0, i64::MIN),
        ] {
            assert_eq!(parse_scaled(text, decimals), Ok(units), "{text} with {decimals} decimals");
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
        for (text, decimals, error) in [
            ("", 0, NumberError::Malformed),
            ("abc", 0, NumberError::Malformed),
            ("12 34", 0, NumberError::Malformed),
            ("1,2,3", 0, NumberError::Malformed),
            ("1.5", 0, NumberError::TooPrecise),
            ("1,50,5.1", 2, NumberError::Malformed),
            ("9223372036854775808", 0, NumberError::OutOfRange),
            ("99999999999999999", 4, NumberError::OutOfRange),
            ("--5", 0, NumberError::Malformed),
            ("5-", 0, NumberError::Malformed),
            (".5", 1, NumberError::Malformed),
            ("1e5", 0, NumberError::Malformed),
        ] {
            assert_eq!(parse_scaled(text, decimals), Err(error), "{text} with {decimals} decimals");
        }
    }

    #[test]
    fn numbers_of_programs_are_rounded_and_held() {
        for (text, decimals, units) in [
            ("0.53201347831", 6, Some(532_013)),
            ("0.5320135", 6, Some(532_014)),
            ("-0.5320135", 6, Some(-532_014)),
            ("-1.25e-3", 6, Some(-1_250)),
            ("1e5", 0, Some(100_000)),
            ("1E+2", 1, Some(1_000)),
            (".5", 1, Some(5)),
            ("5.", 1, Some(50)),
            ("4e-7", 6, Some(0)),
            ("5e-7", 6, Some(1)),
            ("9e-9", 6, Some(0)),
            ("1e300", 6, Some(i64::MAX)),
            ("-1e300", 6, Some(i64::MIN)),
            ("0e2000000000", 6, Some(0)),
            ("99999999999999999999", 0, Some(i64::MAX)),
            ("5 000", 0, Some(5_000)),
            ("nan", 2, None),
            ("inf", 2, None),
            (".", 2, None),
            ("e5", 2, None),
            ("1e", 2, None),
            ("?", 2, None),
        ] {
            assert_eq!(parse_rounded(text, decimals), units, "{text} with {decimals} decimals");
        }
    }

    #[test]
    fn a_written_value_reads_back() {
        for value in [0, 7, -7, 123_450, i64::MAX, i64::MIN] {
            for decimals in 0..=4 {
                assert_eq!(parse_scaled(&format_scaled(value, decimals), decimals), Ok(value));
            }
        }
    }
}
