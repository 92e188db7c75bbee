//! `GET /v1/costs`: what leads cost, in the order it was noted.

use std::sync::Arc;

use axum::extract::{RawQuery, State as Shared};
use leadglass_scoring::Language;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    answer::Json,
    body::Amount,
    caller::{LeadsRead, May},
    cursor,
    document::Refusals,
    parameters::Parameters,
};
use crate::{
    clock::to_rfc3339,
    problem::Problem,
    report::ChannelName,
    state::State,
    store::{Cost, Place},
};

/// Costs of a page.
const PAGE: u32 = 200;

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what `answer` reads")]
struct Paging {
    /// The `next` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<String>,
}

/// A page of costs.
#[derive(Serialize, ToSchema)]
pub(super) struct CostPage {
    /// The costs, in the order they were noted.
    costs: Vec<CostView>,
    /// The cursor of the next page, where there may be one.
    next: Option<String>,
}

/// A cost as it was noted.
#[derive(Serialize, ToSchema)]
struct CostView {
    /// Its id.
    id: Uuid,
    /// How the leads came.
    channel: ChannelName,
    /// Who sent them.
    source: Option<String>,
    /// For which campaign.
    campaign: Option<String>,
    /// The first day.
    #[schema(format = Date)]
    first_day: String,
    /// The last day.
    #[schema(format = Date)]
    last_day: String,
    /// How much.
    amount: Amount,
    /// When it was noted, by the server's clock.
    #[schema(format = DateTime)]
    noted_at: String,
    /// When it was taken back: it was noted by mistake and counts no more.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_at: Option<String>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_by: Option<String>,
}

/// Lists what leads cost.
#[utoipa::path(
    get,
    path = "/v1/costs",
    operation_id = "list_costs",
    tag = "costs",
    params(Paging),
    responses((status = 200, description = "A page of costs", body = CostPage), Refusals),
    security(("token" = ["leads:read"]))
)]
pub(super) async fn answer(
    _: May<LeadsRead>,
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
) -> Result<Json<CostPage>, Problem> {
    let mut parameters = Parameters::of(query.as_deref());
    let after = parameters.read("cursor", "the `next` of the page before", cursor::read);
    parameters.finish()?;
    let costs = state.store.costs(after.map_or(0, |place| place.number), PAGE).await;
    let costs = costs.map_err(|error| state.store_problem(&error, Language::En))?;
    let is_full = costs.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    let last = costs.last().filter(|_| is_full);
    let next = last.map(|(number, cost)| cursor::write(Place { received_at: cost.noted_at, number: *number }));
    Ok(Json(CostPage { costs: costs.into_iter().map(|(_, cost)| CostView::new(cost)).collect(), next }))
}

impl CostView {
    fn new(cost: Cost) -> Self {
        let (undone_at, undone_by) = cost.undone.map(|(at, by)| (to_rfc3339(at), by)).unzip();
        Self {
            id: cost.id,
            undone_at,
            undone_by,
            noted_at: to_rfc3339(cost.noted_at),
            channel: cost.channel.into(),
            source: cost.source,
            campaign: cost.campaign,
            first_day: cost.first_day.to_iso(),
            last_day: cost.last_day.to_iso(),
            amount: cost.amount.into(),
        }
    }
}
