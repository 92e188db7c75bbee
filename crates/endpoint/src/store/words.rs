//! Where words are: for each three letters in a row, in which leads of a segment they are. A word can only be in a lead that
//! has all of its threes; whether it is, the lead's own text decides.
//!
//! A segment is of [`LEADS`] numbers in a row and is written once all of them are given out, beside whoever writes leads. One
//! that loses a lead is dropped with it, so that nothing of its words is left, and written anew.

mod search;

use std::collections::HashMap;

pub(super) use self::search::{Search, Segment, Step};

/// Numbers of a segment.
pub(super) const LEADS: i64 = 4_096;
/// Segments without an index of their own that a page reads through, each in a few milliseconds. Where there are more, as
/// after many came at once, pages are looked for in the list itself.
pub(super) const PLAIN: usize = 3;
const BITMAP: usize = 512;

/// A segment to write: each of its threes with the leads that have it.
pub(super) struct NewSegment {
    pub(super) segment: i64,
    pub(super) threes: Vec<i64>,
    pub(super) leads: Vec<Vec<u8>>,
}

/// The leads that have a three, while more are added.
#[derive(Default)]
struct Having {
    next: u16,
    steps: Vec<u8>,
}

/// A segment whose leads are added one by one, so that nobody has all of their texts at once.
pub(super) struct Growing {
    segment: i64,
    threes: HashMap<u32, Having>,
    own: Vec<u32>,
}

impl Growing {
    /// Without leads.
    pub(super) fn new(segment: i64) -> Self {
        Self { segment, threes: HashMap::new(), own: Vec::new() }
    }

    /// Adds a lead with its words in lower case; its number is greater than any before.
    pub(super) fn add(&mut self, lead: i64, text: &str) {
        self.own.clear();
        add_threes(text, &mut self.own);
        self.own.sort_unstable();
        self.own.dedup();
        for three in &self.own {
            self.threes.entry(*three).or_default().add(offset(lead));
        }
    }

    pub(super) fn end(self) -> NewSegment {
        let mut threes: Vec<_> = self.threes.into_iter().collect();
        threes.sort_unstable_by_key(|(three, _)| *three);
        let (threes, leads) = threes.into_iter().map(|(three, having)| (i64::from(three), having.end())).unzip();
        NewSegment { segment: self.segment, threes, leads }
    }
}

/// The first number of a segment, and the last.
pub(super) const fn numbers(segment: i64) -> (i64, i64) {
    (segment * LEADS, segment * LEADS + LEADS - 1)
}

/// The threes that a lead with these words must have.
pub(super) fn threes(words: &[String]) -> Vec<i64> {
    let mut threes = Vec::new();
    for word in words {
        add_threes(word, &mut threes);
    }
    threes.sort_unstable();
    threes.dedup();
    threes.into_iter().map(i64::from).collect()
}

/// Threes do not reach from one word into the next: nobody can ask for a space.
fn add_threes(text: &str, threes: &mut Vec<u32>) {
    for word in text.split_whitespace() {
        let letters = word.chars().zip(word.chars().skip(1)).zip(word.chars().skip(2));
        threes.extend(letters.map(|((one, two), three)| hash([one, two, three])));
    }
}

/// 24 bits (FNV-1a with an end of its own). Threes that share a hash cost a look at a text.
fn hash(letters: [char; 3]) -> u32 {
    let hash =
        letters.into_iter().fold(0x811c_9dc5_u32, |hash, letter| (hash ^ u32::from(letter)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b) >> 8
}

fn offset(lead: i64) -> u16 {
    u16::try_from(lead.rem_euclid(LEADS)).unwrap_or(0)
}

/// The steps from each to the next, in sevens of bits; a bit for each lead of the segment where that is shorter.
impl Having {
    fn add(&mut self, offset: u16) {
        let step = offset.saturating_sub(self.next);
        self.next = offset + 1;
        let [high, low] = (step << 1).to_be_bytes();
        // The low seven bits, and the rest in a second byte where there is one.
        if high == 0 {
            self.steps.push(low >> 1);
        } else {
            self.steps.extend([0x80 | (low >> 1), high]);
        }
    }

    fn end(self) -> Vec<u8> {
        if self.steps.len() < BITMAP { self.steps } else { bits(&self.steps).to_vec() }
    }
}

fn bits(steps: &[u8]) -> [u8; BITMAP] {
    let mut bits = [0; BITMAP];
    let (mut next, mut bytes) = (0_usize, steps.iter().copied());
    while let Some(byte) = bytes.next() {
        let high = if byte < 0x80 { 0 } else { bytes.next().unwrap_or(0) };
        let offset = next + usize::from(byte & 0x7f) + (usize::from(high) << 7);
        next = offset + 1;
        if let Some(byte) = bits.get_mut(offset / 8) {
            *byte |= 1 << (offset % 8);
        }
    }
    bits
}

/// Leads of one segment.
#[derive(Clone)]
pub(super) struct Among(Box<[u8; BITMAP]>);

impl Among {
    /// All of a segment.
    pub(super) fn all() -> Self {
        Self(Box::new([0xff; BITMAP]))
    }

    /// Keeps those that these bytes name, and tells whether any are left.
    pub(super) fn keep(&mut self, leads: &[u8]) -> bool {
        let named = leads.try_into().unwrap_or_else(|_| bits(leads));
        let mut any = 0;
        for (one, other) in self.0.iter_mut().zip(named) {
            *one &= other;
            any |= *one;
        }
        any != 0
    }

    /// Their numbers.
    pub(super) fn numbers(&self, segment: i64) -> impl Iterator<Item = i64> {
        let is_in = |offset: &i64| {
            let offset = usize::try_from(*offset).unwrap_or(usize::MAX);
            self.0.get(offset / 8).is_some_and(|byte| byte & (1 << (offset % 8)) != 0)
        };
        (0..LEADS).filter(is_in).map(move |offset| segment * LEADS + offset)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_set, prelude::*};

    use super::*;

    fn found(new: &NewSegment, words: &[&str]) -> Vec<i64> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let mut among = Among::all();
        for three in threes(&words) {
            let Ok(place) = new.threes.binary_search(&three) else { return Vec::new() };
            if !among.keep(&new.leads[place]) {
                return Vec::new();
            }
        }
        among.numbers(new.segment).collect()
    }

    #[test]
    fn a_part_of_a_word_is_found_in_the_leads_that_have_it_and_no_word_reaches_into_the_next() {
        let texts = [(4_096, "ana pop\nскидка 100%"), (4_100, "ion_rusu"), (8_191, "ana\npopa xylophone")];
        let mut new = Growing::new(1);
        for (lead, text) in texts {
            new.add(lead, text);
        }
        let new = new.end();
        for (words, expected) in [
            (&["ana"][..], &[4_096, 8_191][..]),
            (&["кид"], &[4_096]),
            (&["100%"], &[4_096]),
            (&["n_rus"], &[4_100]),
            (&["popa", "ylop"], &[8_191]),
            (&["pop", "rusu"], &[]),
            (&["anapop"], &[]),
        ] {
            assert_eq!(found(&new, words), expected, "{words:?}");
        }
        assert!(threes(&["an".into(), "ю".into()]).is_empty(), "of fewer letters there are no threes");
    }

    proptest! {
        #[test]
        fn few_leads_and_many_come_back_as_they_were_written(offsets in btree_set(0_u16..4_096, 0..4_096)) {
            let mut having = Having::default();
            for offset in &offsets {
                having.add(*offset);
            }
            let bytes = having.end();
            prop_assert!(bytes.len() <= BITMAP);
            let mut among = Among::all();
            prop_assert_eq!(among.keep(&bytes), !offsets.is_empty());
            let numbers: Vec<i64> = among.numbers(0).collect();
            prop_assert_eq!(numbers, offsets.into_iter().map(i64::from).collect::<Vec<_>>());
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut among = Among::all();
            among.keep(&bytes);
            prop_assert!(among.numbers(0).count() <= 4_096);
        }
    }
}
