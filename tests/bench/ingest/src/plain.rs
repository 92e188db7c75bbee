//! axum alone: the same routes' shape, the same bodies parsed, a constant answer.

use std::{borrow::Cow, collections::BTreeMap, net::SocketAddr};

use anyhow::Result;
use axum::{Router, body::Bytes, extract::Path, http::StatusCode, routing::post};
use serde::Deserialize;

#[derive(Deserialize)]
#[expect(dead_code, reason = "parsed to be parsed")]
struct Body<'b> {
    key: Cow<'b, str>,
    language: Cow<'b, str>,
    answers: BTreeMap<Cow<'b, str>, Value<'b>>,
    signals: Vec<BTreeMap<Cow<'b, str>, Cow<'b, str>>>,
    first_touch: BTreeMap<Cow<'b, str>, Cow<'b, str>>,
    page: BTreeMap<Cow<'b, str>, Cow<'b, str>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "parsed to be parsed")]
enum Value<'b> {
    Text(Cow<'b, str>),
    Flag(bool),
}

pub fn run(listen: SocketAddr) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let routes = Router::new()
            .route("/v1/forms/{form}/submissions", post(answer))
            .route("/readyz", axum::routing::get(|| async { "ready\n" }));
        let listener = tokio::net::TcpListener::bind(listen).await?;
        Ok(axum::serve(listener, routes).await?)
    })
}

async fn answer(Path(_): Path<String>, body: Bytes) -> (StatusCode, &'static str) {
    match serde_json::from_slice::<Body<'_>>(&body) {
        Ok(_) => (StatusCode::OK, r#"{"id":"0191d3c0-0000-7000-8000-000000000001","decision":"accept"}"#),
        Err(_) => (StatusCode::BAD_REQUEST, "{}"),
    }
}
