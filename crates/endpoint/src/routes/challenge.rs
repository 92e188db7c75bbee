//! `GET /v1/forms/{form}/challenge`: work for a page to prove, as ALTCHA v2 writes it, and since when the form is shown.

use std::sync::Arc;

use axum::{
    extract::{Extension, Path, State as Shared},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use leadglass_scoring::Language;
use serde::Serialize;

use crate::{
    client::Peer,
    http::{Cors, language},
    problem::{Kind, Problem},
    rate_limit::Purpose,
    spam::{self, Challenge},
    state::State,
};

#[derive(Serialize)]
struct Body {
    #[serde(flatten)]
    challenge: Challenge,
    dwell: String,
}

/// Makes a challenge.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(form): Path<String>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    let Some(cors) = Cors::of(&state.settings, &form, &headers) else {
        return Problem::of(Kind::OriginNotAllowed, Language::En).into_response();
    };
    let made = make(&state, &form, peer.map(|Extension(peer)| peer), &headers).await;
    let mut response = made.unwrap_or_else(IntoResponse::into_response);
    cors.apply(response.headers_mut());
    response
}

async fn make(state: &State, form: &str, peer: Option<Peer>, headers: &HeaderMap) -> Result<Response, Problem> {
    let live = state.forms.get(form).ok_or_else(|| Problem::of(Kind::FormUnknown, Language::En))?;
    let language = language(live.full.definition(), None, headers);
    state.admit(Purpose::Challenge, form, peer, headers).map_err(|problem| problem.translated(language))?;
    let keys = state.keys().await.map_err(|error| state.store_problem(&error, language))?;
    let at = state.clock.now();
    let random = [(); 3].map(|()| state.ids.random());
    let challenge = Challenge::new(&state.settings, keys, form, at, random);
    let body = Body { challenge, dwell: spam::dwell_token(keys, form, at) };
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let cache = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Texts and numbers are always JSON.
    Ok(([kind, cache], serde_json::to_vec(&body).unwrap_or_default()).into_response())
}

#[cfg(test)]
mod tests {
    use crate::testing::{Endpoint, status_and_body, whole};

    #[tokio::test]
    async fn s9_a_challenge_is_bound_to_its_form_and_expires() {
        let endpoint = Endpoint::with(|settings| (settings.proof_cost, settings.proof_tries) = (2, 20)).await;
        let response = endpoint.get("/v1/forms/enquiry/challenge").await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let (status, body) = status_and_body(response).await;
        assert_eq!(status, 200);
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["parameters"]["data"], serde_json::json!({ "form": "enquiry" }));
        assert_eq!(body["parameters"]["expiresAt"], 1_772_445_600 + 900);
        assert!(body["dwell"].as_str().unwrap().starts_with("1772445600000."));
        assert_eq!(endpoint.get("/v1/forms/nothing/challenge").await.status(), 404);
    }

    #[tokio::test]
    async fn s10_challenges_have_a_limit_of_their_own() {
        let endpoint = Endpoint::with(|settings| {
            (settings.proof_cost, settings.proof_tries) = (2, 20);
            (settings.form_rate_per_minute, settings.form_burst) = (60, 2);
        })
        .await;
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(endpoint.get("/v1/forms/enquiry/challenge").await);
        }
        assert_eq!([200, 200, 429], [0, 1, 2].map(|number: usize| answers[number].status().as_u16()));
        assert!(whole(answers.remove(2)).await.contains("retry-after: 1\n"));
        let sent = endpoint.submit(crate::testing::json(crate::testing::KEY, "")).await;
        assert_eq!(sent.status(), 200);
    }
}
