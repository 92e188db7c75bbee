//! One test a fate: what is taken, and under what.

mod hostile;
mod rates;
mod refusals;
mod spam;

use std::time::Duration;

use axum::{body::Body, http::StatusCode};
use leadglass_scoring::Decision;

use crate::{
    problem::Kind,
    testing::{Endpoint, FORM, KEY, json, status_and_body, whole},
};

const OTHER_KEY: &str = "0191d3c0-0000-4000-8000-000000000002";

async fn refused(endpoint: &Endpoint, body: impl Into<Body>, kind: Kind) -> String {
    let (status, body) = status_and_body(endpoint.submit(body).await).await;
    assert_eq!(status, kind.status(), "{body}");
    assert!(body.contains(&format!("\"code\":\"{}\"", kind.code())), "{body}");
    assert_eq!(endpoint.state.metrics.refusals(kind), 1);
    body
}

#[tokio::test]
async fn a_lead_gets_a_receipt_without_its_decision() {
    let endpoint = Endpoint::new().await;
    let response = endpoint.submit(json(KEY, "")).await;
    insta::assert_snapshot!(whole(response).await, @r#"
    200 OK
    content-type: application/json
    cache-control: no-store
    access-control-allow-origin: *
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    content-length: 252

    {"id":"00000000-0000-0000-0000-000000000001","received_at":"2026-03-02T10:00:00.000Z","follow_up":{"heading":"We will call you today.","text":"A person answers."},"privacy":"AAAAAAAAAAAAAAAAAAAAAUnwjpIsOV4YyvIZPvE_wzk","permissions":"Your permissions"}
    "#);
    let [lead] = &endpoint.leads().await[..] else { panic!("one lead was sent") };
    assert_eq!((lead.explanation.decision, lead.explanation.score), (Decision::Accept, 56));
    assert_eq!(lead.answers.first("budget"), "12000.00 EUR");
    assert_eq!(endpoint.state.metrics.received.get(), 1);
}

#[tokio::test]
async fn a_retry_gets_the_same_bytes_whenever_it_comes() {
    let endpoint = Endpoint::new().await;
    let (_, first) = status_and_body(endpoint.submit(json(KEY, "")).await).await;
    endpoint.clock.pass(Duration::from_hours(24));
    // Neither the score nor the time belong to what a key stands for.
    let more = r#","sent_at":"2026-03-03T10:00:00Z","score":{"points":1,"decision":"accept"}"#;
    let (_, second) = status_and_body(endpoint.submit(json(KEY, more)).await).await;
    assert_eq!(first, second);
    assert_eq!(endpoint.leads().await.len(), 1);
}

#[tokio::test]
async fn sixty_four_at_once_with_one_key_are_one_lead() {
    let endpoint = std::sync::Arc::new(Endpoint::new().await);
    let tries: Vec<_> = (0..64)
        .map(|_| {
            let endpoint = std::sync::Arc::clone(&endpoint);
            tokio::spawn(async move { status_and_body(endpoint.submit(json(KEY, "")).await).await })
        })
        .collect();
    let mut answers = std::collections::BTreeSet::new();
    for answer in tries {
        answers.insert(answer.await.unwrap());
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers.first().unwrap().0, StatusCode::OK);
    assert_eq!(endpoint.leads().await.len(), 1);
}

#[tokio::test]
async fn a_second_tab_is_a_twin_with_a_receipt_of_its_own() {
    let endpoint = Endpoint::new().await;
    let (_, first) = status_and_body(endpoint.submit(json(KEY, "")).await).await;
    let twin = json(OTHER_KEY, "").replace("ana@", "ANA@");
    let (status, second) = status_and_body(endpoint.submit(twin).await).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(first, second);
    assert_eq!(endpoint.leads().await.len(), 1);
}

#[tokio::test]
async fn what_follows_is_told_in_the_language_of_the_submission() {
    let endpoint = Endpoint::new().await;
    let body = json(KEY, r#","language":"ru-MD""#).replace("12 000 EUR", "");
    let (_, body) = status_and_body(endpoint.submit(body).await).await;
    insta::assert_snapshot!(body, @r#"{"id":"00000000-0000-0000-0000-000000000001","received_at":"2026-03-02T10:00:00.000Z","follow_up":{"heading":"Мы вам напишем.","text":"А пока осмотритесь.","link":{"label":"Наши работы","url":"/work/"}},"privacy":"AAAAAAAAAAAAAAAAAAAAAUnwjpIsOV4YyvIZPvE_wzk","permissions":"Ваши согласия"}"#);
}

#[tokio::test]
async fn broken_rules_are_told_all_at_once_in_the_language_of_the_submission() {
    let endpoint = Endpoint::new().await;
    let body = format!(r#"{{"key":"{KEY}","language":"ru","answers":{{"name":"a\u0000b","email":"nobody"}}}}"#);
    let response = endpoint.submit(body).await;
    insta::assert_snapshot!(whole(response).await, @r#"
    422 Unprocessable Entity
    content-type: application/problem+json
    cache-control: no-store
    access-control-allow-origin: *
    x-content-type-options: nosniff
    referrer-policy: same-origin
    cross-origin-opener-policy: same-origin
    content-length: 750

    {"type":"about:blank","title":"Some answers need another look","status":422,"code":"answers.invalid","detail":"Посмотрите, пожалуйста, отмеченные ответы и отправьте ещё раз","violations":[{"field":"name","code":"text.control_character","message":"В тексте есть невидимый символ. Удалите его или наберите текст заново."},{"field":"email","code":"email.missing_at","message":"Не хватает знака @. Напишите адрес в виде name@example.com."},{"field":"agree","code":"consent.required","message":"Без вашего согласия мы не можем продолжить. Поставьте отметку."}]}
    "#);
    assert!(endpoint.leads().await.is_empty());
}

#[tokio::test]
async fn a_key_with_other_answers_is_refused() {
    let endpoint = Endpoint::new().await;
    endpoint.submit(json(KEY, "")).await;
    let body = refused(&endpoint, json(KEY, "").replace("Ana", "Ion"), Kind::KeyReused).await;
    insta::assert_snapshot!(body, @r#"{"type":"about:blank","title":"The key was used for other answers","status":422,"code":"idempotency_key.reused","detail":"Other answers were already sent with this key; send the changed ones under a new key"}"#);
}

#[tokio::test]
async fn s29_a_page_that_claims_another_score_is_taken_and_marked() {
    let endpoint = Endpoint::new().await;
    let claim = |points: i64, decision: &str| {
        format!(r#","sent_at":"2026-03-02T10:00:00Z","score":{{"points":{points},"decision":"{decision}"}}"#)
    };
    // The page knows the public criterion alone: 40 points.
    endpoint.submit(json(KEY, &claim(40_000, "accept"))).await;
    let marked = json(OTHER_KEY, &claim(100_000, "accept")).replace("Ana", "Ion");
    assert_eq!(endpoint.submit(marked).await.status(), StatusCode::OK);
    let marks: Vec<bool> = endpoint.leads().await.iter().map(|lead| lead.score_mismatch).collect();
    assert_eq!(marks, [true, false]);
    assert_eq!(endpoint.state.metrics.score_mismatches.get(), 1);
}

#[tokio::test]
async fn answers_to_fields_the_form_has_not_are_ignored_and_counted() {
    let endpoint = Endpoint::new().await;
    let more = json(KEY, "").replace("\"name\"", "\"utm_source\":\"x\",\"__proto__\":[\"y\",\"z\"],\"name\"");
    assert_eq!(endpoint.submit(more).await.status(), StatusCode::OK);
    assert_eq!(endpoint.state.metrics.unknown_answers.get(), 2);
    // They are not what a key stands for either.
    assert_eq!(endpoint.submit(json(KEY, "")).await.status(), StatusCode::OK);
    let lead = endpoint.leads().await.remove(0);
    assert_eq!(lead.answers.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["agree", "budget", "email", "name"]);
}

#[tokio::test]
async fn signals_count_by_the_servers_time_and_the_pages_address_is_kept() {
    let endpoint = Endpoint::new().await;
    let more = r#","signals":[{"name":"pricing_viewed","at":"2026-02-16T10:00:00Z"}],
        "page":{"url":"https://a.example/kitchens?name=Ana#top","referrer":"bad\u0000one"}"#;
    assert_eq!(endpoint.submit(json(KEY, more)).await.status(), StatusCode::OK);
    let lead = endpoint.leads().await.remove(0);
    assert_eq!(lead.explanation.engagement.milli(), 10_000);
    assert_eq!(lead.page.url.as_deref(), Some("https://a.example/kitchens"));
    assert_eq!(lead.page.referrer, None);
}

#[tokio::test]
async fn a_form_that_changed_meanwhile_takes_what_was_valid_when_it_was_shown() {
    let endpoint = Endpoint::new().await;
    let shown = endpoint.state.forms.get("enquiry").unwrap().shown.version;
    let stricter = FORM
        .replace("id = \"message\"\nkind = \"long_text\"", "id = \"message\"\nkind = \"long_text\"\nrequired = true");
    let stricter = stricter.replace("points = 7.5", "points = 8");
    endpoint.serve(&[&stricter]).await;
    refused(&endpoint, json(KEY, ""), Kind::AnswersInvalid).await;
    let versioned = json(KEY, &format!(",\"version\":\"{shown}\""));
    assert_eq!(endpoint.submit(versioned).await.status(), StatusCode::OK);
    let lead = endpoint.leads().await.remove(0);
    assert_eq!(lead.shown_version, shown);
    assert_eq!(lead.form_version, endpoint.state.forms.get("enquiry").unwrap().version);
    assert_eq!(lead.explanation.points.milli(), 48_000);
    let unknown = json(OTHER_KEY, &format!(",\"version\":\"{}\"", "0".repeat(64)));
    let (status, _) = status_and_body(endpoint.submit(unknown).await).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_retry_is_taken_again_though_a_date_has_passed_since() {
    let endpoint = Endpoint::new().await;
    let dated = FORM.replace(
        "[[field]]\nid = \"message\"",
        "[[field]]\nid = \"visit\"\nkind = \"date\"\nmin = \"today\"\nlabel = { en = \"When\", ru = \"Когда\" }\n\n[[field]]\nid = \"message\"",
    );
    endpoint.serve(&[&dated]).await;
    let body = json(KEY, "").replace("\"name\"", "\"visit\":\"2026-03-02\",\"name\"");
    let (status, first) = status_and_body(endpoint.submit(body.clone()).await).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    endpoint.clock.pass(Duration::from_hours(72));
    assert_eq!(status_and_body(endpoint.submit(body).await).await, (StatusCode::OK, first));
}

#[tokio::test]
async fn s11_the_kind_of_mailbox_is_scored_kept_with_the_lists_day_and_refuses_nobody() {
    let endpoint = Endpoint::new().await;
    let gate = "[[gate]]\nid = \"for_minutes\"\nwhen = { mail = \"disposable\" }\n\
                reason = { en = \"Mailbox for minutes\", ru = \"Почта на минуты\" }\n\n";
    endpoint.serve(&[&FORM.replacen("[[gate]]", &format!("{gate}[[gate]]"), 1)]).await;
    assert_eq!(endpoint.submit(json(KEY, "")).await.status(), StatusCode::OK);
    let thrown = json(OTHER_KEY, "").replace("ana@example.org", "Ana@x.Mailinator.com");
    assert_eq!(endpoint.submit(thrown).await.status(), StatusCode::OK);
    let leads = endpoint.leads().await;
    let kinds = leads.iter().map(|lead| lead.circumstances.mail.map(|mail| mail.kind.as_str()));
    assert_eq!(kinds.collect::<Vec<_>>(), [Some("disposable"), Some("work")]);
    let gates = leads.iter().map(|lead| lead.explanation.gates.len());
    assert_eq!(gates.collect::<Vec<_>>(), [1, 0]);
    let again = crate::replay::Replay::new(endpoint.state.store.as_ref()).again(&leads[0]).await.unwrap();
    assert_eq!(again, leads[0].explanation);
}
