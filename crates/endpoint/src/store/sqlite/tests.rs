//! What is true of a file alone.

use leadglass_scoring::{Channel, Circumstances};
use tempfile::TempDir;
use uuid::Uuid;

use super::{Options, Sqlite};
use crate::{
    store::{
        FormStore, Kept, LeadStore, OutboxStore, Store, StoreError,
        contract::{AT, lead, listed},
    },
    testing::{form, options},
};

fn open(change: impl FnOnce(&mut Options)) -> (Sqlite, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path());
    change(&mut options);
    (Sqlite::open(&options).unwrap(), folder)
}

async fn with_form() -> (Sqlite, TempDir) {
    let (store, folder) = open(|_| {});
    store.keep_form(form().definition(), AT).await.unwrap();
    (store, folder)
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_busy_and_takes_leads_again_later() {
    let (store, folder) = with_form().await;
    let other = rusqlite::Connection::open(options(folder.path()).path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.keep_lead(lead(1, "Ana", AT)).await, Err(StoreError::Busy));
    other.execute_batch("ROLLBACK").unwrap();
    assert!(matches!(store.keep_lead(lead(1, "Ana", AT)).await, Ok(Kept::New(_))));
}

#[tokio::test]
async fn a_full_database_refuses_and_keeps_what_it_acknowledged() {
    let (store, _folder) = open(|options| options.pages_limit = 80);
    store.keep_form(form().definition(), AT).await.unwrap();
    let mut acknowledged = Vec::new();
    for number in 1_u32..1_000 {
        match store.keep_lead(lead(number.into(), &format!("Ana {number}"), AT)).await {
            Ok(_) => acknowledged.push(u128::from(number)),
            Err(error) => {
                assert_eq!(error, StoreError::Full);
                break;
            }
        }
    }
    assert!(acknowledged.len() < 999);
    let mut found = listed(&store).await;
    found.reverse();
    acknowledged.truncate(found.len());
    assert!(!found.is_empty());
    for id in &acknowledged {
        assert!(store.lead(Uuid::from_u128(*id)).await.unwrap().is_some(), "lead {id} was acknowledged");
    }
}

#[tokio::test]
async fn the_file_is_its_owners_alone_and_of_a_version_we_know() {
    let (store, folder) = with_form().await;
    let path = options(folder.path()).path;
    #[cfg(unix)]
    for suffix in ["", "-wal", "-shm"] {
        use std::os::unix::fs::PermissionsExt;
        let mut name = path.clone().into_os_string();
        name.push(suffix);
        let mode = std::fs::metadata(&name).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", name.display());
    }
    assert_eq!(store.check().await, Ok(()));
    let other = rusqlite::Connection::open(&path).unwrap();
    other.pragma_update(None, "user_version", 99).unwrap();
    assert!(store.check().await.is_err());
    assert!(Sqlite::open(&options(folder.path())).is_err());
    assert!(Sqlite::open_reading(&path, "default", None).is_err());
    assert!(Sqlite::open_reading(&folder.path().join("missing.sqlite"), "default", None).is_err());
}

#[tokio::test]
async fn a_database_of_the_first_version_is_brought_up_to_date_and_read() {
    let (store, folder) = with_form().await;
    let new = lead(1, "Ana", AT);
    store.keep_lead(new.clone()).await.unwrap();
    drop(store);
    let options = options(folder.path());
    let connection = rusqlite::Connection::open(&options.path).unwrap();
    let back = "DROP TRIGGER lead_text_gone; DROP INDEX lead_of_score; DROP INDEX lead_of_decision; DROP TABLE word_segment; DROP TABLE word_three; \
                DROP INDEX lead_sealed; ALTER TABLE lead DROP COLUMN sealed_under; DROP INDEX lead_duplicate_of; ALTER TABLE consent DROP COLUMN withdrawn_at_ms; DROP TABLE erasure; \
                DROP TABLE tracked_signal; DROP INDEX delivery_delivered; DROP TABLE delivery; DROP TABLE receiver_secret; DROP TABLE receiver; DROP TABLE event; \
                DROP INDEX lead_listed; DROP INDEX lead_of_owner; DROP INDEX lead_of_moment; DROP INDEX lead_of_channel; DROP INDEX lead_of_grade; DROP INDEX lead_listed_of_form; DROP INDEX lead_mismatched; \
                DROP TABLE lead_text; DROP TABLE token; DROP TABLE outcome; DROP TABLE cost; \
                ALTER TABLE lead DROP COLUMN moment; ALTER TABLE lead DROP COLUMN moments; \
                ALTER TABLE lead DROP COLUMN model; DROP TABLE secret; DROP TABLE spent_challenge; DROP TABLE judgement; DROP INDEX lead_held; \
                ALTER TABLE lead DROP COLUMN signs; ALTER TABLE lead DROP COLUMN held_bytes; \
                DROP INDEX form_version_card; ALTER TABLE lead DROP COLUMN circumstances; \
                ALTER TABLE lead DROP COLUMN engine; ALTER TABLE lead DROP COLUMN owner; \
                DROP TABLE confirmation; DROP TABLE person_key; DROP TABLE person_merge; DROP TABLE owner_turn; PRAGMA user_version = 1";
    connection.execute_batch(back).unwrap();
    drop(connection);
    let told = Sqlite::open_reading(&options.path, &options.workspace, None).err().unwrap().to_string();
    assert!(told.contains("`leadglass serve` brings it up to date"), "{told}");
    drop(Sqlite::open(&options).unwrap());
    let store = Sqlite::open_reading(&options.path, &options.workspace, None).unwrap();
    let kept = store.lead(new.id).await.unwrap().unwrap();
    let judged_by = Circumstances {
        channel: Some(Channel::Call),
        signals: new.circumstances.signals.clone(),
        ..Circumstances::at(AT)
    };
    assert_eq!((kept.circumstances, kept.engine), (judged_by, None));
    assert_eq!(kept.explanation, new.explanation);
    // Who is told of leads from now on can be told of this one, too.
    assert_eq!(store.events(new.id).await.unwrap(), [new.came()]);
}
