//! `GET /v1/exports/leads.csv` and its sisters: all leads as one file, made while it is sent.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, RawQuery, State as Shared},
    http::header,
    response::{IntoResponse, Response},
};
use leadglass_scoring::Language;
use utoipa::ToSchema;

use super::{
    caller::{Export, May, good},
    document::Refusals,
    lead_list::{Filters, filters},
    parameters::{Parameters, Spoken, asked_language},
};
use crate::{
    export::{
        Columns, Format, body,
        csv::{self, Csv},
        ndjson::{self, Ndjson},
        parquet::{self, Parquet},
    },
    problem::{Kind, Problem},
    state::State,
    store::{LeadQuery, StoreError},
    token::{Scope, Secret},
};

/// All leads as CSV, a line each, the latest first; a cell that a spreadsheet would take for a formula begins with `'`.
#[utoipa::path(
    get,
    path = "/v1/exports/leads.csv",
    operation_id = "export_csv",
    tag = "exports",
    params(Filters, Spoken),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String), Refusals),
    security(("token" = ["export"]))
)]
pub(super) async fn csv(
    _: May<Export>,
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let (query, language) = wanted(&state, query.as_deref())?;
    let columns = columns(&state, &query).await?;
    Ok(file(state, query, language, Csv(columns), csv::MEDIA_TYPE, "leads.csv"))
}

/// All leads as lines of JSON, with all that is known of each, the latest first.
#[utoipa::path(
    get,
    path = "/v1/exports/leads.ndjson",
    operation_id = "export_ndjson",
    tag = "exports",
    params(Filters, Spoken),
    responses((status = 200, description = "The file", content_type = "application/x-ndjson", body = String), Refusals),
    security(("token" = ["export"]))
)]
pub(super) async fn ndjson(
    _: May<Export>,
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let (query, language) = wanted(&state, query.as_deref())?;
    Ok(file(state, query, language, Ndjson, ndjson::MEDIA_TYPE, "leads.ndjson"))
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "the description of what is sent")]
struct FileBytes(Vec<u8>);

/// All leads as Apache Parquet, the latest first: the columns of the CSV with their types (times in UTC to the microsecond,
/// whole numbers, yes or no, lists where a field takes several options), and `contributions`, `consents` and `outcomes` as
/// JSON. Row groups are of ten thousand leads, or fewer where they say much.
#[utoipa::path(
    get,
    path = "/v1/exports/leads.parquet",
    operation_id = "export_parquet",
    tag = "exports",
    params(Filters, Spoken),
    responses(
        (status = 200, description = "The file", content_type = "application/vnd.apache.parquet", body = FileBytes),
        Refusals
    ),
    security(("token" = ["export"]))
)]
pub(super) async fn parquet(
    _: May<Export>,
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let (query, language) = wanted(&state, query.as_deref())?;
    let columns = columns(&state, &query).await?;
    let format = Parquet::new(columns).map_err(|error| {
        state.store_problem(&StoreError::Failed(format!("no Parquet file can be made: {error}")), Language::En)
    })?;
    Ok(file(state, query, language, format, parquet::MEDIA_TYPE, "leads.parquet"))
}

/// All leads as CSV for a spreadsheet that can send no header: the secret of a token with the scope `pull`, which allows
/// nothing else, stands in the address. Whoever has the address has the leads; `leadglass token revoke` ends it.
#[utoipa::path(
    get,
    path = "/v1/pull/{secret}/leads.csv",
    operation_id = "pull_csv",
    tag = "exports",
    params(("secret" = String, Path, description = "The secret of a token with the scope `pull`"), Filters, Spoken),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String), Refusals)
)]
pub(super) async fn pull(
    Shared(state): Shared<Arc<State>>,
    Path(secret): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    // As a path that is not there: an address that was guessed or ended says nothing of others.
    let unknown = || Problem::of(Kind::PathUnknown, Language::En);
    let secret = Secret::parse(&secret).ok_or_else(unknown)?;
    good(&state, &secret).await?.filter(|token| token.allows(Scope::Pull)).ok_or_else(unknown)?;
    let (query, language) = wanted(&state, query.as_deref())?;
    let columns = columns(&state, &query).await?;
    Ok(file(state, query, language, Csv(columns), csv::MEDIA_TYPE, "leads.csv"))
}

fn wanted(state: &State, query: Option<&str>) -> Result<(LeadQuery, Option<Language>), Problem> {
    let mut parameters = Parameters::of(query);
    let query = filters(state, &mut parameters);
    let language = asked_language(&mut parameters);
    parameters.finish()?;
    Ok((query, language))
}

async fn columns(state: &State, query: &LeadQuery) -> Result<Columns, Problem> {
    let columns = Columns::read(state.store.as_ref(), query.form.as_deref()).await;
    columns.map_err(|error| state.store_problem(&error, Language::En))
}

fn file<F: Format>(
    state: Arc<State>,
    query: LeadQuery,
    language: Option<Language>,
    format: F,
    media_type: &'static str,
    name: &str,
) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let body: Body = body(state, query, language, format);
    (headers, body).into_response()
}
