//! Signs that a program sent a form: which of them a submission bears, and what follows. Suspicion never rejects: a
//! doubtful lead is noted or held, and its sender gets the receipt that anybody gets.

mod confirm_token;
mod dwell;
mod keys;
mod lead_token;
mod proof;
mod room;

use leadglass_scoring::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) use self::keys::mac;
#[cfg(test)]
pub(crate) use self::proof::tests::solve;
pub use self::{
    confirm_token::{confirm_lead, confirm_token},
    keys::Keys,
    lead_token::{privacy_lead, privacy_token, track_lead, track_token},
    proof::Challenge,
    room::Room,
};
use crate::{
    settings::Settings,
    store::{Doubt, IfSpent, Sign},
};

/// What a sign does to a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// Nothing: nobody looks.
    Ignore,
    /// It is kept with the lead, unless it is only that something is missing.
    Note,
    /// The lead is held.
    Hold,
}

/// What a form does otherwise than the rest.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfForm {
    trap: Option<Reaction>,
    proof: Option<Reaction>,
    dwell: Option<Reaction>,
}

/// What a submission brings to tell a person from a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The field that no person sees was filled in.
    pub trap: bool,
    /// When the form was shown, in our own words.
    pub dwell: Option<String>,
    /// A challenge of ours with its solution, as ALTCHA writes both.
    pub proof: Option<String>,
}

/// What is doubtful about a submission to this form that came at `at`.
#[must_use]
pub fn doubt(settings: &Settings, keys: &Keys, form: &str, evidence: &Evidence, at: Timestamp) -> Doubt {
    let own = settings.spam.get(form).copied().unwrap_or_default();
    let on_proof = own.proof.unwrap_or(settings.on_proof);
    let mut doubt = Doubt::default();
    let mut bear = |reaction: Reaction, sign: Sign| {
        doubt.signs.push(sign);
        doubt.held |= reaction == Reaction::Hold;
    };
    let on_trap = own.trap.unwrap_or(settings.on_trap);
    if evidence.trap && on_trap != Reaction::Ignore {
        bear(on_trap, Sign::TrapFilled);
    }
    let on_dwell = own.dwell.unwrap_or(settings.on_dwell);
    if let Some(sign) = missing_or(on_dwell, evidence.dwell.as_deref(), Sign::DwellMissing, |token| {
        dwell::check(keys, token, form, at, settings).err()
    }) {
        bear(on_dwell, sign);
    }
    let mut challenge = None;
    if let Some(sign) = missing_or(on_proof, evidence.proof.as_deref(), Sign::ProofMissing, |proof| {
        proof::check(keys, proof, form, at).map(|answered| challenge = Some(answered)).err()
    }) {
        bear(on_proof, sign);
    }
    let if_spent = if on_proof == Reaction::Hold { IfSpent::Hold } else { IfSpent::Note };
    doubt.challenge = challenge.map(|mut answered| {
        answered.if_spent = if_spent;
        answered
    });
    doubt
}

fn missing_or(
    reaction: Reaction,
    given: Option<&str>,
    missing: Sign,
    check: impl FnOnce(&str) -> Option<Sign>,
) -> Option<Sign> {
    match (reaction, given) {
        (Reaction::Ignore, _) | (Reaction::Note, None) => None,
        (Reaction::Hold, None) => Some(missing),
        (_, Some(given)) => check(given),
    }
}

/// What a page does for a form to show that a person sends it: what is `hold` is worth waiting for. What nobody looks at
/// is left out.
#[must_use]
pub fn asks(settings: &Settings, form: &str) -> Value {
    let own = settings.spam.get(form).copied().unwrap_or_default();
    let word = |reaction| match reaction {
        Reaction::Ignore => None,
        Reaction::Note => Some("note"),
        Reaction::Hold => Some("hold"),
    };
    let on_dwell = own.dwell.unwrap_or(settings.on_dwell);
    let dwell_min_ms = (on_dwell == Reaction::Hold).then_some(settings.dwell_min_ms);
    json!({ "proof": word(own.proof.unwrap_or(settings.on_proof)), "dwell": word(on_dwell), "dwell_min_ms": dwell_min_ms })
}

/// What says that a form was shown at `at`.
#[must_use]
pub fn dwell_token(keys: &Keys, form: &str, at: Timestamp) -> String {
    dwell::token(keys, form, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1_772_445_600_000);

    fn settings() -> Settings {
        Settings::load(None, []).unwrap()
    }

    fn signs(settings: &Settings, evidence: &Evidence) -> (Vec<&'static str>, bool) {
        let doubt = doubt(settings, &Keys::from_secret(&[7; 32]), "demo", evidence, AT);
        (doubt.signs.into_iter().map(Sign::code).collect(), doubt.held)
    }

    #[test]
    fn by_default_the_trap_holds_and_what_is_missing_is_no_sign() {
        let settings = settings();
        assert_eq!(signs(&settings, &Evidence::default()), (vec![], false));
        let trapped = Evidence { trap: true, dwell: Some("x".into()), proof: Some("x".into()) };
        assert_eq!(signs(&settings, &trapped), (vec!["trap.filled", "dwell.invalid", "proof.invalid"], true));
    }

    #[test]
    fn a_form_can_ask_for_more_and_for_less() {
        let mut settings = settings();
        let strict = OfForm { trap: Some(Reaction::Ignore), proof: Some(Reaction::Hold), dwell: Some(Reaction::Hold) };
        settings.spam.insert("demo".into(), strict);
        let trapped = Evidence { trap: true, ..Evidence::default() };
        assert_eq!(signs(&settings, &trapped), (vec!["dwell.missing", "proof.missing"], true));
    }
}
