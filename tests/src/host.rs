//! The customer's site: pages of `tests/pages`, on another origin than the server's.
//!
//! A page may begin with comments `<!-- header Name: value -->`, which become headers of its answer. `{{leadglass}}`
//! is the origin of the server, `{{form}}`, `{{lang}}` and the like come from the address's query. Beside the pages stand
//! packages from npm, apps that are bundled from `tests/hosts`, and the examples of `www/examples`.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use anyhow::{Context as _, Result, ensure};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::{net::TcpListener, process::Command, sync::Mutex, task::JoinHandle};

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
            .route("/examples/{page}", get(example))
            .route("/packages/{*file}", get(package))
            .route("/bundles/{file}", get(bundle))
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

    /// The address of a page under a name that is looked up nowhere: only browsers with this site for a proxy find it.
    /// What is not on the machine itself and has no TLS is no secure context.
    #[must_use]
    pub fn untrusted_address(&self, page: &str) -> String {
        format!("http://workshop.test/pages/{page}")
    }

    /// The port it listens on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The address of an example.
    #[must_use]
    pub fn example(&self, file: &str) -> String {
        format!("http://localhost:{}/examples/{file}", self.port)
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

/// What an address may say to a page, and what holds where it does not.
const SAID: [(&str, &str); 14] = [
    ("form", "enquiry"),
    ("lang", "en"),
    ("load", "idle"),
    ("as", "popup"),
    ("after", ""),
    ("sheet", ""),
    ("app", ""),
    ("policy", ""),
    ("trouble", ""),
    ("query", ""),
    ("scheme", "light"),
    ("theme", ""),
    ("dir", "ltr"),
    ("width", "640"),
];

async fn page(
    State(site): State<Site>,
    Path(page): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    answer(read_page(&site, &page, &query))
}

fn answer(read: Result<impl IntoResponse>) -> Response {
    read.map_or_else(|error| (StatusCode::NOT_FOUND, format!("{error:#}")).into_response(), IntoResponse::into_response)
}

/// An example as it stands in the repository, but for the address of the server.
async fn example(State(site): State<Site>, Path(page): Path<String>) -> Response {
    let file = tools::repository().join("www/examples").join(page);
    let read = std::fs::read_to_string(&file).with_context(|| format!("no example at {}", file.display()));
    let html = read.map(|html| html.replace("https://forms.example.com", &site.leadglass));
    answer(html.map(|html| ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html)))
}

async fn package(Path(file): Path<String>) -> Response {
    let path = tools::packages("hosts").map(|folder| folder.join(&file));
    let read =
        path.and_then(|path| std::fs::read(&path).with_context(|| format!("no package file at {}", path.display())));
    let kind = if has_ending(&file, "css") { "text/css" } else { "application/octet-stream" };
    answer(read.map(|bytes| ([(header::CONTENT_TYPE, kind)], bytes)))
}

/// An app of `tests/hosts` in one file with the packages that it imports.
async fn bundle(Path(file): Path<String>) -> Response {
    let bundled = async {
        let bundler: PathBuf = tools::packages("node")?.join(".bin/esbuild");
        let output = Command::new(bundler)
            .arg(tools::repository().join("tests/hosts").join(&file))
            .args(["--bundle", "--format=esm", "--jsx=automatic", "--define:process.env.NODE_ENV=\"production\""])
            .env("NODE_PATH", tools::packages("hosts")?)
            .output()
            .await?;
        ensure!(output.status.success(), "`{file}` is not bundled: {}", String::from_utf8_lossy(&output.stderr));
        Ok(([(header::CONTENT_TYPE, "text/javascript")], output.stdout))
    };
    answer(bundled.await)
}

fn read_page(site: &Site, page: &str, query: &HashMap<String, String>) -> Result<(HeaderMap, String)> {
    let file = tools::repository().join("tests/pages").join(page);
    let mut html = std::fs::read_to_string(&file).with_context(|| format!("no page at {}", file.display()))?;
    html = html.replace("{{leadglass}}", &site.leadglass);
    for (name, fallback) in SAID {
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
        Some(bytes) if has_ending(&name, "html") => {
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], bytes.clone()).into_response()
        }
        Some(bytes) => bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn has_ending(name: &str, ending: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|found| found == ending)
}

async fn keep_blob(State(site): State<Site>, Path(name): Path<String>, bytes: Bytes) -> StatusCode {
    site.blobs.lock().await.insert(name, bytes);
    StatusCode::NO_CONTENT
}
