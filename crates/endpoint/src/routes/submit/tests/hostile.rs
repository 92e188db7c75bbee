//! What is sent to do harm is stored as the text it is.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::{Endpoint, FORM};

const HOSTILE: &[&str] = &[
    "'; DROP TABLE lead; --",
    "\" OR \"\"=\"",
    "' UNION SELECT receipt FROM lead --",
    "?1 :name @name $name",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} #{7*7} %s%n",
    "../../etc/passwd",
    "\u{202e}txt.exe",
];

#[tokio::test]
async fn s32_statements_of_others_are_answers_like_any() {
    let endpoint = Endpoint::new().await;
    for (number, hostile) in HOSTILE.iter().enumerate() {
        let body = json!({
            "key": uuid::Uuid::from_u128(number as u128 + 1).to_string(),
            "answers": { "name": hostile, "email": format!("a{number}@example.org"), "message": hostile, "agree": true },
            "page": { "url": format!("https://shop.example/{hostile}"), "referrer": hostile },
            "first_touch": { "source": hostile, "campaign": hostile },
        });
        assert_eq!(endpoint.submit(body.to_string()).await.status(), StatusCode::OK, "{hostile}");
    }
    let leads = endpoint.leads().await;
    assert_eq!(leads.len(), HOSTILE.len());
    for lead in leads {
        let answered = |field: &str| lead.answers.get(field)[0].clone();
        assert!(HOSTILE.contains(&answered("name").as_str()), "{:?}", answered("name"));
        assert_eq!(answered("message"), answered("name"));
    }
}

#[tokio::test]
async fn s32_a_hostile_key_or_form_is_not_found_and_nothing_more() {
    let endpoint = Endpoint::new().await;
    for hostile in HOSTILE {
        let body = json!({ "key": hostile, "supersedes": hostile, "version": hostile, "answers": {} });
        assert!(endpoint.submit(body.to_string()).await.status().is_client_error(), "{hostile}");
        let encoded: String = form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        let status = endpoint.get(&format!("/v1/forms/{}", encoded.replace('+', "%20"))).await.status();
        assert_eq!(status, StatusCode::NOT_FOUND, "{hostile}");
    }
    assert!(endpoint.leads().await.is_empty());
}

/// No pattern is ever run backwards: a card asks for words, and time grows with the text alone.
#[tokio::test]
async fn s32_texts_that_choke_patterns_are_read_in_no_time() {
    let endpoint = Endpoint::new().await;
    endpoint
        .serve(&[&FORM.replace("contains = [\"vacancy\"]", "contains = [\"(a+)+$\", \"aaaaaaaaaaaaaaaaaaaab\"]")])
        .await;
    let answers: Value =
        json!({ "name": "Ana", "email": "a@example.org", "agree": true, "message": "a".repeat(2_000) });
    let page = json!({ "url": format!("https://shop.example/{}", "a".repeat(50_000)), "title": "a".repeat(5_000) });
    let mut least = Duration::MAX;
    for number in 0..5_u128 {
        let key = uuid::Uuid::from_u128(number + 1).to_string();
        let body = json!({ "key": key, "answers": answers, "page": page }).to_string();
        let begun = Instant::now();
        assert_eq!(endpoint.submit(body).await.status(), StatusCode::OK);
        least = least.min(begun.elapsed());
    }
    // Of a pattern that tries all ways, none of these texts would come to an end.
    assert!(least < Duration::from_secs(1), "{least:?}");
}
