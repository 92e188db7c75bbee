//! A text as its words: without case, diacritics and disguises, each with its place in the original.

use crate::letters::{fold_letter, is_of_other_language, is_of_word};

/// More of a text than this is not read.
pub(super) const MOST_TOKENS: usize = 384;
/// Letters of a word that are read.
const LONGEST: usize = 30;
/// Before and after the letters of each word.
const EDGE: u32 = 0x1f;

/// A word, a number, or a sign that says something.
#[derive(Clone, Copy)]
pub(super) struct Token {
    /// Where it is in the original text, in bytes.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// All its letters.
    pub whole: u32,
    /// Its first four letters.
    pub four: u32,
    /// Its first five letters.
    pub five: u32,
    /// Whether it stands in the row of words; signs other than the question mark do not.
    pub is_in_row: bool,
    /// Whether a sentence ends here.
    pub ends_sentence: bool,
}

/// The letters of one word between two edges, for those who look at its parts.
pub(super) struct Letters {
    codes: [u32; LONGEST + 2],
    length: usize,
    /// Whether one of them is of none of our languages.
    pub is_foreign: bool,
}

impl Letters {
    pub fn with_edges(&self) -> &[u32] {
        self.codes.get(..self.length).unwrap_or_default()
    }

    const fn new() -> Self {
        Self { codes: [EDGE; LONGEST + 2], length: 1, is_foreign: false }
    }

    fn push(&mut self, code: u32) {
        if self.length <= LONGEST
            && let Some(place) = self.codes.get_mut(self.length)
        {
            *place = code;
            self.length = self.length.wrapping_add(1);
        }
    }

    fn read(&mut self, letter: char) {
        if let Some(code) = plain(letter) {
            self.push(code);
            self.is_foreign |= (code >= 0x450 || code == u32::from('¤')) && is_of_other_language(fold_letter(letter));
        }
    }

    /// Letters of two scripts in one word: those that look Cyrillic become Cyrillic.
    fn unmask(&mut self) {
        let is_cyrillic = |code: &u32| matches!(code, 0x400..=0x52f);
        if !self.with_edges().iter().any(is_cyrillic) {
            return;
        }
        for code in self.codes.iter_mut().take(self.length) {
            *code = match char::from_u32(*code) {
                Some('a') => 'а',
                Some('b') => 'в',
                Some('c') => 'с',
                Some('e') => 'е',
                Some('h') => 'н',
                Some('k') => 'к',
                Some('m') => 'м',
                Some('o') => 'о',
                Some('p') => 'р',
                Some('t') => 'т',
                Some('x') => 'х',
                Some('y') => 'у',
                _ => continue,
            }
            .into();
        }
    }

    fn close(&mut self) {
        if let Some(place) = self.codes.get_mut(self.length) {
            *place = EDGE;
            self.length = self.length.wrapping_add(1);
        }
    }
}

/// The letter without case and diacritics; nothing for a mark that only sits on the letter before it.
pub(super) fn plain(letter: char) -> Option<u32> {
    Some(u32::from(match fold_letter(letter) {
        '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => return None,
        'à'..='å' | 'ā'..='ą' | 'ǎ' => 'a',
        'ç' | 'ć'..='č' => 'c',
        'ď'..='đ' => 'd',
        'è'..='ë' | 'ē'..='ě' => 'e',
        'ĝ'..='ģ' | 'ǧ' => 'g',
        'ì'..='ï' | 'ĩ'..='ı' => 'i',
        'ĺ'..='ł' => 'l',
        'ñ' | 'ń'..='ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō'..='ő' => 'o',
        'ŕ'..='ř' => 'r',
        'ś'..='š' | 'ș' => 's',
        'ţ'..='ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ'..='ų' => 'u',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź'..='ž' => 'z',
        'ё' => 'е',
        'й' => 'и',
        // Letters of scripts that none of our languages has
        'Ͱ'..='Ͽ' | '\u{530}'.. => '¤',
        other => other,
    }))
}

/// One step of a hash over codes.
pub(super) const fn step(hash: u32, code: u32) -> u32 {
    (hash ^ code).wrapping_mul(0x0100_0193).rotate_left(5)
}

/// Calls `each` with every token and its letters.
pub(super) fn split(text: &str, mut each: impl FnMut(Token, &Letters)) {
    let mut rest = text.char_indices().peekable();
    let mut left = MOST_TOKENS;
    while let Some((from, letter)) = rest.next() {
        if left == 0 {
            return;
        }
        let mut letters = Letters::new();
        let mut end = from.wrapping_add(letter.len_utf8());
        let mut token =
            Token { from: position(from), to: 0, whole: 0, four: 0, five: 0, is_in_row: true, ends_sentence: false };
        if letter.is_ascii_digit() {
            // A number is told by how many digits it has
            letters.push(u32::from('#'));
            let mut digits = 1_u32;
            while let Some((at, next)) = rest.next_if(|(_, next)| next.is_ascii_digit()) {
                end = at.wrapping_add(next.len_utf8());
                digits = digits.wrapping_add(1);
            }
            letters.push(u32::from('0').wrapping_add(digits.min(5)));
        } else if is_of_word(letter) {
            letters.read(letter);
            let is_more = |letter: char| (is_of_word(letter) || plain(letter).is_none()) && !letter.is_ascii_digit();
            while let Some((at, next)) = rest.next_if(|(_, next)| is_more(*next)) {
                end = at.wrapping_add(next.len_utf8());
                letters.read(next);
            }
            letters.unmask();
        } else if matches!(
            letter,
            '?' | '!' | '.' | ',' | ':' | ';' | '/' | '€' | '$' | '£' | '₽' | '%' | '+' | '&' | '=' | '-'
        ) {
            letters.push(u32::from(letter));
            token.is_in_row = letter == '?';
            let is_apart = rest.peek().is_none_or(|(_, next)| next.is_whitespace());
            token.ends_sentence = is_apart && matches!(letter, '?' | '!' | '.');
        } else {
            continue;
        }
        letters.close();
        token.to = position(end);
        let mut hash = 0x811c_9dc5;
        for (read, code) in (0_u8..).zip(letters.with_edges().iter().skip(1)) {
            match read {
                4 => token.four = hash,
                5 => token.five = hash,
                _ => {}
            }
            hash = step(hash, *code);
        }
        token.whole = hash;
        if letters.length < 6 {
            token.four = hash;
        }
        if letters.length < 7 {
            token.five = hash;
        }
        left = left.wrapping_sub(1);
        each(token, &letters);
    }
}

/// Texts of four gigabytes are not read to their end.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
