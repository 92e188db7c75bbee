//! What is true of `PostgreSQL` alone.

mod tls;

use std::{sync::Arc, time::Duration};

use leadglass_scoring::encoding::VersionId;
use tokio::{task::JoinSet, time::timeout};
use uuid::Uuid;

use super::Postgres;
use crate::{
    clock::SystemIds,
    store::{
        About, Confirm, ConfirmationStore, Confirmed, Discard, Erase, FormStore, Kept, LeadStore, NewLead,
        PrivacyStore, QuarantineStore, Store, StoreError, WhyErased,
        contract::{AT, lead, listed, server},
    },
    testing::{form, postgres::Cluster},
};

async fn with_form(address: &str) -> Postgres {
    let store = Postgres::open(&server(address)).await.unwrap();
    keep_form(&store).await;
    store
}

async fn keep_form(store: &Postgres) {
    store.keep_form(form().definition(), AT).await.unwrap();
}

/// A connection of another program.
async fn other(address: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_busy_and_takes_leads_again_later() {
    let address = Cluster::shared().fresh();
    let mut options = server(&address);
    options.busy_timeout = Duration::from_millis(200);
    with_form(&address).await;
    let store = Postgres::open(&options).await.unwrap();
    let other = other(&address).await;
    other.batch_execute("BEGIN; SELECT last FROM lead_number FOR UPDATE").await.unwrap();
    assert_eq!(store.keep_lead(lead(1, "Ana", AT)).await, Err(StoreError::Busy));
    other.batch_execute("ROLLBACK").await.unwrap();
    assert!(matches!(store.keep_lead(lead(1, "Ana", AT)).await, Ok(Kept::New(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endpoints_beside_each_other_keep_one_lead_a_key_and_one_first_of_twins() {
    let address = Cluster::shared().fresh();
    let endpoints = [Arc::new(with_form(&address).await), Arc::new(with_form(&address).await)];
    let mut tries = JoinSet::new();
    for number in 0..200_u128 {
        let endpoint = Arc::clone(&endpoints[usize::try_from(number % 2).unwrap()]);
        let mut lead = lead(number, "Ana", AT);
        lead.key = Uuid::from_u128(number / 4);
        tries.spawn(async move { endpoint.keep_lead(lead).await });
    }
    let mut new = 0;
    while let Some(told) = tries.join_next().await {
        new += usize::from(matches!(told.unwrap().unwrap(), Kept::New(_)));
    }
    assert_eq!(new, 50);
    let kept = endpoints[0].leads_after(None, 0, 1_000).await.unwrap();
    assert_eq!(kept.len(), 50);
    let (_, first) = &kept[0];
    assert_eq!(first.duplicate_of, None);
    assert!(kept.iter().skip(1).all(|(_, twin)| twin.duplicate_of == Some(first.id)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_on_from_the_last_number_misses_no_lead_of_any_endpoint() {
    const LEADS: u128 = 400;
    let address = Cluster::shared().fresh();
    let endpoints = [Arc::new(with_form(&address).await), Arc::new(with_form(&address).await)];
    let mut tries = JoinSet::new();
    for number in 0..LEADS {
        let endpoint = Arc::clone(&endpoints[usize::try_from(number % 2).unwrap()]);
        let lead = lead(number, &format!("Ana {number}"), AT);
        tries.spawn(async move { endpoint.keep_lead(lead).await.unwrap() });
    }
    let reader = Postgres::open_reading(&server(&address)).await.unwrap();
    let read = async {
        let (mut found, mut after) = (0, 0);
        while found < LEADS {
            let leads = reader.leads_after(None, after, 7).await.unwrap();
            found += u128::try_from(leads.len()).unwrap();
            after = leads.last().map_or(after, |(number, _)| *number);
        }
    };
    timeout(Duration::from_mins(1), read).await.unwrap();
    tries.join_all().await;
}

#[tokio::test]
async fn a_lost_connection_is_made_again_and_no_lead_is_kept_twice() {
    let address = Cluster::shared().fresh();
    let store = Arc::new(with_form(&format!("{address}&application_name=lost")).await);
    let mut new = 0;
    for number in 0..40_u128 {
        let kept = {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.keep_lead(lead(number, &format!("Ana {number}"), AT)).await })
        };
        if number % 4 == 0 {
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lost'";
            let other = other(&address).await;
            other.batch_execute(end).await.unwrap();
        }
        // Where the answer to the commit was lost, the next try finds the lead by its key.
        match kept.await.unwrap() {
            Ok(Kept::New(receipt)) => assert_eq!(receipt, format!("receipt {number}").into_bytes()),
            Ok(Kept::Before(sent)) => assert_eq!(sent.receipt, format!("receipt {number}").into_bytes()),
            other => panic!("{other:?}"),
        }
        new += 1;
    }
    assert_eq!(listed(store.as_ref()).await.len(), new);
}

#[tokio::test]
async fn endpoints_that_start_at_once_make_its_tables_once() {
    let address = Cluster::shared().fresh();
    let empty = Postgres::open_reading(&server(&address)).await.err().unwrap().to_string();
    assert!(empty.contains("`leadglass serve` makes its tables"), "{empty}");
    let mut starts = JoinSet::new();
    for _ in 0..8 {
        let options = server(&address);
        starts.spawn(async move { Postgres::open(&options).await.map(drop) });
    }
    for started in starts.join_all().await {
        assert_eq!(started, Ok(()));
    }
    let store = Postgres::open(&server(&address)).await.unwrap();
    assert_eq!(store.check().await, Ok(()));
    other(&address).await.batch_execute("UPDATE leadglass_version SET version = 99").await.unwrap();
    assert!(store.check().await.is_err());
    assert!(Postgres::open(&server(&address)).await.is_err());
}

#[tokio::test]
async fn commits_wait_for_the_disk_whatever_the_server_says() {
    let cluster = Cluster::shared();
    for mode in ["off", "local", "remote_write", "on", "remote_apply"] {
        let address = format!("{}%20-c%20synchronous_commit%3D{mode}", cluster.fresh());
        let store = with_form(&address).await;
        let connection = store.connection().await.unwrap();
        let row = connection.query_one("SHOW synchronous_commit", &[]).await.unwrap();
        assert_eq!(row.get::<_, &str>(0), if mode == "remote_apply" { mode } else { "on" });
    }
}

#[tokio::test]
async fn a_server_that_writes_to_no_disk_is_refused() {
    let cluster = Cluster::start(&[("fsync", "off")]);
    let told = Postgres::open(&server(&cluster.address(""))).await.err().unwrap().to_string();
    assert!(told.contains("`fsync` is `off` and must be `on`"), "{told}");
}

#[tokio::test]
async fn what_is_open_for_reading_writes_nothing() {
    let address = Cluster::shared().fresh();
    with_form(&address).await;
    let store = Postgres::open_reading(&server(&address)).await.unwrap();
    assert!(store.keep_lead(lead(1, "Ana", AT)).await.is_err());
    assert!(store.keep_form(form().definition(), AT).await.is_err());
    assert_eq!(store.flush().await, Ok(()));
    let connection = store.connection().await.unwrap();
    assert!(connection.batch_execute("DELETE FROM lead").await.is_err());
}

#[tokio::test]
async fn nothing_that_hung_on_a_lead_outlives_it() {
    let address = Cluster::shared().fresh();
    let store = with_form(&address).await;
    let mut held = NewLead { person_keys: vec![[1; 16]], ..*lead(1, "Ana", AT) };
    let erased = NewLead { person_keys: vec![[2; 16], [2; 16]], confirms: Some([9; 16]), ..*lead(2, "Ion", AT) };
    held.doubt.held = true;
    for lead in [held, erased] {
        store.keep_lead(Box::new(lead)).await.unwrap();
    }
    let other = other(&address).await;
    let tables = ["lead", "lead_text", "consent", "person_key", "event", "confirmation"];
    let counts = async || {
        let mut counts = Vec::new();
        for table in tables {
            let row = other.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap();
            counts.push(row.get::<_, i64>(0));
        }
        counts
    };
    assert_eq!(counts().await, [2, 2, 2, 2, 2, 1]);
    assert_eq!(store.discard(Discard::These(vec![Uuid::from_u128(1), Uuid::from_u128(2)])).await, Ok(1));
    assert_eq!(counts().await, [1, 1, 1, 1, 2, 1]);
    let about = About::Lead(Uuid::from_u128(2));
    let erase = Erase { about, why: WhyErased::Asked, at: AT, ids: Arc::new(SystemIds) };
    assert_eq!(store.erase(erase).await.unwrap().len(), 1);
    // That it was erased is an event, too.
    assert_eq!(counts().await, [0, 0, 0, 0, 1, 0]);
    // Nor does it where somebody else deletes the lead.
    let deleted = NewLead { person_keys: vec![[3; 16]], ..*lead(3, "Eva", AT) };
    store.keep_lead(Box::new(deleted)).await.unwrap();
    other.batch_execute("DELETE FROM lead").await.unwrap();
    assert_eq!(store.purge(AT).await, Ok(true));
    assert_eq!(counts().await[..4], [0; 4]);
}

#[tokio::test]
async fn a_lead_of_a_version_that_was_not_kept_is_refused_and_takes_no_other_with_it() {
    let address = Cluster::shared().fresh();
    let store = with_form(&address).await;
    let unknown = VersionId::of(b"unknown");
    let mut of_unknown_words = lead(3, "Eva", AT);
    of_unknown_words.consents[0].wording = unknown;
    let of_no_form = Box::new(NewLead { form_version: unknown, ..*lead(2, "Ion", AT) });
    // Held up, so that all of them are one group.
    let other = other(&address).await;
    other.batch_execute("BEGIN; SELECT last FROM lead_number FOR UPDATE").await.unwrap();
    let (first, good, unknown, unknown_words, ()) = tokio::join!(
        store.keep_lead(lead(0, "Zoe", AT)),
        store.keep_lead(lead(1, "Ana", AT)),
        store.keep_lead(of_no_form),
        store.keep_lead(of_unknown_words),
        async { other.batch_execute("ROLLBACK").await.unwrap() },
    );
    assert!(matches!((first, good), (Ok(Kept::New(_)), Ok(Kept::New(_)))));
    for refused in [unknown, unknown_words] {
        assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    }
    assert_eq!(listed(&store).await, [1, 0]);
}

#[tokio::test]
async fn who_stands_in_anothers_way_is_tried_again_and_not_told_busy() {
    let address = Cluster::shared().fresh();
    // It is the one that the database finds in the way, for it looks first.
    let mut options = server(&format!("{address}%20-c%20deadlock_timeout%3D8s&application_name=confirming"));
    options.busy_timeout = Duration::from_secs(40);
    let store = Arc::new(Postgres::open(&options).await.unwrap());
    keep_form(&store).await;
    let confirm = Confirm { lead: Uuid::from_u128(1), at: AT, key: [7; 16], event: Uuid::from_u128(70) };
    let asked = NewLead { confirms: Some([9; 16]), ..*lead(1, "Ana", AT) };
    store.keep_lead(Box::new(asked)).await.unwrap();
    let other = other(&address).await;
    // As somebody does who erases: first the lead, then what hangs on it; confirming goes the other way.
    let hold = "SET deadlock_timeout = '1h'; BEGIN; SELECT 1 FROM lead WHERE number = 1 FOR UPDATE";
    other.batch_execute(hold).await.unwrap();
    let confirming = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.confirm(&confirm).await })
    };
    let waits =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'confirming' AND wait_event_type = 'Lock'";
    let is_waiting = async || other.query_one(waits, &[]).await.unwrap().get::<_, i64>(0) > 0;
    timeout(Duration::from_secs(30), async { while !is_waiting().await {} }).await.unwrap();
    let both = "SELECT 1 FROM confirmation WHERE lead = 1 FOR UPDATE; ROLLBACK";
    timeout(Duration::from_mins(1), other.batch_execute(both)).await.unwrap().unwrap();
    assert_eq!(confirming.await.unwrap(), Ok(Some(Confirmed::Now)));
}
