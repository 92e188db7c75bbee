//! The model: a table from hashed features to what they say, a file of whole numbers beside the page.

use std::fmt;

use super::{Kind, tokens::step};

/// How a model file begins.
pub const MAGIC: [u8; 4] = *b"LGMM";
/// The only version there is.
pub const VERSION: u8 = 1;
/// Entries of the table that knows languages.
pub const LANGUAGE_ENTRIES: usize = 1 << LANGUAGE_BITS;
/// The logarithm of their number.
pub const LANGUAGE_BITS: u32 = 12;
/// A gap of this many empty buckets is followed by another gap.
const LONG_GAP: u8 = u8::MAX;
/// Different things that a feature can say.
pub const CODES: usize = 256;

/// What was learned. Whoever has one has read it whole: nothing in it can make reading a moment fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// What each code says for know, go, do and buy, in 1/1024 of a unit of log odds for a quarter.
    pub codes: Vec<[i16; 4]>,
    /// The code of each bucket; a power of two of them.
    pub buckets: Vec<u8>,
    /// How each bucket of a text's letters speaks for another language than ours.
    pub languages: Vec<i8>,
    /// What all texts begin with, in 1/1024 of a unit of log odds.
    pub bias: [i16; 4],
    /// What the mean of [`Self::languages`] must exceed, in 1/16 of its units.
    pub foreign_above: i16,
    /// For each kind of text: what log odds are multiplied with, in 1/1024.
    pub sharpness: [u16; 3],
    /// For each kind of text: the least probability, in whole per mille, at which the best is told.
    pub sure_from: [u16; 3],
}

/// Why bytes are no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelError {
    /// They begin like something else.
    NotAModel,
    /// It is a model of another version.
    OtherVersion(u8),
    /// There are fewer or more of them than they say.
    WrongLength,
    /// They are not what was written.
    WrongChecksum,
}

impl fmt::Display for ModelError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => formatter.write_str("this is no model of moments"),
            Self::OtherVersion(version) => {
                write!(formatter, "this is a model of version {version}, and only version {VERSION} can be read")
            }
            Self::WrongLength => formatter.write_str("the model is cut short or goes on too long"),
            Self::WrongChecksum => formatter.write_str("the model is damaged: its checksum differs"),
        }
    }
}

impl std::error::Error for ModelError {}

impl Model {
    /// Reads a model from its file's bytes.
    ///
    /// # Errors
    /// Where they are not exactly what [`Self::to_bytes`] gives.
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(ModelError::NotAModel)?;
        let (version, rest) = rest.split_first().ok_or(ModelError::WrongLength)?;
        if *version != VERSION {
            return Err(ModelError::OtherVersion(*version));
        }
        let (bits, rest) = rest.split_first().ok_or(ModelError::WrongLength)?;
        if !(8..=20).contains(bits) {
            return Err(ModelError::WrongLength);
        }
        let mut rest = rest;
        let mut two = || -> Result<[u8; 2], ModelError> {
            let (first, after) = rest.split_first_chunk::<2>().ok_or(ModelError::WrongLength)?;
            rest = after;
            Ok(*first)
        };
        let mut model = Self {
            codes: Vec::with_capacity(CODES),
            buckets: Vec::new(),
            languages: Vec::new(),
            bias: [0; 4],
            foreign_above: 0,
            sharpness: [0; 3],
            sure_from: [0; 3],
        };
        for value in &mut model.sharpness {
            *value = u16::from_le_bytes(two()?);
        }
        for value in &mut model.sure_from {
            *value = u16::from_le_bytes(two()?);
        }
        for value in &mut model.bias {
            *value = i16::from_le_bytes(two()?);
        }
        model.foreign_above = i16::from_le_bytes(two()?);
        for _ in 0..CODES {
            let mut code = [0; 4];
            for value in &mut code {
                *value = i16::from_le_bytes(two()?);
            }
            model.codes.push(code);
        }
        let (languages, rest) = rest.split_at_checked(LANGUAGE_ENTRIES).ok_or(ModelError::WrongLength)?;
        let (tables, checksum) = rest.split_last_chunk().ok_or(ModelError::WrongLength)?;
        let body = bytes.get(..bytes.len().saturating_sub(4)).unwrap_or_default();
        if u32::from_le_bytes(*checksum) != checksum_of(body) {
            return Err(ModelError::WrongChecksum);
        }
        model.languages = languages.iter().map(|byte| byte.cast_signed()).collect();
        model.buckets = spread(tables, 1 << bits).ok_or(ModelError::WrongLength)?;
        Ok(model)
    }

    /// The bytes of its file. Tables of a wrong size give a file that cannot be read.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(VERSION);
        bytes.push(u8::try_from(self.buckets.len().max(1).ilog2()).unwrap_or_default());
        let unsigned = self.sharpness.iter().chain(&self.sure_from);
        unsigned.for_each(|value| bytes.extend(value.to_le_bytes()));
        let signed = self.bias.iter().chain([&self.foreign_above]).chain(self.codes.iter().flatten());
        signed.for_each(|value| bytes.extend(value.to_le_bytes()));
        bytes.extend(self.languages.iter().map(|value| value.cast_unsigned()));
        let mut gap = 0;
        for code in &self.buckets {
            if *code > 0 {
                bytes.push(gap);
                gap = 0;
            } else {
                gap = gap.saturating_add(1);
                if gap == LONG_GAP {
                    bytes.push(gap);
                    gap = 0;
                }
            }
        }
        bytes.extend(self.buckets.iter().filter(|code| **code > 0));
        bytes.extend(checksum_of(&bytes).to_le_bytes());
        bytes
    }

    /// What a feature says; nothing of most that were never learned. Whether one was is no branch: a processor guesses
    /// it wrongly every other time.
    pub(super) fn says(&self, hash: u32) -> [i16; 4] {
        let shift = self.buckets.len().leading_zeros().wrapping_add(33).wrapping_sub(usize::BITS);
        let code = self.buckets.get((hash >> (shift & 31)) as usize).copied().unwrap_or_default();
        let says = self.codes.get(usize::from(code)).copied().unwrap_or_default();
        let mask = if code == 0 { 0 } else { -1 };
        says.map(|value| value & mask)
    }

    /// How some letters of a text speak for another language.
    pub(super) fn foreign(&self, hash: u32) -> i8 {
        self.languages.get((hash >> (32 - LANGUAGE_BITS)) as usize).copied().unwrap_or_default()
    }

    pub(super) fn sharpness(&self, kind: Kind) -> u16 {
        self.sharpness.get(kind as usize).copied().unwrap_or_default()
    }

    pub(super) fn sure_from(&self, kind: Kind) -> u16 {
        self.sure_from.get(kind as usize).copied().unwrap_or(1000)
    }
}

/// The buckets from their file's form: how many empty ones are before each that is not, then what is in those.
fn spread(tables: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut buckets = vec![0; length];
    let mut used = 0_usize;
    // As many gaps as codes, and gaps of 255 besides, which are followed by no code but by another gap
    let mut ends = tables.len();
    let mut left = tables.iter();
    let mut places = Vec::new();
    let mut place = 0_usize;
    while used < ends {
        let gap = left.next()?;
        used = used.wrapping_add(1);
        place = place.wrapping_add(usize::from(*gap));
        if *gap < LONG_GAP {
            places.push(place);
            place = place.wrapping_add(1);
            ends = ends.checked_sub(1)?;
        }
    }
    for (place, code) in places.into_iter().zip(left) {
        *buckets.get_mut(place)? = *code;
    }
    Some(buckets)
}

fn checksum_of(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| step(hash, u32::from(*byte)))
}
