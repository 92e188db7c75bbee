//! Whether all that was acknowledged is stored, once.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Result, ensure};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use uuid::Uuid;

use crate::load::key;

pub fn run(database: &Path, acknowledged: &Path) -> Result<()> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = connection.prepare("SELECT key FROM lead")?;
    let keys = statement.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
    let keys: Vec<Uuid> = keys.map(|key| Ok(Uuid::from_bytes(key?))).collect::<rusqlite::Result<_>>()?;
    let stored: BTreeSet<&Uuid> = keys.iter().collect();
    ensure!(stored.len() == keys.len(), "{} leads have {} keys", keys.len(), stored.len());
    let told = fs::read_to_string(acknowledged)?;
    let mut lost = 0_u32;
    for number in told.lines() {
        let key: Uuid = key(number.parse()?).parse()?;
        lost += u32::from(!stored.contains(&key));
    }
    let moments: i64 = connection.query_row("SELECT count(moment) FROM lead", [], |row| row.get(0))?;
    let told_of: i64 = connection.query_row("SELECT count(*) FROM event", [], |row| row.get(0))?;
    println!(
        "{}",
        json!({ "stored": keys.len(), "acknowledged": told.lines().count(), "lost": lost, "with_moment": moments, "told_of": told_of })
    );
    ensure!(lost == 0, "{lost} acknowledged leads are lost");
    Ok(())
}
