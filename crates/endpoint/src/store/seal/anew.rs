//! What of a lead is sealed, and sealing all of it under another key.

use uuid::Uuid;

use super::{RowSeal, Seal, SealError, column};

/// What of a lead is sealed or hashed, as it is kept.
pub(in crate::store) struct Values {
    pub(in crate::store) answers: Vec<u8>,
    /// None of leads from before they were kept.
    pub(in crate::store) circumstances: Option<Vec<u8>>,
    pub(in crate::store) explanation: Vec<u8>,
    pub(in crate::store) fingerprint: Vec<u8>,
    pub(in crate::store) page_url: Option<String>,
    pub(in crate::store) page_referrer: Option<String>,
    pub(in crate::store) email: Option<String>,
    pub(in crate::store) twin: Option<Vec<u8>>,
    pub(in crate::store) earlier: Vec<Earlier>,
}

/// What of an earlier verdict is sealed.
pub(in crate::store) struct Earlier {
    /// By which its database knows it.
    pub(in crate::store) number: i64,
    pub(in crate::store) circumstances: Option<Vec<u8>>,
    pub(in crate::store) explanation: Vec<u8>,
}

/// From how a row is sealed to how it is to be.
struct Change<'s> {
    from: RowSeal<'s>,
    to: RowSeal<'s>,
}

impl Change<'_> {
    fn bytes(&self, column: &'static str, kept: Vec<u8>) -> Result<Vec<u8>, SealError> {
        self.to.seal(column, self.from.open(column, kept)?)
    }

    fn some_bytes(&self, column: &'static str, kept: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, SealError> {
        kept.map(|kept| self.bytes(column, kept)).transpose()
    }

    fn text(&self, column: &'static str, kept: Option<String>) -> Result<Option<String>, SealError> {
        self.to.seal_text(column, self.from.open_text(column, kept)?)
    }
}

impl Seal {
    /// All of a lead, which is sealed `under` a key or in plain, under the first key.
    pub(in crate::store) fn lead_anew(
        &self,
        under: Option<&str>,
        lead: Uuid,
        values: Values,
    ) -> Result<Values, SealError> {
        let change = Change { from: self.row(under, lead)?, to: self.new_row(lead) };
        // Hashes do not depend on the key.
        let (email, twin) = match under {
            Some(_) => (values.email, values.twin),
            None => (values.email.and_then(|email| self.email(&email)), self.twin_kept(values.twin)),
        };
        let earlier = values.earlier.into_iter().map(|verdict| {
            Ok(Earlier {
                number: verdict.number,
                circumstances: change.some_bytes(column::CIRCUMSTANCES, verdict.circumstances)?,
                explanation: change.bytes(column::EXPLANATION, verdict.explanation)?,
            })
        });
        Ok(Values {
            answers: change.bytes(column::ANSWERS, values.answers)?,
            circumstances: change.some_bytes(column::CIRCUMSTANCES, values.circumstances)?,
            explanation: change.bytes(column::EXPLANATION, values.explanation)?,
            fingerprint: change.bytes(column::FINGERPRINT, values.fingerprint)?,
            page_url: change.text(column::PAGE_URL, values.page_url)?,
            page_referrer: change.text(column::PAGE_REFERRER, values.page_referrer)?,
            email,
            twin,
            earlier: earlier.collect::<Result<_, _>>()?,
        })
    }

    /// The note of a merge, under the first key.
    pub(in crate::store) fn note_anew(
        &self,
        under: Option<&str>,
        merge: Uuid,
        why: Option<String>,
    ) -> Result<Option<String>, SealError> {
        Change { from: self.row(under, merge)?, to: self.new_row(merge) }.text(column::WHY, why)
    }

    fn twin_kept(&self, twin: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let twin: [u8; 16] = twin?.try_into().ok()?;
        Some(self.twin(twin).to_vec())
    }
}
