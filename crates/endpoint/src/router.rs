//! Which path is answered by what, and what holds for all of them.

use std::{
    any::Any,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{MatchedPath, Request, State as Shared},
    http::{HeaderName, HeaderValue, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use leadglass_scoring::Language;
use tower_http::{catch_panic::CatchPanicLayer, services::ServeDir};

use crate::{
    problem::{self, Kind, Problem},
    routes::{
        asset, challenge, confirm, definition, definition_file, embed_file, health, hosted_form, hosted_send, privacy,
        submit, track,
    },
    state::State,
};

/// Every path; with `site`, a folder of files for the others.
pub fn router(state: &Arc<State>, site: Option<&Path>) -> Router {
    let routes = Router::new()
        .route("/v1/forms/{form}", get(definition::answer))
        .route("/v1/forms/{form}/challenge", get(challenge::answer))
        .route("/v1/forms/{form}/submissions", post(submit::answer).options(submit::preflight))
        .route("/v1/leads/{token}/signals", post(track::answer).options(track::preflight))
        .route("/v1/leads/{token}/withdrawals", post(privacy::answer).options(track::preflight))
        .route("/privacy/{token}", get(privacy::show).post(privacy::take_back))
        .route("/confirm/{token}", get(confirm::ask).post(confirm::answer))
        .route("/f/{form}", get(hosted_form::answer).post(hosted_send::answer))
        .route("/embed.js", get(embed_file::loader))
        .route("/embed.css", get(embed_file::styles))
        .route("/embed/{file}", get(embed_file::form))
        .route("/assets/{file}", get(asset::answer))
        .route("/forms/{form}/{file}", get(definition_file::answer))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready));
    #[cfg(test)]
    let routes = routes.route("/panic", get(crate::testing::panic));
    let routes = match site {
        Some(folder) => routes.fallback_service(ServeDir::new(folder)),
        None => routes,
    };
    guarded(routes.with_state(Arc::clone(state)), state)
}

/// What holds for every path: an answer within a time, in one shape, and none of our faults in it.
pub fn guarded(routes: Router, state: &Arc<State>) -> Router {
    let limit = Duration::from_millis(state.settings.request_timeout_ms);
    let faults = Arc::clone(state);
    routes
        .layer(CatchPanicLayer::custom(move |panic: Box<dyn Any + Send>| {
            // The message of a panic may hold an answer, so it goes nowhere.
            drop(panic);
            let id = faults.ids.random();
            tracing::error!(%id, "a request panicked");
            Problem::of(Kind::Internal, Language::En).with_id(id).into_response()
        }))
        .layer(from_fn(move |request, next| within(limit, request, next)))
        .layer(from_fn_with_state(Arc::clone(state), finish))
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::of(Kind::TooSlow, Language::En).into_response(),
    }
}

async fn finish(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    // The path as it is written in the routes: the one that was asked for may hold anything.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let mut response = problem::shape(next.run(request).await);
    let (route, status) = (route.as_ref().map_or("none", MatchedPath::as_str), response.status().as_u16());
    tracing::debug!(%method, route, status);
    state.metrics.answered(route, &method, status, start.elapsed());
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers
        .entry(HeaderName::from_static("cross-origin-opener-policy"))
        .or_insert(HeaderValue::from_static("same-origin"));
    response
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::testing::{Endpoint, whole};

    #[tokio::test]
    async fn s31_a_panic_is_one_answer_with_an_id_and_none_of_its_words() {
        let endpoint = Endpoint::new().await;
        insta::assert_snapshot!(whole(endpoint.get("/panic").await).await, @r#"
        500 Internal Server Error
        content-type: application/problem+json
        cache-control: no-store
        x-content-type-options: nosniff
        referrer-policy: same-origin
        cross-origin-opener-policy: same-origin
        content-length: 224

        {"type":"about:blank","title":"Something went wrong here","status":500,"code":"internal","detail":"This is our fault, not yours; please send again, and tell us the id if it stays","id":"00000000-0000-0000-0000-000000000001"}
        "#);
        assert_eq!(endpoint.get("/healthz").await.status(), 200);
    }

    #[tokio::test]
    async fn the_frameworks_own_refusals_have_the_one_shape() {
        let endpoint = Endpoint::new().await;
        insta::assert_snapshot!(whole(endpoint.get("/nothing/here").await).await, @r#"
        404 Not Found
        content-type: application/problem+json
        cache-control: no-store
        x-content-type-options: nosniff
        referrer-policy: same-origin
        cross-origin-opener-policy: same-origin

        {"type":"about:blank","title":"There is nothing here","status":404,"code":"path.unknown","detail":"Nothing is served at this path"}
        "#);
        insta::assert_snapshot!(whole(endpoint.get("/f/%FF").await).await, @r#"
        400 Bad Request
        content-type: application/problem+json
        cache-control: no-store
        x-content-type-options: nosniff
        referrer-policy: same-origin
        cross-origin-opener-policy: same-origin
        content-length: 162

        {"type":"about:blank","title":"The request can't be read","status":400,"code":"request.malformed","detail":"The address or a header of the request can't be read"}
        "#);
    }

    #[tokio::test]
    async fn a_site_is_served_beside_the_forms() {
        let endpoint = Endpoint::new().await;
        let site = tempfile::tempdir().unwrap();
        fs::write(site.path().join("index.html"), "<h1>Kitchens</h1>").unwrap();
        let router = router(&endpoint.state, Some(site.path()));
        let get = async |path: &str| {
            let request = Request::get(path).body(axum::body::Body::empty()).unwrap();
            tower::ServiceExt::oneshot(router.clone(), request).await.unwrap().status().as_u16()
        };
        assert_eq!((get("/").await, get("/f/enquiry").await, get("/missing").await), (200, 200, 404));
        assert_eq!(get("/../Cargo.toml").await, 404);
    }
}
