//! The canonical encoding: deterministic CBOR (RFC 8949, 4.2.1) of the types of this crate, each struct as an array
//! in the order of its fields' numbers. It is what is hashed, what is stored, and what [`evaluate`](crate::evaluate)
//! speaks. A field that is added takes the next number and is optional, so older bytes keep their meaning and hash.

use std::fmt;

use minicbor::{Decode, Decoder, Encode, data::Type};
use sha2::{Digest, Sha256};

use crate::{form::FormDefinition, scorecard::Scorecard};

/// How deep encoded values may be nested; forms need less than half of it.
const MAX_NESTING: usize = 64;

/// Bytes that are not the encoding of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    what: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the bytes are not in the canonical encoding: {}", self.what)
    }
}

impl std::error::Error for DecodeError {}

/// The canonical bytes of a value.
#[must_use]
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = minicbor::encode(value, &mut bytes);
    bytes
}

/// Reads a value from its canonical bytes.
///
/// # Errors
/// Where the bytes are something else, nested too deep, or go on after the value.
pub fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, DecodeError> {
    let malformed = |error: minicbor::decode::Error| DecodeError { what: error.to_string() };
    // The decoders of nested types call each other, so depth is bounded before they run.
    check_nesting(bytes).map_err(malformed)?;
    let mut decoder = Decoder::new(bytes);
    let value = decoder.decode().map_err(malformed)?;
    if decoder.position() < bytes.len() {
        return Err(DecodeError { what: "bytes follow the value".into() });
    }
    Ok(value)
}

fn check_nesting(bytes: &[u8]) -> Result<(), minicbor::decode::Error> {
    let mut decoder = Decoder::new(bytes);
    // Items still to come at each open level.
    let mut open: Vec<u64> = vec![1];
    while let Some(left) = open.last_mut() {
        if *left == 0 {
            open.pop();
            continue;
        }
        *left = left.saturating_sub(1);
        let items = match decoder.datatype()? {
            Type::Array => decoder.array()?,
            Type::Map => decoder.map()?.map(|pairs| pairs.saturating_mul(2)),
            Type::Tag => {
                decoder.tag()?;
                Some(1)
            }
            Type::ArrayIndef | Type::MapIndef | Type::BytesIndef | Type::StringIndef => None,
            _ => {
                decoder.skip()?;
                continue;
            }
        };
        let Some(items) = items else {
            return Err(minicbor::decode::Error::message("a length is not given"));
        };
        if open.len() >= MAX_NESTING {
            return Err(minicbor::decode::Error::message("nested too deep"));
        }
        open.push(items);
    }
    Ok(())
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
    fn a_version_id_reads_back() {
        let id = VersionId::of(b"card");
        assert_eq!(VersionId::parse(&id.to_string()), Some(id));
        assert_eq!(VersionId::parse("é"), None);
    }
}
