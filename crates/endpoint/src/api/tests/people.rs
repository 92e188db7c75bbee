//! Who is who, as the API tells and takes it.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};

use super::{get, sent};
use crate::{
    testing::{Endpoint, KEY, json as submission, status_and_body, submission as request},
    token::Scope,
};

fn key(number: u8) -> String {
    format!("{}{number:02}", &KEY[..KEY.len() - 2])
}

async fn post(endpoint: &Endpoint, path: &str, token: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::post(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = endpoint.ask(request.body(Body::from(body.to_string())).unwrap()).await;
    let (status, body) = status_and_body(answer).await;
    (status, serde_json::from_str(&body).unwrap_or_else(|_| panic!("{body}")))
}

/// The id of a lead of somebody else.
async fn sent_by(endpoint: &Endpoint, number: u8, name: &str, email: &str) -> String {
    let body = submission(&key(number), "").replace("Ana Pop", name).replace("ana@example.org", email);
    let (status, receipt) = status_and_body(endpoint.send(request(body)).await).await;
    assert_eq!(status, StatusCode::OK, "{receipt}");
    serde_json::from_str::<Value>(&receipt).unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_shares_an_address_or_a_browser_stays_apart_until_staff_says_otherwise_and_can_be_parted_again() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::LeadsRead, Scope::LeadsWrite]).await;
    let ana = sent(&endpoint, &key(1), "").await;
    let again = sent_by(&endpoint, 2, "POP ana", "Ana@Example.org").await;
    let ion = sent_by(&endpoint, 3, "Ion Pop", "ana@example.org").await;
    // The same browser, gone back to: it takes the place of Ana's lead and is still another's.
    let more = format!(r#","supersedes":"{}""#, key(1));
    let body = submission(&key(4), &more).replace("ana@example.org", "eva@example.org").replace("Ana Pop", "Eva");
    let (_, receipt) = status_and_body(endpoint.send(request(body)).await).await;
    let eva = serde_json::from_str::<Value>(&receipt).unwrap()["id"].as_str().unwrap().to_owned();
    let person = async |lead: &str| get(&endpoint, &format!("/v1/persons/{lead}"), &token).await.1;
    let ids = |person: &Value| {
        let leads = person["leads"].as_array().unwrap();
        leads.iter().map(|lead| lead["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = person(&again).await;
    assert_eq!(ids(&before), [ana.clone(), again.clone()]);
    assert_eq!(
        (&before["id"], &before["names"], &before["emails"]),
        (&json!(ana), &json!(["Ana Pop", "POP ana"]), &json!(["ana@example.org"]))
    );
    assert_eq!(before["alike"], json!([ion]));
    assert_eq!((ids(&person(&ion).await), ids(&person(&eva).await)), (vec![ion.clone()], vec![eva.clone()]));

    let said = json!({ "with": again, "by": "Lidia", "why": "Ana is Ion's sister and orders for him" });
    let path = format!("/v1/persons/{ion}/merges");
    let (status, merged) = post(&endpoint, &path, &token, &said).await;
    assert_eq!((status, &merged["person"]), (StatusCode::OK, &json!(ana)), "{merged}");
    assert_eq!(post(&endpoint, &path, &token, &said).await, (StatusCode::OK, merged.clone()));
    let same = json!({ "with": ana, "by": "Lidia" });
    assert_eq!(post(&endpoint, &path, &token, &same).await.1["code"], "person.same");
    let one = person(&ion).await;
    assert_eq!((ids(&one).len(), &one["alike"], &one["merges"][0]["by"]), (3, &json!([]), &json!("Lidia")));
    let (_, lead) = get(&endpoint, &format!("/v1/leads/{ion}"), &token).await;
    assert_eq!(lead["person"], json!(ana));

    let undo = format!("/v1/merges/{}/undo", merged["merge"].as_str().unwrap());
    assert_eq!(post(&endpoint, &undo, &token, &json!({ "by": "Ana" })).await.0, StatusCode::OK);
    let mut after = person(&again).await;
    assert_eq!(after["merges"][0]["undone_by"], "Ana");
    after["merges"] = json!([]);
    assert_eq!(after, before);
}

#[tokio::test]
async fn s28_nobody_is_merged_or_parted_by_ids_that_are_not_there() {
    let endpoint = Endpoint::new().await;
    let token = endpoint.token(&[Scope::LeadsRead, Scope::LeadsWrite]).await;
    let ana = sent(&endpoint, KEY, "").await;
    let nobody = "00000000-0000-0000-0000-0000000000ff";
    for (path, body, code) in [
        (format!("/v1/persons/{ana}/merges"), json!({ "with": nobody, "by": "x" }), "lead.unknown"),
        (format!("/v1/persons/{nobody}/merges"), json!({ "with": ana, "by": "x" }), "lead.unknown"),
        (format!("/v1/merges/{nobody}/undo"), json!({ "by": "x" }), "merge.unknown"),
        (format!("/v1/persons/{ana}/merges"), json!({ "with": ana, "by": "x" }), "person.same"),
        (format!("/v1/persons/{ana}/merges"), json!({ "with": "ana" }), "body.wrong_shape"),
    ] {
        assert_eq!(post(&endpoint, &path, &token, &body).await.1["code"], code, "{path} {body}");
    }
    assert_eq!(get(&endpoint, &format!("/v1/persons/{nobody}"), &token).await.1["code"], "lead.unknown");
    let reader = endpoint.token(&[Scope::LeadsRead]).await;
    let (status, _) = post(&endpoint, &format!("/v1/persons/{ana}/merges"), &reader, &json!({})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}
