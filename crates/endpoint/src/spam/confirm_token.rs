//! What a link in an e-mail holds: the lead whose sender confirms their address, until when, and our signature. It says
//! nothing of who they are, and does nothing else.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac;
use leadglass_scoring::Timestamp;
use uuid::Uuid;

use super::keys::{Keys, mac};

const MINUTE_MS: i64 = 60_000;

/// The token of a lead, good until a minute.
#[must_use]
pub fn confirm_token(keys: &Keys, lead: Uuid, until: Timestamp) -> String {
    let minutes = u32::try_from(until.as_millis().div_euclid(MINUTE_MS)).unwrap_or(u32::MAX);
    let said = [lead.as_bytes().as_slice(), &minutes.to_be_bytes()].concat();
    let signature = mac(keys.confirm.as_bytes(), &said).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode([&said, &signature[..16]].concat())
}

/// The lead of a token, and until when it is good; `None` where we did not make it.
#[must_use]
pub fn confirm_lead(keys: &Keys, token: &str) -> Option<(Uuid, Timestamp)> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (said, signature) = bytes.split_first_chunk::<20>()?;
    let is_whole = signature.len() == 16;
    mac(keys.confirm.as_bytes(), said).verify_truncated_left(signature).ok().filter(|()| is_whole)?;
    let (lead, minutes) = said.split_first_chunk::<16>()?;
    let minutes = u32::from_be_bytes(minutes.try_into().ok()?);
    Some((Uuid::from_bytes(*lead), Timestamp::from_millis(i64::from(minutes) * MINUTE_MS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_its_leads_alone_and_neither_lasts_longer_nor_serves_another() {
        let keys = Keys::from_secret(&[7; 32]);
        let until = Timestamp::from_millis(1_772_445_600_000);
        let token = confirm_token(&keys, Uuid::from_u128(9), until);
        assert_eq!(confirm_lead(&keys, &token), Some((Uuid::from_u128(9), until)));
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert_eq!(confirm_lead(&keys, &URL_SAFE_NO_PAD.encode(&changed)), None, "byte {place}");
        }
        for changed in [&bytes[..35], &bytes[..20], &[&bytes[..], &[0]].concat()] {
            assert_eq!(confirm_lead(&keys, &URL_SAFE_NO_PAD.encode(changed)), None);
        }
        assert_eq!(confirm_lead(&Keys::from_secret(&[8; 32]), &token), None);
        assert_eq!(confirm_lead(&keys, &super::super::track_token(&keys, Uuid::from_u128(9))), None);
    }
}
