//! What happened to a lead, in order.

use leadglass_scoring::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::Amount;
use crate::{
    clock::to_rfc3339,
    report::DecisionName,
    store::{Judgement, KeptLead, KeptOutcome, LostReason, Store, StoreError, Why},
};

/// Something that happened to a lead.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Event {
    /// The id of an outcome, by which it is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// What: `received`, `rescored`, `released`, `confirmed`, `withdrawn`, `superseded`, `first_contact`, `won`, `lost` or
    /// `revenue`.
    #[serde(rename = "event")]
    pub(crate) what: &'static str,
    /// When.
    #[schema(format = DateTime)]
    pub(crate) at: String,
    /// When it was noted, by the server's clock.
    #[schema(format = DateTime)]
    noted_at: String,
    /// Why it was lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// How much.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
    /// When it was taken back: it was noted by mistake and counts no more.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_at: Option<String>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_by: Option<String>,
    /// What was thought of it before it was scored again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) earlier: Option<EarlierVerdict>,
    /// The purpose that the permission was for which was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) purpose: Option<String>,
    /// The lead that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by_lead: Option<Uuid>,
}

/// A verdict that another took the place of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EarlierVerdict {
    /// From `A1` to `C3`.
    pub(crate) grade: &'static str,
    /// From 0 to 100.
    pub(crate) score: u8,
    /// What was to become of it.
    pub(crate) decision: DecisionName,
}

impl Event {
    fn new(what: &'static str, at: Timestamp) -> Self {
        let at = to_rfc3339(at);
        Self { what, noted_at: at.clone(), at, ..Self::default() }
    }

    fn outcome(kept: &KeptOutcome) -> Self {
        let (undone_at, undone_by) = kept.undone.clone().map(|(at, by)| (to_rfc3339(at), by)).unzip();
        Self {
            id: Some(kept.id),
            undone_at,
            undone_by,
            noted_at: to_rfc3339(kept.noted_at),
            reason: kept.outcome.reason().map(LostReason::as_str),
            amount: kept.outcome.amount().map(Amount::from),
            ..Self::new(kept.outcome.as_str(), kept.at)
        }
    }

    fn judged_again(earlier: &Judgement) -> Self {
        let what = match earlier.replaced_for {
            Why::Released => "released",
            Why::Signals => "rescored",
        };
        let explanation = &earlier.explanation;
        let verdict = EarlierVerdict {
            grade: explanation.grade.as_str(),
            score: explanation.score,
            decision: explanation.decision.into(),
        };
        Self { earlier: Some(verdict), ..Self::new(what, earlier.replaced_at) }
    }
}

/// All that happened to a lead, as it was noted one after the other.
pub(crate) async fn history(store: &dyn Store, lead: &KeptLead) -> Result<Vec<Event>, StoreError> {
    let mut events = vec![(lead.received_at, Event::new("received", lead.received_at))];
    for earlier in store.earlier_judgements(lead.id).await? {
        events.push((earlier.replaced_at, Event::judged_again(&earlier)));
    }
    if let Some(at) = store.confirmation(lead.id).await?.and_then(|asked| asked.confirmed_at) {
        events.push((at, Event::new("confirmed", at)));
    }
    for consent in &lead.consents {
        if let Some(at) = consent.withdrawn_at {
            events.push((at, Event { purpose: Some(consent.purpose.clone()), ..Event::new("withdrawn", at) }));
        }
    }
    if let Some(later) = lead.superseded_by
        && let Some(at) = store.lead(later).await?.map(|later| later.received_at)
    {
        events.push((at, Event { by_lead: Some(later), ..Event::new("superseded", at) }));
    }
    for kept in store.outcomes(&[lead.id]).await? {
        events.push((kept.noted_at, Event::outcome(&kept)));
    }
    // Of what was noted at the same time, in the order above
    events.sort_by_key(|(noted_at, _)| *noted_at);
    Ok(events.into_iter().map(|(_, event)| event).collect())
}
