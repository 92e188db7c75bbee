//! Phone numbers as international numbers of ITU-T E.164: a country code and at most 15 digits in all.

use crate::{language::LocalText, violation::ViolationCode};

/// Fewest digits taken; shorter ones are service numbers that can't be called from elsewhere.
pub const MIN_DIGITS: usize = 7;
/// Most digits of an international number (E.164, 6.2.1).
pub const MAX_DIGITS: usize = 15;

/// What stands beside a number that is of none of the countries to choose from. Never a country's own name.
pub const ELSEWHERE: &str = "+";

/// How a country writes its numbers at home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalPlan {
    /// The country calling code, such as `373`.
    pub calling_code: String,
    /// What is dialled before a national number and dropped from abroad, such as `0`; may be empty.
    pub trunk_prefix: String,
    /// The countries that a visitor chooses from, beside the number. A number without a choice is of the first.
    pub countries: Option<Vec<Country>>,
    /// The country that is chosen beforehand, by language; the first where it is left out.
    pub preset: Option<LocalText>,
}

canonical!(struct NationalPlan { calling_code, trunk_prefix, countries, preset });

/// A country to choose, and how it writes its numbers at home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// Its two letters of ISO 3166-1, such as `MD`.
    pub id: String,
    /// Its calling code.
    pub calling_code: String,
    /// What may stand before a national number and is dropped from abroad; the first that does is dropped.
    pub trunk_prefixes: Vec<String>,
    /// How many digits each of its numbers has without code and prefix; nothing where they differ.
    pub digits: Option<u8>,
}

canonical!(struct Country { id, calling_code, trunk_prefixes, digits });

impl NationalPlan {
    /// Whether a visitor chooses the country.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        self.countries.is_some()
    }

    fn country(&self, id: &str) -> Option<&Country> {
        self.countries.iter().flatten().find(|country| country.id == id)
    }

    /// Whether this is a choice of a country, not a number.
    pub(crate) fn is_choice(&self, given: &str) -> bool {
        self.is_chosen() && (given == ELSEWHERE || self.country(given).is_some())
    }

    /// The choice that goes with a number: that which was made, unless the number itself says another country.
    /// [`ELSEWHERE`] where it says one that can't be chosen.
    #[must_use]
    pub fn choice_for<'a>(&'a self, number: &str, chosen: &'a str) -> &'a str {
        let Ok((digits, true)) = digits(number) else { return chosen };
        let says = |country: &&Country| digits.starts_with(&country.calling_code);
        // Some countries have one code together; no code is the beginning of another (E.164, 6.1).
        let said = self.country(chosen).filter(says).or_else(|| self.countries.iter().flatten().find(says));
        said.map_or(ELSEWHERE, |country| &country.id)
    }
}

impl Country {
    /// The digits of an international number, from those of one that is written as at home.
    fn as_from_abroad(&self, digits: &str) -> Result<String, ViolationCode> {
        let length = self.digits.map(usize::from);
        let is_whole = |text: &str| length == Some(text.len());
        if digits.strip_prefix(self.calling_code.as_str()).is_some_and(is_whole) {
            // The code is there; only the + is not.
            return Ok(digits.to_owned());
        }
        // Numbers of some countries begin with 8, as their prefix does: then their length tells. None begins with 0.
        let is_bare = is_whole(digits) && digits.starts_with('8');
        let prefix = self.trunk_prefixes.iter().find_map(|prefix| digits.strip_prefix(prefix.as_str()));
        let national = prefix.filter(|_| !is_bare).unwrap_or(digits);
        if national.len() < length.unwrap_or(6) {
            return Err(ViolationCode::PhoneTooShort);
        }
        Ok([&self.calling_code, national].concat())
    }
}

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
        let first = plan.and_then(|plan| plan.countries.as_ref()?.first());
        Self::read(text, |digits| match (first, plan) {
            (Some(country), _) => country.as_from_abroad(digits),
            (None, Some(plan)) => Ok(with_country(digits, plan)),
            (None, None) => Err(without_country(digits)),
        })
    }

    /// Reads a number beside which a country was chosen.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse_in(text: &str, plan: &NationalPlan, chosen: &str) -> Result<Self, ViolationCode> {
        let country = plan.country(chosen);
        Self::read(text, |digits| country.map_or_else(|| Err(without_country(digits)), |it| it.as_from_abroad(digits)))
    }

    fn read(text: &str, at_home: impl Fn(&str) -> Result<String, ViolationCode>) -> Result<Self, ViolationCode> {
        let (mut digits, is_international) = digits(text)?;
        if !is_international {
            digits = at_home(&digits)?;
        }
        check(&digits)
    }

    /// `+` and the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The digits of a number, and whether they begin with a country's code.
#[inline(never)]
fn digits(text: &str) -> Result<(String, bool), ViolationCode> {
    let text = text.trim();
    let (is_international, rest) = match text.strip_prefix('+').or_else(|| text.strip_prefix('＋')) {
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
    if !is_international && let Some(abroad) = digits.strip_prefix("00") {
        return Ok((abroad.to_owned(), true));
    }
    Ok((digits, is_international))
}

#[inline(never)]
fn check(digits: &str) -> Result<PhoneNumber, ViolationCode> {
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
    Ok(PhoneNumber(["+", digits].concat()))
}

fn without_country(digits: &str) -> ViolationCode {
    if digits.len() < MIN_DIGITS { ViolationCode::PhoneTooShort } else { ViolationCode::PhoneCountryMissing }
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
    [&plan.calling_code, national].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, plan: Option<&NationalPlan>) -> Result<String, ViolationCode> {
        PhoneNumber::parse(text, plan).map(|number| number.0)
    }

    fn moldova() -> NationalPlan {
        NationalPlan { calling_code: "373".into(), trunk_prefix: "0".into(), countries: None, preset: None }
    }

    fn country(id: &str, calling_code: &str, trunk_prefixes: &[&str], digits: Option<u8>) -> Country {
        let trunk_prefixes = trunk_prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
        Country { id: id.into(), calling_code: calling_code.into(), trunk_prefixes, digits }
    }

    fn chosen() -> NationalPlan {
        let countries = vec![
            country("MD", "373", &["0"], Some(8)),
            country("RU", "7", &["8"], Some(10)),
            country("KZ", "7", &["8"], Some(10)),
            country("BY", "375", &["80", "0"], Some(9)),
            country("IT", "39", &[], None),
            country("HU", "36", &["06"], None),
            country("US", "1", &["1"], Some(10)),
            country("CA", "1", &["1"], Some(10)),
        ];
        NationalPlan { countries: Some(countries), ..moldova() }
    }

    #[test]
    fn a_national_number_is_read_by_the_country_beside_it() {
        for (text, chosen_country, number) in [
            ("069 123 456", "MD", "+37369123456"),
            ("69123456", "MD", "+37369123456"),
            ("373 69 123456", "MD", "+37369123456"),
            ("8 (495) 123-45-67", "RU", "+74951234567"),
            // As long as a number without prefix is, so its first digit is none.
            ("812 123-45-67", "RU", "+78121234567"),
            ("7 495 123 45 67", "RU", "+74951234567"),
            ("8 029 123-45-67", "BY", "+375291234567"),
            ("029 123-45-67", "BY", "+375291234567"),
            ("06 1234 5678", "IT", "+390612345678"),
            ("06 30 123 4567", "HU", "+36301234567"),
            ("1 (415) 555-2671", "US", "+14155552671"),
            ("(415) 555-2671", "CA", "+14155552671"),
            // What the number says itself counts more than what is chosen.
            ("+40 721 123 456", "MD", "+40721123456"),
            ("0040721123456", ELSEWHERE, "+40721123456"),
        ] {
            let found = PhoneNumber::parse_in(text, &chosen(), chosen_country);
            assert_eq!(found.as_ref().map(PhoneNumber::as_str), Ok(number), "{text} in {chosen_country}");
        }
        assert_eq!(parse("069 123 456", Some(&chosen())).as_deref(), Ok("+37369123456"));
    }

    #[test]
    fn a_number_that_can_be_of_no_country_is_told() {
        for (text, chosen_country, code) in [
            ("069 12 34", "MD", ViolationCode::PhoneTooShort),
            ("069 123 45", "MD", ViolationCode::PhoneTooShort),
            ("112", "IT", ViolationCode::PhoneTooShort),
            ("0721 123 456", ELSEWHERE, ViolationCode::PhoneCountryMissing),
            ("0721 123 456", "XX", ViolationCode::PhoneCountryMissing),
            ("12345", ELSEWHERE, ViolationCode::PhoneTooShort),
            ("12345678901234", "IT", ViolationCode::PhoneTooLong),
            ("none", "MD", ViolationCode::PhoneMalformed),
        ] {
            let found = PhoneNumber::parse_in(text, &chosen(), chosen_country);
            assert_eq!(found, Err(code), "{text} in {chosen_country}");
        }
    }

    #[test]
    fn the_country_beside_a_number_is_that_which_the_number_says() {
        for (text, chosen_country, said) in [
            ("069 123 456", "MD", "MD"),
            ("+375 29 123", "MD", "BY"),
            ("00 36 30", "MD", "HU"),
            ("+7 495", "KZ", "KZ"),
            ("+7 495", "MD", "RU"),
            ("+1", "CA", "CA"),
            ("+44 20", "MD", ELSEWHERE),
            ("+", "MD", ELSEWHERE),
            ("call me", "BY", "BY"),
        ] {
            assert_eq!(chosen().choice_for(text, chosen_country), said, "{text} in {chosen_country}");
        }
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
