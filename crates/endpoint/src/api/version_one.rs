//! `GET /v1/forms/{form}/versions/{version}`: all that one version of a form says, its card included.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State as Shared};
use leadglass_scoring::Language;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::Json,
    caller::{FormsRead, May},
    document::Refusals,
    form_list::VersionView,
    parameters::Parameters,
    version_diff::find,
};
use crate::{
    diff::{Item, describe},
    problem::{Kind, Problem},
    state::State,
};

/// A version of a form.
#[derive(Serialize, ToSchema)]
pub(super) struct VersionDocument {
    /// The form's id.
    form: String,
    #[serde(flatten)]
    version: VersionView,
    /// Whether it is the one that is served.
    is_live: bool,
    /// All it says, what changes a decision first, words last: settings, bands, criteria and gates, secret ones too, then
    /// fields and texts.
    items: Vec<Item>,
}

/// Shows one version of a form with its card, secret criteria included.
#[utoipa::path(
    get,
    path = "/v1/forms/{form}/versions/{version}",
    operation_id = "show_version",
    tag = "forms",
    params(
        ("form" = String, Path, description = "The form's id"),
        ("version" = String, Path, description = "The version, 64 hexadecimal digits"),
    ),
    responses((status = 200, description = "The version", body = VersionDocument), Refusals),
    security(("token" = ["forms:read"]))
)]
pub(super) async fn answer(
    _: May<FormsRead>,
    Shared(state): Shared<Arc<State>>,
    Path((form, version)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Json<VersionDocument>, Problem> {
    Parameters::of(query.as_deref()).finish()?;
    let definition = find(&state, &form, &version).await?;
    let id = definition.version();
    let versions = state.store.versions().await.map_err(|error| state.store_problem(&error, Language::En))?;
    let kept = versions.iter().find(|kept| kept.form == form && kept.version == id);
    let kept = kept.ok_or_else(|| Problem::of(Kind::VersionUnknown, Language::En))?;
    Ok(Json(VersionDocument {
        is_live: state.forms.get(&form).is_some_and(|live| live.version == id),
        version: VersionView::new(kept),
        items: describe(&definition),
        form,
    }))
}
