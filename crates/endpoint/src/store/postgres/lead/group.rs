//! Which leads of a group are new, and what is answered to each: decided here, from what the database told of them.

use std::collections::{HashMap, HashSet};

use leadglass_scoring::Timestamp;
use uuid::Uuid;

use crate::store::{AnsweredChallenge, IfSpent, Kept, Sent, Sign, StoreError, lead::Row};

/// A lead that is new.
pub(super) struct New<'r> {
    pub(super) number: i64,
    pub(super) duplicate_of: Option<Uuid>,
    pub(super) owner: Option<&'r str>,
    pub(super) held_bytes: Option<i64>,
    pub(super) signs: Option<String>,
    /// The challenge that it answers and nobody answered before.
    pub(super) challenge: Option<&'r AnsweredChallenge>,
    pub(super) row: &'r Row,
}

/// What the database has of a group already, by place in the group.
pub(super) struct Before {
    /// What was sent under its keys.
    pub(super) used: HashMap<usize, Sent>,
    /// The leads that it says again.
    pub(super) twins: HashMap<usize, Uuid>,
    /// Whose challenges were answered.
    pub(super) spent: HashSet<usize>,
}

/// The new leads of a group, numbered from `first`, and what is answered to each. Keys, twins and challenges may meet
/// within the group too, where the earlier one is first.
pub(super) fn sort_out<'r>(
    rows: &'r [Box<Row>],
    first: i64,
    mut before: Before,
) -> (Vec<New<'r>>, Vec<Result<Kept, StoreError>>) {
    let (mut new, mut told) = (Vec::<New<'r>>::new(), Vec::with_capacity(rows.len()));
    let mut keys: HashMap<(&str, Uuid), &Row> = HashMap::new();
    let mut heads: HashMap<(&str, &[u8]), (Timestamp, Uuid)> = HashMap::new();
    let mut answered = HashSet::new();
    for ((place, row), number) in rows.iter().enumerate().zip(first..) {
        let lead = &row.lead;
        let sent = before.used.remove(&place).or_else(|| {
            keys.get(&(lead.form.as_str(), lead.key)).map(|row| Sent {
                fingerprint: row.lead.fingerprint,
                receipt: row.lead.receipt.clone(),
                decision: row.lead.explanation.decision,
            })
        });
        if let Some(sent) = sent {
            told.push(Ok(if sent.fingerprint == lead.fingerprint { Kept::Before(sent) } else { Kept::OtherAnswers }));
            continue;
        }
        let (mut signs, mut held, mut challenge) =
            (lead.doubt.signs.clone(), lead.doubt.held, lead.doubt.challenge.as_ref());
        if let Some(AnsweredChallenge { id, if_spent, .. }) = challenge
            && (before.spent.contains(&place) || !answered.insert(id))
        {
            match if_spent {
                IfSpent::Note => {}
                IfSpent::Hold => held = true,
                IfSpent::Refuse => {
                    told.push(Err(StoreError::Busy));
                    continue;
                }
            }
            signs.push(Sign::ProofSpent);
            challenge = None;
        }
        let twin = twin_of(row).filter(|_| !held);
        let duplicate_of = twin.and_then(|twin| {
            let within = heads.get(&twin).filter(|(at, _)| *at >= lead.twins_since);
            before.twins.get(&place).copied().or(within.map(|(_, first)| *first))
        });
        if let Some(twin) = twin {
            heads.insert(twin, (lead.received_at, duplicate_of.unwrap_or(lead.id)));
        }
        keys.insert((&lead.form, lead.key), row);
        let held_bytes = held.then_some(row.room);
        new.push(New { number, duplicate_of, owner: None, held_bytes, signs: codes(&signs), challenge, row });
        told.push(Ok(Kept::New(lead.receipt.clone())));
    }
    (new, told)
}

/// What is equal for leads that say the same.
pub(super) fn twin_of(row: &Row) -> Option<(&str, &[u8])> {
    Some((row.lead.email.as_deref()?, row.lead.twin.as_ref()?.as_slice()))
}

fn codes(signs: &[Sign]) -> Option<String> {
    let codes: Vec<&str> = signs.iter().map(|sign| sign.code()).collect();
    (!codes.is_empty()).then(|| codes.join(" "))
}
