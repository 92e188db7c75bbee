//! Phone numbers as international numbers of ITU-T E.164: a country code and at most 15 digits in all.

use crate::violation::ViolationCode;

/// Fewest digits taken; shorter ones are service numbers that can't be called from elsewhere.
pub const MIN_DIGITS: usize = 7;
/// Most digits of an international number (E.164, 6.2.1).
pub const MAX_DIGITS: usize = 15;

/// How a country writes its numbers at home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalPlan {
    /// The country calling code, such as `373`.
    pub calling_code: String,
    /// What is dialled before a national number and dropped from abroad, such as `0`; may be empty.
    pub trunk_prefix: String,
}

canonical!(struct NationalPlan { calling_code, trunk_prefix });

/// An international number: `+` and 7 to 15 digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as people write it. Spaces and `- . ( ) /` are ignored; `00` stands for `+`. Without either
    /// the number is national and needs a `plan`.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse(text: &str, plan: Option<&NationalPlan>) -> Result<Self, ViolationCode> {
        parse(text, plan).map(Self)
    }

    /// `+` and the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn parse(text: &str, plan: Option<&NationalPlan>) -> Result<String, ViolationCode> {
    let text = text.trim();
    let (mut international, rest) = match text.strip_prefix('+').or_else(|| text.strip_prefix('＋')) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut digits = String::new();
    for letter in rest.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}'..='\u{2013}' | '.' | '(' | ')' | '/' => {}
            _ => return Err(ViolationCode::PhoneMalformed),
        }
    }
    if !international && let Some(abroad) = digits.strip_prefix("00") {
        digits = abroad.to_owned();
        international = true;
    }
    if !international {
        let Some(plan) = plan else {
            return Err(if digits.len() < MIN_DIGITS {
                ViolationCode::PhoneTooShort
            } else {
                ViolationCode::PhoneCountryMissing
            });
        };
        digits = with_country(&digits, plan);
    }
    if digits.len() < MIN_DIGITS {
        return Err(ViolationCode::PhoneTooShort);
    }
    if digits.len() > MAX_DIGITS {
        return Err(ViolationCode::PhoneTooLong);
    }
    if digits.starts_with('0') {
        // No country code begins with 0 (E.164, list of assigned codes).
        return Err(ViolationCode::PhoneMalformed);
    }
    Ok(format!("+{digits}"))
}

fn with_country(digits: &str, plan: &NationalPlan) -> String {
    let national = if plan.trunk_prefix.is_empty() {
        digits
    } else {
        digits.strip_prefix(plan.trunk_prefix.as_str()).unwrap_or(digits)
    };
    if national.len() < 6 {
        // Too short to call; left as it is, so that the length rule speaks of it.
        return national.to_owned();
    }
    format!("{}{national}", plan.calling_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moldova() -> NationalPlan {
        NationalPlan { calling_code: "373".into(), trunk_prefix: "0".into() }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number) in [
            ("+373 22 123-456", "+37322123456"),
            ("00373 (22) 123.456", "+37322123456"),
            ("022 123 456", "+37322123456"),
            ("22123456", "+37322123456"),
        ] {
            assert_eq!(parse(text, Some(&moldova())).as_deref(), Ok(number), "{text}");
        }
    }

    #[test]
    fn each_fault_has_its_code() {
        for (text, plan, code) in [
            ("call me", None, ViolationCode::PhoneMalformed),
            ("12345", None, ViolationCode::PhoneTooShort),
            ("112", Some(moldova()), ViolationCode::PhoneTooShort),
            ("022123456", None, ViolationCode::PhoneCountryMissing),
            ("+1234567890123456", None, ViolationCode::PhoneTooLong),
            ("+0123456789", None, ViolationCode::PhoneMalformed),
            ("", None, ViolationCode::PhoneTooShort),
        ] {
            assert_eq!(parse(text, plan.as_ref()), Err(code), "{text}");
        }
    }
}
