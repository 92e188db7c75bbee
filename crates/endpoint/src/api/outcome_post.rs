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
    problem::{Kind, Problem},
    state::State,
    store::{LostReason, NewOutcome, Noted, Outcome},
    submission::optional_object,
};

/// How far a caller's clock may be ahead of ours: a day, for who notes days rather than instants.
const AHEAD_MS: i64 = 86_400_000;

/// What became of a lead, as it is sent. What each outcome takes is said by [`OutcomeBody`].
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    outcome: OutcomeName,
    #[serde(default, with = "body::time")]
    at: Option<Timestamp>,
    #[serde(default, deserialize_with = "optional_object")]
    amount: Option<Amount>,
    #[serde(default)]
    reason: Option<LostReasonName>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum OutcomeName {
    FirstContact,
    Won,
    Lost,
    Revenue,
}

/// What became of a lead.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the description of what `Sent` reads")]
enum OutcomeBody {
    /// Somebody of ours talked to them first.
    FirstContact(FirstContact),
    /// They became a customer.
    Won(Won),
    /// They did not.
    Lost(Lost),
    /// They paid.
    Revenue(Revenue),
}

macro_rules! outcomes {
    ($($(#[$doc:meta])* $name:ident = $pattern:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })+) => {
        $(
            $(#[$doc])*
            #[derive(ToSchema)]
            #[serde(deny_unknown_fields)]
            #[expect(dead_code, reason = "a description")]
            struct $name {
                /// Which outcome.
                #[schema(pattern = $pattern)]
                outcome: String,
                /// When; now where it is not said.
                #[schema(value_type = Option<String>, format = DateTime)]
                at: Option<Timestamp>,
                $($(#[$field_doc])* $field: $type,)*
            }
        )+
    };
}

outcomes! {
    /// Somebody of ours talked to them first.
    FirstContact = "^first_contact$" {}
    /// They became a customer.
    Won = "^won$" {
        /// What the deal is worth, not less than nothing.
        amount: Option<Amount>,
    }
    /// They did not become one.
    Lost = "^lost$" {
        /// Why.
        reason: LostReasonName,
    }
    /// They paid.
    Revenue = "^revenue$" {
        /// How much; less than nothing where it is paid back.
        amount: Amount,
    }
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

impl Sent {
    fn outcome(&self) -> Result<Outcome, Problem> {
        let needs = |name| Problem::new(Kind::BodyWrongShape, format!("this outcome needs `{name}`"));
        let takes_none = |name| Problem::new(Kind::BodyWrongShape, format!("this outcome takes no `{name}`"));
        if self.reason.is_some() && !matches!(self.outcome, OutcomeName::Lost) {
            return Err(takes_none("reason"));
        }
        match (self.outcome, self.amount) {
            (OutcomeName::FirstContact | OutcomeName::Lost, Some(_)) => Err(takes_none("amount")),
            (OutcomeName::FirstContact, None) => Ok(Outcome::FirstContact),
            (OutcomeName::Lost, None) => Ok(Outcome::Lost(self.reason.ok_or_else(|| needs("reason"))?.into())),
            (OutcomeName::Won, Some(amount)) if amount.is_negative() => Err(Problem::new(
                Kind::AmountInvalid,
                "`amount.minor` is less than nothing, and a deal is not; `revenue` takes what is paid back",
            )),
            (OutcomeName::Won, amount) => Ok(Outcome::Won(amount.map(Into::into))),
            (OutcomeName::Revenue, amount) => Ok(Outcome::Revenue(amount.ok_or_else(|| needs("amount"))?.into())),
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
    let sent: Sent = body::read(&state, &headers, sent).await?;
    let outcome = sent.outcome()?;
    let lead = Uuid::try_parse(&id).map_err(|_| lead_unknown())?;
    let noted_at = state.clock.now();
    if sent.at.is_some_and(|at| at.as_millis().saturating_sub(noted_at.as_millis()) > AHEAD_MS) {
        return Err(Problem::new(Kind::TimeAhead, "`at` is yet to come; note what became of a lead once it has"));
    }
    let mut said = lead.as_bytes().to_vec();
    // Without a time it is now, which a retry must not change.
    said.extend(serde_json::to_vec(&sent).unwrap_or_default());
    let new = NewOutcome {
        id: state.ids.at(noted_at),
        lead,
        key,
        fingerprint: VersionId::of(&said),
        outcome,
        at: sent.at.unwrap_or(noted_at),
        noted_at,
    };
    match state.store.keep_outcome(&new).await.map_err(|error| state.store_problem(&error, Language::En))? {
        Noted::New(id) | Noted::Before(id) => {
            state.told.notify_one();
            Ok(Json(NotedBody { id }))
        }
        Noted::KeyReused => Err(key_reused()),
        Noted::NoLead => Err(lead_unknown()),
    }
}
