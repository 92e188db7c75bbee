//! Time and chance, handed to whoever needs them, so that tests can fix both.

use std::time::{SystemTime, UNIX_EPOCH};

use leadglass_scoring::{Timestamp, encoding::VersionId};
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Makes ids.
pub trait Ids: Send + Sync {
    /// An id that sorts by `at` (`UUIDv7`).
    fn at(&self, at: Timestamp) -> Uuid;

    /// An id that says nothing (`UUIDv4`).
    fn random(&self) -> Uuid;

    /// 32 bytes that nobody can guess: what three random ids say.
    fn secret(&self) -> [u8; 32] {
        let mut random = Vec::with_capacity(48);
        (0..3).for_each(|_| random.extend_from_slice(self.random().as_bytes()));
        *VersionId::of(&random).as_bytes()
    }
}

/// The id that follows from a hash: of the same, on every endpoint, the same.
#[must_use]
pub fn derived_id(hash: &[u8; 32]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Ids from the machine's random numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn at(&self, at: Timestamp) -> Uuid {
        let millis = u64::try_from(at.as_millis()).unwrap_or(0);
        let nanos = u32::try_from(millis % 1_000 * 1_000_000).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix_time(millis / 1_000, nanos, 0, 0))
    }

    #[expect(clippy::disallowed_methods, reason = "this is where chance comes in")]
    fn random(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// RFC 3339 in UTC with milliseconds.
#[must_use]
pub fn to_rfc3339(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(time) => format!("{time:.3}"),
        Err(_) => at.as_millis().to_string(),
    }
}

/// Reads RFC 3339.
#[must_use]
pub fn from_rfc3339(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|time| Timestamp::from_millis(time.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc_and_read_from_any_offset() {
        let at = from_rfc3339("2026-03-01T12:00:00.25+02:00").unwrap();
        assert_eq!(to_rfc3339(at), "2026-03-01T10:00:00.250Z");
        assert_eq!(from_rfc3339("yesterday"), None);
    }

    #[test]
    fn ids_sort_by_their_time() {
        let earlier = SystemIds.at(Timestamp::from_millis(1_772_359_200_000));
        let later = SystemIds.at(Timestamp::from_millis(1_772_359_200_001));
        assert!(earlier < later);
        assert_eq!(earlier.get_version_num(), 7);
    }
}
