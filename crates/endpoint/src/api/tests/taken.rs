//! What the API takes: leads of other channels, what became of leads, what they cost; and what it gives as files.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::{get, sent};
use crate::{
    testing::{Endpoint, KEY, json as submission, status_and_body},
    token::Scope,
};

const OTHER_KEY: &str = "0191d3c0-0000-4000-8000-0000000000aa";

pub(super) async fn post(endpoint: &Endpoint, path: &str, token: &str, key: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, body) = status_and_body(endpoint.ask(request).await).await;
    (status, serde_json::from_str(&body).unwrap_or_else(|_| panic!("{body}")))
}

async fn text(endpoint: &Endpoint, path: &str, token: &str) -> String {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = endpoint.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

fn call() -> Value {
    json!({
        "form": "enquiry",
        "channel": "call",
        "answers": { "name": "Ana Pop", "email": "ana@example.org", "budget": "12 000 EUR", "agree": true },
        "last_touch": { "source": "billboard" },
    })
}

#[tokio::test]
async fn a_lead_by_another_channel_goes_through_the_same_door_once() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::LeadsWrite, Scope::LeadsRead]).await;
    let (status, first) = post(&endpoint, "/v1/leads", &token, KEY, &call()).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    assert_eq!((&first["lead"]["decision"], &first["lead"]["score"]), (&"accept".into(), &56.into()));
    assert_eq!(first["lead"]["channel"], "call");
    assert_eq!(post(&endpoint, "/v1/leads", &token, KEY, &call()).await, (StatusCode::OK, first));
    assert_eq!(endpoint.leads().await.len(), 1);
    let mut other = call();
    other["answers"]["name"] = "Ion".into();
    let (status, refused) = post(&endpoint, "/v1/leads", &token, KEY, &other).await;
    assert_eq!((status, &refused["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &"idempotency_key.reused".into()));
    other["answers"]["email"] = "nobody".into();
    let (status, refused) = post(&endpoint, "/v1/leads", &token, OTHER_KEY, &other).await;
    assert_eq!(
        (status, &refused["violations"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &"email.missing_at".into())
    );
    other["form"] = "nothing".into();
    let (status, refused) = post(&endpoint, "/v1/leads", &token, OTHER_KEY, &other).await;
    assert_eq!((status, &refused["code"]), (StatusCode::NOT_FOUND, &"form.unknown".into()));
    for (member, value) in [
        ("channel", json!("form")),
        ("score", json!("100")),
        ("language", json!("tlh")),
        ("last_touch", json!(["google"])),
        ("signals", json!([["pricing_viewed", "2026-03-02T09:00:00Z"]])),
    ] {
        let mut wrong = call();
        wrong[member] = value;
        let (status, refused) = post(&endpoint, "/v1/leads", &token, OTHER_KEY, &wrong).await;
        assert_eq!((status, &refused["code"]), (StatusCode::BAD_REQUEST, &"body.wrong_shape".into()), "{member}");
    }
    let without = Request::post("/v1/leads").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let (status, refused) =
        status_and_body(endpoint.ask(without.body(Body::from(call().to_string())).unwrap()).await).await;
    assert!(status == StatusCode::BAD_REQUEST && refused.contains("idempotency_key.missing"), "{refused}");
}

#[tokio::test]
async fn what_became_of_a_lead_is_noted_once_and_is_its_history() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::OutcomesWrite, Scope::LeadsRead, Scope::Export]).await;
    let id = sent(&endpoint, KEY, "").await;
    let path = format!("/v1/leads/{id}/outcomes");
    let contact = json!({ "outcome": "first_contact", "at": "2026-03-02T10:05:00Z" });
    let won =
        json!({ "outcome": "won", "at": "2026-03-02T18:00:00Z", "amount": { "minor": 1_250_000, "currency": "EUR" } });
    let (status, noted) = post(&endpoint, &path, &token, KEY, &contact).await;
    assert_eq!(status, StatusCode::OK, "{noted}");
    assert_eq!(post(&endpoint, &path, &token, KEY, &contact).await, (StatusCode::OK, noted));
    assert_eq!(post(&endpoint, &path, &token, KEY, &won).await.1["code"], "idempotency_key.reused");
    assert_eq!(post(&endpoint, &path, &token, OTHER_KEY, &won).await.0, StatusCode::OK);
    let nowhere = format!("/v1/leads/{OTHER_KEY}/outcomes");
    assert_eq!(post(&endpoint, &nowhere, &token, &KEY.replace("01", "02"), &won).await.1["code"], "lead.unknown");
    for wrong in [
        json!({ "outcome": "lost" }),
        json!({ "outcome": "lost", "reason": "bad luck" }),
        json!({ "outcome": "revenue" }),
        json!({ "outcome": "won", "amount": { "minor": 1.5, "currency": "EUR" } }),
        json!({ "outcome": "won", "amount": { "minor": 1, "currency": "eur" } }),
        json!({ "outcome": "won", "amount": [1, "EUR"] }),
        json!({ "outcome": "won", "at": "yesterday" }),
    ] {
        let (status, refused) = post(&endpoint, &path, &token, &KEY.replace("01", "03"), &wrong).await;
        assert_eq!((status, &refused["code"]), (StatusCode::BAD_REQUEST, &"body.wrong_shape".into()), "{wrong}");
    }
    let (_, lead) = get(&endpoint, &format!("/v1/leads/{id}"), &token).await;
    let history = lead["history"].as_array().unwrap();
    let events: Vec<_> = history.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["received", "first_contact", "won"]);
    assert_eq!(
        (&history[2]["amount"]["minor"], &history[2]["at"]),
        (&1_250_000.into(), &"2026-03-02T18:00:00.000Z".into())
    );
    let csv = text(&endpoint, "/v1/exports/leads.csv", &token).await;
    assert!(
        csv.contains("\"2026-03-02T10:05:00.000Z\",\"won\",\"2026-03-02T18:00:00.000Z\",\"\",\"1250000\",\"EUR\""),
        "{csv}"
    );
}

#[tokio::test]
async fn what_leads_cost_is_noted_once_and_listed() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Admin]).await;
    let cost = json!({
        "channel": "form",
        "source": "google",
        "campaign": "spring",
        "first_day": "2026-03-01",
        "last_day": "2026-03-31",
        "amount": { "minor": 50_000, "currency": "MDL" },
    });
    let (status, noted) = post(&endpoint, "/v1/costs", &token, KEY, &cost).await;
    assert_eq!(status, StatusCode::OK, "{noted}");
    assert_eq!(post(&endpoint, "/v1/costs", &token, KEY, &cost).await.1, noted);
    let mut wrong = cost.clone();
    wrong["last_day"] = "2026-02-28".into();
    assert_eq!(post(&endpoint, "/v1/costs", &token, OTHER_KEY, &wrong).await.1["code"], "days.reversed");
    wrong["last_day"] = "2026-02-30".into();
    assert_eq!(post(&endpoint, "/v1/costs", &token, OTHER_KEY, &wrong).await.1["code"], "body.wrong_shape");
    for (amount, code, field) in [
        (json!({ "minor": -1, "currency": "MDL" }), "amount.invalid", "`amount.minor`"),
        (json!({ "minor": 1, "currency": "XXQ" }), "body.wrong_shape", "`amount.currency`"),
        (json!({ "minor": 1, "currency": "eur" }), "body.wrong_shape", "`amount.currency`"),
    ] {
        let mut wrong = cost.clone();
        wrong["amount"] = amount;
        let (_, problem) = post(&endpoint, "/v1/costs", &token, OTHER_KEY, &wrong).await;
        assert_eq!(problem["code"], code, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(field), "{problem}");
    }
    let (_, page) = get(&endpoint, "/v1/costs", &token).await;
    let mut expected = cost;
    expected["id"] = noted["id"].clone();
    expected["noted_at"] = "2026-03-02T10:00:00.000Z".into();
    assert_eq!(page, json!({ "costs": [expected], "next": null }));
}

#[tokio::test]
async fn s12_files_hold_every_lead_and_no_formula() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Export]).await;
    let formula = submission(KEY, "").replace("Ana Pop", "=HYPERLINK(A1)");
    assert_eq!(endpoint.submit(formula).await.status(), StatusCode::OK);
    sent(&endpoint, OTHER_KEY, r#","last_touch":{"source":"＝cmd"}"#).await;
    let csv = text(&endpoint, "/v1/exports/leads.csv", &token).await;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| rows[row].get(headers.iter().position(|it| it == name).unwrap()).unwrap();
    assert_eq!((rows.len(), cell(1, "answer.name"), cell(0, "last_source")), (2, "'=HYPERLINK(A1)", "'＝cmd"));
    assert_eq!((cell(0, "points_milli"), cell(0, "answer.budget")), ("47500", "12000.00 EUR"));
    let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠']);
    assert!(!rows.iter().flatten().chain(&headers).any(is_formula), "{csv}");
    let lines = text(&endpoint, "/v1/exports/leads.ndjson?text=hyperlink", &token).await;
    let [line] = &lines.lines().collect::<Vec<_>>()[..] else { panic!("one lead says it: {lines}") };
    let lead: Value = serde_json::from_str(line).unwrap();
    assert_eq!(lead["answers"]["name"], "=HYPERLINK(A1)");
    assert_eq!(lead["consents"][0]["purpose"], "contact");
}

#[tokio::test]
async fn an_export_is_more_than_a_page_and_all_of_it() {
    let endpoint = Endpoint::with(|settings| settings.duplicate_window_seconds = 0).await;
    let token = endpoint.token(&[Scope::Export]).await;
    for number in 0..1_203 {
        let body = submission(&format!("0191d3c0-0000-4000-8000-{number:012}"), "");
        assert_eq!(endpoint.submit(body.replace("Ana Pop", &format!("Ana {number}"))).await.status(), StatusCode::OK);
    }
    let csv = text(&endpoint, "/v1/exports/leads.csv", &token).await;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let ids: std::collections::BTreeSet<String> =
        reader.records().map(|row| row.unwrap().get(0).unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 1_203);
    let request =
        Request::get("/v1/exports/leads.parquet?form=enquiry").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = endpoint.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/vnd.apache.parquet");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let reader = parquet::file::reader::SerializedFileReader::new(bytes).unwrap();
    assert_eq!(parquet::file::reader::FileReader::metadata(&reader).file_metadata().num_rows(), 1_203);
}

#[tokio::test]
async fn s27_an_address_for_spreadsheets_takes_tokens_for_it_alone() {
    let endpoint = Endpoint::new().await;
    sent(&endpoint, KEY, "").await;
    let pull = endpoint.token(&[Scope::Pull]).await;
    let answer = endpoint.ask(Request::get(format!("/v1/pull/{pull}/leads.csv")).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    for other in [endpoint.token(&[Scope::Admin]).await, endpoint.token(&[Scope::Export]).await, "lg_".into()] {
        let path = format!("/v1/pull/{other}/leads.csv");
        let (status, body) = status_and_body(endpoint.ask(Request::get(path).body(Body::empty()).unwrap()).await).await;
        assert!(status == StatusCode::NOT_FOUND && body.contains("path.unknown"), "{body}");
    }
}

#[tokio::test]
async fn forms_are_listed_with_their_versions_and_compared_in_words() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::FormsRead]).await;
    endpoint.clock.pass(std::time::Duration::from_mins(1));
    endpoint.serve(&[&crate::testing::FORM.replace("points = 7.5", "points = 8")]).await;
    let (_, list) = get(&endpoint, "/v1/forms", &token).await;
    let form = &list["forms"][0];
    let versions: Vec<_> =
        form["versions"].as_array().unwrap().iter().map(|it| it["form_version"].as_str().unwrap()).collect();
    assert_eq!((form["id"].as_str(), versions.len(), form["live"].as_str()), (Some("enquiry"), 2, Some(versions[0])));
    let path = format!("/v1/forms/enquiry/versions/{}/diff/{}", versions[1], versions[0]);
    let (status, difference) = get(&endpoint, &path, &token).await;
    assert_eq!((status, &difference["same_card"]), (StatusCode::OK, &false.into()));
    assert!(difference["items"].to_string().contains("own_domain"), "{difference}");
    let path = format!("/v1/forms/enquiry/versions/{}/diff/{}", versions[1], "0".repeat(64));
    assert_eq!(get(&endpoint, &path, &token).await.1["code"], "version.unknown");
}

#[tokio::test]
async fn what_was_noted_by_mistake_is_taken_back_and_counts_in_no_export() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::Admin]).await;
    let lead = sent(&endpoint, KEY, "").await;
    let outcomes = format!("/v1/leads/{lead}/outcomes");
    let won = json!({ "outcome": "won", "amount": { "minor": 90_000, "currency": "MDL" } });
    let (_, noted) = post(&endpoint, &outcomes, &token, KEY, &won).await;
    let undo = |kind: &str, id: &Value| format!("/v1/{kind}/{}/undo", id.as_str().unwrap());
    let by = json!({ "by": "Lidia" });
    let (status, undone) = post(&endpoint, &undo("outcomes", &noted["id"]), &token, KEY, &by).await;
    assert_eq!((status, &undone["undone"]), (StatusCode::OK, &noted["id"]), "{undone}");
    let (_, lead) = get(&endpoint, &format!("/v1/leads/{lead}"), &token).await;
    assert_eq!(
        (&lead["history"][1]["id"], &lead["history"][1]["undone_by"]),
        (&noted["id"], &json!("Lidia")),
        "{lead}"
    );
    let csv = text(&endpoint, "/v1/exports/leads.csv", &token).await;
    assert!(!csv.contains("\"won\""), "{csv}");
    let cost = json!({
        "channel": "form", "first_day": "2026-03-01", "last_day": "2026-03-31", "amount": { "minor": 5, "currency": "MDL" },
    });
    let (_, noted) = post(&endpoint, "/v1/costs", &token, KEY, &cost).await;
    assert_eq!(post(&endpoint, &undo("costs", &noted["id"]), &token, KEY, &by).await.0, StatusCode::OK);
    assert_eq!(get(&endpoint, "/v1/costs", &token).await.1["costs"][0]["undone_by"], "Lidia");
    for (kind, code) in [("outcomes", "outcome.unknown"), ("costs", "cost.unknown")] {
        assert_eq!(post(&endpoint, &undo(kind, &json!(KEY)), &token, KEY, &by).await.1["code"], code);
    }
}
