//! What tests share: a small form, a fixed clock, counted ids, and an endpoint without a socket.

pub mod postgres;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use http_body_util::BodyExt;
use leadglass_scoring::{Form, Timestamp, form_file};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    api,
    assets::Assets,
    clock::{Clock, Ids, from_rfc3339},
    router::router,
    settings::Settings,
    state::State,
    store::{
        KeptLead, LeadQuery, open,
        sqlite::{Options, Sqlite},
    },
    token::{Scope, Secret, Token},
};

/// A form with one secret criterion, one public one and one gate.
pub const FORM: &str = include_str!("testing/form.toml");

/// The key that tests send.
pub const KEY: &str = "0191d3c0-0000-4000-8000-000000000001";

pub fn form() -> Form {
    parse(FORM)
}

pub fn parse(source: &str) -> Form {
    match form_file::parse(source) {
        Ok(file) => file.form,
        Err(mistakes) => panic!("{mistakes:#?}"),
    }
}

/// A clock that stands still.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    pub fn pass(&self, time: Duration) {
        self.0.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

impl Default for FixedClock {
    fn default() -> Self {
        Self(AtomicI64::new(from_rfc3339("2026-03-02T10:00:00Z").unwrap().as_millis()))
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Ids 1, 2, 3, …
#[derive(Default)]
pub struct CountedIds(AtomicU64, AtomicU64);

impl Ids for CountedIds {
    fn at(&self, _: Timestamp) -> Uuid {
        self.random()
    }

    fn random(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1)
    }

    fn secret(&self) -> [u8; 32] {
        let mut bytes = [7; 32];
        bytes[8..16].copy_from_slice(&self.1.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    }
}

/// An endpoint with a database of its own.
pub struct Endpoint {
    pub state: Arc<State>,
    pub clock: Arc<FixedClock>,
    router: Router,
    private: Router,
    folder: Arc<TempDir>,
}

pub fn options(folder: &Path) -> Options {
    Options {
        path: folder.join("leads.sqlite"),
        workspace: "default".into(),
        busy_timeout: Duration::from_millis(50),
        queue_limit: 256,
        pages_limit: 0,
        keys: None,
    }
}

impl Endpoint {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// An endpoint with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::within(Arc::new(tempfile::tempdir().unwrap()), change).await
    }

    /// An endpoint beside another, on its database.
    pub async fn beside(&self, change: impl FnOnce(&mut Settings)) -> Self {
        Self::within(Arc::clone(&self.folder), change).await
    }

    async fn within(folder: Arc<TempDir>, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::load(None, []).unwrap();
        change(&mut settings);
        let options = Options {
            queue_limit: settings.queue_limit,
            pages_limit: settings.database_limit_mib * 256,
            workspace: settings.workspace.clone(),
            keys: open::keys(&settings).unwrap(),
            ..options(folder.path())
        };
        let store = Arc::new(Sqlite::open(&options).unwrap());
        let clock = Arc::new(FixedClock::default());
        let assets = Assets::load().unwrap();
        let state =
            State::new(settings, store, Arc::clone(&clock) as Arc<dyn Clock>, Arc::<CountedIds>::default(), assets);
        let state = Arc::new(state);
        let (public, private) = (router(&state, None), api::router(&state));
        let endpoint = Self { router: public, private, state, clock, folder };
        endpoint.serve(&[FORM]).await;
        endpoint
    }

    /// Serves these forms from now on.
    pub async fn serve(&self, sources: &[&str]) {
        let forms = sources.iter().map(|source| parse(source)).collect();
        self.state.forms.serve(forms, self.state.store.as_ref(), self.state.clock.now()).await.unwrap();
    }

    /// Where its database is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Another program that writes to the database for as long as this lives.
    pub fn hold_database(&self) -> rusqlite::Connection {
        let other = rusqlite::Connection::open(options(self.folder.path()).path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        other
    }

    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Asks the private API.
    pub async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.private.clone().oneshot(request).await.unwrap()
    }

    /// The secret of a new token.
    pub async fn token(&self, scopes: &[Scope]) -> String {
        let secret = Secret::new(self.state.ids.secret());
        let now = self.clock.now();
        let token = Token {
            id: self.state.ids.at(now),
            name: "a test".into(),
            scopes: scopes.iter().copied().collect(),
            created_at: now,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
        };
        self.state.store.keep_token(&token, secret.sha256()).await.unwrap();
        secret.show().to_owned()
    }

    pub async fn get(&self, path: &str) -> Response<Body> {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Posts a body to the form's submissions.
    pub async fn submit(&self, body: impl Into<Body>) -> Response<Body> {
        self.send(submission(body)).await
    }

    pub async fn leads(&self) -> Vec<KeptLead> {
        self.state.store.leads(&LeadQuery { limit: 1_000, ..LeadQuery::default() }).await.unwrap()
    }
}

pub fn submission(body: impl Into<Body>) -> Request<Body> {
    let request =
        Request::post("/v1/forms/enquiry/submissions").header(header::CONTENT_TYPE, "text/plain;charset=UTF-8");
    request.body(body.into()).unwrap()
}

/// A submission with this key and more members.
pub fn json(key: &str, more: &str) -> String {
    format!(
        r#"{{"key":"{key}","answers":{{"name":"Ana Pop","email":"ana@example.org","budget":"12 000 EUR","agree":true}}{more}}}"#
    )
}

/// The whole answer as text: status, headers, body.
pub async fn whole(response: Response<Body>) -> String {
    use std::fmt::Write;
    let (parts, body) = response.into_parts();
    let mut text = format!("{}\n", parts.status);
    for (name, value) in &parts.headers {
        writeln!(text, "{name}: {}", value.to_str().unwrap()).unwrap();
    }
    let body = body.collect().await.unwrap().to_bytes();
    writeln!(text, "\n{}", String::from_utf8_lossy(&body)).unwrap();
    text
}

pub async fn status_and_body(response: Response<Body>) -> (StatusCode, String) {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, String::from_utf8(body.to_vec()).unwrap())
}

pub async fn panic() -> &'static str {
    panic!("the secret of ana@example.org")
}
