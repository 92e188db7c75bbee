//! `POST /v1/outcomes/{id}/undo` and `POST /v1/costs/{id}/undo`: what was noted by mistake is taken back.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State as Shared},
    http::HeaderMap,
};
use leadglass_scoring::Language;
use uuid::Uuid;

use super::{
    answer::Json,
    body,
    caller::{May, OutcomesWrite},
    document::Refusals,
    merge_post::{UndoBody, UndoneBody, cut},
};
use crate::{
    problem::{Kind, Problem},
    state::State,
    store::Undo,
};

/// Takes back an outcome that was noted by mistake: it counts no more, stays in the lead's history, and whoever was told of it
/// is told.
#[utoipa::path(
    post,
    path = "/v1/outcomes/{id}/undo",
    operation_id = "undo_outcome",
    tag = "outcomes",
    params(("id" = Uuid, Path, description = "The outcome's id")),
    request_body = UndoBody,
    responses((status = 200, description = "It counts no more", body = UndoneBody), Refusals),
    security(("token" = ["outcomes:write"]))
)]
pub(super) async fn outcome(
    _: May<OutcomesWrite>,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<UndoneBody>, Problem> {
    let unknown = || Problem::of(Kind::OutcomeUnknown, Language::En);
    let undo = undo(&state, &id, &headers, sent).await?.ok_or_else(unknown)?;
    let is_there = state.store.undo_outcome(&undo).await;
    if is_there.map_err(|error| state.store_problem(&error, Language::En))? {
        state.told.notify_one();
        Ok(Json(UndoneBody { undone: undo.id }))
    } else {
        Err(unknown())
    }
}

/// Takes back a cost that was noted by mistake: it counts no more and stays in the list.
#[utoipa::path(
    post,
    path = "/v1/costs/{id}/undo",
    operation_id = "undo_cost",
    tag = "costs",
    params(("id" = Uuid, Path, description = "The cost's id")),
    request_body = UndoBody,
    responses((status = 200, description = "It counts no more", body = UndoneBody), Refusals),
    security(("token" = ["outcomes:write"]))
)]
pub(super) async fn cost(
    _: May<OutcomesWrite>,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<UndoneBody>, Problem> {
    let unknown = || Problem::of(Kind::CostUnknown, Language::En);
    let undo = undo(&state, &id, &headers, sent).await?.ok_or_else(unknown)?;
    let is_there = state.store.undo_cost(&undo).await;
    if is_there.map_err(|error| state.store_problem(&error, Language::En))? {
        Ok(Json(UndoneBody { undone: undo.id }))
    } else {
        Err(unknown())
    }
}

async fn undo(state: &State, id: &str, headers: &HeaderMap, sent: Body) -> Result<Option<Undo>, Problem> {
    let sent: UndoBody = body::read(state, headers, sent).await?;
    let at = state.clock.now();
    let id = Uuid::try_parse(id).ok();
    Ok(id.map(|id| Undo { id, event: state.ids.at(at), at, by: cut(&sent.by) }))
}
