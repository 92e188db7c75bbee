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
    store::{StoreError, Undo},
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
    let store = Arc::clone(&state.store);
    let take_back = async move |undo: &Undo| store.undo_outcome(undo).await;
    let undone = undo(&state, &id, &headers, sent, Kind::OutcomeUnknown, take_back).await?;
    state.told.notify_one();
    Ok(undone)
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
    let store = Arc::clone(&state.store);
    let take_back = async move |undo: &Undo| store.undo_cost(undo).await;
    undo(&state, &id, &headers, sent, Kind::CostUnknown, take_back).await
}

async fn undo(
    state: &State,
    id: &str,
    headers: &HeaderMap,
    sent: Body,
    unknown: Kind,
    take_back: impl AsyncFnOnce(&Undo) -> Result<bool, StoreError>,
) -> Result<Json<UndoneBody>, Problem> {
    let sent: UndoBody = body::read(state, headers, sent).await?;
    let unknown = || Problem::of(unknown, Language::En);
    let id = Uuid::try_parse(id).map_err(|_| unknown())?;
    let at = state.clock.now();
    let undo = Undo { id, event: state.ids.at(at), at, by: cut(&sent.by) };
    match take_back(&undo).await {
        Ok(true) => Ok(Json(UndoneBody { undone: id })),
        Ok(false) => Err(unknown()),
        Err(error) => Err(state.store_problem(&error, Language::En)),
    }
}
