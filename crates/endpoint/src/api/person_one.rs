//! `GET /v1/persons/{id}`: a person by any of their leads.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State as Shared},
    http::HeaderMap,
};
use leadglass_scoring::Language;
use uuid::Uuid;

use super::{
    answer::Json,
    body::lead_unknown,
    caller::{LeadsRead, May},
    document::Refusals,
    parameters::{Parameters, Spoken, accepted_languages, asked_language},
};
use crate::{
    people::{PersonView, person},
    problem::Problem,
    state::State,
};

/// Shows a person: their leads in order, what joined them, and who gave the same address under another name.
#[utoipa::path(
    get,
    path = "/v1/persons/{id}",
    operation_id = "show_person",
    tag = "people",
    params(("id" = Uuid, Path, description = "The id of any of their leads"), Spoken),
    responses((status = 200, description = "The person", body = PersonView), Refusals),
    security(("token" = ["leads:read"]))
)]
pub(super) async fn answer(
    _: May<LeadsRead>,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<PersonView>, Problem> {
    let mut parameters = Parameters::of(query.as_deref());
    let asked = asked_language(&mut parameters);
    parameters.finish()?;
    let lead = Uuid::try_parse(&id).map_err(|_| lead_unknown())?;
    let found = person(state.store.as_ref(), lead, &accepted_languages(asked, &headers)).await;
    found.map_err(|error| state.store_problem(&error, Language::En))?.map(Json).ok_or_else(lead_unknown)
}
