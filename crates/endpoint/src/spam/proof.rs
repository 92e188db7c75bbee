//! Proof of work in the wire format of ALTCHA v2 (<https://altcha.org>): a challenge names the first half of a key that
//! PBKDF2 derives from a number; whoever finds the number knows the other half. We sign the whole key beforehand, so
//! that checking an answer costs two HMACs and no work of ours. A challenge is bound to a form, always expires, and
//! counts once.

use base64::{
    Engine,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use hmac::Mac;
use leadglass_scoring::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use super::keys::{Keys, from_hex, hex, mac};
use crate::{
    settings::Settings,
    store::{AnsweredChallenge, IfSpent, Sign},
};

#[cfg(test)]
mod interop;

const ALGORITHM: &str = "PBKDF2/SHA-256";
const KEY_LENGTH: usize = 32;
/// A payload is some 700 bytes; one that is much longer is none of ours.
const PAYLOAD_LIMIT: usize = 4_096;
/// With or without padding, as browsers and libraries differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// A challenge, signed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Challenge {
    parameters: Parameters,
    signature: String,
}

/// In the order of their names: their JSON is what is signed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Parameters {
    algorithm: String,
    cost: u32,
    data: Bound,
    /// Seconds since 1970; never absent.
    expires_at: i64,
    key_length: usize,
    key_prefix: String,
    key_signature: String,
    nonce: String,
    salt: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Bound {
    form: String,
}

#[derive(Deserialize)]
struct Payload {
    challenge: Challenge,
    solution: Solution,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Solution {
    derived_key: String,
}

impl Challenge {
    /// A new challenge for a form. `nonce` and `salt` are random; the number to find follows from a third random id.
    #[must_use]
    pub fn new(settings: &Settings, keys: &Keys, form: &str, at: Timestamp, random: [Uuid; 3]) -> Self {
        let [nonce, salt, number] = random;
        // Half to one and a half times the tries of the settings, so that none can be spared by guessing.
        let tries = settings.proof_tries.max(2);
        let number = tries / 2 + u32::try_from(number.as_u128() % u128::from(tries)).unwrap_or(0);
        let cost = settings.proof_cost.max(1);
        let mut password = nonce.as_bytes().to_vec();
        password.extend_from_slice(&number.to_be_bytes());
        let mut key = [0; KEY_LENGTH];
        pbkdf2::pbkdf2_hmac::<Sha256>(&password, salt.as_bytes(), cost, &mut key);
        let seconds = at.as_millis().div_euclid(1_000).saturating_add(settings.proof_valid_seconds.into());
        let parameters = Parameters {
            algorithm: ALGORITHM.into(),
            cost,
            data: Bound { form: form.into() },
            expires_at: seconds,
            key_length: KEY_LENGTH,
            key_prefix: hex(&key[..KEY_LENGTH / 2]),
            key_signature: hex(&mac(keys.solution.as_bytes(), &key).finalize().into_bytes()),
            nonce: hex(nonce.as_bytes()),
            salt: hex(salt.as_bytes()),
        };
        let signature = hex(&parameters.signature(keys).finalize().into_bytes());
        Self { parameters, signature }
    }
}

impl Parameters {
    fn signature(&self, keys: &Keys) -> hmac::Hmac<Sha256> {
        // Texts and numbers are always JSON.
        mac(keys.challenge.as_bytes(), &serde_json::to_vec(self).unwrap_or_default())
    }
}

/// Checks the proof that came with a submission: expiry, then signature, then solution.
pub(super) fn check(keys: &Keys, proof: &str, form: &str, at: Timestamp) -> Result<AnsweredChallenge, Sign> {
    let read = || {
        let json = (proof.len() <= PAYLOAD_LIMIT).then(|| BASE64.decode(proof).ok())??;
        serde_json::from_slice::<Payload>(&json).ok()
    };
    let Payload { challenge, solution } = read().ok_or(Sign::ProofInvalid)?;
    let parameters = &challenge.parameters;
    let expires_at = Timestamp::from_millis(parameters.expires_at.saturating_mul(1_000));
    if expires_at < at {
        return Err(Sign::ProofExpired);
    }
    let signature = from_hex(&challenge.signature).ok_or(Sign::ProofInvalid)?;
    parameters.signature(keys).verify_slice(&signature).map_err(|_| Sign::ProofInvalid)?;
    let id = <[u8; 32]>::try_from(signature).map_err(|_| Sign::ProofInvalid)?;
    let key = from_hex(&solution.derived_key).ok_or(Sign::ProofInvalid)?;
    let key_signature = from_hex(&parameters.key_signature).ok_or(Sign::ProofInvalid)?;
    mac(keys.solution.as_bytes(), &key).verify_slice(&key_signature).map_err(|_| Sign::ProofInvalid)?;
    if parameters.data.form != form {
        return Err(Sign::ProofInvalid);
    }
    Ok(AnsweredChallenge { id, expires_at, if_spent: IfSpent::Note })
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_772_445_600_000;

    pub(super) fn settings() -> Settings {
        let mut settings = Settings::load(None, []).unwrap();
        (settings.proof_cost, settings.proof_tries) = (2, 20);
        settings
    }

    pub(super) fn keys() -> Keys {
        Keys::from_secret(&[7; 32])
    }

    fn challenge() -> Value {
        let random = [1, 2, 3].map(Uuid::from_u128);
        let challenge = Challenge::new(&settings(), &keys(), "demo", Timestamp::from_millis(NOW), random);
        serde_json::to_value(challenge).unwrap()
    }

    /// Finds the key by trying one number after the other, as a page does.
    pub(crate) fn solve(challenge: &Value) -> String {
        let parameters = &challenge["parameters"];
        let bytes = |name: &str| from_hex(parameters[name].as_str().unwrap()).unwrap();
        let (nonce, salt, prefix) = (bytes("nonce"), bytes("salt"), bytes("keyPrefix"));
        let cost = u32::try_from(parameters["cost"].as_u64().unwrap()).unwrap();
        let found = (0_u32..).find_map(|number| {
            let mut key = [0; KEY_LENGTH];
            pbkdf2::pbkdf2_hmac::<Sha256>(&[&nonce[..], &number.to_be_bytes()].concat(), &salt, cost, &mut key);
            key.starts_with(&prefix).then_some((number, key))
        });
        let (number, key) = found.unwrap();
        payload(challenge, &json!({ "counter": number, "derivedKey": hex(&key), "time": 12.5 }))
    }

    fn payload(challenge: &Value, solution: &Value) -> String {
        BASE64.encode(json!({ "challenge": challenge, "solution": solution }).to_string())
    }

    fn checked(proof: &str, form: &str, after_ms: i64) -> Result<AnsweredChallenge, Sign> {
        check(&keys(), proof, form, Timestamp::from_millis(NOW + after_ms))
    }

    #[test]
    fn s9_a_solved_challenge_is_a_proof_for_its_form_until_it_expires() {
        let proof = solve(&challenge());
        let answered = checked(&proof, "demo", 0).unwrap();
        assert_eq!(answered.expires_at, Timestamp::from_millis(NOW + 900_000));
        assert_eq!(checked(proof.trim_end_matches('='), "demo", 900_000), Ok(answered));
        assert_eq!(checked(&proof, "demo", 900_001), Err(Sign::ProofExpired));
        assert_eq!(checked(&proof, "other", 0), Err(Sign::ProofInvalid));
        let others = Keys::from_secret(&[8; 32]);
        assert_eq!(check(&others, &proof, "demo", Timestamp::from_millis(NOW)), Err(Sign::ProofInvalid));
    }

    #[test]
    fn s9_whatever_is_changed_of_a_challenge_or_its_solution_it_is_no_proof() {
        let challenge = challenge();
        let solved: Value = serde_json::from_slice(&BASE64.decode(solve(&challenge)).unwrap()).unwrap();
        let solution = &solved["solution"];
        let parameters = challenge["parameters"].as_object().unwrap();
        let names: Vec<&str> = parameters.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["algorithm", "cost", "data", "expiresAt", "keyLength", "keyPrefix", "keySignature", "nonce", "salt"]
        );
        for name in names {
            let mut changed = challenge.clone();
            let value = &mut changed["parameters"][name];
            *value = match &*value {
                Value::Number(number) => json!(number.as_i64().unwrap() + 1),
                Value::String(text) => json!(format!("{}0", &text[..text.len() - 1])),
                _ => json!({ "form": "other" }),
            };
            for form in ["demo", "other"] {
                assert_eq!(checked(&payload(&changed, solution), form, 0), Err(Sign::ProofInvalid), "{name}");
            }
            changed["parameters"].as_object_mut().unwrap().remove(name);
            assert_eq!(checked(&payload(&changed, solution), "demo", 0), Err(Sign::ProofInvalid), "without {name}");
        }
        let mut more = challenge.clone();
        more["parameters"]["memoryCost"] = json!(1);
        let mut unsigned = challenge.clone();
        unsigned.as_object_mut().unwrap().remove("signature");
        for changed in [more, unsigned] {
            assert_eq!(checked(&payload(&changed, solution), "demo", 0), Err(Sign::ProofInvalid));
        }
        let half = challenge["parameters"]["keyPrefix"].as_str().unwrap();
        for key in ["", half, &half.repeat(2), "zz"] {
            let guessed = payload(&challenge, &json!({ "counter": 1, "derivedKey": key }));
            assert_eq!(checked(&guessed, "demo", 0), Err(Sign::ProofInvalid), "{key}");
        }
        for nonsense in ["", "%", "e30=", &"A".repeat(100_000)] {
            assert_eq!(checked(nonsense, "demo", 0), Err(Sign::ProofInvalid));
        }
    }
}
