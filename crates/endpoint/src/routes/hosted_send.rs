//! `POST /f/{form}`: a form without script, answered with what follows, or with the form and what is wrong.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use leadglass_scoring::{Language, encoding::{VersionId, encode}};

use super::hosted_form::Choice;
use crate::{
    forms::LiveForm,
    hosted::Page,
    http::{Cors, language, read_body},
    intake::{self, Refusal, Taken},
    problem::{Kind, Problem},
    state::State,
    store::StoreError,
    submission::{Submission, read_urlencoded},
};

/// Takes a submission.
///
/// # Errors
/// Where there is nothing to show the form with again.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(form): Path<String>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let refused = |problem: Problem| {
        state.fates.refuse(problem.kind());
        problem
    };
    let live = state.forms.get(&form).ok_or_else(|| refused(Problem::of(Kind::FormUnknown, Language::En)))?;
    if Cors::of(&state.settings, &form, &headers).is_none() {
        return Err(refused(Problem::of(Kind::OriginNotAllowed, Language::En)));
    }
    let body = read_body(&headers, body, state.settings.body_limit_bytes, state.settings.body_timeout()).await;
    let submission = body.and_then(|body| read_urlencoded(&body, state.settings.answers_limit, state.ids.random()));
    let submission = submission.map_err(refused)?;
    let asked = submission.language.as_deref().or(choice.lang.as_deref());
    let language = language(live.full.definition(), asked, &headers);
    Ok(take(&state, &live, submission, language).await)
}

async fn take(state: &State, live: &LiveForm, submission: Submission, language: Language) -> Response {
    let mut page = Page::new(language, submission.key, live.shown.version);
    let answers = submission.answers.clone();
    match try_take(state, live, submission, language).await {
        Ok(taken) => {
            state.fates.receipt();
            page.follow_up = Some(taken.decision);
            page.answer(state, live, StatusCode::OK).await
        }
        Err(refusal) => {
            page.answers = answers;
            let (kind, note) = match refusal {
                Refusal::Invalid(violations) => {
                    page.violations = violations;
                    (Kind::AnswersInvalid, None)
                }
                Refusal::KeyReused => (Kind::KeyReused, Some(Problem::of(Kind::KeyReused, language))),
                Refusal::Store(error) => {
                    let problem = state.store_problem(&error, language);
                    (problem.kind(), Some(problem))
                }
            };
            state.fates.refuse(kind);
            page.note = note.map(|problem| problem.detail().to_owned());
            page.answer(state, live, kind.status()).await
        }
    }
}

/// Whoever goes back, changes an answer and sends again means the change: it is taken under a key that follows from
/// the first one and the answers, so that sending it twice is still one lead.
async fn try_take(
    state: &State,
    live: &LiveForm,
    submission: Submission,
    language: Language,
) -> Result<Taken, Refusal> {
    let shown = intake::shown(state, live, &submission).await.map_err(|error: StoreError| Refusal::Store(error))?;
    let again = submission.clone();
    match intake::take(state, live, &shown, submission, language).await {
        Err(Refusal::KeyReused) => {
            let derived = VersionId::of(&encode(&(again.key.as_bytes().as_slice(), again.fingerprint(&shown.form).as_bytes().as_slice())));
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&derived.as_bytes()[..16]);
            let changed = Submission {
                key: uuid::Builder::from_custom_bytes(bytes).into_uuid(),
                supersedes: Some(again.key),
                ..again
            };
            intake::take(state, live, &shown, changed, language).await
        }
        other => other,
    }
}
