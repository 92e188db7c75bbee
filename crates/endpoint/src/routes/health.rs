//! `GET /healthz` and `GET /readyz`: for whoever runs it.

use std::sync::Arc;

use axum::response::IntoResponse;
use axum::{extract::State as Shared, response::Response};
use leadglass_scoring::Language;

use crate::{
    problem::{Kind, Problem},
    state::State,
};

/// It runs.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// It can take leads.
///
/// # Errors
/// Where it is about to stop, or the store can't take any.
pub async fn ready(Shared(state): Shared<Arc<State>>) -> Result<Response, Problem> {
    if state.is_stopping() {
        return Err(Problem::of(Kind::Stopping, Language::En));
    }
    if state.is_full() {
        return Err(Problem::of(Kind::StoreUnavailable, Language::En));
    }
    state.store.check().await.map_err(|error| state.store_problem(&error, Language::En))?;
    Ok("ready\n".into_response())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use leadglass_scoring::Language;

    use crate::{
        store::StoreError,
        testing::{Endpoint, whole},
    };

    #[tokio::test]
    async fn where_the_store_is_full_visitors_are_sent_elsewhere_for_a_while() {
        let endpoint = Endpoint::new().await;
        drop(endpoint.state.store_problem(&StoreError::Full, Language::En));
        assert_eq!(endpoint.get("/readyz").await.status(), 503);
        endpoint.clock.pass(Duration::from_secs(30));
        assert_eq!(endpoint.get("/readyz").await.status(), 200);
    }

    #[tokio::test]
    async fn it_says_whether_it_lives_and_whether_it_takes_leads() {
        let endpoint = Endpoint::new().await;
        insta::assert_snapshot!(whole(endpoint.get("/healthz").await).await, @r#"
        200 OK
        content-type: text/plain; charset=utf-8
        x-content-type-options: nosniff
        referrer-policy: same-origin
        cross-origin-opener-policy: same-origin
        content-length: 6

        alive
        "#);
        assert_eq!(endpoint.get("/readyz").await.status(), 200);
        endpoint.state.stop();
        insta::assert_snapshot!(whole(endpoint.get("/readyz").await).await, @r#"
        503 Service Unavailable
        content-type: application/problem+json
        cache-control: no-store
        retry-after: 2
        x-content-type-options: nosniff
        referrer-policy: same-origin
        cross-origin-opener-policy: same-origin
        content-length: 173

        {"type":"about:blank","title":"About to stop","status":503,"code":"endpoint.stopping","detail":"Your answers could not be kept just now; please send them again in a moment"}
        "#);
    }
}
