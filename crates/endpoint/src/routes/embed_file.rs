//! `GET /embed.js` and `GET /embed/{form}.js`: what a host page loads.

use std::sync::Arc;

use axum::{
    extract::{Path, State as Shared},
    http::HeaderMap,
    response::Response,
};
use leadglass_scoring::Language;

use crate::{
    embed,
    http::{REVALIDATED, WATCHED, file},
    problem::{Kind, Problem},
    state::State,
};

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The loader alone.
pub async fn loader(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    file(&headers, &*embed::loader_file(&state).await, SCRIPT, REVALIDATED)
}

/// The loader with a form.
///
/// # Errors
/// Where there is no such form.
pub async fn form(
    Shared(state): Shared<Arc<State>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let live = name.strip_suffix(".js").and_then(|id| state.forms.get(id));
    let live = live.ok_or_else(|| Problem::of(Kind::FormUnknown, Language::En))?;
    let cache = if state.watching { WATCHED } else { REVALIDATED };
    Ok(file(&headers, &*embed::embed_file(&state, &live).await, SCRIPT, cache))
}
