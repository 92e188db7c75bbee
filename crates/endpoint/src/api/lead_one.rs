//! `GET /v1/leads/{id}`: one lead with all that is known of it.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State as Shared},
    http::HeaderMap,
};
use leadglass_scoring::Language;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    answer::Json,
    caller::{LeadsRead, May},
    document::Refusals,
    history::{Event, history},
    parameters::{Parameters, Spoken, accepted_languages, asked_language},
};
use crate::{
    explain::{ChangesView, MissingView, Outlook},
    people::{ConfirmationView, person_of},
    problem::{Kind, Problem},
    replay::Replay,
    report::{Definitions, LeadView, Report},
    state::State,
    store::StoreError,
};

/// A lead with its full explanation.
#[derive(Serialize, ToSchema)]
pub(super) struct LeadDocument {
    #[serde(flatten)]
    lead: LeadView,
    /// Whose lead it is: the id of their first one. Nobody's while it is held.
    person: Option<Uuid>,
    /// Whether its sender confirmed the address, where they were asked to.
    confirmation: Option<ConfirmationView>,
    /// What happened to it, in order.
    history: Vec<Event>,
    /// What it left open and what that could have given, where it can still be judged again.
    missing: Option<Vec<MissingView>>,
    /// The smallest changes of its answers that would alter the decision.
    smallest_changes: Option<ChangesView>,
}

/// Shows one lead: its answers, why it got its score, what would change the decision, its consents and touches.
#[utoipa::path(
    get,
    path = "/v1/leads/{id}",
    operation_id = "show_lead",
    tag = "leads",
    params(("id" = Uuid, Path, description = "The lead's id"), Spoken),
    responses((status = 200, description = "The lead", body = LeadDocument), Refusals),
    security(("token" = ["leads:read"]))
)]
pub(super) async fn answer(
    _: May<LeadsRead>,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<LeadDocument>, Problem> {
    let mut parameters = Parameters::of(query.as_deref());
    let asked = asked_language(&mut parameters);
    parameters.finish()?;
    let unknown = || Problem::of(Kind::LeadUnknown, Language::En);
    let id = Uuid::try_parse(&id).map_err(|_| unknown())?;
    let read = read(&state, id, &accepted_languages(asked, &headers)).await;
    read.map_err(|error| state.store_problem(&error, Language::En))?.map(Json).ok_or_else(unknown)
}

async fn read(state: &State, id: Uuid, languages: &[Language]) -> Result<Option<LeadDocument>, StoreError> {
    let store = state.store.as_ref();
    let Some(lead) = store.lead(id).await? else { return Ok(None) };
    let definition = Definitions::new(store).of(&lead).await?;
    let language = languages.iter().copied().find(|language| definition.languages.contains(language));
    let report = Report::new(lead, definition, language);
    // What can no longer be judged again is shown as it was kept.
    let judged = Replay::new(store).read(&report.lead).await.ok();
    let number = report.explained().language_number();
    let outlook = judged.as_ref().map(|(form, read)| Outlook::new(form, read, &report.lead.circumstances, number));
    Ok(Some(LeadDocument {
        history: history(store, &report.lead).await?,
        confirmation: store.confirmation(id).await?.map(ConfirmationView::new),
        person: person_of(store, id).await?,
        missing: outlook.as_ref().map(Outlook::missing_views),
        smallest_changes: outlook.as_ref().map(Outlook::changes_view),
        lead: report.view(),
    }))
}
