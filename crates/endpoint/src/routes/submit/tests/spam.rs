//! Doubtful submissions: taken like any, and held.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::Value;
use uuid::Uuid;

use super::{OTHER_KEY, refused};
use crate::{
    problem::Kind,
    quarantine,
    settings::Settings,
    spam::{OfForm, solve},
    store::{Discard, KeptLead, Why},
    testing::{Endpoint, FORM, KEY, form, json, parse, status_and_body},
};

async fn strict() -> Endpoint {
    Endpoint::with(|settings| {
        (settings.proof_cost, settings.proof_tries) = (2, 20);
        settings.spam = toml::from_str("enquiry = { proof = \"hold\" }").unwrap();
    })
    .await
}

async fn held(endpoint: &Endpoint) -> Vec<KeptLead> {
    endpoint.state.store.held(None, 0, 100).await.unwrap()
}

async fn proof(endpoint: &Endpoint) -> String {
    let (_, body) = status_and_body(endpoint.get("/v1/forms/enquiry/challenge").await).await;
    solve(&serde_json::from_str::<Value>(&body).unwrap())
}

fn with_proof(key: &str, proof: &str) -> String {
    json(key, &format!(",\"proof\":\"{proof}\""))
}

fn codes(lead: &KeptLead) -> Vec<&'static str> {
    lead.signs.iter().map(|sign| sign.code()).collect()
}

#[tokio::test]
async fn s7_a_filled_trap_gets_the_receipt_that_anybody_gets_and_is_held() {
    let (endpoint, other) = (Endpoint::new().await, Endpoint::new().await);
    let trapped = status_and_body(endpoint.submit(json(KEY, r#","trap":"http://x.example""#)).await).await;
    let plain = status_and_body(other.submit(json(KEY, r#","trap":"""#)).await).await;
    assert_eq!(trapped.0, StatusCode::OK);
    assert_eq!(trapped, plain);
    assert!(endpoint.leads().await.is_empty());
    let [lead] = &held(&endpoint).await[..] else { panic!("one is held") };
    assert_eq!((codes(lead), lead.held), (vec!["trap.filled"], true));
    assert_eq!((endpoint.state.metrics.received.get(), endpoint.state.metrics.held.get()), (1, 1));
    assert_eq!((other.leads().await.len(), other.state.metrics.held.get()), (1, 0));
    // Sent again it is one, with the same receipt.
    let again = status_and_body(endpoint.submit(json(KEY, r#","trap":"http://x.example""#)).await).await;
    assert_eq!((again, held(&endpoint).await.len()), (trapped, 1));
}

#[tokio::test]
async fn s7_the_hosted_page_has_a_trap_that_no_person_meets() {
    let endpoint = Endpoint::new().await;
    let (_, html) = status_and_body(endpoint.get("/f/enquiry?lang=en").await).await;
    let trap = r#"<div aria-hidden="true" class="unseen"><input type="text" name="lg-website" tabindex="-1" autocomplete="off"></div>"#;
    assert!(html.contains(trap), "{html}");
    let body = format!("lg-key={KEY}&name=Ana&email=ana%40example.org&agree=yes&lg-website=x");
    let request = Request::post("/f/enquiry?lang=en").body(Body::from(body)).unwrap();
    let (status, html) = status_and_body(endpoint.send(request).await).await;
    assert!(status == StatusCode::OK && html.contains("We will write to you."), "{html}");
    assert_eq!((held(&endpoint).await.len(), endpoint.leads().await.len()), (1, 0));
}

#[tokio::test]
async fn s8_the_hosted_page_says_when_it_was_shown_and_who_is_too_quick_is_noted() {
    let endpoint = Endpoint::new().await;
    let (_, html) = status_and_body(endpoint.get("/f/enquiry?lang=en").await).await;
    let (before, _) = html.split_once(r#"" type="hidden" name="lg-dwell""#).unwrap();
    let dwell = before.rsplit_once('"').unwrap().1.to_owned();
    let send = async |key: &str, name: &str| {
        let body = format!("lg-key={key}&name={name}&email=ana%40example.org&agree=yes&lg-dwell={dwell}");
        let request = Request::post("/f/enquiry?lang=en").body(Body::from(body)).unwrap();
        assert_eq!(endpoint.send(request).await.status(), StatusCode::OK);
    };
    send(KEY, "Ana").await;
    endpoint.clock.pass(Duration::from_secs(3));
    send(OTHER_KEY, "Ion").await;
    let signs: Vec<_> = endpoint.leads().await.iter().map(codes).collect();
    assert_eq!(signs, [vec![], vec!["dwell.too_short"]]);
}

#[tokio::test]
async fn s9_a_proof_counts_once_also_for_two_at_the_same_time() {
    let endpoint = strict().await;
    let proof = proof(&endpoint).await;
    let first = with_proof(KEY, &proof);
    let second = with_proof(OTHER_KEY, &proof).replace("Ana", "Ion");
    let (one, other) = tokio::join!(endpoint.submit(first.clone()), endpoint.submit(second));
    assert_eq!((one.status(), other.status()), (StatusCode::OK, StatusCode::OK));
    assert_eq!(endpoint.leads().await.len(), 1);
    let [spent] = &held(&endpoint).await[..] else { panic!("one came with a spent proof") };
    assert_eq!(codes(spent), ["proof.spent"]);
    // A retry is answered before anybody looks at its proof.
    assert_eq!(endpoint.submit(first).await.status(), StatusCode::OK);
    assert_eq!((endpoint.leads().await.len(), held(&endpoint).await.len()), (1, 1));
}

#[tokio::test]
async fn s9_no_proof_a_late_one_and_a_made_up_one_are_held_where_a_form_asks_for_one() {
    let endpoint = strict().await;
    let late = proof(&endpoint).await;
    endpoint.clock.pass(Duration::from_secs(901));
    let key = |number: u32| format!("0191d3c0-0000-4000-8000-{number:012}");
    for (number, body) in
        [json(&key(1), ""), with_proof(&key(2), &late), with_proof(&key(3), "e30=")].iter().enumerate()
    {
        let body = body.replace("Ana Pop", &format!("Ana {number}"));
        assert_eq!(endpoint.submit(body).await.status(), StatusCode::OK);
    }
    let signs: Vec<_> = held(&endpoint).await.iter().flat_map(codes).collect();
    assert_eq!(signs, ["proof.missing", "proof.expired", "proof.invalid"]);
}

#[tokio::test]
async fn a_full_quarantine_refuses_the_doubtful_and_takes_all_others() {
    let endpoint = Endpoint::with(|settings| settings.quarantine_limit_mib = 0).await;
    let trapped = json(KEY, r#","trap":"x""#);
    refused(&endpoint, trapped, Kind::Busy).await;
    assert_eq!(endpoint.submit(json(OTHER_KEY, "")).await.status(), StatusCode::OK);
    // What was taken before it was full is answered as it was.
    assert_eq!(endpoint.submit(json(OTHER_KEY, r#","trap":"x""#)).await.status(), StatusCode::OK);
    assert_eq!((endpoint.leads().await.len(), held(&endpoint).await.len()), (1, 0));
}

#[tokio::test]
async fn a_released_lead_is_judged_by_todays_card_at_the_time_it_came_and_keeps_its_first_verdict() {
    let endpoint = Endpoint::new().await;
    endpoint.submit(json(KEY, r#","trap":"x""#)).await;
    let lead = held(&endpoint).await.remove(0);
    let today = parse(&FORM.replace("points = 7.5", "points = 9"));
    endpoint.clock.pass(Duration::from_hours(48));
    let (store, settings, at) = (endpoint.state.store.as_ref(), &endpoint.state.settings, endpoint.state.clock.now());
    let released = quarantine::release(store, settings, &today, lead.id, at).await.unwrap().unwrap();
    let [now] = &endpoint.leads().await[..] else { panic!("it is a lead now") };
    assert_eq!((&now.explanation, now.held, codes(now)), (&released, false, vec!["trap.filled"]));
    assert_eq!(now.explanation.at, lead.explanation.at);
    assert_eq!((now.card, now.form_version), (today.definition().scorecard.id(), today.definition().version()));
    let [first] = &store.earlier_judgements(lead.id).await.unwrap()[..] else { panic!("it was judged once before") };
    assert_eq!((first.replaced_for, first.card), (Why::Released, lead.card));
    assert_eq!(first.explanation_bytes, lead.explanation_bytes);
    // Once is all.
    assert!(quarantine::release(store, settings, &today, lead.id, at).await.unwrap().is_none());
    assert!(quarantine::release(store, settings, &today, Uuid::nil(), at).await.unwrap().is_none());
}

#[tokio::test]
async fn a_held_lead_hides_no_other() {
    let endpoint = Endpoint::new().await;
    endpoint.submit(json(KEY, r#","trap":"x""#)).await;
    // A person's equal answers are no twin of it, and what it claims to replace stays.
    assert_eq!(endpoint.submit(json(OTHER_KEY, "")).await.status(), StatusCode::OK);
    let third = "0191d3c0-0000-4000-8000-000000000003";
    let replacing = json(third, &format!(r#","trap":"x","supersedes":"{OTHER_KEY}""#)).replace("Ana", "Ion");
    endpoint.submit(replacing).await;
    let [lead] = &endpoint.leads().await[..] else { panic!("one lead came from a person") };
    assert_eq!(lead.duplicate_of, None);
    // Released, it says that one again.
    let store = endpoint.state.store.as_ref();
    let first = held(&endpoint).await.remove(0).id;
    let (settings, at) = (&endpoint.state.settings, endpoint.state.clock.now());
    quarantine::release(store, settings, &form(), first, at).await.unwrap().unwrap();
    assert_eq!(store.lead(first).await.unwrap().unwrap().duplicate_of, Some(lead.id));
    assert_eq!(endpoint.leads().await.len(), 1);
}

#[tokio::test]
async fn what_is_discarded_is_gone_and_leads_are_not() {
    let endpoint = Endpoint::new().await;
    endpoint.submit(json(KEY, r#","trap":"x""#)).await;
    endpoint.submit(json(OTHER_KEY, "")).await;
    let store = endpoint.state.store.as_ref();
    let (spam, lead) = (held(&endpoint).await.remove(0).id, endpoint.leads().await.remove(0).id);
    assert!(store.held_bytes().await.unwrap() > 2_048);
    assert_eq!(store.discard(Discard::These(vec![spam, lead, Uuid::nil()])).await, Ok(1));
    assert_eq!((store.held_bytes().await, store.lead(spam).await), (Ok(0), Ok(None)));
    let now = endpoint.state.clock.now();
    assert_eq!(store.discard(Discard::Before(now)).await, Ok(0));
    assert_eq!(endpoint.leads().await.len(), 1);
}

#[test]
fn a_reaction_that_is_none_is_named() {
    let told = toml::from_str::<std::collections::BTreeMap<String, OfForm>>("demo = { proof = \"drop\" }").unwrap_err();
    assert!(told.message().contains("unknown variant `drop`"), "{told}");
    assert!(Settings::load(None, [("LEADGLASS_ON_TRAP".to_owned(), "reject".to_owned())]).is_err());
}
