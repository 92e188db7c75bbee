//! `GET /forms/{form}/{hash}.cbor`: the public definition of a version, for the widget.

use std::sync::Arc;

use axum::{
    extract::{Path, State as Shared},
    http::HeaderMap,
    response::Response,
};
use leadglass_scoring::{Language, encoding::VersionId};

use crate::{
    embed,
    http::{IMMUTABLE, file},
    problem::{Kind, Problem},
    state::State,
};

/// Sends a definition.
///
/// # Errors
/// Where there is no such form or version, or the store can't be read.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path((form, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let unknown = || Problem::of(Kind::FormUnknown, Language::En);
    let live = state.forms.get(&form).ok_or_else(unknown)?;
    let version = name.strip_suffix(".cbor").and_then(VersionId::parse).ok_or_else(unknown)?;
    let shown = state.forms.shown(&live, version, state.store.as_ref()).await;
    let shown = shown.map_err(|error| state.store_problem(&error, Language::En))?.ok_or_else(unknown)?;
    Ok(file(&headers, &*embed::definition_file(&shown).await, "application/cbor", IMMUTABLE))
}
