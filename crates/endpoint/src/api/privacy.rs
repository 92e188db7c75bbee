//! `POST /v1/privacy/export` and `/v1/privacy/erasures`: what is kept of an e-mail address, handed out or erased. The
//! address is in the body, so that it is in no log on the way.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State as Shared},
    http::HeaderMap,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use leadglass_scoring::{Language, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    answer::Json,
    body,
    caller::{May, Privacy},
    document::Refusals,
    parameters::Parameters,
};
use crate::{
    clock::to_rfc3339,
    privacy::{self, Dossier},
    problem::{Kind, Problem},
    state::State,
    store::{About, Erasure},
};

/// Erasures of a page.
const PAGE: u32 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `email` or `lead`")]
struct Sent {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    lead: Option<Uuid>,
}

/// Whose.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the description of what `Sent` reads")]
pub(super) struct OfEmail {
    /// The e-mail address, in any case.
    #[schema(max_length = 254, pattern = r"^[^\x00-\x20\x7f@]+@[^\x00-\x20\x7f@]+$")]
    email: String,
}

/// Which.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the description of what `Sent` reads")]
pub(super) struct OfLead {
    /// The lead's id.
    lead: Uuid,
}

/// What to erase: all of an e-mail address, or one lead with its twins and those whose place it took or lost.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the description of what `Sent` reads")]
enum ErasureBody {
    /// All of an e-mail address.
    Email(OfEmail),
    /// One lead.
    Lead(OfLead),
}

/// What was erased.
#[derive(Serialize, ToSchema)]
pub(super) struct Erased {
    /// Each lead; none where there was none.
    erased: Vec<ErasureView>,
    /// Whether it is out of the database's files already; else it is within a day. With `PostgreSQL` it is once its pages
    /// are written again.
    is_out_of_the_files: bool,
}

/// That a lead was erased.
#[derive(Serialize, ToSchema)]
struct ErasureView {
    /// What was its id.
    lead: Uuid,
    /// The form's id.
    form: String,
    /// The version it was scored under.
    form_version: String,
    /// When it came.
    #[schema(format = DateTime)]
    received_at: String,
    /// When it was erased.
    #[schema(format = DateTime)]
    erased_at: String,
    /// `asked` or `retention`.
    why: &'static str,
}

impl ErasureView {
    fn new(erasure: &Erasure) -> Self {
        Self {
            lead: erasure.lead,
            form: erasure.form.clone(),
            form_version: erasure.form_version.to_string(),
            received_at: to_rfc3339(erasure.received_at),
            erased_at: to_rfc3339(erasure.erased_at),
            why: erasure.why.as_str(),
        }
    }
}

/// Leads that were erased.
#[derive(Serialize, ToSchema)]
pub(super) struct ErasurePage {
    /// Each, the first one first.
    erasures: Vec<ErasureView>,
    /// The cursor of the next page, where there may be one.
    next: Option<String>,
}

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what `list` reads")]
pub(super) struct ErasurePaging {
    /// The `next` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{32}$")]
    cursor: Option<String>,
}

fn address(email: &str) -> Result<String, Problem> {
    let wrong = || Problem::new(Kind::BodyWrongShape, "`email` has the wrong shape: expected an e-mail address");
    privacy::address(email).ok_or_else(wrong)
}

/// Hands out all that is kept of an e-mail address: every lead with it, with what it was judged by and what became of it.
#[utoipa::path(
    post,
    path = "/v1/privacy/export",
    operation_id = "export_person",
    tag = "privacy",
    request_body = OfEmail,
    responses((status = 200, description = "All that is kept", body = Dossier), Refusals),
    security(("token" = ["privacy"]))
)]
pub(super) async fn export(
    _: May<Privacy>,
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<Dossier>, Problem> {
    let Sent { email: Some(email), lead: None } = body::read(&state, &headers, sent).await? else {
        return Err(Problem::new(
            Kind::BodyWrongShape,
            "the body has the wrong shape: expected an object with `email`",
        ));
    };
    let made = privacy::dossier(state.store.as_ref(), &address(&email)?, state.clock.now()).await;
    made.map(Json).map_err(|error| state.store_problem(&error, Language::En))
}

/// Erases all leads of an e-mail address, or one with its twins and those whose place it took or lost. That there was a
/// lead stays known by its id, and whoever may have been told of it is told that it is erased.
#[utoipa::path(
    post,
    path = "/v1/privacy/erasures",
    operation_id = "erase",
    tag = "privacy",
    request_body = ErasureBody,
    responses((status = 200, description = "What was erased", body = Erased), Refusals),
    security(("token" = ["privacy"]))
)]
pub(super) async fn erase(
    _: May<Privacy>,
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<Erased>, Problem> {
    let sent: Sent = body::read(&state, &headers, sent).await?;
    let about = match (sent.email, sent.lead) {
        (Some(email), None) => About::Email(address(&email)?),
        (None, Some(lead)) => About::Lead(lead),
        _ => {
            let detail = "the body has the wrong shape: expected an object with `email` or `lead`";
            return Err(Problem::new(Kind::BodyWrongShape, detail));
        }
    };
    let erased = privacy::erase(state.store.as_ref(), about, state.clock.now(), Arc::clone(&state.ids)).await;
    let (erased, is_purged) = erased.map_err(|error| state.store_problem(&error, Language::En))?;
    if !erased.is_empty() {
        state.told.notify_one();
    }
    Ok(Json(Erased { erased: erased.iter().map(ErasureView::new).collect(), is_out_of_the_files: is_purged }))
}

/// Lists leads that were erased, the first one first: nothing of them but their ids, times, forms and versions.
#[utoipa::path(
    get,
    path = "/v1/privacy/erasures",
    operation_id = "list_erasures",
    tag = "privacy",
    params(ErasurePaging),
    responses((status = 200, description = "A page of erasures", body = ErasurePage), Refusals),
    security(("token" = ["privacy"]))
)]
pub(super) async fn list(
    _: May<Privacy>,
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
) -> Result<Json<ErasurePage>, Problem> {
    let mut parameters = Parameters::of(query.as_deref());
    let after = parameters.read("cursor", "the `next` of the page before", read_cursor);
    parameters.finish()?;
    let erasures = state.store.erasures(after, PAGE).await;
    let erasures = erasures.map_err(|error| state.store_problem(&error, Language::En))?;
    let is_full = u32::try_from(erasures.len()).is_ok_and(|count| count >= PAGE);
    let next = erasures.last().filter(|_| is_full).map(write_cursor);
    Ok(Json(ErasurePage { erasures: erasures.iter().map(ErasureView::new).collect(), next }))
}

fn write_cursor(last: &Erasure) -> String {
    URL_SAFE_NO_PAD.encode([&last.erased_at.as_millis().to_be_bytes()[..], last.lead.as_bytes()].concat())
}

fn read_cursor(text: &str) -> Option<(Timestamp, Uuid)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (at, lead) = bytes.split_first_chunk::<8>()?;
    Some((Timestamp::from_millis(i64::from_be_bytes(*at)), Uuid::from_slice(lead).ok()?))
}
