//! `GET /healthz` and `GET /readyz`: for whoever runs it.

use std::sync::Arc;

use axum::{extract::State as Shared, response::Response};
use axum::response::IntoResponse;
use leadglass_scoring::Language;

use crate::{
    problem::{Kind, Problem},
    state::State,
};

/// It runs.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// It can take leads.
///
/// # Errors
/// Where it is about to stop, or the store can't take any.
pub async fn ready(Shared(state): Shared<Arc<State>>) -> Result<Response, Problem> {
    if state.is_stopping() {
        return Err(Problem::of(Kind::Stopping, Language::En));
    }
    state.store.check().await.map_err(|error| state.store_problem(&error, Language::En))?;
    Ok("ready\n".into_response())
}
