//! The customer's site: pages of `tests/pages`, on another origin than the server's.
//!
//! A page may begin with comments `<!-- header Name: value -->`, which become headers of its answer. `{{leadglass}}`
//! is the origin of the server, `{{form}}`, `{{lang}}` and `{{load}}` come from the address's query.

use std::{collections::HashMap, sync::Arc};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::{net::TcpListener, sync::Mutex, task::JoinHandle};

use crate::tools;

/// A running host site; stopped when dropped.
pub struct Host {
    port: u16,
    blobs: Arc<Mutex<HashMap<String, Bytes>>>,
    serving: JoinHandle<()>,
}

#[derive(Clone)]
struct Site {
    leadglass: Arc<str>,
    blobs: Arc<Mutex<HashMap<String, Bytes>>>,
}

impl Host {
    /// Serves the pages with tags of the server at `leadglass`.
    ///
    /// # Errors
    /// Where no port is free.
    pub async fn start(leadglass: &str) -> Result<Self> {
        let blobs = Arc::default();
        let site = Site { leadglass: leadglass.into(), blobs: Arc::clone(&blobs) };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let routes = Router::new()
            .route("/pages/{page}", get(page))
            .route("/blobs/{name}", get(blob).post(keep_blob))
            // A form posted to the page would land here; browsers also ask for an icon
            .fallback(async || StatusCode::NOT_FOUND)
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(site);
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                eprintln!("the host site stopped: {error}");
            }
        });
        Ok(Self { port, blobs, serving })
    }

    /// The address of a page. `localhost` is another site than the server's `127.0.0.1`, not only another port.
    #[must_use]
    pub fn address(&self, page: &str) -> String {
        format!("http://localhost:{}/pages/{page}", self.port)
    }

    /// Puts bytes where pages of this site can fetch them, as `/blobs/NAME`.
    pub async fn put_blob(&self, name: &str, bytes: Vec<u8>) {
        self.blobs.lock().await.insert(name.to_owned(), bytes.into());
    }

    /// Takes bytes that a page posted to `/blobs/NAME`.
    ///
    /// # Errors
    /// Where there are none.
    pub async fn take_blob(&self, name: &str) -> Result<Bytes> {
        self.blobs.lock().await.remove(name).with_context(|| format!("the page posted no `{name}`"))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn page(
    State(site): State<Site>,
    Path(page): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    match read_page(&site, &page, &query) {
        Ok((headers, html)) => (headers, html).into_response(),
        Err(error) => (StatusCode::NOT_FOUND, format!("{error:#}")).into_response(),
    }
}

fn read_page(site: &Site, page: &str, query: &HashMap<String, String>) -> Result<(HeaderMap, String)> {
    let file = tools::repository().join("tests/pages").join(page);
    let mut html = std::fs::read_to_string(&file).with_context(|| format!("no page at {}", file.display()))?;
    html = html.replace("{{leadglass}}", &site.leadglass);
    for (name, fallback) in [("form", "enquiry"), ("lang", "en"), ("load", "idle")] {
        html = html.replace(&format!("{{{{{name}}}}}"), query.get(name).map_or(fallback, String::as_str));
    }

    let mut headers = HeaderMap::new();
    let kind = if file.extension().is_some_and(|extension| extension == "js") {
        "text/javascript"
    } else {
        "text/html; charset=utf-8"
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let mut rest = html.as_str();
    while let Some((line, after)) = rest.strip_prefix("<!-- header ").and_then(|after| after.split_once(" -->\n")) {
        let (name, value) = line.split_once(": ").context("a header comment without `: `")?;
        headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        rest = after;
    }
    Ok((headers, rest.to_owned()))
}

async fn blob(State(site): State<Site>, Path(name): Path<String>) -> Response {
    match site.blobs.lock().await.get(&name) {
        Some(bytes) => bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn keep_blob(State(site): State<Site>, Path(name): Path<String>, bytes: Bytes) -> StatusCode {
    site.blobs.lock().await.insert(name, bytes);
    StatusCode::NO_CONTENT
}
