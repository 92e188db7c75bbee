//! `POST /v1/persons/{id}/merges` and `POST /v1/merges/{id}/undo`: two people are one, or are not after all.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State as Shared},
    http::HeaderMap,
};
use leadglass_scoring::Language;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    answer::Json,
    body::{self, lead_unknown},
    caller::{LeadsWrite, May},
    document::Refusals,
};
use crate::{
    people::person_of,
    problem::{Kind, Problem},
    state::State,
    store::{Merged, NewMerge},
};

/// How long a reason or a name may be, in letters; more of it is cut off.
const TEXT_LIMIT: usize = 500;

/// Who is one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a merge, which is an object")]
#[schema(as = NewMerge)]
pub(super) struct MergeBody {
    /// Any lead of the other person.
    with: Uuid,
    /// Who says so.
    by: String,
    /// Why.
    #[serde(default)]
    why: Option<String>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(super) struct MergedBody {
    /// The merge, by which it can be taken back.
    merge: Uuid,
    /// Whom both are now.
    person: Uuid,
}

/// Makes one of two people, in the journal and until it is taken back. The same merge again is the one before.
#[utoipa::path(
    post,
    path = "/v1/persons/{id}/merges",
    operation_id = "merge_persons",
    tag = "people",
    params(("id" = Uuid, Path, description = "The id of any lead of one person")),
    request_body = MergeBody,
    responses((status = 200, description = "They are one", body = MergedBody), Refusals),
    security(("token" = ["leads:write"]))
)]
pub(super) async fn merge(
    _: May<LeadsWrite>,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<MergedBody>, Problem> {
    let sent: MergeBody = body::read(&state, &headers, sent).await?;
    let failed = |error| state.store_problem(&error, Language::En);
    let lead = Uuid::try_parse(&id).map_err(|_| lead_unknown())?;
    let at = state.clock.now();
    let (by, why) = (cut(&sent.by), sent.why.as_deref().map(cut));
    let merge = NewMerge { id: state.ids.at(at), leads: [lead, sent.with], at, by, why };
    let id = match state.store.merge(&merge).await.map_err(failed)? {
        Merged::New => merge.id,
        Merged::Before(id) => id,
        Merged::NoLead => return Err(lead_unknown()),
        Merged::Same => return Err(Problem::of(Kind::PersonSame, Language::En)),
    };
    let person = person_of(state.store.as_ref(), lead).await.map_err(failed)?.ok_or_else(lead_unknown)?;
    Ok(Json(MergedBody { merge: id, person }))
}

/// Who takes it back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "who takes it back, in an object")]
pub(super) struct UndoBody {
    /// Who says so.
    pub(super) by: String,
}

/// That it is taken back.
#[derive(Serialize, ToSchema)]
pub(super) struct UndoneBody {
    /// What counts no more.
    pub(super) undone: Uuid,
}

/// Takes back a merge: whoever was one by it alone is two again. It stays in the journal.
#[utoipa::path(
    post,
    path = "/v1/merges/{id}/undo",
    operation_id = "undo_merge",
    tag = "people",
    params(("id" = Uuid, Path, description = "The merge's id")),
    request_body = UndoBody,
    responses((status = 200, description = "It counts no more", body = UndoneBody), Refusals),
    security(("token" = ["leads:write"]))
)]
pub(super) async fn undo(
    _: May<LeadsWrite>,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<UndoneBody>, Problem> {
    let sent: UndoBody = body::read(&state, &headers, sent).await?;
    let unknown = || Problem::of(Kind::MergeUnknown, Language::En);
    let merge = Uuid::try_parse(&id).map_err(|_| unknown())?;
    let undone = state.store.undo_merge(merge, state.clock.now(), &cut(&sent.by)).await;
    if undone.map_err(|error| state.store_problem(&error, Language::En))? {
        Ok(Json(UndoneBody { undone: merge }))
    } else {
        Err(unknown())
    }
}

pub(super) fn cut(text: &str) -> String {
    text.chars().take(TEXT_LIMIT).collect()
}
