//! Killed at instants that neither side chose, under load; what is left behind must have all that was acknowledged.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher, RandomState},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

use crate::harness::{Server, submission, try_submit};

const CLIENTS: usize = 16;
/// Kills in each run, and in the long one.
const KILLS: (u32, u32) = (50, 1_000);
/// Kills after which the whole file is looked through; the others look at the leads alone.
const THOROUGH: u32 = 10;
/// The longest that it runs before it is killed.
const LONGEST: Duration = Duration::from_millis(500);

#[test]
fn k1_killed_again_and_again_under_load_it_has_all_it_acknowledged_once_and_would_tell_of_each() {
    let kills = if std::env::var_os("LEADGLASS_TEST_ALL").is_some() { KILLS.1 } else { KILLS.0 };
    let seed = seed();
    let mut chance = Chance(seed);
    let sent = Arc::new(Sent::default());
    // Nobody is held back for sending too much.
    let settings = [("LEADGLASS_TOTAL_RATE_PER_MINUTE", "0"), ("LEADGLASS_FORM_RATE_PER_MINUTE", "0")];
    let mut server = Server::start(&settings);
    for kill in 1..=kills {
        let clients = (0..CLIENTS).map(|_| {
            let (address, sent) = (server.address(), Arc::clone(&sent));
            thread::spawn(move || sent.send_until_it_dies(&address))
        });
        let clients: Vec<_> = clients.collect();
        // An instant that nothing in the program chose. Most lives are short: the first writes after a start are where a
        // recovery that went wrong shows.
        thread::sleep(LONGEST.mul_f64(chance.fraction().powi(2)));
        let folder = server.kill();
        for client in clients {
            client.join().unwrap();
        }
        let database = folder.path().join("leads.sqlite");
        let thorough = kill % THOROUGH == 0 || kill == kills;
        check(&database, &sent.acknowledged.lock().unwrap(), thorough, &format!("after kill {kill} of seed {seed}"));
        server = Server::start_in(folder, &settings);
    }
    let count = sent.acknowledged.lock().unwrap().len();
    assert!(count > usize::try_from(kills).unwrap(), "only {count} leads were taken between {kills} kills");
}

/// What clients sent and what came of it, over all lives of the program.
#[derive(Default)]
struct Sent {
    next: AtomicU32,
    unanswered: Mutex<Vec<u32>>,
    acknowledged: Mutex<BTreeSet<Uuid>>,
}

impl Sent {
    /// One lead after another. What was not answered is sent again in the next life under the same key, as pages do.
    fn send_until_it_dies(&self, address: &str) {
        loop {
            let again = self.unanswered.lock().unwrap().pop();
            let number = again.unwrap_or_else(|| self.next.fetch_add(1, Ordering::Relaxed));
            // Each its own person: nobody's twin.
            let body = submission(number, "Ana").replace("ana@", &format!("ana{number}@"));
            let Some((status, receipt)) = try_submit(address, &body) else {
                self.unanswered.lock().unwrap().push(number);
                return;
            };
            assert_eq!(status, 200, "{receipt}");
            let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
            self.acknowledged.lock().unwrap().insert(receipt["id"].as_str().unwrap().parse().unwrap());
        }
    }
}

/// What the dead program left, read by `SQLite` alone.
fn check(database: &Path, acknowledged: &BTreeSet<Uuid>, thorough: bool, when: &str) {
    // Writing, as recovery after a crash may have to.
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(one(if thorough { "PRAGMA integrity_check" } else { "PRAGMA quick_check(1)" }), "ok", "{when}");
    let ids = |sql: &str| -> Vec<Uuid> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, [u8; 16]>(0)).unwrap();
        rows.map(|id| Uuid::from_bytes(id.unwrap())).collect()
    };
    let stored: BTreeSet<Uuid> = ids("SELECT id FROM lead").into_iter().collect();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged leads are lost {when}: {lost:?}", lost.len(), acknowledged.len());
    assert_eq!(
        ids("SELECT key FROM lead GROUP BY workspace, form, key HAVING count(*) > 1"),
        Vec::<Uuid>::new(),
        "{when}"
    );
    let told: BTreeSet<Uuid> = ids("SELECT lead FROM event WHERE kind = 'lead.created'").into_iter().collect();
    assert_eq!(told, stored, "what others are told of differs from what is stored {when}");
    let consents: BTreeSet<Uuid> =
        ids("SELECT lead.id FROM consent JOIN lead ON lead.number = consent.lead").into_iter().collect();
    assert_eq!(consents, stored, "permissions and leads differ {when}");
    assert_eq!(
        ids("SELECT id FROM lead WHERE number NOT IN (SELECT lead FROM lead_text)"),
        Vec::<Uuid>::new(),
        "{when}"
    );
}

/// Other instants in each run, and the same again where the seed is given.
fn seed() -> u64 {
    let given = std::env::var("LEADGLASS_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| RandomState::new().hash_one(()))
}

/// `SplitMix64`, for when to kill; nothing that is kept depends on it.
struct Chance(u64);

impl Chance {
    /// From 0 up to 1.
    fn fraction(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default()) / f64::from(u32::MAX)
    }
}
