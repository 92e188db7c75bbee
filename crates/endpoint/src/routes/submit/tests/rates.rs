//! Who sends too much waits, and nobody else does.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
    response::Response,
};

use crate::{
    client::Peer,
    problem::Kind,
    testing::{Endpoint, json, status_and_body, submission, whole},
};

async fn strict() -> Endpoint {
    Endpoint::with(|settings| {
        (settings.address_rate_per_minute, settings.address_burst) = (6, 2);
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await
}

fn key(number: u32) -> String {
    format!("0191d3c0-0000-4000-8000-{number:012}")
}

fn of(mut request: Request<Body>, peer: &str, forwarded_for: &str) -> Request<Body> {
    request.extensions_mut().insert(Peer(peer.parse().unwrap()));
    request.headers_mut().insert("x-forwarded-for", forwarded_for.parse().unwrap());
    request
}

async fn send(endpoint: &Endpoint, number: u32, peer: &str, forwarded_for: &str) -> Response {
    endpoint.send(of(submission(json(&key(number), "")), peer, forwarded_for)).await
}

#[tokio::test]
async fn s5_too_much_from_one_address_is_told_how_long_to_wait_in_the_visitors_language() {
    let endpoint = strict().await;
    for number in 1..=2 {
        assert_eq!(send(&endpoint, number, "192.0.2.1", "203.0.113.1").await.status(), StatusCode::OK);
    }
    // What it says of itself changes nothing.
    let mut again = of(submission(json(&key(3), "")), "192.0.2.1", "203.0.113.2");
    again.headers_mut().insert("accept-language", "ru".parse().unwrap());
    insta::assert_snapshot!(whole(endpoint.send(again).await).await, @r#"
    429 Too Many Requests
    content-type: application/problem+json
    cache-control: no-store
    retry-after: 10
    access-control-allow-origin: *
    access-control-expose-headers: retry-after
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    content-length: 252

    {"type":"about:blank","title":"Too many requests","status":429,"code":"requests.too_many","detail":"За короткое время отправлено слишком много; подождите немного и отправьте ещё раз"}
    "#);
    assert_eq!(endpoint.state.metrics.refusals(Kind::TooManyRequests), 1);
    assert_eq!(send(&endpoint, 3, "192.0.2.2", "").await.status(), StatusCode::OK);
    endpoint.clock.pass(Duration::from_secs(10));
    assert_eq!(send(&endpoint, 4, "192.0.2.1", "").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn s5_behind_a_trusted_proxy_each_visitor_has_a_limit_of_their_own() {
    let endpoint = strict().await;
    for visitor in 1..=9 {
        let address = format!("192.0.2.{visitor}");
        assert_eq!(send(&endpoint, visitor, "10.0.0.1", &address).await.status(), StatusCode::OK);
    }
    for number in 10..=11 {
        let forged = format!("198.51.100.{number}, 192.0.2.1");
        let expected = if number == 10 { StatusCode::OK } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(send(&endpoint, number, "10.0.0.1", &forged).await.status(), expected);
    }
}

#[tokio::test]
async fn s5_a_page_without_script_keeps_what_was_typed_when_it_has_to_wait() {
    let endpoint = strict().await;
    let mut answers = Vec::new();
    for number in 1..=3 {
        let body = format!("lg-key={}&name=Ana+Pop&email=ana%40example.org&agree=yes", key(number));
        let request = Request::post("/f/enquiry?lang=en").body(Body::from(body)).unwrap();
        let response = endpoint.send(of(request, "192.0.2.1", "")).await;
        let wait = response.headers().get("retry-after").cloned();
        answers.push((wait, status_and_body(response).await));
    }
    assert_eq!((answers[1].1.0, answers[2].1.0), (StatusCode::OK, StatusCode::TOO_MANY_REQUESTS));
    let (wait, (_, html)) = &answers[2];
    assert_eq!(wait.as_ref().unwrap(), "10");
    assert!(html.contains("role=\"alert\"") && html.contains("value=\"Ana Pop\"") && html.contains(&key(3)), "{html}");
}
