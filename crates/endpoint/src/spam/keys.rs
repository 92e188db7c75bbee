//! What we sign with: all from one secret that the database keeps, so that endpoints on one database agree.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Keys for each purpose. In hexadecimal digits, as ALTCHA's libraries want theirs to be text.
#[derive(Clone)]
pub struct Keys {
    pub(super) challenge: String,
    pub(super) solution: String,
    pub(super) dwell: String,
    pub(super) track: String,
    pub(crate) person: String,
    pub(super) privacy: String,
    pub(super) confirm: String,
    pub(crate) import: String,
}

impl Keys {
    /// The name of the secret in the store.
    pub const SECRET: &'static str = "gate";

    /// The keys that follow from a secret.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        let key = |purpose: &str| hex(&mac(secret, purpose.as_bytes()).finalize().into_bytes());
        Self {
            challenge: key("challenge"),
            solution: key("solution"),
            dwell: key("dwell"),
            track: key("track"),
            person: key("person"),
            privacy: key("privacy"),
            confirm: key("confirm"),
            import: key("import"),
        }
    }
}

/// HMAC-SHA-256 (RFC 2104), to be finished or compared.
pub(crate) fn mac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("any key will do"));
    mac.update(message);
    mac
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// Bytes of lower-case hexadecimal digits; `None` where they are none.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let half = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| Some(half(*high)? << 4 | half(*low)?)).collect())?
}
