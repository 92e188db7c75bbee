//! `POST /v1/forms/{form}/submissions`: a submission as JSON, whatever its content type says.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Extension, Path, State as Shared},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leadglass_scoring::Language;

use crate::{
    client::Peer,
    http::{Cors, language, read_body},
    intake,
    problem::{Kind, Problem},
    rate_limit::Purpose,
    state::State,
    submission::read_json,
};

/// Takes a submission.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(form): Path<String>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(cors) = Cors::of(&state.settings, &form, &headers) else {
        state.metrics.refuse(Kind::OriginNotAllowed);
        return Problem::of(Kind::OriginNotAllowed, Language::En).into_response();
    };
    let mut response = match submit(&state, &form, peer.map(|Extension(peer)| peer), &headers, body).await {
        Ok(receipt) => {
            state.metrics.received.inc();
            let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            let cache = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            (StatusCode::OK, [kind, cache], receipt).into_response()
        }
        Err(problem) => {
            state.metrics.refuse(problem.kind());
            problem.into_response()
        }
    };
    cors.apply(response.headers_mut());
    response
}

async fn submit(
    state: &State,
    form: &str,
    peer: Option<Peer>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Vec<u8>, Problem> {
    let live = state.forms.get(form).ok_or_else(|| Problem::of(Kind::FormUnknown, Language::En))?;
    let in_their_language = |problem: Problem| problem.translated(language(live.full.definition(), None, headers));
    state.admit(Purpose::Send, form, peer, headers).map_err(in_their_language)?;
    let body = read_body(headers, body, state.settings.body_limit_bytes, state.settings.body_timeout()).await?;
    let submission = read_json(&body, state.settings.answers_limit)?;
    let language = language(live.full.definition(), submission.language.as_deref(), headers);
    let shown =
        intake::shown(state, &live, &submission).await.map_err(|error| state.store_problem(&error, language))?;
    let taken = intake::take(state, &live, &shown, submission, language).await;
    taken.map(|taken| taken.receipt).map_err(|refusal| refusal.into_problem(state, &shown, language))
}

/// Says what a page of another origin may send.
pub async fn preflight(Shared(state): Shared<Arc<State>>, Path(form): Path<String>, headers: HeaderMap) -> Response {
    let Some(cors) = Cors::of(&state.settings, &form, &headers) else {
        return Problem::of(Kind::OriginNotAllowed, Language::En).into_response();
    };
    let mut response = StatusCode::NO_CONTENT.into_response();
    let answer = response.headers_mut();
    answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    answer.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    cors.apply(answer);
    response
}

#[cfg(test)]
mod tests;
