//! `GET /metrics`: what is counted, for Prometheus.

use std::sync::Arc;

use axum::{
    extract::State as Shared,
    http::header,
    response::{IntoResponse, Response},
};
use leadglass_scoring::Language;

use super::{
    caller::{May, Metrics},
    document::Refusals,
};
use crate::{
    problem::{Kind, Problem},
    state::State,
};

const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counts what the endpoint does, for Prometheus and what reads the same format.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    responses(
        (
            status = 200,
            description = "The metrics",
            body = String,
            content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8"
        ),
        Refusals
    ),
    security(("token" = ["metrics"]))
)]
pub(super) async fn answer(_: May<Metrics>, Shared(state): Shared<Arc<State>>) -> Result<Response, Problem> {
    let failed = |error| state.store_problem(&error, Language::En);
    let tallies = state.store.tallies().await.map_err(failed)?;
    let tallies = tallies.iter().map(|tally| (tally.receiver.to_string(), tally.state.as_str(), tally.count));
    state.metrics.set_deliveries(tallies);
    let held_bytes = state.store.held_bytes().await.map_err(failed)?;
    state.metrics.held_bytes.set(i64::try_from(held_bytes).unwrap_or(i64::MAX));
    state.metrics.forms.set(i64::try_from(state.forms.table().len()).unwrap_or(i64::MAX));
    let text = state.metrics.text().map_err(|_| Problem::of(Kind::Internal, Language::En))?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response())
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};

    use crate::{
        testing::{Endpoint, KEY, json, status_and_body},
        token::Scope,
    };

    #[tokio::test]
    async fn s23_metrics_count_submissions_and_answers_and_say_nothing_of_who_sent_them() {
        let endpoint = Endpoint::new().await;
        assert_eq!(endpoint.submit(json(KEY, "")).await.status(), 200);
        assert_eq!(endpoint.submit("{}").await.status(), 400);
        assert_eq!(endpoint.get("/zq7canary?zq7canary=1").await.status(), 404);
        let get = async |token: &str| {
            let request = Request::get("/metrics").header("authorization", format!("Bearer {token}"));
            status_and_body(endpoint.ask(request.body(Body::empty()).unwrap()).await).await
        };
        assert_eq!(get(&endpoint.token(&[Scope::LeadsRead]).await).await.0, 403);
        let (status, text) = get(&endpoint.token(&[Scope::Metrics]).await).await;
        assert_eq!(status, 200, "{text}");
        for line in [
            "leadglass_submissions_received_total 1",
            "leadglass_submissions_refused_total{code=\"idempotency_key.missing\"} 1",
            "leadglass_forms 1",
            "leadglass_request_seconds_count{route=\"/v1/forms/{form}/submissions\",method=\"POST\",status=\"200\"} 1",
            "leadglass_request_seconds_count{route=\"none\",method=\"GET\",status=\"404\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in {text}");
        }
        assert!(!text.contains("zq7canary") && !text.contains("example.org"), "{text}");
        assert!(text.ends_with("# EOF\n"));
    }
}
