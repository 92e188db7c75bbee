//! `POST /v1/webhooks/{webhook}/secret` and `/replay`: another secret, and what happened told again.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State as Shared},
    http::HeaderMap,
};
use leadglass_scoring::{Language, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answer::Json,
    body,
    caller::{May, Webhooks},
    document::Refusals,
    webhook::find,
};
use crate::{
    outbox::new_secret,
    problem::{Kind, Problem},
    state::State,
    store::{ReceiverState, Replay},
};

/// For how many hours the former secret may sign beside the new one.
const MOST_HOURS: i64 = 8_760;

/// For how long.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `hours`")]
pub(super) struct Rotation {
    /// For how many hours the former secret signs beside the new one, so that nothing is refused meanwhile.
    #[serde(deserialize_with = "body::whole")]
    #[schema(minimum = 0, maximum = 8760)]
    hours: i64,
}

/// The new secret.
#[derive(Serialize, ToSchema)]
pub(super) struct NewSecret {
    /// As Standard Webhooks writes it; shown this once.
    secret: String,
}

/// Signs with a new secret from now on, which is in the answer, this once.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{webhook}/secret",
    operation_id = "rotate_secret",
    tag = "webhooks",
    params(("webhook" = Uuid, Path, description = "The webhook's id")),
    request_body = Rotation,
    responses((status = 200, description = "The new secret", body = NewSecret), Refusals),
    security(("token" = ["webhooks"]))
)]
pub(super) async fn rotate(
    _: May<Webhooks>,
    Shared(state): Shared<Arc<State>>,
    Path(webhook): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<NewSecret>, Problem> {
    let Rotation { hours } = body::read(&state, &headers, sent).await?;
    if !(0..=MOST_HOURS).contains(&hours) {
        return Err(Problem::new(Kind::BodyWrongShape, "`hours` has the wrong shape: expected from 0 to 8760"));
    }
    let receiver = find(&state, &webhook).await?;
    let (secret, now) = (new_secret(state.ids.as_ref()), state.clock.now());
    let until = Timestamp::from_millis(now.as_millis().saturating_add(hours * 3_600_000));
    let rotated = state.store.rotate_secret(receiver.id, &secret, now, until).await;
    rotated.map_err(|error| state.store_problem(&error, Language::En))?;
    Ok(Json(NewSecret { secret: secret.reveal() }))
}

/// What to tell again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `from`")]
pub(super) struct Again {
    /// What happened since then,
    #[serde(with = "body::time")]
    #[schema(value_type = String, format = DateTime)]
    from: Option<Timestamp>,
    /// until just before then; until now where it is not said.
    #[serde(default, with = "body::time")]
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Only what was given up.
    #[serde(default)]
    dead_only: bool,
}

/// What will be told.
#[derive(Serialize, ToSchema)]
pub(super) struct ToTell {
    /// How many messages.
    messages: u64,
}

/// Tells again what happened in a span of time, or for the first time to who was added later.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{webhook}/replay",
    operation_id = "replay_webhook",
    tag = "webhooks",
    params(("webhook" = Uuid, Path, description = "The webhook's id")),
    request_body = Again,
    responses((status = 200, description = "It will be told", body = ToTell), Refusals),
    security(("token" = ["webhooks"]))
)]
pub(super) async fn replay(
    _: May<Webhooks>,
    Shared(state): Shared<Arc<State>>,
    Path(webhook): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<ToTell>, Problem> {
    let sent: Again = body::read(&state, &headers, sent).await?;
    let Some(from) = sent.from else {
        return Err(Problem::new(Kind::BodyWrongShape, "`from` has the wrong shape: expected a time"));
    };
    let receiver = find(&state, &webhook).await?;
    if receiver.state != ReceiverState::Enabled {
        return Err(Problem::of(Kind::WebhookDisabled, Language::En));
    }
    let now = state.clock.now();
    let replay = Replay { receiver: receiver.id, from, to: sent.to.unwrap_or(now), dead_only: sent.dead_only, now };
    let messages = state.store.replay(&replay).await;
    let messages = messages.map_err(|error| state.store_problem(&error, Language::En))?;
    state.told.notify_one();
    Ok(Json(ToTell { messages }))
}
