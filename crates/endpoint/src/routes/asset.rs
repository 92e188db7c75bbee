//! `GET /assets/{file}`: files with their hash in their name.

use std::sync::Arc;

use axum::{
    extract::{Path, State as Shared},
    http::HeaderMap,
    response::Response,
};
use leadglass_scoring::Language;

use crate::{
    http::{IMMUTABLE, file},
    problem::{Kind, Problem},
    state::State,
};

/// Sends a file.
///
/// # Errors
/// Where there is none of this name.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asset = state.assets.get(&name).ok_or_else(|| Problem::of(Kind::PathUnknown, Language::En))?;
    Ok(file(&headers, &asset.bytes, asset.media_type, IMMUTABLE))
}
