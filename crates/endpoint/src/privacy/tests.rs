use std::fs;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::Value;

use super::*;
use crate::{
    store::{Address, EventKind, Receiver, ReceiverState, Secret, Template, open::Database},
    testing::{Endpoint, json, options, status_and_body},
    token::Scope,
};

fn key(number: u32) -> String {
    format!("0191d3c0-0000-4000-8000-{number:012}")
}

/// What every text of this lead has in it, and no other text has.
fn canary(number: u32) -> String {
    format!("zq{number:04}canary")
}

/// A lead whose canary is in every place that takes a text, in long texts and in short ones.
async fn send(endpoint: &Endpoint, number: u32) -> String {
    let canary = canary(number);
    let long = format!("{canary} ").repeat(usize::try_from(number % 40).unwrap() + 1);
    let more = format!(
        r#","page":{{"url":"https://shop.example/{canary}","referrer":"https://{canary}.example/"}},"last_touch":{{"campaign":"{canary}"}}"#
    );
    let body = json(&key(number), &more).replace("Ana Pop", &canary).replace("ana@", &format!("{canary}@")).replacen(
        "\"agree\"",
        &format!("\"message\":\"{long}\",\"agree\""),
        1,
    );
    let (status, receipt) = status_and_body(endpoint.submit(body).await).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    serde_json::from_str::<Value>(&receipt).unwrap()["id"].as_str().unwrap().to_owned()
}

/// Which of these leads' canaries are in the files of the database.
fn found(endpoint: &Endpoint, numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let path = options(endpoint.folder()).path;
    let files = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    let text = files.map(|bytes| String::from_utf8_lossy(&bytes).to_lowercase()).collect::<String>();
    numbers.filter(|number| text.contains(&canary(*number))).collect()
}

async fn receiver(endpoint: &Endpoint) {
    let receiver = Receiver {
        id: endpoint.state.ids.random(),
        address: Address("https://crm.example/hook".into()),
        template: Template::Json,
        events: vec![],
        forms: vec![],
        decisions: vec![],
        language: None,
        state: ReceiverState::Enabled,
        added_at: endpoint.state.clock.now(),
    };
    endpoint.state.store.add_receiver(&receiver, &Secret::from_bytes(vec![1; 32]).unwrap()).await.unwrap();
}

async fn post(endpoint: &Endpoint, path: &str, body: &str) -> (StatusCode, Value) {
    let token = endpoint.token(&[Scope::Privacy]).await;
    let request = Request::post(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = endpoint.ask(request.body(Body::from(body.to_owned())).unwrap()).await;
    let (status, body) = status_and_body(answer).await;
    (status, serde_json::from_str(&body).unwrap_or_else(|_| panic!("{body}")))
}

#[tokio::test]
async fn s25_no_byte_of_an_erased_lead_is_left_in_the_database_its_log_or_the_outbox() {
    const LEADS: u32 = 240;
    let endpoint = Endpoint::with(|settings| settings.address_rate_per_minute = 0).await;
    receiver(&endpoint).await;
    let mut ids = Vec::new();
    for number in 0..LEADS {
        ids.push(send(&endpoint, number).await);
    }
    assert_eq!(found(&endpoint, 0..LEADS).len(), 240);
    // Every other one, so that pages are emptied, halved and joined; some by their address, some by their id.
    let (erased, kept): (Vec<u32>, Vec<u32>) = (0..LEADS).partition(|number| number % 2 == 1 || number % 7 == 0);
    for number in &erased[1..] {
        let about = if number % 3 == 0 {
            About::Email(format!("{}@example.org", canary(*number)))
        } else {
            About::Lead(ids[usize::try_from(*number).unwrap()].parse().unwrap())
        };
        let (at, ids) = (endpoint.state.clock.now(), Arc::clone(&endpoint.state.ids));
        let erase = Erase { about, why: WhyErased::Asked, at, ids };
        assert_eq!(endpoint.state.store.erase(erase).await.unwrap().len(), 1);
    }
    let body = format!(r#"{{"email":"{}@EXAMPLE.org"}}"#, canary(erased[0]));
    let (status, answer) = post(&endpoint, "/v1/privacy/erasures", &body).await;
    assert_eq!((status, answer["erased"].as_array().map(Vec::len)), (StatusCode::OK, Some(1)), "{answer}");
    assert_eq!(answer["is_out_of_the_files"], true);
    assert_eq!(found(&endpoint, erased.iter().copied()), [0; 0]);
    assert_eq!(found(&endpoint, kept.iter().copied()), kept);
    let told = endpoint.state.store.tallies().await.unwrap().iter().map(|tally| tally.count).sum::<u64>();
    assert_eq!(told, u64::from(LEADS));
}

#[tokio::test]
async fn s25_all_that_is_kept_of_an_address_is_handed_out_and_nothing_of_another() {
    let endpoint = Endpoint::new().await;
    receiver(&endpoint).await;
    for number in 1..=2 {
        send(&endpoint, number).await;
    }
    let body = format!(r#"{{"email":"{}@example.org"}}"#, canary(1).to_uppercase());
    let (status, answer) = post(&endpoint, "/v1/privacy/export", &body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        (&answer["email"], answer["leads"].as_array().unwrap().len()),
        (&format!("{}@example.org", canary(1)).into(), 1)
    );
    let lead = &answer["leads"][0];
    assert_eq!(lead["answers"]["name"], canary(1));
    assert_eq!(lead["last_touch"]["campaign"], canary(1));
    assert_eq!(lead["consents"][0]["wording"], "You may answer me.");
    assert_eq!(
        (&lead["told"][0]["event"], &lead["told"][0]["to"][0]),
        (&"lead.created".into(), &"https://crm.example/…".into())
    );
    assert_eq!((&lead["confirmation"], &lead["person"]), (&serde_json::Value::Null, &lead["id"]));
    assert!(!answer.to_string().contains(&canary(2)), "{answer}");
    for wrong in [
        "{}",
        "[]",
        "",
        r#"{"email":"nobody"}"#,
        r#"{"email":1}"#,
        r#"{"email":" a@b"}"#,
        r#"{"email":"a@b","lead":"x"}"#,
    ] {
        assert_eq!(post(&endpoint, "/v1/privacy/export", wrong).await.0, StatusCode::BAD_REQUEST, "{wrong}");
        assert_eq!(post(&endpoint, "/v1/privacy/erasures", wrong).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn s25_leads_are_erased_once_their_form_keeps_them_no_longer() {
    let endpoint = Endpoint::with(|settings| settings.retention = [("enquiry".into(), 30)].into()).await;
    receiver(&endpoint).await;
    let first = send(&endpoint, 1).await;
    endpoint.clock.pass(Duration::from_hours(24 * 29));
    send(&endpoint, 2).await;
    endpoint.clock.pass(Duration::from_hours(24));
    sweep(&endpoint.state).await.unwrap();
    assert_eq!(endpoint.leads().await.len(), 2, "not before its time");
    endpoint.clock.pass(Duration::from_millis(1));
    sweep(&endpoint.state).await.unwrap();
    let leads = endpoint.leads().await;
    assert_eq!((leads.len(), leads[0].answers.first("name")), (1, &*canary(2)));
    assert_eq!(found(&endpoint, 1..=2), [2]);
    let erased = endpoint.state.store.erasures(None, 9).await.unwrap();
    assert_eq!((erased.len(), erased[0].lead.to_string(), erased[0].why), (1, first, WhyErased::Retention));
    let events = endpoint.state.store.events(erased[0].lead).await.unwrap();
    assert_eq!((events.len(), events[0].kind), (1, EventKind::LeadErased));
}

#[tokio::test]
async fn the_report_says_what_is_kept_what_for_how_long_who_is_told_and_where() {
    let endpoint = Endpoint::with(|settings| settings.retention = [("enquiry".into(), 365)].into()).await;
    receiver(&endpoint).await;
    let settings = &endpoint.state.settings;
    let report = survey(endpoint.state.store.as_ref(), settings, endpoint.state.clock.now()).await.unwrap();
    for part in [
        "## Form `enquiry`",
        "Kept: 365 days from when a lead came",
        "| `email` | email | always |",
        "- `contact`: You may answer me.",
        "- `https://crm.example/…` (json) of everything",
        "- `leadglass.sqlite`: a SQLite file",
        "`leadglass erase EMAIL|LEAD`",
    ] {
        assert!(report.contains(part), "{part} is not in {report}");
    }
    assert!(!report.contains("/hook"));
    let mut other = settings.clone();
    other.database = Database::from("postgres://ana:zq7secret@db.example/leads".to_owned());
    let report = survey(endpoint.state.store.as_ref(), &other, endpoint.state.clock.now()).await.unwrap();
    assert!(report.contains("a PostgreSQL database") && !report.contains("zq7secret"), "{report}");
}
