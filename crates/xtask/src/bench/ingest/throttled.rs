//! More than the writer can take, for a while: memory, refusals, and whether anything acknowledged is lost.

use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use serde_json::{Value, json};

use super::{Bench, PARTS, SUBMISSIONS, load, program::Program, told, verify};

impl Bench {
    pub(super) fn throttled(&self) -> Result<Value> {
        let database = self.file("throttled.sqlite");
        let acknowledged = self.folder.join("acknowledged-throttled");
        // Fewer places than senders, so that the queue is full
        let server = self.serve(&database, &[("LEADGLASS_QUEUE_LIMIT", "256")])?;
        let seconds = self.throttled_seconds;
        let mut throttle = Command::new(PARTS);
        throttle.args(["throttle", &database, "--seconds", &(seconds + 5).to_string()]);
        let throttle = Program::spawn(&mut throttle)?;
        let mut load = load(&server, SUBMISSIONS, seconds, self.connections * 3);
        load.arg("--acknowledged").arg(&acknowledged);
        let load = thread::spawn(move || told(&mut load));
        let begun = Instant::now();
        let mut memory = Vec::new();
        while !load.is_finished() {
            thread::sleep(Duration::from_millis(500));
            memory.push((begun.elapsed().as_secs(), server.memory_kb()?));
        }
        let load = load.join().map_err(|_| anyhow::anyhow!("the load panicked"))??;
        drop((throttle, server));
        let verified = verify(&database, &acknowledged)?;
        let at = |share: usize| memory.get(memory.len().saturating_sub(1) * share / 100).map_or(0, |(_, kb)| *kb);
        let most = memory.iter().map(|(_, kb)| *kb).max().unwrap_or(0);
        println!(
            "\nWith the writer held back for {seconds} s: taken {}, told \"busy\" {}, anything else {}, {verified}",
            load["taken"], load["busy"], load["others"]
        );
        println!(
            "Memory in KB: {} after a quarter, {} after half, {} at the end, {most} at most",
            at(25),
            at(50),
            at(100)
        );
        Ok(json!({ "load": load, "verified": verified, "memory_kb": memory }))
    }
}
