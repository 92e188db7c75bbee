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
    Doubt, LeadQuery, NewLead, Page, Store,
    postgres::{self, Address, Postgres},
    sqlite::{self, Sqlite},
};
use crate::{
    forms::Shown,
    testing::{form, options, postgres::Cluster},
};

pub const AT: Timestamp = Timestamp::from_millis(1_772_445_600_000);

/// Where a test's own database is.
pub enum Place {
    File(TempDir),
    Server(String),
}

impl Place {
    pub fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    pub fn server() -> Self {
        Self::Server(Cluster::shared().fresh())
    }

    /// Opens the database, which holds what was kept when it was open before.
    pub async fn open(&self) -> Arc<dyn Store> {
        self.open_in("default").await
    }

    pub async fn open_in(&self, workspace: &str) -> Arc<dyn Store> {
        let workspace = workspace.to_owned();
        match self {
            Self::File(folder) => {
                Arc::new(Sqlite::open(&sqlite::Options { workspace, ..options(folder.path()) }).unwrap())
            }
            Self::Server(address) => {
                Arc::new(Postgres::open(&postgres::Options { workspace, ..server(address) }).await.unwrap())
            }
        }
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

use over_both;

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
