//! K4: the disk is full, or fails, or is held by another. Whoever sends is told so, and nothing is promised that is not
//! kept.

use std::{collections::BTreeSet, sync::Arc};

use axum::http::StatusCode;
use leadglass_power_cut::{Chance, Disk, Endpoint, Fault, check, seed, submission};
use rusqlite::Connection;
use uuid::Uuid;

/// Sends one lead; whatever is wrong with the disk, the answer is a receipt or "later".
async fn send(endpoint: &Endpoint, disk: &Disk, number: u64) -> Option<Uuid> {
    let told = endpoint.submit(submission(number)).await;
    if let Some(lead) = told.lead {
        disk.acknowledge(lead);
    } else {
        assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE, "{told:?}");
        assert!(!told.body.contains("ana"), "{told:?}");
    }
    told.lead
}

async fn fails_and_recovers(fault: Fault) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::logged(folder.path()).unwrap();
    let endpoint = Endpoint::open(disk.folder()).await;
    let first = send(&endpoint, &disk, 1).await.unwrap();
    disk.fail(fault, 0);
    for number in 2..5 {
        assert_eq!(send(&endpoint, &disk, number).await, None, "{fault:?}");
    }
    assert!(disk.mend() > 0, "nothing failed");
    let mut sent = BTreeSet::from([first]);
    for number in 1..6 {
        sent.insert(send(&endpoint, &disk, number).await.unwrap());
    }
    assert_eq!(sent.len(), 5);
    drop(endpoint);
    assert_eq!(check(disk.folder(), &sent), Ok(()));
}

#[tokio::test]
async fn k4_on_a_full_disk_nothing_is_acknowledged_and_with_room_again_all_is_taken() {
    fails_and_recovers(Fault::Full).await;
}

#[tokio::test]
async fn k4_where_writes_fail_nothing_is_acknowledged() {
    fails_and_recovers(Fault::Write).await;
}

#[tokio::test]
async fn k4_where_syncs_fail_nothing_is_acknowledged() {
    fails_and_recovers(Fault::Sync).await;
}

#[tokio::test]
async fn k4_a_database_that_another_program_holds_is_busy_and_nothing_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::unlogged(folder.path()).unwrap();
    let endpoint = Endpoint::open_impatient(disk.folder()).await;
    let other = Connection::open(disk.folder().join("leads.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let told = endpoint.submit(submission(1)).await;
    assert_eq!((told.status, told.lead), (StatusCode::SERVICE_UNAVAILABLE, None));
    assert!(told.body.contains("store.busy"), "{told:?}");
    other.execute_batch("ROLLBACK").unwrap();
    assert!(send(&endpoint, &disk, 1).await.is_some());
}

/// A disk that fails now and then under load, and then the power goes.
#[test]
fn k4_after_faults_at_any_call_and_a_power_cut_whatever_was_acknowledged_is_there() {
    let rounds = if std::env::var_os("LEADGLASS_TEST_ALL").is_some() { 400 } else { 20 };
    let seed = seed();
    let mut chance = Chance::new(seed);
    let mut failures = 0;
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(Disk::logged(folder.path()).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let log = runtime.block_on(async {
            let endpoint = Endpoint::open(disk.folder()).await;
            for number in 0..12 {
                if chance.once_in(3) {
                    let fault = [Fault::Full, Fault::Write, Fault::Sync][chance.below(3)];
                    disk.fail(fault, if fault == Fault::Sync { 0 } else { chance.below(20) });
                }
                send(&endpoint, &disk, number).await;
                failures += disk.mend();
                // Whoever was told to come again does.
                if chance.once_in(2) {
                    assert!(send(&endpoint, &disk, number).await.is_some(), "round {round}, seed {seed}");
                }
            }
            disk.log()
        });
        for _ in 0..5 {
            let left = log.cut(chance.below(log.places()), &mut chance);
            let folder = tempfile::tempdir().unwrap();
            left.write(folder.path()).unwrap();
            let _disk = Disk::unlogged(folder.path()).unwrap();
            if let Err(fault) = check(folder.path(), &left.acknowledged) {
                panic!("round {round}, seed {seed}: {fault}");
            }
        }
    }
    assert!(failures > rounds, "only {failures} calls failed");
}
