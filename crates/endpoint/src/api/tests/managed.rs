//! What is managed by the API: leads that are held, who is told, versions of forms.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{get, request, sent, taken::post};
use crate::{
    confirmation,
    testing::{Endpoint, KEY, status_and_body},
    token::Scope,
};

/// The status and, where there is one, the JSON of an answer to a request without a body.
async fn ask(endpoint: &Endpoint, method: &str, path: &str, token: &str) -> (StatusCode, Value) {
    let (status, body) = status_and_body(endpoint.ask(request(method, path, Some(token))).await).await;
    (status, serde_json::from_str(&body).unwrap_or(Value::Null))
}

async fn patch(endpoint: &Endpoint, path: &str, token: &str, body: &Value) -> StatusCode {
    let mut request = request("PATCH", path, Some(token));
    *request.body_mut() = axum::body::Body::from(body.to_string());
    endpoint.ask(request).await.status()
}

#[tokio::test]
async fn leads_that_are_held_are_seen_released_by_the_form_of_today_and_discarded() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Quarantine, Scope::LeadsRead]).await;
    let trapped = r#","trap":"http://x.example""#;
    let ids = [sent(&endpoint, KEY, trapped).await, sent(&endpoint, &KEY.replace("01", "02"), trapped).await];
    let (status, page) = get(&endpoint, "/v1/quarantine?form=enquiry&limit=10", &token).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let held: Vec<_> = page["leads"].as_array().unwrap().iter().map(|lead| lead["id"].as_str().unwrap()).collect();
    assert_eq!((held, &page["leads"][0]["signs"]), (ids.iter().map(String::as_str).collect(), &json!(["trap.filled"])));
    assert!(page["taken_bytes"].as_u64().unwrap() > 0 && page["limit_bytes"] == 64 << 20, "{page}");
    assert_eq!(get(&endpoint, "/v1/quarantine?form=other", &token).await.1["leads"], json!([]));
    let (_, first) = get(&endpoint, "/v1/quarantine?limit=1", &token).await;
    let next = first["next"].as_str().expect("there are more");
    let (_, second) = get(&endpoint, &format!("/v1/quarantine?limit=1&cursor={next}"), &token).await;
    assert_eq!((&first["leads"][0]["id"], &second["leads"][0]["id"]), (&json!(ids[0]), &json!(ids[1])));
    endpoint.serve(&[&crate::testing::FORM.replace("points = 7.5", "points = -30")]).await;
    let (status, released) = ask(&endpoint, "POST", &format!("/v1/quarantine/{}/release", ids[0]), &token).await;
    assert!(status == StatusCode::OK && released["score"].as_u64().is_some_and(|score| score < 56), "{released}");
    let (_, lead) = get(&endpoint, &format!("/v1/leads/{}", ids[0]), &token).await;
    assert_eq!((&lead["held"], &lead["score"]), (&false.into(), &released["score"]));
    let events: Vec<_> = lead["history"].as_array().unwrap().iter().map(|event| &event["event"]).collect();
    assert_eq!(events, ["received", "released"]);
    assert_eq!(lead["history"][1]["earlier"]["score"], page["leads"][0]["score"]);
    assert_eq!(ask(&endpoint, "DELETE", &format!("/v1/quarantine/{}", ids[1]), &token).await.0, StatusCode::NO_CONTENT);
    assert_eq!(get(&endpoint, "/v1/quarantine", &token).await.1["leads"], json!([]));
    for id in [&ids[0], &ids[1], &KEY.to_owned(), &"none".to_owned()] {
        for (method, path) in [("POST", format!("{id}/release")), ("DELETE", id.clone())] {
            let (status, problem) = ask(&endpoint, method, &format!("/v1/quarantine/{path}"), &token).await;
            assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &"lead.not_held".into()), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn who_is_told_is_made_listed_without_secrets_set_told_again_and_removed() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Webhooks]).await;
    let before = sent(&endpoint, KEY, "").await;
    let wanted = json!({
        "url": "https://crm.example/hook/zq7secret",
        "events": ["lead.created"],
        "forms": ["enquiry"],
        "decisions": ["accept", "nurture"],
        "language": "ru",
    });
    let (status, made) = post(&endpoint, "/v1/webhooks", &token, KEY, &wanted).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let path = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    let listed = async || get(&endpoint, "/v1/webhooks", &token).await.1["webhooks"][0].clone();
    let first = listed().await;
    assert_eq!((&first["place"], &first["state"]), (&"https://crm.example/…".into(), &"enabled".into()));
    assert_eq!((&first["events"], &first["decisions"]), (&wanted["events"], &wanted["decisions"]));
    assert!(!first.to_string().contains("zq7secret") && !first.to_string().contains("whsec_"), "{first}");
    // It came before they were told of anything.
    let span = json!({ "from": "2026-03-01T00:00:00Z", "to": "2026-03-03T00:00:00Z" });
    let replay = format!("{path}/replay");
    assert_eq!(post(&endpoint, &replay, &token, KEY, &span).await.1["messages"], 1, "{before}");
    assert_eq!(listed().await["waiting"], 1);
    assert_eq!(
        post(&endpoint, &replay, &token, KEY, &json!({ "from": "2026-03-03T00:00:00Z" })).await.1["messages"],
        0
    );
    let (_, rotated) = post(&endpoint, &format!("{path}/secret"), &token, KEY, &json!({ "hours": 1 })).await;
    assert!(rotated["secret"].as_str().unwrap().starts_with("whsec_") && rotated["secret"] != made["secret"]);
    let id = made["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(endpoint.state.store.secrets(id, endpoint.state.clock.now()).await.unwrap().len(), 2);
    assert_eq!(patch(&endpoint, &path, &token, &json!({ "state": "disabled" })).await, StatusCode::NO_CONTENT);
    assert_eq!(listed().await["state"], "disabled");
    let (status, problem) = post(&endpoint, &replay, &token, KEY, &span).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &"webhook.disabled".into()));
    assert_eq!(patch(&endpoint, &path, &token, &json!({ "state": "enabled" })).await, StatusCode::NO_CONTENT);
    assert_eq!(patch(&endpoint, &path, &token, &json!({ "state": "gone" })).await, StatusCode::BAD_REQUEST);
    assert_eq!(ask(&endpoint, "DELETE", &path, &token).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ask(&endpoint, "DELETE", &path, &token).await.1["code"], "webhook.unknown");
    assert_eq!(patch(&endpoint, &path, &token, &json!({ "state": "enabled" })).await, StatusCode::NOT_FOUND);
    assert_eq!(post(&endpoint, &replay, &token, KEY, &span).await.1["code"], "webhook.unknown");
}

#[tokio::test]
async fn a_webhook_that_is_sent_again_under_its_key_is_one_and_has_its_secret() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Webhooks]).await;
    let wanted = json!({ "url": "https://crm.example/hook", "events": ["lead.created"] });
    let (status, made) = post(&endpoint, "/v1/webhooks", &token, KEY, &wanted).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    assert_eq!(post(&endpoint, "/v1/webhooks", &token, KEY, &wanted).await, (StatusCode::OK, made.clone()));
    for other in [json!({ "url": "https://crm.example/other" }), json!({ "url": "https://crm.example/hook" })] {
        let (status, problem) = post(&endpoint, "/v1/webhooks", &token, KEY, &other).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &"idempotency_key.reused".into()),
            "{problem}"
        );
    }
    let (_, second) = post(&endpoint, "/v1/webhooks", &token, &KEY.replace("01", "02"), &wanted).await;
    assert_ne!((&second["id"], &second["secret"]), (&made["id"], &made["secret"]));
    let listed = get(&endpoint, "/v1/webhooks", &token).await.1;
    assert_eq!(listed["webhooks"].as_array().unwrap().len(), 2, "{listed}");
    let mut without = request("POST", "/v1/webhooks", Some(&token));
    without.headers_mut().remove("idempotency-key");
    *without.body_mut() = axum::body::Body::from(wanted.to_string());
    let (status, problem) = status_and_body(endpoint.ask(without).await).await;
    assert!(status == StatusCode::BAD_REQUEST && problem.contains("idempotency_key.missing"), "{status} {problem}");
}

#[tokio::test]
async fn s20_no_address_inside_a_network_becomes_a_webhook() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Webhooks]).await;
    for url in [
        "http://crm.example/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://169.254.169.254/",
        "https://ana:secret@crm.example/",
        "https://crm.example:22/",
        "mailto:ana@example.org",
        "mailto:ana@example.org,ion@example.org",
        "crm.example",
        "",
    ] {
        let (status, problem) = post(&endpoint, "/v1/webhooks", &token, KEY, &json!({ "url": url })).await;
        let expected = (StatusCode::UNPROCESSABLE_ENTITY, &"address.invalid".into());
        assert_eq!((status, &problem["code"]), expected, "{url}");
    }
    for wrong in [
        json!({}),
        json!({ "url": 1 }),
        json!({ "url": "https://crm.example/", "events": ["lead.gone"] }),
        json!({ "url": "https://crm.example/", "secret": "whsec_AAAA" }),
    ] {
        assert_eq!(post(&endpoint, "/v1/webhooks", &token, KEY, &wrong).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let of_no_form = json!({ "url": "https://crm.example/", "forms": ["nope"], "events": ["lead.confirmed"] });
    let (status, problem) = post(&endpoint, "/v1/webhooks", &token, KEY, &of_no_form).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &"form.unknown".into()));
    assert_eq!(get(&endpoint, "/v1/webhooks", &token).await.1["webhooks"], json!([]));
}

#[tokio::test]
async fn who_asks_senders_to_confirm_is_stopped_and_not_removed() {
    let endpoint = Endpoint::with(|settings| {
        settings.public_url = "https://forms.example".into();
        settings.smtp.host = "mail.example".into();
    })
    .await;
    confirmation::prepare(&endpoint.state).await.unwrap();
    let token = endpoint.token(&[Scope::Webhooks]).await;
    let listed = async || get(&endpoint, "/v1/webhooks", &token).await.1["webhooks"][0].clone();
    let path = format!("/v1/webhooks/{}", listed().await["id"].as_str().unwrap());
    let (status, problem) = ask(&endpoint, "DELETE", &path, &token).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &"webhook.built_in".into()), "{problem}");
    for (what, body) in [("replay", json!({ "from": "2026-01-01T00:00:00Z" })), ("secret", json!({ "hours": 1 }))] {
        let (status, problem) = post(&endpoint, &format!("{path}/{what}"), &token, KEY, &body).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &"webhook.built_in".into()), "{problem}");
    }
    assert_eq!(patch(&endpoint, &path, &token, &json!({ "state": "disabled" })).await, StatusCode::NO_CONTENT);
    let kept = listed().await;
    assert_eq!((&kept["template"], &kept["state"]), (&"confirm".into(), &"disabled".into()));
}

#[tokio::test]
async fn a_version_of_a_form_is_shown_with_all_that_its_card_says() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::FormsRead]).await;
    let (_, list) = get(&endpoint, "/v1/forms", &token).await;
    let version = list["forms"][0]["live"].as_str().unwrap();
    let (status, shown) = get(&endpoint, &format!("/v1/forms/enquiry/versions/{version}"), &token).await;
    assert_eq!((status, &shown["is_live"]), (StatusCode::OK, &true.into()), "{shown}");
    assert_eq!((&shown["form_version"], &shown["form"]), (&version.into(), &"enquiry".into()));
    let items = shown["items"].as_array().unwrap();
    let of = |part: &str, id: &str| items.iter().any(|item| item["part"] == part && item["id"] == id);
    assert!(of("criteria", "own_domain") && of("criteria", "budget_size") && of("fields", "email"), "{shown}");
    for unknown in ["0".repeat(64), "none".into()] {
        let path = format!("/v1/forms/enquiry/versions/{unknown}");
        assert_eq!(get(&endpoint, &path, &token).await.1["code"], "version.unknown");
    }
}
