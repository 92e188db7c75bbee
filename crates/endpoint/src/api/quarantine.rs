//! `GET /v1/quarantine`, `POST /v1/quarantine/{id}/release`, `DELETE /v1/quarantine/{id}`: leads that are held as
//! doubtful.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State as Shared},
    http::{HeaderMap, StatusCode},
};
use leadglass_scoring::{Explanation, Form, Language};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    answer::Json,
    caller::{May, Quarantine},
    cursor,
    document::Refusals,
    parameters::{Parameters, accepted_languages, asked_language, text},
};
use crate::{
    problem::{Kind, Problem},
    quarantine,
    replay::ReplayError,
    report::{DecisionName, Definitions, LanguageName, LeadLine, Report},
    state::State,
    store::{Discard, KeptLead, Place, StoreError},
};

/// Leads of a list where it is not said.
const USUAL: u32 = 50;
/// Most leads of a list.
const MOST: u32 = 200;

/// Which.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what `list` reads")]
pub(super) struct Held {
    /// Only of this form.
    #[param(min_length = 1, max_length = 200, pattern = r"^[^\x00]+$")]
    form: Option<String>,
    /// At most as many; 50 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<String>,
    /// The language of the reasons; else the first of `accept-language` that the form has.
    #[param(inline)]
    language: Option<LanguageName>,
}

/// Leads that are held.
#[derive(Serialize, ToSchema)]
pub(super) struct HeldPage {
    /// Each, the one held longest first.
    leads: Vec<HeldLead>,
    /// The cursor of the next page, where there may be one.
    next: Option<String>,
    /// The room that all of them take.
    taken_bytes: u64,
    /// The room there is.
    limit_bytes: u64,
}

/// A lead that is held.
#[derive(Serialize, ToSchema)]
struct HeldLead {
    #[serde(flatten)]
    lead: LeadLine,
    /// The signs of a program that its submission bore.
    signs: Vec<&'static str>,
}

/// What a released lead is thought of.
#[derive(Serialize, ToSchema)]
pub(super) struct Released {
    /// Its id.
    id: Uuid,
    /// From `A1` to `C3`.
    grade: &'static str,
    /// From 0 to 100.
    score: u8,
    /// What becomes of it.
    decision: DecisionName,
}

/// Lists leads that are held as doubtful, the one held longest first.
#[utoipa::path(
    get,
    path = "/v1/quarantine",
    operation_id = "list_held",
    tag = "quarantine",
    params(Held),
    responses((status = 200, description = "Leads that are held", body = HeldPage), Refusals),
    security(("token" = ["quarantine"]))
)]
pub(super) async fn list(
    _: May<Quarantine>,
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<HeldPage>, Problem> {
    let mut parameters = Parameters::of(query.as_deref());
    let form = parameters.read("form", "a text of 1 to 200 bytes", text);
    let limit = parameters.read("limit", "a whole number from 1 to 200", |value| {
        value.parse().ok().filter(|limit| (1..=MOST).contains(limit))
    });
    let after = parameters.read("cursor", "the `next` of the page before", cursor::read);
    let asked = asked_language(&mut parameters);
    parameters.finish()?;
    let languages = accepted_languages(asked, &headers);
    let after = after.map_or(0, |place| place.number);
    let page = read(&state, form.as_deref(), after, limit.unwrap_or(USUAL), &languages).await;
    page.map(Json).map_err(|error| state.store_problem(&error, Language::En))
}

async fn read(
    state: &State,
    form: Option<&str>,
    after: u64,
    limit: u32,
    languages: &[Language],
) -> Result<HeldPage, StoreError> {
    let store = state.store.as_ref();
    let mut definitions = Definitions::new(store);
    let mut leads = Vec::new();
    let held = store.held(form, after, limit).await?;
    let is_full = held.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let place = |lead: &KeptLead| Place { received_at: lead.received_at, number: lead.number };
    let next = held.last().filter(|_| is_full).map(|last| cursor::write(place(last)));
    for lead in held {
        let definition = definitions.of(&lead).await?;
        let language = languages.iter().copied().find(|language| definition.languages.contains(language));
        let signs = lead.signs.iter().map(|sign| sign.code()).collect();
        leads.push(HeldLead { lead: Report::new(lead, definition, language).line(), signs });
    }
    Ok(HeldPage { leads, next, taken_bytes: store.held_bytes().await?, limit_bytes: state.settings.quarantine_limit() })
}

/// Makes a lead of one that is held: judged by the form of today, at the time it came. Others are told of it.
#[utoipa::path(
    post,
    path = "/v1/quarantine/{id}/release",
    operation_id = "release_held",
    tag = "quarantine",
    params(("id" = Uuid, Path, description = "The lead's id")),
    responses((status = 200, description = "It is held no longer", body = Released), Refusals),
    security(("token" = ["quarantine"]))
)]
pub(super) async fn release(
    _: May<Quarantine>,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
) -> Result<Json<Released>, Problem> {
    let id = Uuid::try_parse(&id).map_err(|_| not_held())?;
    let of_store = |error| state.store_problem(&error, Language::En);
    let lead = state.store.lead(id).await.map_err(of_store)?.filter(|lead| lead.held).ok_or_else(not_held)?;
    let explanation = try_release(&state, &lead).await.map_err(|error| match error {
        ReplayError::Store(error) => of_store(error),
        other => of_store(StoreError::Failed(other.to_string())),
    })?;
    let explanation = explanation.ok_or_else(not_held)?;
    state.told.notify_one();
    let (grade, score) = (explanation.grade.as_str(), explanation.score);
    Ok(Json(Released { id, grade, score, decision: explanation.decision.into() }))
}

/// Under the form of today; where it is served no more, under the version the lead was judged by.
async fn try_release(state: &State, lead: &KeptLead) -> Result<Option<Explanation>, ReplayError> {
    let (store, settings) = (state.store.as_ref(), &state.settings);
    let at = state.clock.now();
    if let Some(live) = state.forms.get(&lead.form) {
        return quarantine::release(store, settings, &live.full, lead.id, at).await;
    }
    let definition = Definitions::new(store).of(lead).await?;
    let form = Form::new((*definition).clone());
    let form = form.map_err(|_| StoreError::Failed(format!("the form of lead `{}` is no longer one", lead.id)))?;
    quarantine::release(store, settings, &form, lead.id, at).await
}

/// Throws a lead that is held away for good.
#[utoipa::path(
    delete,
    path = "/v1/quarantine/{id}",
    operation_id = "discard_held",
    tag = "quarantine",
    params(("id" = Uuid, Path, description = "The lead's id")),
    responses((status = 204, description = "It is gone"), Refusals),
    security(("token" = ["quarantine"]))
)]
pub(super) async fn discard(
    _: May<Quarantine>,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = Uuid::try_parse(&id).map_err(|_| not_held())?;
    let gone = state.store.discard(Discard::These(vec![id])).await;
    match gone.map_err(|error| state.store_problem(&error, Language::En))? {
        0 => Err(not_held()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

fn not_held() -> Problem {
    Problem::of(Kind::LeadNotHeld, Language::En)
}
