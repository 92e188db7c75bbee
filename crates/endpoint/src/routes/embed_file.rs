//! `GET /embed.js`, `GET /embed.css` and `GET /embed/{form}.js`: what a host page loads.

use std::sync::Arc;

use axum::{
    extract::{Path, State as Shared},
    http::HeaderMap,
    response::Response,
};
use leadglass_scoring::Language;

use crate::{
    embed,
    http::{REVALIDATED, WATCHED, file},
    problem::{Kind, Problem},
    state::State,
};

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The loader alone.
pub async fn loader(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    file(&headers, &*embed::loader_file(&state).await, SCRIPT, REVALIDATED)
}

/// The looks of a form that stands in a page without a script.
pub async fn styles(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let sheet = state.assets.inline_sheet();
    file(&headers, sheet.bytes().await, sheet.media_type, REVALIDATED)
}

/// The loader with a form.
///
/// # Errors
/// Where there is no such form.
pub async fn form(
    Shared(state): Shared<Arc<State>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let live = name.strip_suffix(".js").and_then(|id| state.forms.get(id));
    let live = live.ok_or_else(|| Problem::of(Kind::FormUnknown, Language::En))?;
    let cache = if state.watching { WATCHED } else { REVALIDATED };
    Ok(file(&headers, &*embed::embed_file(&state, &live).await, SCRIPT, cache))
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };

    use super::*;
    use crate::testing::{Endpoint, FORM, status_and_body};

    #[tokio::test]
    async fn the_file_holds_the_form_in_its_languages_and_nothing_of_one_visitor() {
        let endpoint = Endpoint::new().await;
        let response = endpoint.get("/embed/enquiry.js").await;
        assert_eq!(response.headers()["content-type"], SCRIPT);
        assert_eq!(response.headers()["cache-control"], REVALIDATED);
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let (_, script) = status_and_body(response).await;
        assert!(!script.contains("LEADGLASS_PAYLOAD"));
        let live = endpoint.state.forms.get("enquiry").unwrap();
        for part in [&live.shown.version.to_string(), "Как вас зовут", "\"views\":{\"en\":{\"tree\":", "/f/enquiry"]
        {
            assert!(script.contains(part), "{part}");
        }
        assert!(!script.contains("own_domain") && !script.contains("\"name\":\"lg-key\""));
        assert!(!script.contains(&live.version.to_string()));
    }

    #[tokio::test]
    async fn it_is_sent_once_and_then_only_when_it_changed() {
        let endpoint = Endpoint::new().await;
        let ask = async |known: &str| {
            let request = Request::get("/embed/enquiry.js").header("accept-encoding", "gzip, br;q=0.9");
            endpoint.send(request.header("if-none-match", known).body(Body::empty()).unwrap()).await
        };
        let first = ask("\"other\"").await;
        assert_eq!(first.headers()["content-encoding"], "br");
        let etag = first.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!(ask(&etag).await.status(), StatusCode::NOT_MODIFIED);
        endpoint.serve(&[&FORM.replace("Ask us", "Ask <b>us</b></script>")]).await;
        let changed = endpoint.send(Request::get("/embed/enquiry.js").body(Body::empty()).unwrap()).await;
        assert_ne!(changed.headers()["etag"].to_str().unwrap(), etag);
        let (_, script) = status_and_body(changed).await;
        assert!(script.contains("Ask \\u003cb>us"), "`<` is spelled out");
        assert!(!script.contains("</script>"));
    }

    #[tokio::test]
    async fn the_loader_alone_has_no_form_and_an_unknown_form_no_file() {
        let endpoint = Endpoint::new().await;
        let (status, script) = status_and_body(endpoint.get("/embed.js").await).await;
        assert_eq!(status, StatusCode::OK);
        assert!(script.contains("register(") && !script.contains("\"views\":"), "{script}");
        for path in ["/embed/nothing.js", "/embed/enquiry", "/embed/enquiry.css"] {
            assert_eq!(endpoint.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
