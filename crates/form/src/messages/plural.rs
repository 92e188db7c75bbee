//! Plural forms of whole numbers, after the Unicode CLDR's rules for our languages.

use leadglass_scoring::Language;

/// Which form of a word a number asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PluralForm {
    /// CLDR `one`
    One,
    /// CLDR `few`; English has none
    Few,
    /// CLDR `many` of Russian, `other` of the rest
    Many,
}

pub(super) const fn plural_form(language: Language, count: usize) -> PluralForm {
    let (tens, units) = (count % 100, count % 10);
    match language {
        Language::En if count == 1 => PluralForm::One,
        Language::En => PluralForm::Many,
        Language::Ru => match (tens, units) {
            (11..=14, _) => PluralForm::Many,
            (_, 1) => PluralForm::One,
            (_, 2..=4) => PluralForm::Few,
            _ => PluralForm::Many,
        },
        Language::Ro => match (count, tens) {
            (1, _) => PluralForm::One,
            (0, _) | (_, 1..=19) => PluralForm::Few,
            _ => PluralForm::Many,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_has_one_few_and_many() {
        let forms = |counts: &[usize]| -> Vec<_> { counts.iter().map(|n| plural_form(Language::Ru, *n)).collect() };
        assert!(forms(&[1, 21, 101, 1001]).iter().all(|form| *form == PluralForm::One));
        assert!(forms(&[2, 3, 4, 22, 34, 102]).iter().all(|form| *form == PluralForm::Few));
        assert!(forms(&[0, 5, 11, 12, 14, 20, 25, 111, 112]).iter().all(|form| *form == PluralForm::Many));
    }

    #[test]
    fn romanian_counts_with_de_from_twenty_on() {
        let forms = |counts: &[usize]| -> Vec<_> { counts.iter().map(|n| plural_form(Language::Ro, *n)).collect() };
        assert_eq!(forms(&[1]), [PluralForm::One]);
        assert!(forms(&[0, 2, 11, 19, 101, 119]).iter().all(|form| *form == PluralForm::Few));
        assert!(forms(&[20, 21, 100, 120, 200]).iter().all(|form| *form == PluralForm::Many));
    }
}
