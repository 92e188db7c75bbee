//! `GET /f/{form}`: the form on a page of its own.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use leadglass_scoring::Language;
use serde::Deserialize;

use crate::{
    hosted::Page,
    http::language,
    problem::{Kind, Problem},
    state::State,
};

/// What the address may say.
#[derive(Deserialize)]
pub struct Choice {
    /// The language.
    pub lang: Option<String>,
}

/// Shows the form.
///
/// # Errors
/// Where there is no such form.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(form): Path<String>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let live = state.forms.get(&form).ok_or_else(|| Problem::of(Kind::FormUnknown, Language::En))?;
    let language = language(live.full.definition(), choice.lang.as_deref(), &headers);
    let page = Page::new(language, state.ids.random(), live.shown.version);
    Ok(page.answer(&state, &live, StatusCode::OK).await)
}
