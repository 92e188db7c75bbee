//! `GET` and `POST /privacy/{token}`: the permissions that were given with a lead, shown and taken back, without script.
//! `POST /v1/leads/{token}/withdrawals`: the same for programs. The token is in the receipt and opens nothing else.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Extension, Path, Query, State as Shared},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use leadglass_scoring::Language;

use crate::{
    client::Peer,
    http::{Cors, read_body},
    link_page::{Choice, link_language},
    privacy,
    problem::{Kind, Problem},
    rate_limit::Purpose,
    spam::privacy_lead,
    state::State,
    store::{KeptLead, Withdraw},
    submission::read_withdrawals,
};

/// The largest body: room for the purposes of a form.
const BODY_LIMIT: usize = 4_096;

/// Shows the permissions.
///
/// # Errors
/// Where the store fails, or somebody asks too often.
pub async fn show(
    Shared(state): Shared<Arc<State>>,
    Path(token): Path<String>,
    Query(choice): Query<Choice>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = choice.lang.as_deref();
    let lead = match lead(&state, &token, peer, &headers).await {
        Ok(lead) => lead,
        Err(problem) => return nowhere(&state, problem, asked, &headers),
    };
    let language = asked.and_then(Language::from_tag).unwrap_or(lead.language);
    Ok(privacy::page(&state, &lead, &token, language))
}

/// Takes permissions back, those of the purposes that are sent or all, and shows the page again.
///
/// # Errors
/// Where the store fails, or somebody asks too often.
pub async fn take_back(
    Shared(state): Shared<Arc<State>>,
    Path(token): Path<String>,
    Query(choice): Query<Choice>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let lead = match lead(&state, &token, peer, &headers).await {
        Ok(lead) => lead,
        Err(problem) => return nowhere(&state, problem, choice.lang.as_deref(), &headers),
    };
    let body = read_body(&headers, body, BODY_LIMIT, state.settings.body_timeout()).await?;
    let pairs = form_urlencoded::parse(&body);
    let purposes = pairs.filter(|(name, _)| name == "purpose").map(|(_, purpose)| purpose.into_owned()).collect();
    withdraw(&state, &lead, purposes).await?;
    let language = choice.lang.as_deref().and_then(Language::from_tag).unwrap_or(lead.language);
    // To be read by `GET`, so that reloading sends nothing again. A token of ours has letters, digits, `-` and `_` alone.
    let place = format!("/privacy/{token}?lang={}", language.code());
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
}

/// Takes permissions back.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(token): Path<String>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut response = match take(&state, &token, peer, &headers, body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(problem) => problem.into_response(),
    };
    // Taking back must be as easy as giving: whoever has the token may, from any page.
    Cors::any().apply(response.headers_mut());
    response
}

async fn take(
    state: &State,
    token: &str,
    peer: Option<Extension<Peer>>,
    headers: &HeaderMap,
    body: Body,
) -> Result<(), Problem> {
    let lead = lead(state, token, peer, headers).await?;
    let body = read_body(headers, body, BODY_LIMIT, state.settings.body_timeout()).await?;
    let purposes = read_withdrawals(&body)?;
    let has = |purpose: &String| lead.consents.iter().any(|consent| consent.purpose == *purpose);
    if let Some(unknown) = purposes.iter().find(|purpose| !has(purpose)) {
        let given = lead.consents.iter().map(|consent| format!("`{}`", consent.purpose)).collect::<Vec<_>>().join(", ");
        let given = if given.is_empty() { "none".to_owned() } else { given };
        let detail = format!("there is no permission for `{unknown}` to take back; there is {given}");
        return Err(Problem::new(Kind::PurposeUnknown, detail));
    }
    withdraw(state, &lead, purposes).await
}

async fn lead(
    state: &State,
    token: &str,
    peer: Option<Extension<Peer>>,
    headers: &HeaderMap,
) -> Result<KeptLead, Problem> {
    let unknown = || Problem::of(Kind::PathUnknown, Language::En);
    let of_store = |error| state.store_problem(&error, Language::En);
    state.admit(Purpose::Track, "", peer.map(|Extension(peer)| peer), headers)?;
    let id = privacy_lead(state.keys().await.map_err(of_store)?, token).ok_or_else(unknown)?;
    state.store.lead(id).await.map_err(of_store)?.ok_or_else(unknown)
}

/// Whoever followed a link is told in words; other problems stay what they are.
fn nowhere(state: &State, problem: Problem, asked: Option<&str>, headers: &HeaderMap) -> Result<Response, Problem> {
    if problem.kind() != Kind::PathUnknown {
        return Err(problem);
    }
    let language = link_language(asked, headers).unwrap_or(Language::En);
    Ok(privacy::unknown_page(state, language))
}

async fn withdraw(state: &State, lead: &KeptLead, mut purposes: Vec<String>) -> Result<(), Problem> {
    // No purpose has it, and PostgreSQL takes no text that has; nothing left is not all.
    let is_all = purposes.is_empty();
    purposes.retain(|purpose| !purpose.contains('\0'));
    if purposes.is_empty() && !is_all {
        return Ok(());
    }
    let withdraw = Withdraw { lead: lead.id, purposes, at: state.clock.now(), ids: Arc::clone(&state.ids) };
    let taken = state.store.withdraw(withdraw).await.map_err(|error| state.store_problem(&error, Language::En))?;
    if taken.is_some_and(|purposes| !purposes.is_empty()) {
        state.told.notify_one();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde_json::Value;

    use super::*;
    use crate::{
        store::EventKind,
        testing::{Endpoint, FORM, KEY, json, status_and_body, whole},
    };

    /// The form with a permission to be followed.
    fn followed() -> String {
        let field = "[[field]]\nid = \"follow\"\nkind = \"consent\"\npurpose = \"tracking\"\n\
                     label = { en = \"You may see what I look at.\", ru = \"Можно видеть, что я смотрю.\" }\n\n";
        FORM.replacen("[[field]]", &format!("{field}[[field]]"), 1)
    }

    async fn sent(endpoint: &Endpoint) -> Value {
        endpoint.serve(&[&followed()]).await;
        let body = json(KEY, "").replace("\"name\"", "\"follow\":true,\"name\"");
        let (status, body) = status_and_body(endpoint.submit(body).await).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    async fn post(endpoint: &Endpoint, path: &str, body: &str) -> Response {
        endpoint.send(Request::post(path).body(Body::from(body.to_owned())).unwrap()).await
    }

    async fn signal(endpoint: &Endpoint, receipt: &Value) -> StatusCode {
        let path = format!("/v1/leads/{}/signals", receipt["track"].as_str().unwrap());
        let id = endpoint.state.ids.random();
        let body = format!(r#"{{"signals":[{{"id":"{id}","name":"pricing_viewed","at":"2026-03-02T10:00:00Z"}}]}}"#);
        post(endpoint, &path, &body).await.status()
    }

    #[tokio::test]
    async fn s25_a_permission_is_taken_back_by_a_link_at_the_servers_time_and_nothing_is_followed_after() {
        let endpoint = Endpoint::new().await;
        let receipt = sent(&endpoint).await;
        let path = format!("/privacy/{}", receipt["privacy"].as_str().unwrap());
        let page = whole(endpoint.get(&path).await).await;
        for part in [
            "200 OK",
            "cache-control: no-store",
            "referrer-policy: no-referrer",
            "x-robots-tag: noindex",
            "<q>You may see what I look at.</q><br>Given <time datetime=\"2026-03-02T10:00:00.000Z\">",
            "name=\"purpose\" value=\"tracking\"",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("Ana") && !page.contains("<script"), "{page}");
        assert_eq!(signal(&endpoint, &receipt).await, StatusCode::NO_CONTENT);
        endpoint.clock.pass(std::time::Duration::from_hours(1));
        let answer = post(&endpoint, &path, "purpose=tracking").await;
        assert_eq!(
            (answer.status(), &answer.headers()[header::LOCATION]),
            (StatusCode::SEE_OTHER, &format!("{path}?lang=en").parse::<axum::http::HeaderValue>().unwrap())
        );
        let (_, page) = status_and_body(endpoint.get(&format!("{path}?lang=ru")).await).await;
        assert!(page.contains("Отозвано <time datetime=\"2026-03-02T11:00:00.000Z\">"), "{page}");
        assert_eq!(signal(&endpoint, &receipt).await, StatusCode::FORBIDDEN);
        let lead = endpoint.leads().await.remove(0);
        let told = endpoint.state.store.events(lead.id).await.unwrap().pop().unwrap();
        assert_eq!(
            (told.kind, told.detail.as_deref()),
            (EventKind::LeadUpdated, Some(r#"{"withdrawn":["tracking"]}"#))
        );
        // The other permission stays, until all are taken back.
        assert_eq!(lead.consents.iter().filter(|consent| consent.withdrawn_at.is_none()).count(), 1);
        let path = format!("/v1/leads/{}/withdrawals", receipt["privacy"].as_str().unwrap());
        let answer = post(&endpoint, &path, "").await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(answer.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        let lead = endpoint.leads().await.remove(0);
        assert!(lead.consents.iter().all(|consent| consent.withdrawn_at.is_some()));
        // What was taken back first keeps its time.
        assert_eq!(
            lead.consents[1].withdrawn_at.map(crate::clock::to_rfc3339).as_deref(),
            Some("2026-03-02T11:00:00.000Z")
        );
    }

    #[tokio::test]
    async fn a_token_of_another_purpose_or_made_up_opens_no_permissions() {
        let endpoint = Endpoint::new().await;
        let receipt = sent(&endpoint).await;
        for token in [receipt["track"].as_str().unwrap(), receipt["id"].as_str().unwrap(), "x"] {
            let (status, page) = status_and_body(endpoint.get(&format!("/privacy/{token}?lang=ro")).await).await;
            assert!(status == StatusCode::NOT_FOUND && page.contains("Acest link nu duce"), "{page}");
            assert_eq!(post(&endpoint, &format!("/privacy/{token}"), "").await.status(), StatusCode::NOT_FOUND);
            let path = format!("/v1/leads/{token}/withdrawals");
            assert_eq!(post(&endpoint, &path, "").await.status(), StatusCode::NOT_FOUND);
        }
        let path = format!("/v1/leads/{}/withdrawals", receipt["privacy"].as_str().unwrap());
        for wrong in ["[]", "{\"purposes\":\"tracking\"}", "x", "{\"purposes\":[1]}"] {
            assert_eq!(post(&endpoint, &path, wrong).await.status(), StatusCode::BAD_REQUEST, "{wrong}");
        }
        // Nothing is not all, and what was never given can't be taken back
        assert_eq!(post(&endpoint, &path, "{\"purposes\":[]}").await.status(), StatusCode::BAD_REQUEST);
        let (status, told) = status_and_body(post(&endpoint, &path, "{\"purposes\":[\"letters\"]}").await).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.contains("no permission for `letters`") && told.contains("`tracking`"), "{told}");
        let lead = endpoint.leads().await.remove(0);
        assert!(lead.consents.iter().all(|consent| consent.withdrawn_at.is_none()));
    }

    #[tokio::test]
    async fn a_page_without_script_links_to_the_permissions_that_were_given_on_it() {
        let endpoint = Endpoint::new().await;
        let request = Request::post("/f/enquiry?lang=en").header("content-type", "application/x-www-form-urlencoded");
        let body = format!("lg-key={KEY}&name=Ana&email=ana%40example.org&agree=yes");
        let (_, html) = status_and_body(endpoint.send(request.body(Body::from(body)).unwrap()).await).await;
        let (_, rest) = html.split_once("href=\"/privacy/").expect("there is a link");
        let path = format!("/privacy/{}", rest.split('"').next().unwrap());
        assert_eq!(endpoint.get(&path).await.status(), StatusCode::OK);
    }
}
