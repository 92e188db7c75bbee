//! `GET /v1/forms`: forms with all their versions.

use std::sync::Arc;

use axum::extract::{RawQuery, State as Shared};
use leadglass_scoring::Language;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::Json,
    caller::{FormsRead, May},
    document::Refusals,
    parameters::Parameters,
};
use crate::{clock::to_rfc3339, problem::Problem, state::State, store::KeptVersion};

/// All forms.
#[derive(Serialize, ToSchema)]
pub(super) struct FormList {
    /// The forms, by their ids.
    forms: Vec<FormView>,
}

/// A form.
#[derive(Serialize, ToSchema)]
struct FormView {
    /// Its id.
    id: String,
    /// The version that is served; none where the form is not served any more.
    live: Option<String>,
    /// All versions that were ever served, the latest first.
    versions: Vec<VersionView>,
}

/// A version of a form.
#[derive(Serialize, ToSchema)]
pub(super) struct VersionView {
    /// Its id, secret criteria included.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    form_version: String,
    /// What pages know it by.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    shown_version: String,
    /// Its card.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    card: String,
    /// Since when it is kept.
    #[schema(format = DateTime)]
    kept_at: String,
}

impl VersionView {
    /// Of a kept version.
    pub(super) fn new(kept: &KeptVersion) -> Self {
        Self {
            form_version: kept.version.to_string(),
            shown_version: kept.shown_version.to_string(),
            card: kept.card.to_string(),
            kept_at: to_rfc3339(kept.kept_at),
        }
    }
}

/// Lists all forms with their versions.
#[utoipa::path(
    get,
    path = "/v1/forms",
    operation_id = "list_forms",
    tag = "forms",
    responses((status = 200, description = "The forms", body = FormList), Refusals),
    security(("token" = ["forms:read"]))
)]
pub(super) async fn answer(
    _: May<FormsRead>,
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
) -> Result<Json<FormList>, Problem> {
    Parameters::of(query.as_deref()).finish()?;
    let versions = state.store.versions().await.map_err(|error| state.store_problem(&error, Language::En))?;
    let mut forms: Vec<FormView> = Vec::new();
    for kept in &versions {
        let version = VersionView::new(kept);
        match forms.iter_mut().find(|form| form.id == kept.form) {
            Some(form) => form.versions.push(version),
            None => forms.push(FormView {
                live: state.forms.get(&kept.form).map(|live| live.version.to_string()),
                id: kept.form.clone(),
                versions: vec![version],
            }),
        }
    }
    forms.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(Json(FormList { forms }))
}
