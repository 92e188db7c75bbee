//! `GET /f/{form}`: the form on a page of its own.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use leadglass_scoring::Language;
use serde::Deserialize;

use crate::{
    hosted::Page,
    http::language,
    problem::{Kind, Problem},
    state::State,
};

/// What the address may say.
#[derive(Deserialize)]
pub struct Choice {
    /// The language.
    pub lang: Option<String>,
}

/// Shows the form.
///
/// # Errors
/// Where there is no such form.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(form): Path<String>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let live = state.forms.get(&form).ok_or_else(|| Problem::of(Kind::FormUnknown, Language::En))?;
    let language = language(live.full.definition(), choice.lang.as_deref(), &headers);
    let page = Page::new(language, state.ids.random(), live.shown.version);
    Ok(page.answer(&state, &live, StatusCode::OK).await)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};

    use crate::testing::{Endpoint, status_and_body};

    #[tokio::test]
    async fn the_page_needs_no_script_and_is_kept_by_nobody() {
        let endpoint = Endpoint::new().await;
        let response = endpoint.get("/f/enquiry?lang=ru").await;
        let headers = response.headers().clone();
        assert_eq!(headers["cache-control"], "no-store");
        insta::assert_snapshot!(headers["content-security-policy"].to_str().unwrap(), @"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'");
        let (_, html) = status_and_body(response).await;
        for part in
            ["<html lang=\"ru\">", "Как вас зовут", "name=\"lg-key\"", "action=\"/f/enquiry?lang=ru\"", "?lang=en"]
        {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(!html.contains("<script") && !html.contains("style=\""), "{html}");
    }

    #[tokio::test]
    async fn the_language_is_the_browsers_where_none_is_asked_for() {
        let endpoint = Endpoint::new().await;
        let ask = Request::get("/f/enquiry?lang=xx").header("accept-language", "de, ro;q=0.9, ru-RU;q=0.5, en;q=0.1");
        let (_, html) = status_and_body(endpoint.send(ask.body(Body::empty()).unwrap()).await).await;
        assert!(html.contains("<html lang=\"ru\">"));
        assert_eq!(endpoint.get("/f/nothing").await.status(), 404);
    }

    #[tokio::test]
    async fn s17_only_sites_that_may_send_a_form_may_frame_it() {
        let endpoint = Endpoint::with(|settings| {
            settings.origins.insert("enquiry".into(), vec!["https://shop.example".into()]);
        })
        .await;
        let page = endpoint.get("/f/enquiry").await;
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.ends_with("frame-ancestors 'self' https://shop.example"), "{policy}");
        assert!(!page.headers().contains_key("set-cookie"));
    }
}
