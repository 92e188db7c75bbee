//! `POST /f/{form}`: a form without script, answered with what follows, or with the form and what is wrong.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Extension, Path, RawQuery, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use leadglass_scoring::{Language, encoding::VersionId};

use crate::{
    client::Peer,
    clock::derived_id,
    forms::LiveForm,
    hosted::{Page, Parameters, unknown_form},
    http::{Cors, language, own_origin, read_body},
    intake::{self, Refusal, Taken},
    problem::{Kind, Problem},
    rate_limit::Purpose,
    state::State,
    store::StoreError,
    submission::{Submission, read_urlencoded},
};

/// Takes a submission.
///
/// # Errors
/// Where there is nothing to show the form with again.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(form): Path<String>,
    RawQuery(query): RawQuery,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let refused = |problem: Problem| {
        state.metrics.refuse(problem.kind());
        problem
    };
    let Some(live) = state.forms.get(&form) else {
        state.metrics.refuse(Kind::FormUnknown);
        return unknown_form(&state, query.as_deref(), &headers);
    };
    if Cors::of(&state.settings, &form, &headers).is_none() {
        return Err(refused(Problem::of(Kind::OriginNotAllowed, Language::En)));
    }
    let body = read_body(&headers, body, state.settings.body_limit_bytes, state.settings.body_timeout()).await;
    let submission = body.and_then(|body| read_urlencoded(&body, state.settings.answers_limit, state.ids.random()));
    let own_page = own_origin(&headers).map(|origin| format!("{origin}/f/{form}"));
    let submission = submission.map_err(refused)?.from_own_page(own_page);
    let parameters = Parameters::read(query.as_deref(), live.shown.form.definition());
    let asked = submission.language.as_deref().or(parameters.lang());
    let language = language(live.full.definition(), asked, &headers);
    let page = Page::new(language, parameters, submission.key, live.shown.version);
    let page = Page { touch: submission.last_touch.clone(), ..page };
    // Asked once the answers are read, so that they can be shown again: whoever has no script would lose them.
    let admitted = state.admit(Purpose::Send, &form, peer.map(|Extension(peer)| peer), &headers);
    let page = match admitted.map_err(|problem| problem.translated(language)) {
        Ok(()) => take(&state, &live, submission, page).await,
        Err(problem) => {
            state.metrics.refuse(problem.kind());
            let dwell = submission.evidence.dwell;
            Page { answers: submission.answers, dwell, ..page }.refuse(&state, &live, &problem).await
        }
    };
    Ok(page)
}

async fn take(state: &State, live: &LiveForm, submission: Submission, mut page: Page) -> Response {
    let language = page.language;
    let (answers, dwell) = (submission.answers.clone(), submission.evidence.dwell.clone());
    match try_take(state, live, submission, language).await {
        Ok(taken) => {
            state.metrics.received.inc();
            (page.follow_up, page.privacy) = (taken.follow_up(), taken.privacy());
            page.answer(state, live, StatusCode::OK).await
        }
        Err(refusal) => {
            (page.answers, page.dwell) = (answers, dwell);
            let problem = match refusal {
                Refusal::Invalid(violations) => {
                    page.violations = violations;
                    state.metrics.refuse(Kind::AnswersInvalid);
                    return page.answer(state, live, Kind::AnswersInvalid.status()).await;
                }
                Refusal::KeyReused => Problem::of(Kind::KeyReused, language),
                Refusal::Store(error) => state.store_problem(&error, language),
            };
            state.metrics.refuse(problem.kind());
            page.refuse(state, live, &problem).await
        }
    }
}

/// Whoever goes back, changes an answer and sends again means the change: it is taken under a key that follows from
/// the first one and the answers, so that sending it twice is still one lead.
async fn try_take(
    state: &State,
    live: &LiveForm,
    submission: Submission,
    language: Language,
) -> Result<Taken, Refusal> {
    let shown = intake::shown(state, live, &submission).await.map_err(|error: StoreError| Refusal::Store(error))?;
    let again = submission.clone();
    match intake::take(state, live, &shown, submission, language).await {
        Err(Refusal::KeyReused) => {
            let mut seed = again.key.as_bytes().to_vec();
            seed.extend_from_slice(again.fingerprint(&shown.form).as_bytes());
            let changed =
                Submission { key: derived_id(VersionId::of(&seed).as_bytes()), supersedes: Some(again.key), ..again };
            intake::take(state, live, &shown, changed, language).await
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use axum::{http::Request, http::StatusCode};

    use super::*;
    use crate::testing::{Endpoint, KEY, status_and_body};

    const GOOD: &str = "name=Ana+Pop&email=ana%40example.org&agree=yes";

    async fn send(endpoint: &Endpoint, body: &str) -> (StatusCode, String) {
        let request = Request::post("/f/enquiry?lang=en").header("content-type", "application/x-www-form-urlencoded");
        status_and_body(endpoint.send(request.body(Body::from(body.to_owned())).unwrap()).await).await
    }

    #[tokio::test]
    async fn a_lead_is_followed_by_what_its_decision_says() {
        let endpoint = Endpoint::new().await;
        let body = format!("lg-key={KEY}&{GOOD}");
        let (status, html) = send(&endpoint, &body).await;
        assert_eq!(status, StatusCode::OK);
        assert!(html.contains("We will write to you."), "{html}");
        // Reloading the answer sends again.
        assert_eq!(send(&endpoint, &body).await.0, StatusCode::OK);
        assert_eq!(endpoint.leads().await.len(), 1);
    }

    #[tokio::test]
    async fn what_was_typed_comes_back_with_what_is_wrong() {
        let endpoint = Endpoint::new().await;
        let body = format!("lg-key={KEY}&name=%3Cb%3EAna&email=nobody&message=Hello");
        let (status, html) = send(&endpoint, &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!html.contains("<script"), "what was typed is not replaced: {html}");
        for part in ["value=\"&lt;b&gt;Ana\"", "value=\"nobody\"", ">Hello</textarea>", KEY, "href=\"#lg-email\""] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(endpoint.leads().await.is_empty());
    }

    #[tokio::test]
    async fn what_brought_the_visitor_is_kept_through_mistakes_and_with_the_lead() {
        let endpoint = Endpoint::new().await;
        let send = async |answers: &str| {
            let touch = "%7B%22source%22%3A%22news%22%2C%22referrer%22%3A%22https%3A%2F%2Fa.example%2F%22%7D";
            let body = format!("lg-key={KEY}&lg-touch={touch}&{answers}");
            let request = Request::post("/f/enquiry?lang=en&utm_source=news").header("host", "forms.example");
            let request = request.header("origin", "https://forms.example").body(Body::from(body)).unwrap();
            status_and_body(endpoint.send(request).await).await
        };
        let (_, html) = send("name=Ana").await;
        for part in ["&quot;source&quot;:&quot;news&quot;", "?lang=ru&amp;utm_source=news\""] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        send(GOOD).await;
        let lead = endpoint.leads().await.remove(0);
        let touch = lead.circumstances.first_touch.clone().unwrap();
        assert_eq!((touch.source.as_deref(), touch.referrer.as_deref()), (Some("news"), Some("https://a.example/")));
        assert_eq!(touch.landing_page.as_deref(), Some("https://forms.example/f/enquiry"));
        assert_eq!(lead.circumstances.last_touch, Some(touch));
        assert_eq!(lead.page.url.as_deref(), Some("https://forms.example/f/enquiry"));
    }

    #[tokio::test]
    async fn whoever_goes_back_and_changes_an_answer_is_one_lead_with_the_change() {
        let endpoint = Endpoint::new().await;
        send(&endpoint, &format!("lg-key={KEY}&{GOOD}")).await;
        for _ in 0..2 {
            let (status, _) = send(&endpoint, &format!("lg-key={KEY}&{GOOD}&message=Changed")).await;
            assert_eq!(status, StatusCode::OK);
        }
        let leads = endpoint.leads().await;
        assert_eq!(leads.len(), 1);
        assert_eq!(leads[0].answers.first("message"), "Changed");
    }

    #[tokio::test]
    async fn nothing_typed_is_lost_while_the_database_is_busy() {
        let endpoint = Endpoint::new().await;
        let _held = endpoint.hold_database();
        let (status, html) = send(&endpoint, &format!("lg-key={KEY}&{GOOD}")).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(html.contains("role=\"alert\"") && html.contains("value=\"Ana Pop\"") && html.contains(KEY), "{html}");
    }
}
