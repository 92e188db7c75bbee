//! `GET /f/{form}`: the form on a page of its own.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State as Shared},
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    hosted::{Page, Parameters, unknown_form},
    http::language,
    problem::Problem,
    state::State,
};

/// Shows the form.
///
/// # Errors
/// Where there is no such form.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(form): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(live) = state.forms.get(&form) else { return unknown_form(&state, query.as_deref(), &headers) };
    let definition = live.shown.form.definition();
    let parameters = Parameters::read(query.as_deref(), definition);
    let language = language(live.full.definition(), parameters.lang(), &headers);
    let (answers, touch) = (parameters.answers(definition), parameters.touch(&headers, state.clock.now()));
    let page = Page::new(language, parameters, state.ids.random(), live.shown.version);
    Ok(Page { answers, touch, fresh: true, ..page }.answer(&state, &live, StatusCode::OK).await)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};

    use crate::http::IMMUTABLE;
    use crate::testing::{Endpoint, FORM, status_and_body};

    #[tokio::test]
    async fn the_page_needs_no_script_and_is_kept_by_nobody() {
        let endpoint = Endpoint::new().await;
        let response = endpoint.get("/f/enquiry?lang=ru").await;
        let headers = response.headers().clone();
        assert_eq!(headers["cache-control"], "no-store");
        insta::assert_snapshot!(headers["content-security-policy"].to_str().unwrap(), @"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'");
        let (_, html) = status_and_body(response).await;
        for part in
            ["<html lang=\"ru\">", "Как вас зовут", "name=\"lg-key\"", "action=\"/f/enquiry?lang=ru\"", "?lang=en"]
        {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        let script = endpoint.state.assets.hosted_script_path();
        for part in [
            "<script defer data-define src=\"/embed/enquiry.js\"></script>",
            &format!("<script defer data-form=\"enquiry\" src=\"{script}\"></script>"),
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(html.matches("<script").count() == 2 && !html.contains("style=\""), "{html}");
        assert_eq!(endpoint.get(&script).await.headers()["cache-control"], IMMUTABLE);
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
    async fn what_the_address_says_is_in_the_form_in_its_languages_and_in_nothing_else() {
        let endpoint = Endpoint::new().await;
        let hidden = "[[field]]\nid = \"plan\"\nkind = \"hidden\"\nlabel = { en = \"Plan\", ru = \"План\" }\n\n";
        endpoint.serve(&[&FORM.replacen("[[field]]", &format!("{hidden}[[field]]"), 1)]).await;
        let query = "lang=en&plan=%22%3E%3Cb%3E&utm_source=news%0A&name=Ana&agree=yes&lg-key=x&x=y";
        let ask = Request::get(format!("/f/enquiry?{query}")).header("referer", "https://a.example/post?email=ana");
        let (_, html) = status_and_body(endpoint.send(ask.body(Body::empty()).unwrap()).await).await;
        for part in [
            "<input value=\"&quot;&gt;&lt;b&gt;\" type=\"hidden\"",
            "action=\"/f/enquiry?lang=en&amp;plan=%22%3E%3Cb%3E&amp;utm_source=news\"",
            "href=\"?lang=ru&amp;plan=%22%3E%3Cb%3E&amp;utm_source=news\"",
            "{&quot;source&quot;:&quot;news&quot;,&quot;referrer&quot;:&quot;https://a.example/post&quot;,",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(!html.contains("checked") && !html.contains("Ana") && !html.contains("=x"), "{html}");
    }

    #[tokio::test]
    async fn an_address_that_says_its_language_twice_or_is_no_text_shows_the_form() {
        let endpoint = Endpoint::new().await;
        for query in ["lang=ru&lang=en", "%FF=%FF&lang=ru", "&&=&lang=ru&utm_source=%F0%9F"] {
            let (status, html) = status_and_body(endpoint.get(&format!("/f/enquiry?{query}")).await).await;
            assert_eq!(status, 200, "{query}");
            assert!(html.contains("<html lang=\"ru\">") && !html.contains('\u{fffd}'), "{query}");
        }
    }

    #[tokio::test]
    async fn whoever_asks_for_a_form_that_is_not_there_is_told_in_their_language_and_a_program_in_its_own() {
        let endpoint = Endpoint::new().await;
        let ask = async |path: &str, accepted: &str| {
            let ask = Request::get(path).header("accept", accepted).header("accept-language", "ro");
            endpoint.send(ask.body(Body::empty()).unwrap()).await
        };
        for (path, words) in
            [("/f/no", "<h2 aria-level=\"1\">Nu există"), ("/f/no?lang=ru&x=y", "<h2 aria-level=\"1\">Такой формы нет")]
        {
            let (status, html) = status_and_body(ask(path, "text/html,*/*;q=0.8").await).await;
            assert!(status == 404 && html.contains(words), "{html}");
        }
        for accepted in ["*/*", "application/json"] {
            let response = ask("/f/no?lang=ru", accepted).await;
            assert_eq!(response.headers()["content-type"], "application/problem+json");
            assert_eq!(response.status(), 404);
        }
    }

    #[tokio::test]
    async fn s17_a_form_whose_sites_are_listed_may_be_framed_by_them_alone() {
        let endpoint = Endpoint::with(|settings| {
            settings.origins.insert("enquiry".into(), vec!["https://shop.example".into(), "https://b.example".into()]);
            settings.origins.insert("other".into(), Vec::new());
        })
        .await;
        endpoint.serve(&[FORM, &FORM.replace("id = \"enquiry\"", "id = \"other\"")]).await;
        for (form, framed_by) in [("enquiry", " https://shop.example https://b.example"), ("other", "")] {
            let page = endpoint.get(&format!("/f/{form}")).await;
            let policy = page.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.ends_with(&format!("; frame-ancestors 'self'{framed_by}")), "{policy}");
            assert!(!page.headers().contains_key("set-cookie"));
        }
    }

    #[tokio::test]
    async fn s17_a_form_that_any_site_may_send_may_be_framed_by_any_and_sets_no_cookie() {
        let page = Endpoint::new().await.get("/f/enquiry").await;
        let headers = page.headers();
        assert!(!headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors"));
        assert!(!headers.contains_key("x-frame-options") && !headers.contains_key("set-cookie"));
    }
}
