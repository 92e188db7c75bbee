//! The disk by itself, and a database that is hardly ever free.

use std::{
    fs::File,
    io::Write,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use rusqlite::Connection;
use serde_json::json;

use crate::times;

/// Appends a page and waits until it is on the disk, again and again.
pub fn run(folder: &Path, seconds: u64) -> Result<()> {
    let path = folder.join("durable");
    let mut file = File::create(&path)?;
    let page = [7_u8; 4_096];
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut took = Vec::new();
    while Instant::now() < end {
        file.write_all(&page)?;
        let begun = Instant::now();
        file.sync_data()?;
        took.push(begun.elapsed());
    }
    std::fs::remove_file(path)?;
    println!("{}", json!({ "count": took.len(), "latency": times::told(&mut took) }));
    Ok(())
}

/// Nine tenths of each fifth of a second, as a long backup or a careless report would.
pub fn throttle(database: &Path, seconds: u64) -> Result<()> {
    let connection = Connection::open(database)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        thread::sleep(Duration::from_millis(180));
        connection.execute_batch("ROLLBACK")?;
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
