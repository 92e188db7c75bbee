//! A primary that dies, and its standby.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::net::UnixStream,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::{
    cluster::{Cluster, Finish},
    id, stored,
};
use crate::harness::{self, Server, submission, try_submit};

impl Cluster {
    /// A standby, which follows another cluster until it is promoted.
    fn standby_of(primary: &Self) -> Self {
        let cluster = Self::make();
        let arguments = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--username=leadglass"];
        let mut copy = cluster.command("pg_basebackup", &arguments);
        copy.arg("--host").arg(primary.folder()).arg("--pgdata").arg(cluster.data()).finish();
        cluster.configure(&[]);
        cluster.run();
        cluster
    }

    /// Makes a standby one that is written to.
    fn promote(&self) {
        self.command("pg_ctl", &["promote", "--wait", "--silent", "--pgdata"]).arg(self.data()).finish();
    }

    /// Stops its server in good order.
    fn stop(&self) {
        self.command("pg_ctl", &["stop", "--wait", "--silent", "--mode=fast", "--pgdata"]).arg(self.data()).finish();
    }

    /// Kills all processes of its server, as when its machine is gone.
    fn kill(&self) {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let parent = file.lines().next().unwrap().to_owned();
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", &parent]).finish();
        // One that ended in between is no failure.
        drop(Command::new("kill").arg("-KILL").arg(&parent).args(children.split_whitespace()).output().unwrap());
        let socket = self.folder().join(".s.PGSQL.5432");
        harness::until(|| UnixStream::connect(&socket).is_err());
    }
}

/// Two clusters, the second of which follows the first.
fn pair() -> (Cluster, Cluster) {
    let primary = Cluster::start(&[]);
    let standby = Cluster::standby_of(&primary);
    (primary, standby)
}

/// An address that leads to whichever of the two is written to.
fn either(primary: &Cluster, standby: &Cluster) -> String {
    let [one, other] = [primary, standby].map(|cluster| cluster.folder().display());
    format!("postgres://leadglass@/postgres?host={one}&host={other}&target_session_attrs=read-write")
}

fn commit_on_both(primary: &Cluster) {
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
    primary.sql("SELECT pg_reload_conf()");
    harness::until(|| primary.sql("SELECT sync_state FROM pg_stat_replication") == "sync");
}

/// K5. Senders never stop: what is not acknowledged they send again under its key, before, while and after the standby
/// takes over.
#[test]
fn k5_what_was_acknowledged_outlives_the_primary_and_its_disk() {
    let (primary, standby) = pair();
    commit_on_both(&primary);
    let server = Server::start_over(&either(&primary, &standby), &[]);
    let acknowledged = Mutex::new(BTreeMap::new());
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for sender in 0..8_u32 {
            let (server, acknowledged, stop) = (&server, &acknowledged, &stop);
            scope.spawn(move || {
                for number in sender * 100_000.. {
                    let body = submission(number, &format!("Ana {number}"));
                    let receipt = loop {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        match try_submit(&server.address(), &body) {
                            Some((200, receipt)) => break receipt,
                            Some((503, _)) | None => thread::yield_now(),
                            other => panic!("{other:?}"),
                        }
                    };
                    acknowledged.lock().unwrap().insert(number, id(&receipt));
                }
            });
        }
        let more = |count| {
            let wanted = acknowledged.lock().unwrap().len() + count;
            harness::until(|| acknowledged.lock().unwrap().len() >= wanted);
        };
        more(200);
        primary.kill();
        standby.promote();
        more(200);
        stop.store(true, Ordering::Relaxed);
    });
    let stored = stored(&server);
    let acknowledged = acknowledged.into_inner().unwrap();
    let lost: Vec<_> = acknowledged.values().filter(|id| !stored.contains(id)).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged leads are lost", lost.len(), acknowledged.len());
    let twice = standby.sql("SELECT count(*) FROM (SELECT key FROM lead GROUP BY key HAVING count(*) > 1) AS twice");
    assert_eq!(twice, "0");
    // Each is acknowledged, or one of the eight that were under way at the end.
    assert!(stored.len() <= acknowledged.len() + 8, "{} stored, {} acknowledged", stored.len(), acknowledged.len());
}

/// K5, the control: a standby that commits do not wait for may not have what was acknowledged. So it is synchronous
/// replication that the test above rests on, and what a deployment needs that must outlive a primary.
#[test]
fn k5_control_without_a_synchronous_standby_an_acknowledged_lead_is_lost_with_the_primary() {
    let (primary, standby) = pair();
    let server = Server::start_over(&either(&primary, &standby), &[]);
    assert_eq!(server.submit(&submission(1, "Ana Pop")).0, 200);
    harness::until(|| standby.sql("SELECT to_regclass('lead') IS NOT NULL") == "t");
    harness::until(|| standby.sql("SELECT count(*) FROM lead") == "1");
    standby.stop();
    let (status, receipt) = server.submit(&submission(2, "Ion Rusu"));
    assert_eq!(status, 200, "{receipt}");
    primary.kill();
    standby.run();
    standby.promote();
    harness::until(|| server.get("/readyz").0 == 200);
    assert!(!stored(&server).contains(&id(&receipt)));
    // Its sender, who knows nothing of this, can only send it again.
    assert_eq!(server.submit(&submission(2, "Ion Rusu")).0, 200);
    assert_eq!(stored(&server).len(), 2);
}
