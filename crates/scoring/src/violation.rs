//! Broken rules: which field, which rule, and the limit that was passed.

/// One broken rule on one field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Violation {
    /// The field's id.
    pub field: String,
    /// Which rule was broken.
    pub code: ViolationCode,
    /// The limit to name in the message, in its canonical spelling: `80`, `5000.00 EUR`, `2026-01-31`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub limit: Option<String>,
}

canonical!(struct Violation { field, code, limit });

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)+) => {
        /// A rule that can be broken. The spelling of a code never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ViolationCode {
            $($(#[$doc])* $variant,)+
        }

        canonical!(choice ViolationCode { $($variant),+ });

        impl ViolationCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as it is written in answers, logs and form files.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

codes! {
    /// A required field has no answer.
    Required = "required",
    /// More than one value for a field that takes one.
    Repeated = "repeated",
    /// Fewer characters than the field asks for.
    TextTooShort = "text.too_short",
    /// More characters than the field takes.
    TextTooLong = "text.too_long",
    /// A character that no keyboard gives, such as U+0000.
    TextControlCharacter = "text.control_character",
    /// No `@`.
    EmailMissingAt = "email.missing_at",
    /// Not an address by the WHATWG definition.
    EmailMalformed = "email.malformed",
    /// Letters other than a to z, digits and a few signs.
    EmailNotLatin = "email.not_latin",
    /// Something other than digits, spaces and `+ - . ( ) /`.
    PhoneMalformed = "phone.malformed",
    /// Too few digits.
    PhoneTooShort = "phone.too_short",
    /// More than the 15 digits of E.164.
    PhoneTooLong = "phone.too_long",
    /// A national number, and the field names no country.
    PhoneCountryMissing = "phone.country_missing",
    /// Not a number.
    NumberMalformed = "number.malformed",
    /// Below the least number.
    NumberTooSmall = "number.too_small",
    /// Above the greatest number.
    NumberTooLarge = "number.too_large",
    /// More decimal places than the field takes.
    NumberTooPrecise = "number.too_precise",
    /// A currency the field does not take.
    MoneyCurrencyUnknown = "money.currency_unknown",
    /// Not a date.
    DateMalformed = "date.malformed",
    /// A date that is in no calendar.
    DateImpossible = "date.impossible",
    /// Before the first date.
    DateTooEarly = "date.too_early",
    /// After the last date.
    DateTooLate = "date.too_late",
    /// Not one of the options.
    ChoiceUnknown = "choice.unknown",
    /// Fewer options than asked for.
    ChoiceTooFew = "choice.too_few",
    /// More options than allowed.
    ChoiceTooMany = "choice.too_many",
    /// Not a whole number from 1 to the scale's end.
    RatingOutOfRange = "rating.out_of_range",
    /// Neither yes nor no.
    YesNoMalformed = "yes_no.malformed",
    /// Not a web address.
    WebsiteMalformed = "website.malformed",
    /// A required consent was not given.
    ConsentRequired = "consent.required",
}

impl ViolationCode {
    /// The code with this spelling.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.as_str() == code)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ViolationCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_is_unique() {
        for code in ViolationCode::ALL {
            assert_eq!(ViolationCode::parse(code.as_str()), Some(*code));
        }
    }
}
