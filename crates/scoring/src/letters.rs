//! Letters of any script, by rules of our own: those of the standard library are tables that cost a page six
//! kilobytes, and change with its version, which a decision must not.

/// The text without white space at its ends. Most texts have none, which the first and last byte tell.
#[must_use]
pub fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [only] if only.is_ascii_graphic() => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Where a text first has this part, in bytes. The search of the standard library is made for long texts, and costs a page
/// four kilobytes.
pub(crate) fn find(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    if part.is_empty() {
        return Some(0);
    }
    text.windows(part.len()).position(|window| window.first() == part.first() && window == part)
}

/// How many characters a text has: all its bytes but those that go on with one. The standard library's way is made for long
/// texts too.
pub(crate) fn count(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

/// What stands before this part of a text, and after it.
pub(crate) fn split_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let (before, rest) = text.split_at_checked(find(text, part)?)?;
    let (_, after) = rest.split_at_checked(part.len())?;
    Some((before, after))
}

/// The text in lower case: Unicode's simple case folding for the Latin, Greek, Cyrillic and Armenian letters that people
/// write with. Other scripts have no cases, or none in use.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().map(fold_letter).collect()
}

pub(crate) fn fold_letter(letter: char) -> char {
    let code = u32::from(letter);
    let lower = match code {
        // A to Z; À to Þ without ×; Α to Ϋ; А to Я
        0x41..=0x5a | 0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a1 | 0x3a3..=0x3ab | 0x410..=0x42f => {
            code.wrapping_add(32)
        }
        // Pairs in which the even one is the capital: Ā to ĵ without the dotted İ, Ŋ to ŷ, Ș Ț and their neighbours,
        // Ѡ to ҁ, Ҋ to ҿ, Ӑ to ԯ, Ḁ to ẕ, Ạ to ỿ
        0x100..=0x12f
        | 0x132..=0x137
        | 0x14a..=0x177
        | 0x1f8..=0x21f
        | 0x222..=0x233
        | 0x460..=0x481
        | 0x48a..=0x4bf
        | 0x4d0..=0x52f
        | 0x1e00..=0x1e95
        | 0x1ea0..=0x1eff => code | 1,
        // Pairs in which the odd one is the capital: Ĺ to ň, Ź to ž, Ӂ to ӎ
        0x139..=0x148 | 0x179..=0x17e | 0x4c1..=0x4ce if code % 2 == 1 => code.wrapping_add(1),
        // Ÿ, İ, capital ẞ, palochka
        0x178 => 0xff,
        0x130 => 0x69,
        0x1e9e => 0xdf,
        0x4c0 => 0x4cf,
        // Greek: Ά, Έ to Ί, Ό, Ύ Ώ, final sigma
        0x386 => 0x3ac,
        0x388..=0x38a => code.wrapping_add(37),
        0x38c => 0x3cc,
        0x38e..=0x38f => code.wrapping_add(63),
        0x3c2 => 0x3c3,
        // Cyrillic: Ѐ to Џ
        0x400..=0x40f => code.wrapping_add(80),
        // Armenian
        0x531..=0x556 => code.wrapping_add(48),
        _ => code,
    };
    char::from_u32(lower).unwrap_or(letter)
}

/// Whether a character can be part of a word or a name: ASCII letters and digits, and beyond them everything from À on
/// that is no space, punctuation, symbol or form of one.
#[must_use]
pub fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || (letter >= '\u{c0}'
            && !matches!(letter, '×' | '÷' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}')
            && !matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe6f}' | '\u{fff0}'..='\u{ffff}')
            && !matches!(letter, '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}'))
}

/// Whether a letter in lower case is one that English, Russian and Romanian never write: of another script than Latin and
/// Cyrillic, or a Cyrillic one of another language. Greek letters that stand for units, currency signs and pictures are
/// none, and what is Latin is left to those who look at whole words.
pub(crate) fn is_of_other_language(letter: char) -> bool {
    let is_sign = matches!(letter, 'α' | 'β' | 'δ' | 'λ' | 'μ' | 'π' | 'ω')
        || matches!(letter, '֏' | '؋' | '৲' | '৳' | '૱' | '௹' | '฿' | '៛');
    // ё, and letters that Russian wrote of old
    let is_russian = matches!(letter, 'ё' | '\u{460}'..='\u{489}');
    !is_sign
        && !is_russian
        // Greek; Cyrillic that is not Russian: ђ to џ, ґ to ԯ
        && (matches!(letter, 'Ͱ'..='Ͽ' | '\u{450}'..='\u{52f}')
            // Armenian, Hebrew, Arabic, those of India and around, Georgian, Hangul's parts, Ethiopic and on to Greek with
            // its old accents; between them stand more Latin letters
            || matches!(letter, '\u{530}'..='\u{1cff}' | '\u{1f00}'..='\u{1fff}')
            // Glagolitic, Coptic, Tifinagh; kana, bopomofo, Hangul, Han; not the units and signs in squares and circles
            || matches!(letter, '\u{2c00}'..='\u{2c5f}' | '\u{2c80}'..='\u{2ddf}' | '\u{3005}'..='\u{3007}')
            || matches!(letter, '\u{3021}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{a63f}')
            || matches!(letter, '\u{a6a0}'..='\u{a6ff}' | '\u{a800}'..='\u{ab2f}' | '\u{ab70}'..='\u{d7ff}')
            // Forms of them
            || matches!(letter, '\u{f900}'..='\u{faff}' | '\u{fb13}'..='\u{fdfb}' | '\u{fe70}'..='\u{fefc}')
            || matches!(letter, '\u{ff66}'..='\u{ffdc}' | '\u{1b000}'..='\u{1b16f}')
            || matches!(letter, '\u{1e900}'..='\u{1e95f}' | '\u{20000}'..='\u{3ffff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_whatever_their_length_in_bytes() {
        for text in ["", "A table", "Șapte mese", "дюжина", "🪑a"] {
            assert_eq!(count(text), text.chars().count(), "{text}");
        }
    }

    #[test]
    fn a_part_is_found_where_it_first_stands() {
        assert_eq!(find("кухня и стол", "и"), Some(11));
        assert_eq!(find("aaab", "aab"), Some(1));
        assert_eq!(find("ab", "abc"), None);
        assert_eq!(find("ab", ""), Some(0));
        assert_eq!(split_once("https://a.md/://", "://"), Some(("https", "a.md/://")));
        assert_eq!(split_once("a.md", "://"), None);
    }

    #[test]
    fn letters_of_other_languages_are_told_from_signs_and_pictures() {
        for text in [
            "多少钱",
            "ひらカナｶ",
            "한국어",
            "πόσο",
            "كم",
            "כמה",
            "कितना",
            "เท่าไร",
            "რამდენი",
            "քանի",
            "ስንት",
            "ທີ່",
            "រៀល",
        ] {
            assert!(text.chars().any(is_of_other_language), "{text}");
        }
        assert!("іїєґђћљњџўјќѓѕқңұәөүһғҷ".chars().all(is_of_other_language));
        let ours = "azßéàâăîșțşţøłğçñёйъыэяѣѵ0189";
        let signs = "αβδωπ🙂👍🏽❤️🇷🇴→⇒✓★№€$£₽₴₸₺₾֏฿৳៛︎²½µμ×÷™©…«»㎡㊗⓪♥𝓐１Ａ\u{200d}\u{fe0f}\u{301}";
        assert_eq!(ours.chars().chain(signs.chars()).find(|letter| is_of_other_language(*letter)), None);
    }

    #[test]
    fn people_find_their_words_whatever_the_case() {
        for (text, folded) in [
            ("URGENT", "urgent"),
            ("ÎNTÂRZIERE Ș Ț Ş Ţ Ă", "întârziere ș ț ş ţ ă"),
            ("СРОЧНО Ё Ї Ґ Ў Ә", "срочно ё ї ґ ў ә"),
            ("ΣΊΣΥΦΟΣ ς", "σίσυφοσ σ"),
            ("ŁÓDŹ ŻÓŁĆ Ÿ ẞ", "łódź żółć ÿ ß"),
            ("ԵՐԵՎԱՆ", "երեվան"),
            ("İstanbul", "istanbul"),
            ("東京 × 2", "東京 × 2"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn folding_agrees_with_the_standard_library_where_it_folds() {
        for letter in (0..=0x10_ffff).filter_map(char::from_u32) {
            let folded = fold_letter(letter);
            let is_same = letter.to_lowercase().eq([folded]) || folded == letter;
            assert!(is_same || matches!(letter, 'İ' | 'ς'), "{letter:?} is folded to {folded:?}");
            assert_eq!(fold_letter(folded), folded, "{letter:?} is folded twice");
        }
    }

    #[test]
    fn letters_are_told_from_signs() {
        assert!("aZ9éжș東ß".chars().all(is_of_word));
        assert!(!" -.,—…«»€№₽×\u{a0}\u{3000}。！".chars().any(is_of_word));
    }
}
