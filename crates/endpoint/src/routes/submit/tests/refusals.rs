//! What is not taken, and what its sender is told.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{Request, StatusCode},
};

use super::refused;
use crate::{
    problem::Kind,
    testing::{Endpoint, KEY, json, status_and_body, submission, whole},
};

/// A body that never arrives.
struct Stuck;

impl HttpBody for Stuck {
    type Data = Bytes;
    type Error = std::convert::Infallible;
    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn bodies_that_are_no_submission_are_refused() {
    let endpoint = Endpoint::new().await;
    refused(&endpoint, &b"\xff"[..], Kind::BodyNotUtf8).await;
    refused(&endpoint, "not json", Kind::BodyNotJson).await;
    refused(&endpoint, json("no uuid", ""), Kind::BodyWrongShape).await;
    refused(&endpoint, r#"{"answers":{}}"#, Kind::KeyMissing).await;
    let many: Vec<String> = (0..501).map(|number| format!("\"a{number}\":1")).collect();
    let many = format!(r#"{{"key":"{KEY}","answers":{{{}}}}}"#, many.join(","));
    refused(&endpoint, many, Kind::TooManyAnswers).await;
    assert!(endpoint.leads().await.is_empty());
}

#[tokio::test]
async fn s6_the_limit_is_exact_to_the_byte_announced_or_not() {
    let endpoint = Endpoint::new().await;
    let padded = |size: usize| {
        let body = json(KEY, "");
        format!("{body}{}", " ".repeat(size - body.len()))
    };
    assert_eq!(endpoint.submit(padded(65_536)).await.status(), StatusCode::OK);
    refused(&endpoint, padded(65_537), Kind::BodyTooLarge).await;
    let mut announced = submission(Body::empty());
    announced.headers_mut().insert("content-length", "65537".parse().unwrap());
    assert_eq!(endpoint.send(announced).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn s6_deep_and_wide_bodies_are_refused_or_skipped_without_harm() {
    let endpoint = Endpoint::with(|settings| settings.body_limit_bytes = 4_000_000).await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    refused(&endpoint, format!(r#"{{"key":"{KEY}","answers":{{"name":{deep}}}}}"#), Kind::BodyWrongShape).await;
    let keys: Vec<String> = (0..100_000).map(|number| format!("\"a{number}\":1")).collect();
    let wide = format!("{{{}}}", keys.join(","));
    refused(&endpoint, format!(r#"{{"key":"{KEY}","answers":{wide}}}"#), Kind::TooManyAnswers).await;
    let signals = vec![r#"{"name":"seen","at":"2026-03-02T10:00:00Z"}"#; 20_000].join(",");
    let many = json(KEY, &format!(",\"signals\":[{signals}],\"wide\":{wide},\"deep\":{deep}"));
    assert_eq!(endpoint.submit(many).await.status(), StatusCode::OK);
    let lead = endpoint.leads().await.remove(0);
    assert_eq!(lead.circumstances.signals.len(), leadglass_scoring::signal::MAX_SIGNALS);
}

#[tokio::test]
async fn s3_cookies_are_neither_read_nor_set() {
    let (plain, endpoint) = (Endpoint::new().await, Endpoint::new().await);
    let mut with_cookie = submission(json(KEY, ""));
    let headers = with_cookie.headers_mut();
    headers.insert("cookie", "__Host-session=secret; admin=1".parse().unwrap());
    headers.insert("authorization", "Bearer secret".parse().unwrap());
    let answer = whole(endpoint.send(with_cookie).await).await;
    assert_eq!(answer, whole(plain.submit(json(KEY, "")).await).await);
    assert!(!answer.contains("set-cookie") && !answer.contains("allow-credentials"), "{answer}");
}

#[tokio::test]
async fn s6_a_body_that_does_not_arrive_is_given_up() {
    let endpoint = Endpoint::with(|settings| settings.body_timeout_ms = 20).await;
    refused(&endpoint, Body::new(Stuck), Kind::BodyTooSlow).await;
    let endpoint = Endpoint::with(|settings| settings.request_timeout_ms = 20).await;
    let (status, body) = status_and_body(endpoint.submit(Body::new(Stuck)).await).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains(Kind::TooSlow.code()), "{body}");
}

#[tokio::test]
async fn s2_a_site_that_is_not_listed_may_not_send() {
    let list = vec!["https://a.example".to_owned()];
    let endpoint = Endpoint::with(|settings| drop(settings.origins.insert("enquiry".into(), list))).await;
    let from = |origin: &str| {
        let mut request = submission(json(KEY, ""));
        request.headers_mut().insert("origin", origin.parse().unwrap());
        request
    };
    insta::assert_snapshot!(whole(endpoint.send(from("https://b.example")).await).await, @r#"
    403 Forbidden
    content-type: application/problem+json
    cache-control: no-store
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    content-length: 171

    {"type":"about:blank","title":"This site may not send this form","status":403,"code":"origin.not_allowed","detail":"The form's owner has not allowed this site to send it"}
    "#);
    assert_eq!(endpoint.state.metrics.refusals(Kind::OriginNotAllowed), 1);
    let allowed = endpoint.send(from("https://a.example")).await;
    assert_eq!(allowed.status(), StatusCode::OK);
    assert_eq!(allowed.headers()["access-control-allow-origin"], "https://a.example");
    assert_eq!(allowed.headers()["vary"], "origin");
    assert!(allowed.headers().get("access-control-allow-credentials").is_none());
}

#[tokio::test]
async fn a_page_asks_first_and_is_told() {
    let endpoint = Endpoint::new().await;
    let ask = Request::options("/v1/forms/enquiry/submissions").header("origin", "https://a.example");
    insta::assert_snapshot!(whole(endpoint.send(ask.body(Body::empty()).unwrap()).await).await, @r#"
    204 No Content
    access-control-allow-methods: POST
    access-control-allow-headers: content-type
    access-control-max-age: 86400
    access-control-allow-origin: *
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    content-length: 0
    "#);
}

#[tokio::test]
async fn an_unknown_form_and_an_unfit_method_are_refused_in_one_shape() {
    let endpoint = Endpoint::new().await;
    let unknown = Request::post("/v1/forms/nothing/submissions").body(Body::from(json(KEY, ""))).unwrap();
    insta::assert_snapshot!(whole(endpoint.send(unknown).await).await, @r#"
    404 Not Found
    content-type: application/problem+json
    cache-control: no-store
    access-control-allow-origin: *
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    content-length: 148

    {"type":"about:blank","title":"There is no such form","status":404,"code":"form.unknown","detail":"No form has this name; it may have been renamed"}
    "#);
    insta::assert_snapshot!(whole(endpoint.get("/v1/forms/enquiry/submissions").await).await, @r#"
    405 Method Not Allowed
    content-type: application/problem+json
    cache-control: no-store
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    allow: POST,OPTIONS
    content-length: 167

    {"type":"about:blank","title":"This method is not taken here","status":405,"code":"method.not_allowed","detail":"The header `allow` names the methods this path takes"}
    "#);
}

#[tokio::test]
async fn a_busy_database_is_told_to_try_again() {
    let endpoint = Endpoint::new().await;
    let held = endpoint.hold_database();
    insta::assert_snapshot!(whole(endpoint.submit(json(KEY, "")).await).await, @r#"
    503 Service Unavailable
    content-type: application/problem+json
    cache-control: no-store
    retry-after: 2
    access-control-allow-origin: *
    access-control-expose-headers: retry-after
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    content-length: 175

    {"type":"about:blank","title":"Too busy at the moment","status":503,"code":"store.busy","detail":"Your answers could not be kept just now; please send them again in a moment"}
    "#);
    assert_eq!(endpoint.state.metrics.refusals(Kind::Busy), 1);
    drop(held);
    assert_eq!(endpoint.submit(json(KEY, "")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_full_database_acknowledges_nothing_it_has_not_kept() {
    let endpoint = Endpoint::with(|settings| settings.database_limit_mib = 1).await;
    let mut kept = 0_u32;
    let refusal = loop {
        let key = uuid::Uuid::from_u128(u128::from(kept) + 1).to_string();
        let long = format!("\"message\":\"{kept}{}\",\"name\"", "x".repeat(1_900));
        let response = endpoint.submit(json(&key, "").replace("\"name\"", &long)).await;
        if response.status() != StatusCode::OK {
            break response;
        }
        kept += 1;
        assert!(kept < 1_000, "a mebibyte does not hold so many");
    };
    assert_eq!(refusal.headers()["retry-after"], "2");
    let (status, body) = status_and_body(refusal).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains(Kind::StoreUnavailable.code()), "{body}");
    let found =
        endpoint.state.store.leads(&crate::store::LeadQuery { limit: 9_999, ..Default::default() }).await.unwrap();
    assert_eq!(u32::try_from(found.len()), Ok(kept));
}
