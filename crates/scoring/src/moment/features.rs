//! What is counted in a text: words, their parts, and what stands beside what.

use super::{
    Kind,
    tokens::{self, Token, step},
};

/// One thing seen in a text.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// What it is, spread over all 32 bits.
    pub hash: u32,
    /// How much it counts, in quarters.
    pub scale: u8,
    /// The first token it is about.
    pub first: u16,
    /// The last token it is about.
    pub last: u16,
    /// Whether it tells languages apart: three letters.
    pub is_of_language: bool,
}

/// Groups of features: a number that keeps their hashes apart, and how much each counts.
#[derive(Clone, Copy)]
struct Group(u32, u8);

const WORD: Group = Group(0x1000_0001, 4);
const PAIR: Group = Group(0x2000_0003, 4);
const SKIP: Group = Group(0x3000_0005, 3);
const STEM_PAIR: Group = Group(0x4000_0007, 4);
const STEM_SKIP: Group = Group(0x5000_0009, 3);
const NEAR: Group = Group(0x6000_000b, 1);
const TWO_LETTERS: Group = Group(0x7000_000d, 1);
const LETTERS: Group = Group(0x8000_000f, 2);
const OF_KIND: Group = Group(0x9000_0011, 3);
const FIRST: Group = Group(0xa000_0013, 3);
const LAST_SENTENCE: Group = Group(0xb000_0015, 3);
const SHAPE: Group = Group(0xc000_0017, 4);
const START: u32 = 0x0051_ed27;
const END: u32 = 0x00c0_ffee;

/// Calls `each` with every feature of a text, and tells whether a letter of it is of none of our languages.
pub fn each(text: &str, kind: Kind, tokens: &mut Vec<(u32, u32)>, mut each: impl FnMut(Feature)) -> bool {
    tokens.clear();
    let mut row: Vec<(u16, Token)> = Vec::with_capacity(64);
    let mut sentence = 0_usize;
    let mut words = 0_u32;
    let mut is_closed = false;
    let mut is_foreign = false;
    let kind = kind as u32;

    tokens::split(text, |token, letters| {
        let at = u16::try_from(tokens.len()).unwrap_or(u16::MAX);
        tokens.push((token.from, token.to));
        is_foreign |= letters.is_foreign;
        let mut emit = |Group(seed, scale), hash, is_of_language| {
            each(Feature { hash: mix(seed ^ hash), scale, first: at, last: at, is_of_language });
        };
        emit(WORD, token.whole, false);
        emit(OF_KIND, step(token.five, kind), false);
        if is_closed {
            is_closed = false;
            sentence = row.len();
        }
        is_closed = token.ends_sentence;
        if !token.is_in_row {
            return;
        }
        words = words.wrapping_add(1);
        if words <= 3 {
            emit(FIRST, token.whole, false);
        }
        let codes = letters.with_edges();
        let mut rest = codes;
        while let Some((first, after)) = rest.split_first() {
            let mut hash = step(0x9dc5, *first);
            for (length, code) in (2_u8..=5).zip(after) {
                hash = step(hash, *code);
                emit(if length == 2 { TWO_LETTERS } else { LETTERS }, hash, length == 3);
            }
            rest = after;
        }
        row.push((at, token));
    });

    let at = |place: usize| row.get(place).copied();
    let mut between = |Group(seed, scale), left, right, first, last| {
        each(Feature { hash: mix(seed ^ step(step(0x51, left), right)), scale, first, last, is_of_language: false });
    };
    for (place, (first, token)) in row.iter().enumerate() {
        let next = at(place.wrapping_add(1));
        let (last, beside, beside_four) = next.map_or((*first, END, END), |(last, it)| (last, it.whole, it.four));
        if place == 0 {
            between(PAIR, START, token.whole, *first, *first);
            between(STEM_PAIR, START, token.four, *first, *first);
            between(SKIP, START, beside, *first, last);
            between(STEM_SKIP, START, beside_four, *first, last);
        }
        between(PAIR, token.whole, beside, *first, last);
        between(STEM_PAIR, token.four, beside_four, *first, last);
        if next.is_some() {
            let (last, beside, beside_four) =
                at(place.wrapping_add(2)).map_or((last, END, END), |(last, it)| (last, it.whole, it.four));
            between(SKIP, token.whole, beside, *first, last);
            between(STEM_SKIP, token.four, beside_four, *first, last);
        }
        for (last, other) in row.iter().skip(place.wrapping_add(1)).take(5) {
            between(NEAR, token.four, other.four, *first, *last);
        }
    }
    if sentence > 0 {
        let Group(seed, scale) = LAST_SENTENCE;
        for (at, token) in row.iter().skip(sentence) {
            each(Feature { hash: mix(seed ^ token.five), scale, first: *at, last: *at, is_of_language: false });
        }
    }
    let Group(seed, scale) = SHAPE;
    for hash in [step(7, kind), step(step(9, kind), words.wrapping_div(3).min(8))] {
        each(Feature { hash: mix(seed ^ hash), scale, first: u16::MAX, last: u16::MAX, is_of_language: false });
    }
    is_foreign
}

/// All bits of the hash in each.
const fn mix(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 16)).wrapping_mul(0x7feb_352d);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x846c_a68b);
    hash ^ (hash >> 16)
}
