//! A lead as both databases write it.

use leadglass_scoring::{Circumstances, encoding::encode};

use super::NewLead;
use crate::store::{
    StoreError,
    seal::{Seal, column},
};

/// A lead as it is written: encoded, and sealed where there are keys, before it waits for the writer.
pub(in crate::store) struct Row {
    /// What it says, what it is looked up by and where it was sent from are in it as they are written.
    pub(in crate::store) lead: Box<NewLead>,
    pub(in crate::store) fingerprint: Vec<u8>,
    pub(in crate::store) signals: Vec<u8>,
    pub(in crate::store) circumstances: Vec<u8>,
    pub(in crate::store) explanation: Vec<u8>,
    pub(in crate::store) moments: Option<Vec<u8>>,
    /// What it takes of the quarantine's room, if it is held there.
    pub(in crate::store) room: i64,
    pub(in crate::store) sealed_under: Option<String>,
}

impl Row {
    pub(in crate::store) fn new(mut lead: Box<NewLead>, seal: &Seal) -> Result<Self, StoreError> {
        lead.refuse_nul()?;
        let room = i64::try_from(lead.held_bytes()).unwrap_or(i64::MAX);
        let signals = encode(&lead.circumstances.signals);
        lead.circumstances.signals.clear();
        let row = seal.new_row(lead.id);
        let circumstances = row.seal(column::CIRCUMSTANCES, encode::<Circumstances>(&lead.circumstances))?;
        let explanation = row.seal(column::EXPLANATION, encode(&lead.explanation))?;
        let fingerprint = row.seal(column::FINGERPRINT, lead.fingerprint.as_bytes().to_vec())?;
        let moments = (!lead.moments.is_empty()).then(|| encode(&lead.moments));
        lead.answers = row.seal(column::ANSWERS, std::mem::take(&mut lead.answers))?;
        lead.page.url = row.seal_text(column::PAGE_URL, lead.page.url.take())?;
        lead.page.referrer = row.seal_text(column::PAGE_REFERRER, lead.page.referrer.take())?;
        let sealed_under = row.under();
        if sealed_under.is_some() {
            lead.email = lead.email.as_deref().and_then(|email| seal.email(email));
            lead.twin = lead.twin.map(|twin| seal.twin(twin));
            lead.folded.clear();
        }
        Ok(Self { lead, fingerprint, signals, circumstances, explanation, moments, room, sealed_under })
    }
}
