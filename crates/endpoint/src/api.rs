//! The private API: a listener of its own, tokens with scopes, and a description made from the same code.

mod answer;
mod body;
mod caller;
mod cost_list;
mod cost_post;
mod cursor;
mod document;
mod export;
mod form_list;
pub(crate) mod history;
mod lead_list;
mod lead_one;
mod lead_post;
mod merge_post;
mod metrics;
mod outcome_post;
mod parameters;
mod person_one;
mod privacy;
mod quarantine;
#[cfg(test)]
mod tests;
mod undo_post;
mod version_diff;
mod version_one;
mod webhook;
mod webhook_again;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use self::document::document;
use crate::{router::guarded, state::State};

/// Every path of the private API.
pub fn router(state: &Arc<State>) -> Router {
    let (routes, _) = described();
    #[cfg(test)]
    let routes = routes.route("/panic", axum::routing::get(crate::testing::panic));
    let routes = routes.layer(map_response(private));
    guarded(routes.with_state(Arc::clone(state)), state)
}

/// The routes, and what is said of them.
fn described() -> (Router<Arc<State>>, OpenApi) {
    OpenApiRouter::with_openapi(document::frame())
        .routes(routes!(document::answer))
        .routes(routes!(lead_list::answer, lead_post::answer))
        .routes(routes!(lead_one::answer))
        .routes(routes!(outcome_post::answer))
        .routes(routes!(person_one::answer))
        .routes(routes!(merge_post::merge))
        .routes(routes!(merge_post::undo))
        .routes(routes!(undo_post::outcome))
        .routes(routes!(undo_post::cost))
        .routes(routes!(cost_list::answer, cost_post::answer))
        .routes(routes!(form_list::answer))
        .routes(routes!(version_one::answer))
        .routes(routes!(version_diff::answer))
        .routes(routes!(quarantine::list))
        .routes(routes!(quarantine::discard))
        .routes(routes!(quarantine::release))
        .routes(routes!(webhook::list, webhook::create))
        .routes(routes!(webhook::set, webhook::remove))
        .routes(routes!(webhook_again::rotate))
        .routes(routes!(webhook_again::replay))
        .routes(routes!(metrics::answer))
        .routes(routes!(privacy::export))
        .routes(routes!(privacy::list, privacy::erase))
        .routes(routes!(export::csv))
        .routes(routes!(export::ndjson))
        .routes(routes!(export::parquet))
        .routes(routes!(export::pull))
        .split_for_parts()
}

/// What is said here is said to one caller: no cache keeps it, and no page of another origin reads it (there is not one
/// header of CORS).
async fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
