//! `POST /v1/costs`: what leads cost.

use std::sync::Arc;

use axum::{body::Body, extract::State as Shared, http::HeaderMap};
use leadglass_scoring::{Language, encoding::VersionId, timestamp::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answer::Json,
    body::{self, Amount, Key, KeyHeader, currencies, key_reused, lead_unknown},
    caller::{May, OutcomesWrite},
    document::Refusals,
    outcome_post::NotedBody,
};
use crate::{
    problem::{Kind, Problem},
    report::ChannelName,
    state::State,
    store::{Cost, NewCost, Noted},
    submission::object,
};

/// What leads of one source cost over a time.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CostBody {
    /// How the leads came.
    channel: ChannelName,
    /// Who sent them, such as `google`; all of the channel where it is not said.
    #[serde(default)]
    #[schema(max_length = 200)]
    source: Option<String>,
    /// For which campaign; all of the source where it is not said.
    #[serde(default)]
    #[schema(max_length = 200)]
    campaign: Option<String>,
    /// The first day.
    #[schema(format = Date)]
    first_day: String,
    /// The last day, which is not before the first.
    #[schema(format = Date)]
    last_day: String,
    /// How much.
    #[serde(deserialize_with = "object")]
    #[schema(value_type = CostAmount)]
    amount: Amount,
}

/// How much something cost.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "a description")]
struct CostAmount {
    /// Whole minor units: cents, bani, kopecks; not less than nothing.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    minor: i64,
    /// The currency, an ISO 4217 code.
    #[schema(schema_with = currencies)]
    currency: String,
}

/// Notes what leads cost. What is sent again under its key is noted once.
#[utoipa::path(
    post,
    path = "/v1/costs",
    operation_id = "note_cost",
    tag = "costs",
    params(KeyHeader),
    request_body = CostBody,
    responses((status = 200, description = "It is noted", body = NotedBody), Refusals),
    security(("token" = ["outcomes:write"]))
)]
pub(super) async fn answer(
    _: May<OutcomesWrite>,
    Shared(state): Shared<Arc<State>>,
    Key(key): Key,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<NotedBody>, Problem> {
    let sent: CostBody = body::read(&state, &headers, sent).await?;
    let fingerprint = VersionId::of(&serde_json::to_vec(&sent).unwrap_or_default());
    let wrong = |name: &str, what: &str| {
        Problem::new(Kind::BodyWrongShape, format!("`{name}` has the wrong shape: expected {what}"))
    };
    let day = |name: &str, text: &str| day(text).ok_or_else(|| wrong(name, "a day such as `2026-03-01`"));
    let (first_day, last_day) = (day("first_day", &sent.first_day)?, day("last_day", &sent.last_day)?);
    if last_day < first_day {
        return Err(Problem::new(Kind::DaysReversed, "`last_day` is before `first_day`; send the earlier one first"));
    }
    if sent.amount.is_negative() {
        let told = "`amount.minor` is less than nothing, and a cost is not; one that was noted by mistake is taken back by \
                    `POST /v1/costs/{id}/undo`";
        return Err(Problem::new(Kind::AmountInvalid, told));
    }
    let text = |name: &str, text: Option<String>| match text {
        Some(text) if text.chars().count() > 200 || text.contains('\0') => Err(wrong(name, "at most 200 letters")),
        text => Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())),
    };
    let noted_at = state.clock.now();
    let cost = Cost {
        id: state.ids.at(noted_at),
        channel: sent.channel.into(),
        source: text("source", sent.source)?,
        campaign: text("campaign", sent.campaign)?,
        first_day,
        last_day,
        amount: sent.amount.into(),
        noted_at,
        undone: None,
    };
    let new = NewCost { key, fingerprint, cost };
    match state.store.keep_cost(&new).await.map_err(|error| state.store_problem(&error, Language::En))? {
        Noted::New(id) | Noted::Before(id) => Ok(Json(NotedBody { id })),
        Noted::KeyReused => Err(key_reused()),
        Noted::NoLead => Err(lead_unknown()),
    }
}

fn day(text: &str) -> Option<Date> {
    let date: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == 10)?;
    Date::from_civil(date.year().into(), date.month().into(), date.day().into())
}
