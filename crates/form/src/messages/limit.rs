//! Limits as people write them; violations carry them in their canonical spelling.

use leadglass_scoring::ViolationCode;

use super::{Word, Words};

/// Set between groups of three digits, in every language: a full stop or a comma would mean decimals in one of them.
const GROUP: char = '\u{202f}';

pub(super) fn for_people(words: &Words, code: ViolationCode, limit: &str) -> String {
    match code {
        ViolationCode::DateTooEarly | ViolationCode::DateTooLate => date(words, limit),
        ViolationCode::NumberTooSmall | ViolationCode::NumberTooLarge => number(words, limit),
        _ => limit.to_owned(),
    }
}

/// `2026-01-31` as `31 January 2026` or `31.01.2026`.
pub(super) fn date(words: &Words, iso: &str) -> String {
    let mut parts = iso.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return iso.to_owned();
    };
    let mut names = words.get(Word::Months).split('|');
    match month.parse::<usize>().ok().and_then(|month| names.nth(month.wrapping_sub(1))) {
        Some(name) if !name.is_empty() => [day.trim_start_matches('0'), " ", name, " ", year].concat(),
        _ => [day, ".", month, ".", year].concat(),
    }
}

/// `50000.00 EUR` as `50 000 EUR`, `1.50` as `1,50` where decimals stand after a comma.
pub(super) fn number(words: &Words, canonical: &str) -> String {
    let (amount, currency) = canonical.split_once(' ').unwrap_or((canonical, ""));
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let mut text = String::with_capacity(canonical.len() + 8);
    let digits = whole.trim_start_matches('-').len();
    for (index, letter) in whole.chars().enumerate() {
        let left = whole.len() - index;
        // A number of four digits is read in one glance and stays whole.
        if digits > 4 && left % 3 == 0 && left < digits {
            text.push(GROUP);
        }
        text.push(letter);
    }
    if fraction.bytes().any(|digit| digit != b'0') {
        text.push_str(words.get(Word::DecimalSign));
        text.push_str(fraction);
    }
    if !currency.is_empty() {
        text.push('\u{a0}');
        text.push_str(currency);
    }
    text
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::Language;

    use super::*;

    fn number(language: Language, canonical: &str) -> String {
        super::number(&Words::of(language), canonical)
    }

    fn date(language: Language, iso: &str) -> String {
        super::date(&Words::of(language), iso)
    }

    #[test]
    fn amounts_are_grouped_and_lose_empty_decimals() {
        assert_eq!(number(Language::En, "50000.00 EUR"), "50\u{202f}000\u{a0}EUR");
        assert_eq!(number(Language::En, "5000.50"), "5000.50");
        assert_eq!(number(Language::Ro, "-1234567.5"), "-1\u{202f}234\u{202f}567,5");
        assert_eq!(number(Language::Ru, "0"), "0");
    }

    #[test]
    fn dates_are_written_day_first() {
        assert_eq!(date(Language::En, "2026-01-05"), "5 January 2026");
        assert_eq!(date(Language::Ru, "2026-01-05"), "05.01.2026");
        assert_eq!(date(Language::En, "soon"), "soon");
    }
}
