//! Cursors: a place in the list of leads, in letters that say nothing to whoever holds them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use leadglass_scoring::Timestamp;

use crate::store::Place;

/// The letters of a place.
pub(super) fn write(place: Place) -> String {
    let mut bytes = place.received_at.as_millis().to_be_bytes().to_vec();
    bytes.extend_from_slice(&place.number.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The place of these letters.
pub(super) fn read(text: &str) -> Option<Place> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (time, number) = bytes.split_first_chunk::<8>()?;
    let received_at = Timestamp::from_millis(i64::from_be_bytes(*time));
    Some(Place { received_at, number: u64::from_be_bytes(number.try_into().ok()?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_is_one() {
        let place = Place { received_at: Timestamp::from_millis(1_772_445_600_000), number: 1_000_001 };
        assert_eq!(read(&write(place)), Some(place));
        for wrong in ["", "1", "AAAA", "💥", &format!("{}A", write(place)), &write(place)[1..]] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
