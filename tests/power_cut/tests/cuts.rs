//! K2: the power goes at thousands of instants, and whatever was acknowledged is there.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use leadglass_power_cut::{Chance, Disk, Endpoint, Remains, check, seed, submission};
use rusqlite::Connection;

/// Cuts in each run, and in the long one.
const CUTS: (usize, usize) = (400, 10_000);
/// Cuts of one life of the endpoint: each is looked at, and its next life begins at the last.
const OF_A_LIFE: usize = 25;
/// Lives of one database; then a new one is begun.
const LIVES: u64 = 8;
const CLIENTS: u64 = 4;
/// Leads that each client sends in a life.
const LEADS: u64 = 6;

#[test]
fn k2_whatever_was_acknowledged_outlives_a_power_cut_at_any_instant() {
    let cuts = if std::env::var_os("LEADGLASS_TEST_ALL").is_some() { CUTS.1 } else { CUTS.0 };
    let seed = seed();
    let mut chance = Chance::new(seed);
    let mut remains: Option<Remains> = None;
    let (mut acknowledged, mut done) = (0, 0);
    for life in 0_u64.. {
        if done >= cuts {
            break;
        }
        if life.is_multiple_of(LIVES) {
            remains = None;
        }
        let log = live(remains.as_ref(), life, &mut chance);
        let before = remains.map(|remains| remains.acknowledged).unwrap_or_default();
        let promises = log.promises();
        remains = None;
        for number in 0..OF_A_LIFE {
            // Half of them where a promise is the youngest, the others anywhere.
            let place = if number.is_multiple_of(2) {
                promises[chance.below(promises.len())]
            } else {
                chance.below(log.places())
            };
            let mut left = log.cut(place, &mut chance);
            left.acknowledged.extend(&before);
            let folder = tempfile::tempdir().unwrap();
            left.write(folder.path()).unwrap();
            let _disk = Disk::unlogged(folder.path()).unwrap();
            if let Err(fault) = check(folder.path(), &left.acknowledged) {
                panic!("life {life}, cut at {place} of {}, seed {seed}: {fault}", log.places());
            }
            done += 1;
            remains = Some(left);
        }
        acknowledged += log.acknowledged();
    }
    assert!(done >= cuts && acknowledged > done / 2, "{done} cuts, {acknowledged} leads");
}

/// The endpoint lives on what an earlier life left, takes leads from several clients at once, and checkpoints.
fn live(remains: Option<&Remains>, life: u64, chance: &mut Chance) -> leadglass_power_cut::Log {
    let folder = tempfile::tempdir().unwrap();
    if let Some(remains) = remains {
        remains.write(folder.path()).unwrap();
    }
    let disk = Arc::new(Disk::logged(folder.path()).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(async {
        let endpoint = Arc::new(Endpoint::open(disk.folder()).await);
        let tasks: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (endpoint, disk) = (Arc::clone(&endpoint), Arc::clone(&disk));
                let folds = chance.once_in(2);
                tokio::spawn(async move {
                    // The first is one of the life before, sent again.
                    let first = (life * CLIENTS + client) * LEADS;
                    let again = first.checked_sub(CLIENTS * LEADS).filter(|_| !life.is_multiple_of(LIVES));
                    for number in again.into_iter().chain(first..first + LEADS) {
                        let told = endpoint.submit(submission(number)).await;
                        disk.acknowledge(told.lead.unwrap_or_else(|| panic!("{told:?}")));
                        if folds && number.is_multiple_of(3) {
                            fold(disk.folder());
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        disk.log()
    })
}

/// Folds the log into the file, as the endpoint's own connection does each time the log has grown to some size.
fn fold(folder: &Path) {
    let connection = Connection::open(folder.join("leads.sqlite")).unwrap();
    // Where others write meanwhile it may come to nothing.
    let _: (i64, i64, i64) = connection
        .query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
}

#[test]
fn a_cut_before_everything_leaves_a_database_that_can_be_begun() {
    let mut chance = Chance::new(seed());
    let log = live(None, 0, &mut chance);
    let folder = tempfile::tempdir().unwrap();
    log.cut(0, &mut chance).write(folder.path()).unwrap();
    let _disk = Disk::unlogged(folder.path()).unwrap();
    assert_eq!(check(folder.path(), &BTreeSet::new()), Ok(()));
}
