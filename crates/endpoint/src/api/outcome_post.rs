//! `POST /v1/leads/{id}/outcomes`: what became of a lead.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State as Shared},
    http::HeaderMap,
};
use leadglass_scoring::{Language, Timestamp, encoding::VersionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    answer::Json,
    body::{self, Amount, Key, KeyHeader, key_reused, lead_unknown},
    caller::{May, OutcomesWrite},
    document::Refusals,
};
use crate::{
    clock::to_rfc3339,
    problem::Problem,
    state::State,
    store::{KeptOutcome, LostReason, NewOutcome, Noted, Outcome},
};

/// What became of a lead.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
enum OutcomeBody {
    /// Somebody of ours talked to them first.
    FirstContact {
        /// When; now where it is not said.
        #[serde(default, with = "body::time")]
        #[schema(value_type = Option<String>, format = DateTime)]
        at: Option<Timestamp>,
    },
    /// They became a customer.
    Won {
        /// When; now where it is not said.
        #[serde(default, with = "body::time")]
        #[schema(value_type = Option<String>, format = DateTime)]
        at: Option<Timestamp>,
        /// What the deal is worth.
        #[serde(default)]
        amount: Option<Amount>,
    },
    /// They did not.
    Lost {
        /// When; now where it is not said.
        #[serde(default, with = "body::time")]
        #[schema(value_type = Option<String>, format = DateTime)]
        at: Option<Timestamp>,
        /// Why.
        reason: LostReasonName,
    },
    /// They paid.
    Revenue {
        /// When; now where it is not said.
        #[serde(default, with = "body::time")]
        #[schema(value_type = Option<String>, format = DateTime)]
        at: Option<Timestamp>,
        /// How much; less than nothing where it is paid back.
        amount: Amount,
    },
}

/// Why a lead did not become a customer.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LostReasonName {
    /// No need, no budget, the wrong person.
    PoorLead,
    /// No answer, a late one, no fitting solution.
    PoorSelling,
    /// It does not do what was promised.
    Product,
    /// Too dear.
    Price,
    /// Somebody else.
    Competitor,
    /// Not now.
    Timing,
}

impl From<LostReasonName> for LostReason {
    fn from(name: LostReasonName) -> Self {
        match name {
            LostReasonName::PoorLead => Self::PoorLead,
            LostReasonName::PoorSelling => Self::PoorSelling,
            LostReasonName::Product => Self::Product,
            LostReasonName::Price => Self::Price,
            LostReasonName::Competitor => Self::Competitor,
            LostReasonName::Timing => Self::Timing,
        }
    }
}

impl OutcomeBody {
    fn parts(&self) -> (Outcome, Option<Timestamp>) {
        match *self {
            Self::FirstContact { at } => (Outcome::FirstContact, at),
            Self::Won { at, amount } => (Outcome::Won(amount.map(Into::into)), at),
            Self::Lost { at, reason } => (Outcome::Lost(reason.into()), at),
            Self::Revenue { at, amount } => (Outcome::Revenue(amount.into()), at),
        }
    }
}

/// Something that happened to a lead.
#[derive(Serialize, ToSchema)]
pub(super) struct Event {
    /// What: `received`, `first_contact`, `won`, `lost` or `revenue`.
    #[serde(rename = "event")]
    what: &'static str,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// When it was noted, by the server's clock.
    #[schema(format = DateTime)]
    noted_at: String,
    /// Why it was lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// How much.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
}

impl Event {
    /// It came.
    pub(super) fn received(at: Timestamp) -> Self {
        let at = to_rfc3339(at);
        Self { what: "received", noted_at: at.clone(), at, reason: None, amount: None }
    }

    /// Something became of it.
    pub(super) fn outcome(kept: &KeptOutcome) -> Self {
        Self {
            what: kept.outcome.as_str(),
            at: to_rfc3339(kept.at),
            noted_at: to_rfc3339(kept.noted_at),
            reason: kept.outcome.reason().map(LostReason::as_str),
            amount: kept.outcome.amount().map(Amount::from),
        }
    }
}

/// What was kept.
#[derive(Serialize, ToSchema)]
pub(super) struct NotedBody {
    /// Its id.
    pub(super) id: Uuid,
}

/// Notes what became of a lead. What is sent again under its key is noted once.
#[utoipa::path(
    post,
    path = "/v1/leads/{id}/outcomes",
    operation_id = "note_outcome",
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "The lead's id"), KeyHeader),
    request_body = OutcomeBody,
    responses((status = 200, description = "It is noted", body = NotedBody), Refusals),
    security(("token" = ["outcomes:write"]))
)]
pub(super) async fn answer(
    _: May<OutcomesWrite>,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    Key(key): Key,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<NotedBody>, Problem> {
    let sent: OutcomeBody = body::read(&state, &headers, sent).await?;
    let lead = Uuid::try_parse(&id).map_err(|_| lead_unknown())?;
    let noted_at = state.clock.now();
    let (outcome, at) = sent.parts();
    let mut said = lead.as_bytes().to_vec();
    // Without a time it is now, which a retry must not change.
    said.extend(serde_json::to_vec(&sent).unwrap_or_default());
    let new = NewOutcome {
        id: state.ids.at(noted_at),
        lead,
        key,
        fingerprint: VersionId::of(&said),
        outcome,
        at: at.unwrap_or(noted_at),
        noted_at,
    };
    match state.store.keep_outcome(&new).await.map_err(|error| state.store_problem(&error, Language::En))? {
        Noted::New(id) | Noted::Before(id) => Ok(Json(NotedBody { id })),
        Noted::KeyReused => Err(key_reused()),
        Noted::NoLead => Err(lead_unknown()),
    }
}
