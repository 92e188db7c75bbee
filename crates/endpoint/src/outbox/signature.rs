//! Signatures by which a receiver knows that a message is ours and unchanged: Standard Webhooks, `v1`.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use leadglass_scoring::Timestamp;
use sha2::{Digest, Sha256};

use crate::{clock::Ids, store::Secret};

/// The header `webhook-signature`: `v1,` and base64 of the HMAC-SHA-256 over `id.seconds.body`, once for each secret.
pub fn sign(secrets: &[Secret], id: &str, at: Timestamp, body: &[u8]) -> String {
    let seconds = seconds(at);
    let one = |secret: &Secret| {
        // A key of any length will do.
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        for part in [id.as_bytes(), b".", seconds.to_string().as_bytes(), b".", body] {
            mac.update(part);
        }
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    };
    secrets.iter().filter_map(one).collect::<Vec<_>>().join(" ")
}

/// The header `webhook-timestamp`.
pub const fn seconds(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(1_000)
}

/// A secret of 32 bytes that nobody can guess: 366 random bits, hashed.
#[must_use]
pub fn new_secret(ids: &dyn Ids) -> Secret {
    let mut hash = Sha256::new();
    for _ in 0..3 {
        hash.update(ids.random().as_bytes());
    }
    Secret::from_bytes(hash.finalize().to_vec()).unwrap_or_else(|| unreachable!("32 bytes are enough"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s22_the_signature_is_that_of_the_published_example() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = Timestamp::from_millis(1_614_265_330_999);
        let signature = sign(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
