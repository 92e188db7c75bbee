//! One key for one set of answers, so that however often they are sent there is one lead.

use web_sys::Window;

/// The key of the present attempt and what it was used for.
#[derive(Clone, Debug)]
pub(crate) struct Idempotency {
    /// The key to send.
    pub key: String,
    /// The key of an attempt that this one replaces.
    pub supersedes: Option<String>,
    /// Answers that were sent with the key, and may have arrived.
    tried: Option<String>,
}

impl Idempotency {
    pub(crate) const fn new(key: String, supersedes: Option<String>, tried: Option<String>) -> Self {
        Self { key, supersedes, tried }
    }

    /// Before sending these answers: other answers than those that may have arrived need another key.
    pub(crate) fn prepare(&mut self, answers: &str, fresh: impl FnOnce() -> String) {
        if self.tried.as_deref().is_some_and(|tried| tried != answers) {
            self.replace(fresh());
        }
        self.tried = Some(answers.to_owned());
    }

    /// The key is used up by something else: the next attempt takes another.
    pub(crate) fn replace(&mut self, fresh: String) {
        self.supersedes = Some(std::mem::replace(&mut self.key, fresh));
        self.tried = None;
    }

    /// The server refused the answers, so the key was not used up.
    pub(crate) fn refused(&mut self) {
        self.tried = None;
    }
}

/// A random UUID (RFC 9562, version 4). `crypto.randomUUID` is missing on pages without TLS.
pub(crate) fn fresh_key(window: &Window) -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window.crypto() {
        // It throws only for more than 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    uuid(bytes)
}

fn uuid(mut bytes: [u8; 16]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.into_iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_answers_keep_their_key() {
        let mut idempotency = Idempotency::new("a".into(), None, None);
        idempotency.prepare("x", || "b".into());
        idempotency.prepare("x", || "b".into());
        assert_eq!((idempotency.key.as_str(), idempotency.supersedes), ("a", None));
    }

    #[test]
    fn an_edit_after_an_unknown_fate_replaces_what_may_have_arrived() {
        let mut idempotency = Idempotency::new("a".into(), None, Some("x".into()));
        idempotency.prepare("y", || "b".into());
        assert_eq!((idempotency.key.as_str(), idempotency.supersedes.as_deref()), ("b", Some("a")));
    }

    #[test]
    fn an_edit_after_a_refusal_keeps_the_key() {
        let mut idempotency = Idempotency::new("a".into(), None, Some("x".into()));
        idempotency.refused();
        idempotency.prepare("y", || "b".into());
        assert_eq!((idempotency.key.as_str(), idempotency.supersedes), ("a", None));
    }

    #[test]
    fn a_key_is_a_uuid_of_version_4() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    }
}
