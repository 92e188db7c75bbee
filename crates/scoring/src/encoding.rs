//! The canonical encoding: deterministic CBOR (RFC 8949, 4.2.1) of the types of this crate. It is what is hashed, what
//! is stored, and what [`evaluate`](crate::evaluate) speaks.
//!
//! A struct is an array of its fields in the order that `canonical!` lists them, without those at the end that are
//! absent. A choice is its number; an enum with contents an array of the variant's number and an array of the contents.
//! A field or variant that is added goes last, and a field is optional, so older bytes keep their meaning and hash.

#[macro_use]
pub mod canonical;
mod values;

use std::fmt;

use minicbor::Encoder;
use sha2::{Digest, Sha256};

pub use self::canonical::Canonical;
use self::canonical::{Reader, Writer};
use crate::{form::FormDefinition, scorecard::Scorecard, validation::number::digits};

/// Bytes that are not the encoding of what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// How many bytes were understood.
    pub position: usize,
}

impl DecodeError {
    /// What is wrong, for a page: what shows any error there would cost more than the reading.
    #[must_use]
    pub fn words(self) -> String {
        let position = digits(self.position.try_into().unwrap_or(u64::MAX), 1);
        ["the bytes are not in the canonical encoding from byte ", &position, " on"].concat()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words())
    }
}

impl std::error::Error for DecodeError {}

/// The canonical bytes of a value.
#[must_use]
pub fn encode<T: Canonical>(value: &T) -> Vec<u8> {
    let mut writer = Writer(Encoder::new(Vec::new()));
    value.write(&mut writer);
    writer.0.into_writer()
}

/// Reads a value from its canonical bytes.
///
/// # Errors
/// Where the bytes are something else, nested too deep, or go on after the value.
pub fn decode<T: Canonical>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut reader = Reader::new(bytes);
    let value = T::read(&mut reader);
    if !reader.has_failed() && reader.left() == 0 {
        return Ok(value);
    }
    Err(DecodeError { position: bytes.len().saturating_sub(reader.left()) })
}

/// The SHA-256 of canonical bytes: the id of a version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId([u8; 32]);

impl VersionId {
    /// The id of what has these canonical bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The id with this raw hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for VersionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FormDefinition {
    /// The id of this version of the form, over all it says.
    #[must_use]
    pub fn version(&self) -> VersionId {
        VersionId::of(&encode(self))
    }
}

impl Scorecard {
    /// The id of this version of the card. Words are not part of a card, so mending one keeps its id.
    #[must_use]
    pub fn id(&self) -> VersionId {
        VersionId::of(&encode(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Condition;

    #[test]
    fn hostile_nesting_is_refused_before_it_is_followed() {
        let mut bytes = vec![0x81; 100_000];
        bytes.push(0);
        assert!(decode::<Condition>(&bytes).is_err());
        let indefinite = vec![0x9f; 1_000];
        assert!(decode::<Condition>(&indefinite).is_err());
    }

    #[test]
    fn a_length_that_lies_is_refused() {
        assert!(decode::<Vec<u64>>(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_err());
        assert!(decode::<u64>(&[0x00, 0x00]).is_err());
    }

    #[test]
    fn numbers_are_read_at_the_bounds_of_their_types_and_not_beyond() {
        for number in [0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, u64::MAX] {
            assert_eq!(decode(&encode(&number)), Ok(number));
        }
        for number in [i64::MIN, i64::MIN + 1, -4_294_967_297, -257, -256, -25, -24, -1, 0, i64::MAX] {
            assert_eq!(decode(&encode(&number)), Ok(number));
        }
        assert!(decode::<i64>(&encode(&9_223_372_036_854_775_808_u64)).is_err());
        assert!(decode::<i64>(&[0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0]).is_err());
        assert!(decode::<u64>(&encode(&-1_i64)).is_err());
        assert!(decode::<u8>(&encode(&256_u64)).is_err());
        // A number of a size that is not there, and one that is cut short.
        assert!(decode::<u64>(&[0x1c]).is_err());
        assert!(decode::<u64>(&[0x19, 0x01]).is_err());
    }

    #[test]
    fn what_is_of_another_kind_is_refused() {
        assert!(decode::<bool>(&[0x01]).is_err());
        assert!(decode::<String>(&[0x41, b'a']).is_err());
        assert!(decode::<String>(&[0x61, 0xff]).is_err());
        assert!(decode::<String>(&[0x62, b'a']).is_err());
        assert!(decode::<String>(&[0x7f, 0x61, b'a', 0xff]).is_err());
        assert!(decode::<Vec<u64>>(&[0xa0]).is_err());
        assert_eq!(decode::<Option<bool>>(&[0xf6]), Ok(None));
        assert!(decode::<Option<bool>>(&[]).is_err());
    }

    #[test]
    fn a_version_id_reads_back() {
        let id = VersionId::of(b"card");
        assert_eq!(VersionId::parse(&id.to_string()), Some(id));
        assert_eq!(VersionId::parse("é"), None);
    }
}
