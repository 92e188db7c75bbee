//! `POST /v1/leads`: a lead by another channel, through the same door as a form's.

use std::sync::Arc;

use axum::{body::Body, extract::State as Shared, http::HeaderMap};
use leadglass_scoring::{Form, Language};
use utoipa::ToSchema;

use super::{
    answer::Json,
    body::{self, Key, KeyHeader},
    caller::{LeadsWrite, May},
    document::Refusals,
};
use crate::{
    http::language,
    intake,
    problem::{Kind, Problem},
    receipt::Receipt,
    report::{Definitions, LeadLine, Report},
    state::State,
    submission::ApiLead,
};

/// What came of it.
#[derive(serde::Serialize, ToSchema)]
pub(super) struct Taken {
    /// The lead as it is kept, with its score and first reasons.
    lead: LeadLine,
}

/// Takes a lead that came by a call, a visit, a referral, an e-mail, or from another program. It is validated and scored
/// as one from a form is. What is sent again under its key is one lead.
#[utoipa::path(
    post,
    path = "/v1/leads",
    operation_id = "take_lead",
    tag = "leads",
    params(KeyHeader),
    request_body = ApiLead,
    responses((status = 200, description = "It is kept", body = Taken), Refusals),
    security(("token" = ["leads:write"]))
)]
pub(super) async fn answer(
    _: May<LeadsWrite>,
    Shared(state): Shared<Arc<State>>,
    Key(key): Key,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<Taken>, Problem> {
    let sent: ApiLead = body::read(&state, &headers, sent).await?;
    let failed = |error| state.store_problem(&error, Language::En);
    let (form, submission) = sent.into_submission(key, state.settings.answers_limit)?;
    let live = state.forms.get(&form).ok_or_else(|| Problem::of(Kind::FormUnknown, Language::En))?;
    if let Some(field) = submission.answers.iter().map(|(field, _)| field).find(|field| !has_field(&live.full, field)) {
        let detail =
            format!("`answers.{field}` is no field of the form `{form}`; leave it out or spell it as the form does");
        return Err(Problem::new(Kind::FieldUnknown, detail));
    }
    let spoken = language(live.full.definition(), submission.language.as_deref(), &headers);
    let shown = intake::shown(&state, &live, &submission).await.map_err(failed)?;
    let taken = intake::take(&state, &live, &shown, submission, spoken).await;
    let receipt = taken.map_err(|refusal| refusal.into_problem(&state, &shown, Language::En))?.receipt;
    let receipt: Receipt = serde_json::from_slice(&receipt).map_err(|_| internal(&state))?;
    let lead = state.store.lead(receipt.id).await.map_err(failed)?.ok_or_else(|| internal(&state))?;
    let definition = Definitions::new(state.store.as_ref()).of(&lead).await.map_err(failed)?;
    Ok(Json(Taken { lead: Report::new(lead, definition, Some(spoken)).line() }))
}

fn has_field(form: &Form, field: &str) -> bool {
    form.fields().get(field).is_some()
}

fn internal(state: &State) -> Problem {
    let id = state.ids.random();
    tracing::error!(%id, "a lead that was taken is not to be found");
    Problem::of(Kind::Internal, Language::En).with_id(id)
}
