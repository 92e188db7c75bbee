//! `POST /v1/leads/{token}/signals`: what a page sees of a visitor who sent a lead and allowed it. The token is in the
//! receipt; it opens nothing but this.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Extension, Path, State as Shared},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leadglass_scoring::Language;

use crate::{
    client::Peer,
    http::{Cors, read_body},
    problem::{Kind, Problem},
    rate_limit::Purpose,
    replay::ReplayError,
    spam::track_lead,
    state::State,
    submission::read_signals,
    track,
};

/// The largest body: room for as many signals as are taken at once.
const BODY_LIMIT: usize = 16_384;

/// Takes signals.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(token): Path<String>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match take(&state, &token, peer.map(|Extension(peer)| peer), &headers, body).await {
        Ok(cors) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            cors.apply(response.headers_mut());
            response
        }
        Err(problem) => {
            let mut response = problem.into_response();
            // Whoever has no token learns nothing from the answer, so any page may read it.
            Cors::any().apply(response.headers_mut());
            response
        }
    }
}

async fn take(
    state: &State,
    token: &str,
    peer: Option<Peer>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Cors, Problem> {
    let unknown = || Problem::of(Kind::PathUnknown, Language::En);
    let of_store = |error| state.store_problem(&error, Language::En);
    state.admit(Purpose::Track, "", peer, headers)?;
    let lead = track_lead(state.keys().await.map_err(of_store)?, token).ok_or_else(unknown)?;
    let kept = state.store.lead(lead).await.map_err(of_store)?.ok_or_else(unknown)?;
    let cors = Cors::of(&state.settings, &kept.form, headers);
    let cors = cors.ok_or_else(|| Problem::of(Kind::OriginNotAllowed, Language::En))?;
    let purpose = &state.settings.track_purpose;
    if kept.consents.iter().any(|consent| consent.purpose == *purpose && consent.withdrawn_at.is_some()) {
        return Err(Problem::of(Kind::ConsentWithdrawn, Language::En));
    }
    let live = state.forms.get(&kept.form).ok_or_else(unknown)?;
    let body = read_body(headers, body, BODY_LIMIT, state.settings.body_timeout()).await?;
    let signals = read_signals(&body)?;
    let now = state.clock.now();
    match track::track(state.store.as_ref(), &live.full, lead, signals, state.ids.at(now), now).await {
        Ok(true) => {
            state.told.notify_one();
            Ok(cors)
        }
        Ok(false) => Err(unknown()),
        Err(ReplayError::Store(error)) => Err(of_store(error)),
        // The signals are kept; that an old version can no longer be judged is not the page's concern.
        Err(error) => {
            tracing::warn!(%lead, %error, "a lead could not be judged again");
            Ok(cors)
        }
    }
}

/// Says what a page of another origin may send.
pub async fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let answer = response.headers_mut();
    answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    answer.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    Cors::any().apply(answer);
    response
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::Request;
    use serde_json::Value;

    use super::*;
    use crate::{
        replay::Replay,
        testing::{Endpoint, FORM, KEY, json, status_and_body},
    };

    /// The form with a permission to be followed.
    fn followed() -> String {
        let field = "[[field]]\nid = \"follow\"\nkind = \"consent\"\npurpose = \"tracking\"\n\
                     label = { en = \"You may see what I look at.\", ru = \"Можно видеть, что я смотрю.\" }\n\n";
        FORM.replacen("[[field]]", &format!("{field}[[field]]"), 1)
    }

    async fn sent(endpoint: &Endpoint, allowed: bool) -> Value {
        endpoint.serve(&[&followed()]).await;
        let body = json(KEY, "").replace("\"name\"", &format!("\"follow\":{allowed},\"name\""));
        let (status, body) = status_and_body(endpoint.submit(body).await).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    async fn tell(endpoint: &Endpoint, token: &str, body: &str) -> StatusCode {
        let request = Request::post(format!("/v1/leads/{token}/signals")).body(Body::from(body.to_owned())).unwrap();
        endpoint.send(request).await.status()
    }

    fn signal(number: u32, at: &str) -> String {
        let id = format!("0191d3c0-0000-4000-8000-{number:012}");
        format!(r#"{{"signals":[{{"id":"{id}","name":"pricing_viewed","at":"{at}"}}]}}"#)
    }

    #[tokio::test]
    async fn a_later_signal_counts_once_and_every_verdict_can_be_replayed() {
        let endpoint = Endpoint::new().await;
        let receipt = sent(&endpoint, true).await;
        let token = receipt["track"].as_str().unwrap();
        let before = endpoint.leads().await.remove(0);
        endpoint.clock.pass(Duration::from_hours(24));
        let seen = signal(1, "2026-03-03T09:59:00Z");
        for _ in 0..2 {
            assert_eq!(tell(&endpoint, token, &seen).await, StatusCode::NO_CONTENT);
        }
        let after = endpoint.leads().await.remove(0);
        assert!(after.explanation.engagement > before.explanation.engagement);
        assert_eq!(after.circumstances.signals.len(), 1);
        let store = endpoint.state.store.as_ref();
        let earlier = store.earlier_judgements(before.id).await.unwrap();
        assert_eq!((earlier.len(), &earlier[0].explanation), (1, &before.explanation));
        assert_eq!(Replay::new(store).again(&after).await.unwrap(), after.explanation);
        let first = crate::store::KeptLead { circumstances: earlier[0].circumstances.clone(), ..after };
        assert_eq!(Replay::new(store).again(&first).await.unwrap(), before.explanation);
    }

    #[tokio::test]
    async fn signals_of_many_requests_at_once_all_count() {
        let endpoint = std::sync::Arc::new(Endpoint::new().await);
        let receipt = sent(&endpoint, true).await;
        let token = receipt["track"].as_str().unwrap().to_owned();
        let tries: Vec<_> = (0..8)
            .map(|number| {
                let (endpoint, token) = (std::sync::Arc::clone(&endpoint), token.clone());
                tokio::spawn(async move { tell(&endpoint, &token, &signal(number, "2026-03-02T10:00:00Z")).await })
            })
            .collect();
        for told in tries {
            assert_eq!(told.await.unwrap(), StatusCode::NO_CONTENT);
        }
        assert_eq!(endpoint.leads().await[0].circumstances.signals.len(), 8);
    }

    #[tokio::test]
    async fn who_did_not_allow_it_gets_no_token_and_a_made_up_one_opens_nothing() {
        let endpoint = Endpoint::new().await;
        let receipt = sent(&endpoint, false).await;
        assert_eq!(receipt.get("track"), None);
        let seen = signal(1, "2026-03-02T10:00:00Z");
        for token in ["x", &"A".repeat(43), receipt["id"].as_str().unwrap()] {
            assert_eq!(tell(&endpoint, token, &seen).await, StatusCode::NOT_FOUND);
        }
    }

    #[tokio::test]
    async fn what_is_no_signal_is_refused() {
        let endpoint = Endpoint::new().await;
        let receipt = sent(&endpoint, true).await;
        let token = receipt["track"].as_str().unwrap();
        let many = format!(r#"{{"signals":[{}]}}"#, vec![r#"{"id":"x","name":"a","at":"b"}"#; 51].join(","));
        let as_lists = [
            r#"[[{"id":"0191d3c0-0000-4000-8000-000000000001","name":"a","at":"2026-03-02T10:00:00Z"}]]"#,
            r#"{"signals":[["0191d3c0-0000-4000-8000-000000000001","a","2026-03-02T10:00:00Z"]]}"#,
        ];
        let wrong_id = r#"{"signals":[{"id":"x","name":"a","at":"2026-03-02T10:00:00Z"}]}"#;
        for body in ["", "{}", wrong_id, &many].into_iter().chain(as_lists) {
            assert_eq!(tell(&endpoint, token, body).await, StatusCode::BAD_REQUEST, "{body}");
        }
        assert_eq!(tell(&endpoint, token, &"x".repeat(20_000)).await, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
