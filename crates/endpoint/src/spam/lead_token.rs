//! What lets a page tell more of the lead it sent, or its person take permissions back: the lead's id with our signature.
//! Nothing of it is stored, and whoever has it can do nothing else.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac;
use uuid::Uuid;

use super::keys::{Keys, mac};

/// How much of the signature is in the token.
const SIGNATURE: usize = 16;

/// The token by which later signals of a lead are taken.
#[must_use]
pub fn track_token(keys: &Keys, lead: Uuid) -> String {
    write(&keys.track, lead)
}

/// The lead of such a token; `None` where we did not make it.
#[must_use]
pub fn track_lead(keys: &Keys, token: &str) -> Option<Uuid> {
    read(&keys.track, token)
}

/// The token by which a lead's person sees the permissions they gave and takes them back.
#[must_use]
pub fn privacy_token(keys: &Keys, lead: Uuid) -> String {
    write(&keys.privacy, lead)
}

/// The lead of such a token; `None` where we did not make it.
#[must_use]
pub fn privacy_lead(keys: &Keys, token: &str) -> Option<Uuid> {
    read(&keys.privacy, token)
}

fn write(key: &str, lead: Uuid) -> String {
    let signature = mac(key.as_bytes(), lead.as_bytes()).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode([lead.as_bytes(), &signature[..SIGNATURE]].concat())
}

fn read(key: &str, token: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (lead, signature) = bytes.split_first_chunk::<16>()?;
    let is_whole = signature.len() == SIGNATURE;
    mac(key.as_bytes(), lead).verify_truncated_left(signature).ok().filter(|()| is_whole)?;
    Some(Uuid::from_bytes(*lead))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_its_leads_alone_and_can_not_be_shortened_or_changed() {
        let keys = Keys::from_secret(&[7; 32]);
        let lead = Uuid::from_u128(9);
        let token = track_token(&keys, lead);
        assert_eq!(track_lead(&keys, &token), Some(lead));
        assert_eq!(privacy_lead(&keys, &privacy_token(&keys, lead)), Some(lead));
        assert_eq!((privacy_lead(&keys, &token), track_lead(&keys, &privacy_token(&keys, lead))), (None, None));
        let other = URL_SAFE_NO_PAD.decode(track_token(&keys, Uuid::from_u128(8))).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for changed in
            [&bytes[..16], &bytes[..31], &[&other[..16], &bytes[16..]].concat(), &[&bytes[..], &[0]].concat()]
        {
            assert_eq!(track_lead(&keys, &URL_SAFE_NO_PAD.encode(changed)), None);
        }
        assert_eq!(track_lead(&Keys::from_secret(&[8; 32]), &token), None);
        assert_eq!(track_lead(&keys, "%"), None);
    }
}
