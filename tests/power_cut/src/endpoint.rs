//! The endpoint as it is, without a socket, on a database in a folder.

use std::{fs, path::Path, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use leadglass::{
    assets::Assets,
    clock::{SystemClock, SystemIds},
    forms::watch::FormFolder,
    router::router,
    settings::Settings,
    state::State,
    store::sqlite::{Options, Sqlite},
};
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

const FORM: &str = include_str!("../../../crates/endpoint/src/testing/form.toml");

/// The endpoint's public routes over a database.
pub struct Endpoint {
    router: Router,
}

/// What a submission was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The status.
    pub status: StatusCode,
    /// The lead's id, where it was taken.
    pub lead: Option<Uuid>,
    /// The body.
    pub body: String,
}

impl Endpoint {
    /// Opens the database of a folder as `leadglass serve` does.
    ///
    /// # Panics
    /// Where it can't be opened.
    pub async fn open(folder: &Path) -> Self {
        Self::with(&options(folder)).await
    }

    /// The same, but it does not wait for a database that another program holds.
    ///
    /// # Panics
    /// Where it can't be opened.
    pub async fn open_impatient(folder: &Path) -> Self {
        Self::with(&Options { busy_timeout: Duration::from_millis(1), ..options(folder) }).await
    }

    async fn with(options: &Options) -> Self {
        let store = Arc::new(Sqlite::open(options).unwrap());
        let mut settings = Settings::load(None, []).unwrap();
        settings.total_rate_per_minute = 0;
        settings.form_rate_per_minute = 0;
        let state = State::new(settings, store, Arc::new(SystemClock), Arc::new(SystemIds), Assets::load().unwrap());
        let state = Arc::new(state);
        let forms = tempfile::tempdir().unwrap();
        fs::write(forms.path().join("enquiry.toml"), FORM).unwrap();
        FormFolder::new(forms.path()).load(&state).await.unwrap();
        Self { router: router(&state, None) }
    }

    /// Posts a body to the form's submissions.
    ///
    /// # Panics
    /// Where there is no whole answer.
    pub async fn submit(&self, body: String) -> Told {
        let request = Request::post("/v1/forms/enquiry/submissions").body(Body::from(body)).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let receipt: Value = serde_json::from_str(&body).unwrap();
        let lead = receipt["id"].as_str().filter(|_| parts.status.is_success()).map(|id| id.parse().unwrap());
        Told { status: parts.status, lead, body }
    }
}

/// How `serve` opens a database.
pub(crate) fn options(folder: &Path) -> Options {
    Options {
        path: folder.join("leads.sqlite"),
        workspace: "default".into(),
        busy_timeout: Duration::from_secs(10),
        queue_limit: 256,
        pages_limit: 0,
        keys: None,
    }
}

/// The body of submission `number`, each by a person of its own.
#[must_use]
pub fn submission(number: u64) -> String {
    format!(
        r#"{{"key":"0191d3c0-0000-4000-8000-{number:012}","answers":{{"name":"Ana Pop","email":"ana{number}@example.org","budget":"12 000 EUR","agree":true}}}}"#
    )
}
