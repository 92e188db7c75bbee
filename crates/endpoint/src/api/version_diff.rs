//! `GET /v1/forms/{form}/versions/{version}/diff/{other}`: what two versions of a form differ in, in words.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State as Shared};
use leadglass_scoring::{FormDefinition, Language, encoding::VersionId};

use super::{
    answer::Json,
    caller::{FormsRead, May},
    document::Refusals,
    parameters::Parameters,
};
use crate::{
    diff::{Difference, compare},
    problem::{Kind, Problem},
    state::State,
};

/// Says in words what the second version differs in from the first.
#[utoipa::path(
    get,
    path = "/v1/forms/{form}/versions/{version}/diff/{other}",
    operation_id = "compare_versions",
    tag = "forms",
    params(
        ("form" = String, Path, description = "The form's id"),
        ("version" = String, Path, description = "The version before, 64 hexadecimal digits"),
        ("other" = String, Path, description = "The version after"),
    ),
    responses((status = 200, description = "What differs", body = Difference), Refusals),
    security(("token" = ["forms:read"]))
)]
pub(super) async fn answer(
    _: May<FormsRead>,
    Shared(state): Shared<Arc<State>>,
    Path((form, version, other)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Json<Difference>, Problem> {
    Parameters::of(query.as_deref()).finish()?;
    let (one, other) = (find(&state, &form, &version).await?, find(&state, &form, &other).await?);
    Ok(Json(compare(&one, &other)))
}

/// A version of a form.
pub(super) async fn find(state: &State, form: &str, version: &str) -> Result<FormDefinition, Problem> {
    let unknown = || Problem::of(Kind::VersionUnknown, Language::En);
    let version = VersionId::parse(version).ok_or_else(unknown)?;
    let found = state.store.definition(form, version).await;
    found.map_err(|error| state.store_problem(&error, Language::En))?.ok_or_else(unknown)
}
