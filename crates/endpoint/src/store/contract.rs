//! What every store must do, run on a real `SQLite` file and on a real `PostgreSQL`. A test takes a place for a database
//! and is named in `over_both!`.

mod confirmation;
mod form;
mod lead;
mod outbox;
mod outcome;
mod owner;
mod person;
mod privacy;
mod quarantine;
mod query;
mod quiet;
mod seal;
mod token;
mod tracked_signal;

use std::{sync::Arc, time::Duration};

use leadglass_scoring::{
    Answers, Channel, Circumstances, Language, Signal, Timestamp, Touch,
    encoding::{VersionId, encode},
    moment::Moment,
    score, validate,
};
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Doubt, Keys, LeadQuery, NewLead, Page, Store, StoreError,
    postgres::{self, Address, Postgres},
    sqlite::{self, Sqlite},
};
use crate::{
    forms::Shown,
    testing::{form, options, postgres::Cluster},
};

pub const AT: Timestamp = Timestamp::from_millis(1_772_445_600_000);

/// Where a test's own database is.
pub struct Place {
    folder: TempDir,
    /// The address of a server; a file in the folder where there is none.
    server: Option<String>,
    /// What its leads are sealed under.
    keys: Option<Arc<Keys>>,
}

impl Place {
    pub fn file() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server: None, keys: None }
    }

    pub fn server() -> Self {
        Self { server: Some(Cluster::shared().fresh()), ..Self::file() }
    }

    /// The same with its leads sealed.
    pub fn sealed(self) -> Self {
        self.with_keys(&[("first", 1)])
    }

    /// The same under these keys from now on, each of this byte; in plain where there are none.
    pub fn with_keys(mut self, keys: &[(&str, u8)]) -> Self {
        let path = self.folder.path().join("keys");
        // There may be none yet.
        let _ = std::fs::remove_file(&path);
        for (id, byte) in keys.iter().rev() {
            Keys::add(&path, id, &[*byte; 32]).unwrap();
        }
        self.keys = (!keys.is_empty()).then(|| Arc::new(Keys::read(&path).unwrap()));
        self
    }

    /// Opens the database, which holds what was kept when it was open before.
    pub async fn open(&self) -> Arc<dyn Store> {
        self.open_in("default").await
    }

    pub async fn open_in(&self, workspace: &str) -> Arc<dyn Store> {
        self.try_open(workspace).await.unwrap()
    }

    pub async fn try_open(&self, workspace: &str) -> Result<Arc<dyn Store>, StoreError> {
        let (workspace, keys) = (workspace.to_owned(), self.keys.clone());
        Ok(match &self.server {
            None => Arc::new(Sqlite::open(&sqlite::Options { workspace, keys, ..options(self.folder.path()) })?),
            Some(address) => Arc::new(Postgres::open(&postgres::Options { workspace, keys, ..server(address) }).await?),
        })
    }

    pub async fn with_form(&self) -> Arc<dyn Store> {
        let store = self.open().await;
        store.keep_form(form().definition(), AT).await.unwrap();
        store
    }
}

pub fn server(address: &str) -> postgres::Options {
    postgres::Options {
        address: Address::of(address).unwrap(),
        authorities: None,
        workspace: "default".into(),
        busy_timeout: Duration::from_secs(2),
        queue_limit: 256,
        keys: None,
    }
}

/// Runs each test over each store.
macro_rules! over_both {
    ($($test:ident)+) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::store::contract::Place::file()).await;
            })+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::store::contract::Place::server()).await;
            })+
        }
    };
}

/// The same with leads that are sealed.
macro_rules! over_both_sealed {
    ($($test:ident)+) => {
        mod sqlite_sealed {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::store::contract::Place::file().sealed()).await;
            })+
        }

        mod postgres_sealed {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::store::contract::Place::server().sealed()).await;
            })+
        }
    };
}

use over_both;
use over_both_sealed;

/// Lead number `number`, sent under a key of that number.
pub fn lead(number: u128, name: &str, at: Timestamp) -> Box<NewLead> {
    let form = form();
    let shown = Shown::of(&form);
    let answers: Answers = [("name", name), ("email", "Ana@Example.org"), ("agree", "yes")].into_iter().collect();
    let lead = validate(&form, &answers, at).unwrap();
    let mut twin = [0; 16];
    twin.copy_from_slice(&VersionId::of(name.as_bytes()).as_bytes()[..16]);
    Box::new(NewLead {
        id: Uuid::from_u128(number),
        form: "enquiry".into(),
        form_version: form.definition().version(),
        shown_version: shown.version,
        card: form.definition().scorecard.id(),
        key: Uuid::from_u128(1_000 + number),
        fingerprint: VersionId::of(name.as_bytes()),
        supersedes: None,
        channel: Channel::Call,
        received_at: at,
        sent_at: Some(at),
        language: Language::Ru,
        answers: encode(&lead.answers(&form)),
        explanation: score(&form, &lead, &circumstances(at)),
        circumstances: circumstances(at),
        moments: vec![Signal { name: "know".into(), at }],
        model: VersionId::of(b"model"),
        folded: name.to_lowercase(),
        score_mismatch: true,
        email: shown.email(&lead),
        twin: Some(twin),
        twins_since: Timestamp::from_millis(at.as_millis() - 600_000),
        page: Page { url: Some("https://a.example/".into()), referrer: None },
        consents: shown.consents(&lead, Language::Ru),
        owners: None,
        doubt: Doubt::default(),
        person_keys: Vec::new(),
        confirms: None,
        quiet: false,
        receipt: format!("receipt {number}").into_bytes(),
    })
}

/// Of each kind one that is not the usual.
pub fn circumstances(at: Timestamp) -> Circumstances {
    Circumstances {
        signals: vec![Signal { name: "pricing_viewed".into(), at }],
        channel: Some(Channel::Call),
        last_touch: Some(Touch { source: Some("google".into()), ..Touch::default() }),
        moment: Some(Moment::Buy),
        ..Circumstances::at(at)
    }
}

pub fn later(time: Duration) -> Timestamp {
    Timestamp::from_millis(AT.as_millis() + i64::try_from(time.as_millis()).unwrap())
}

pub async fn listed(store: &dyn Store) -> Vec<u128> {
    let query = LeadQuery { limit: 100, ..LeadQuery::default() };
    store.leads(&query).await.unwrap().into_iter().map(|lead| lead.id.as_u128()).collect()
}
