//! What holds for every route, taken from the description of all of them, and what leads look like.

mod managed;
mod people;
mod taken;

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::Value;

use super::document;
use crate::{
    store::Keys,
    testing::{Endpoint, KEY, json, status_and_body, whole},
    token::Scope,
};

/// One operation of the description.
struct Route {
    method: String,
    path: String,
    scopes: Vec<String>,
    takes_body: bool,
}

fn routes() -> Vec<Route> {
    let document: Value = serde_json::from_str(&document().to_json().unwrap()).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let scopes = operation["security"][0]["token"].as_array().cloned().unwrap_or_default();
            let scopes = scopes.iter().map(|scope| scope.as_str().unwrap().to_owned()).collect();
            let takes_body = operation.get("requestBody").is_some();
            routes.push(Route { method: method.to_uppercase(), path: path.clone(), scopes, takes_body });
        }
    }
    routes
}

/// The path with this in every place that is open.
fn filled(path: &str, with: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { with } else { part }).collect::<Vec<_>>().join("/")
}

fn request(method: &str, path: &str, token: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("idempotency-key", KEY);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Body::empty()).unwrap()
}

async fn get(endpoint: &Endpoint, path: &str, token: &str) -> (StatusCode, Value) {
    let (status, body) = status_and_body(endpoint.ask(request("GET", path, Some(token))).await).await;
    (status, serde_json::from_str(&body).unwrap_or_else(|_| panic!("{body}")))
}

/// The id of a lead that was sent.
async fn sent(endpoint: &Endpoint, key: &str, more: &str) -> String {
    let (status, receipt) = status_and_body(endpoint.submit(json(key, more)).await).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    serde_json::from_str::<Value>(&receipt).unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn s27_every_route_but_its_description_needs_a_token_that_allows_it() {
    let endpoint = Endpoint::new().await;
    let routes = routes();
    assert!(routes.len() > 2);
    for Route { method, path, scopes, .. } in routes {
        let path = filled(&path, KEY);
        let status = async |token: Option<&str>| endpoint.ask(request(&method, &path, token)).await.status();
        if path == "/v1/openapi.json" || path.starts_with("/v1/pull/") {
            continue;
        }
        let [scope] = &scopes[..] else { panic!("{method} {path} says no scope") };
        let refused = endpoint.ask(request(&method, &path, None)).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(refused.headers()[header::WWW_AUTHENTICATE], "Bearer realm=\"leadglass\"");
        for wrong in ["", "lg_", "lg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(status(Some(wrong)).await, StatusCode::UNAUTHORIZED, "{method} {path}");
        }
        for known in Scope::ALL {
            let token = endpoint.token(&[known]).await;
            let is_refused = status(Some(&token)).await == StatusCode::FORBIDDEN;
            let allows = known.as_str() == scope || known == Scope::Admin;
            assert_eq!(is_refused, !allows, "{method} {path} with {known:?}");
        }
    }
}

#[tokio::test]
async fn s4_nothing_that_a_browser_sends_by_itself_gets_anywhere() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Admin]).await;
    for Route { method, path, .. } in routes() {
        // Without a secret there is nothing behind these but what anybody may know.
        if path == "/v1/openapi.json" {
            continue;
        }
        let path = filled(&path, KEY);
        for (name, value) in [
            ("cookie", format!("token={token}; __Host-session={token}")),
            ("authorization", format!("Basic {token}")),
            ("x-forwarded-user", "admin".to_owned()),
        ] {
            let mut request = request(&method, &format!("{path}?token={token}"), None);
            let headers = request.headers_mut();
            headers.insert(axum::http::HeaderName::from_static(name), value.parse().unwrap());
            headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
            headers.insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
            let status = endpoint.ask(request).await.status();
            let refused = [StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND];
            assert!(refused.contains(&status), "{method} {path} with {name}: {status}");
        }
    }
    assert!(endpoint.leads().await.is_empty());
}

#[tokio::test]
async fn s32_what_is_searched_for_is_never_part_of_a_statement() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Admin]).await;
    sent(&endpoint, KEY, "").await;
    for hostile in
        ["'", "' OR '1'='1", "%", "_", "\\", "\"", "'; DROP TABLE lead; --", "a' UNION SELECT 1 --", "(a+)+$"]
    {
        let encoded: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        for name in ["text", "email", "form", "grade", "owner", "cursor"] {
            let (status, body) = get(&endpoint, &format!("/v1/leads?{name}={encoded}"), &token).await;
            assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "{name}={hostile}: {body}");
            assert!(!body.to_string().contains("syntax error"), "{name}={hostile}: {body}");
            assert_eq!(body["leads"].as_array().map_or(0, Vec::len), 0, "{name}={hostile}: {body}");
        }
    }
    assert_eq!(get(&endpoint, "/v1/leads", &token).await.1["leads"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn s27_a_token_that_ended_is_worth_nothing_and_its_use_is_remembered_by_the_hour() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::LeadsRead]).await;
    let status = async || get(&endpoint, "/v1/leads", &token).await.0;
    let kept = async || endpoint.state.store.tokens().await.unwrap().remove(0);
    assert_eq!((status().await, kept().await.last_used_at), (StatusCode::OK, Some(kept().await.created_at)));
    endpoint.clock.pass(Duration::from_mins(59));
    assert_eq!((status().await, kept().await.last_used_at), (StatusCode::OK, Some(kept().await.created_at)));
    endpoint.clock.pass(Duration::from_mins(1));
    status().await;
    assert_eq!(kept().await.last_used_at, Some(crate::clock::Clock::now(&*endpoint.clock)));
    assert!(endpoint.state.store.revoke_token(kept().await.id, kept().await.created_at).await.unwrap());
    assert_eq!(status().await, StatusCode::UNAUTHORIZED);
    let refused = whole(endpoint.ask(request("GET", "/v1/leads", Some(&token))).await).await;
    insta::assert_snapshot!(refused, @r#"
    401 Unauthorized
    content-type: application/problem+json
    cache-control: no-store
    www-authenticate: Bearer realm="leadglass", error="invalid_token"
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    content-length: 181

    {"type":"about:blank","title":"A token is needed","status":401,"code":"token.invalid","detail":"Send `authorization: Bearer lg_…` with a token that `leadglass token create` made"}
    "#);
}

#[tokio::test]
async fn s28_another_workspaces_token_and_ids_are_nobodys_here() {
    let ours = Endpoint::new().await;
    let theirs = ours.beside(|settings| settings.workspace = "theirs".into()).await;
    let id = sent(&ours, KEY, "").await;
    let (our_token, their_token) = (ours.token(&[Scope::Admin]).await, theirs.token(&[Scope::Admin]).await);
    assert_eq!(get(&theirs, "/v1/leads", &our_token).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&theirs, "/v1/leads", &their_token).await.1["leads"], Value::Array(vec![]));
    assert_eq!(get(&ours, &format!("/v1/leads/{id}"), &our_token).await.0, StatusCode::OK);
    let with_ids = routes().into_iter().filter(|route| route.path.contains("{id}"));
    for Route { method, path, takes_body, .. } in with_ids {
        let path = filled(&path, &id);
        let answer = theirs.ask(request(&method, &path, Some(&their_token))).await;
        // A body that can't be read is refused before anything is looked for.
        let expected = if takes_body { StatusCode::BAD_REQUEST } else { StatusCode::NOT_FOUND };
        assert_eq!(answer.status(), expected, "{method} {path}");
    }
}

#[test]
fn whatever_the_description_refers_to_is_in_it() {
    let text = document().to_json().unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let names: std::collections::BTreeSet<_> =
        text.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        assert!(document.pointer(name.trim_start_matches('#')).is_some(), "{name} is not there");
    }
}

#[tokio::test]
async fn s1_no_answer_of_the_private_api_has_a_header_of_cors() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Admin]).await;
    for Route { method, path, .. } in routes() {
        for origin in ["null", "https://evil.example", "http://127.0.0.1:8081"] {
            for method in [method.as_str(), "OPTIONS"] {
                let mut request = request(method, &filled(&path, KEY), Some(&token));
                request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
                let answer = endpoint.ask(request).await;
                let cors: Vec<_> =
                    answer.headers().keys().filter(|name| name.as_str().starts_with("access-control")).collect();
                assert!(cors.is_empty(), "{method} {path}: {cors:?}");
                assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store", "{method} {path}");
                assert!(!answer.headers().contains_key(header::SET_COOKIE));
            }
        }
    }
}

#[tokio::test]
async fn s31_a_fault_of_ours_says_nothing_of_it() {
    let endpoint = Endpoint::new().await;
    let (status, body) = status_and_body(endpoint.ask(request("GET", "/panic", None)).await).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(body.contains("\"id\"") && !body.contains("ana@"), "{body}");
    let (status, body) = status_and_body(endpoint.ask(request("GET", "/v1/nothing", None)).await).await;
    assert!(status == StatusCode::NOT_FOUND && body.contains("path.unknown"), "{body}");
}

#[tokio::test]
async fn leads_are_listed_a_page_at_a_time_and_those_that_come_meanwhile_move_nothing() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::LeadsRead]).await;
    let key = |number: u32| format!("0191d3c0-0000-4000-8000-{number:012}");
    let mut ids = Vec::new();
    for number in 0..5 {
        // Other answers each time, or they would be twins.
        let body = json(&key(number), "").replace("Ana Pop", &format!("Ana Pop {number}"));
        let (_, receipt) = status_and_body(endpoint.submit(body).await).await;
        ids.push(serde_json::from_str::<Value>(&receipt).unwrap()["id"].as_str().unwrap().to_owned());
        if number == 2 {
            endpoint.clock.pass(Duration::from_mins(1));
        }
    }
    let (status, first) = get(&endpoint, "/v1/leads?limit=2", &token).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    sent(&endpoint, &key(9), "").await;
    let mut found: Vec<String> = Vec::new();
    let mut page = first;
    loop {
        found.extend(page["leads"].as_array().unwrap().iter().map(|lead| lead["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next"].as_str() else { break };
        page = get(&endpoint, &format!("/v1/leads?limit=2&cursor={cursor}"), &token).await.1;
    }
    ids.reverse();
    assert_eq!(found, ids);
}

#[tokio::test]
async fn leads_are_found_by_what_is_asked_for() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::LeadsRead]).await;
    sent(&endpoint, KEY, "").await;
    for (filter, is_found) in [
        ("form=enquiry", true),
        ("form=other", false),
        ("decision=accept", true),
        ("decision=decline", false),
        ("grade=A3", true),
        ("grade=C3", false),
        ("score_from=56&score_to=56", true),
        ("score_from=57", false),
        ("channel=form", true),
        ("channel=call", false),
        ("moment=know", false),
        ("owner=Lidia", false),
        ("score_mismatch=false", true),
        ("score_mismatch=true", false),
        ("received_from=2026-03-02T10:00:00Z", true),
        ("received_before=2026-03-02T10:00:00Z", false),
        ("email=ANA@example.org", true),
        ("email=ana@example.com", false),
        ("text=POP+ana", true),
        ("text=pop+ion", false),
    ] {
        let (status, page) = get(&endpoint, &format!("/v1/leads?{filter}"), &token).await;
        assert_eq!(status, StatusCode::OK, "{filter}: {page}");
        assert_eq!(page["leads"].as_array().unwrap().len(), usize::from(is_found), "{filter}");
    }
}

#[tokio::test]
async fn s24_words_are_not_searched_for_where_leads_are_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    Keys::add(&keys, "first", &[7; 32]).unwrap();
    let endpoint = Endpoint::with(|settings| settings.encryption_keys = keys).await;
    let token = endpoint.token(&[Scope::LeadsRead, Scope::Export]).await;
    sent(&endpoint, KEY, "").await;
    let (status, page) = get(&endpoint, "/v1/leads?email=ANA@example.org", &token).await;
    assert_eq!((status, page["leads"].as_array().map(Vec::len)), (StatusCode::OK, Some(1)), "{page}");
    for path in ["/v1/leads?text=pop", "/v1/exports/leads.csv?text=pop", "/v1/exports/leads.ndjson?text=pop"] {
        let (status, problem) = get(&endpoint, path, &token).await;
        let violation = &problem["violations"][0];
        assert_eq!(
            (status, &violation["code"]),
            (StatusCode::BAD_REQUEST, &"parameter.unavailable".into()),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_address_is_told_at_once() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::LeadsRead]).await;
    let path = "/v1/leads?decision=maybe&limit=0&grade=A3&grade=B1&from=yesterday&cursor=1";
    let (status, problem) = get(&endpoint, path, &token).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let told = problem["violations"].as_array().unwrap().iter();
    let told: Vec<_> = told.map(|it| format!("{} {}", it["code"].as_str().unwrap(), it["message"])).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    parameter.malformed "`decision` can't be read: it is `accept`, `nurture` or `decline`"
    parameter.repeated "`grade` is there 2 times; send it once"
    parameter.malformed "`limit` can't be read: it is a whole number from 1 to 200"
    parameter.malformed "`cursor` can't be read: it is the `next` of the page before"
    parameter.unknown "there is no parameter `from` here"
    "#);
}

#[tokio::test]
async fn one_lead_is_shown_with_all_that_is_known_in_the_language_that_is_asked_for() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::LeadsRead]).await;
    let more =
        r#","moments":[{"moment":"know","at":"2026-03-02T09:58:00Z"},{"moment":"buy","at":"2026-03-02T09:59:00Z"}]"#;
    let id = sent(&endpoint, KEY, more).await;
    let (status, lead) = get(&endpoint, &format!("/v1/leads/{id}?language=ru"), &token).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(lead["contributions"][0]["reason"], "Бюджет от 10 000 €");
    assert_eq!(lead["answers"]["budget"], "12000.00 EUR");
    assert_eq!(lead["moments"][1]["moment"], "buy");
    assert_eq!(lead["model"], endpoint.state.assets.model_version().to_string());
    assert_eq!(lead["consents"][0]["wording"], "You may answer me.");
    assert!(lead["missing"].is_array() && lead["smallest_changes"]["changes"].is_array());
    let (status, problem) = get(&endpoint, &format!("/v1/leads/{KEY}"), &token).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &"lead.unknown".into()));
    assert_eq!(get(&endpoint, "/v1/leads/none", &token).await.0, StatusCode::NOT_FOUND);
}
