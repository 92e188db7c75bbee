//! The control of K2, in a process of its own: without a sync at each commit, acknowledged leads are lost, and the cuts
//! show it. Were they not lost here, the cuts could not show that they are kept there.

use leadglass_power_cut::{Chance, Disk, Endpoint, check, seed, submission};

#[test]
fn k2_control_without_a_sync_at_each_commit_acknowledged_leads_are_lost() {
    let seed = seed();
    let mut chance = Chance::new(seed);
    let (mut lossy, mut others) = (0, Vec::new());
    for _ in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::at_ease(folder.path()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let log = runtime.block_on(async {
            // It asks for FULL, reads it back, and is told what it wants to hear.
            let endpoint = Endpoint::open(disk.folder()).await;
            for number in 0..20 {
                disk.acknowledge(endpoint.submit(submission(number)).await.lead.unwrap());
            }
            disk.log()
        });
        for _ in 0..25 {
            let left = log.cut(log.places() - 1 - chance.below(log.places() / 2), &mut chance);
            let folder = tempfile::tempdir().unwrap();
            left.write(folder.path()).unwrap();
            let _disk = Disk::unlogged(folder.path()).unwrap();
            match check(folder.path(), &left.acknowledged) {
                Ok(()) => {}
                Err(fault) if fault.ends_with("acknowledged leads are lost") => lossy += 1,
                Err(fault) => others.push(fault),
            }
        }
    }
    assert!(lossy >= 50, "only {lossy} of 100 cuts lost anything, seed {seed}");
    // It loses, but what is left is whole.
    assert_eq!(others, Vec::<String>::new(), "seed {seed}");
}
