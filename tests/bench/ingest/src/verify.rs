//! Whether all that was acknowledged is stored, once.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Result, ensure};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::load::key;

/// What is stored: keys, how many leads have a moment, how many others would be told of.
struct Stored {
    keys: Vec<Uuid>,
    moments: i64,
    told_of: i64,
}

const MOMENTS: &str = "SELECT count(moment) FROM lead";
const TOLD_OF: &str = "SELECT count(*) FROM event";

pub fn run(database: &str, acknowledged: &Path) -> Result<()> {
    let stored = if database.starts_with("postgres://") { postgres(database)? } else { sqlite(database)? };
    let keys: BTreeSet<&Uuid> = stored.keys.iter().collect();
    ensure!(keys.len() == stored.keys.len(), "{} leads have {} keys", stored.keys.len(), keys.len());
    let told = fs::read_to_string(acknowledged)?;
    let mut lost = 0_u32;
    for number in told.lines() {
        let key: Uuid = key(number.parse()?).parse()?;
        lost += u32::from(!keys.contains(&key));
    }
    let (stored, with_moment, told_of) = (stored.keys.len(), stored.moments, stored.told_of);
    println!(
        "{}",
        json!({ "stored": stored, "acknowledged": told.lines().count(), "lost": lost, "with_moment": with_moment, "told_of": told_of })
    );
    ensure!(lost == 0, "{lost} acknowledged leads are lost");
    Ok(())
}

fn sqlite(database: &str) -> Result<Stored> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = connection.prepare("SELECT key FROM lead")?;
    let keys = statement.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
    let keys = keys.map(|key| Ok(Uuid::from_bytes(key?))).collect::<rusqlite::Result<_>>()?;
    let count = |sql| connection.query_row(sql, [], |row| row.get(0));
    Ok(Stored { keys, moments: count(MOMENTS)?, told_of: count(TOLD_OF)? })
}

fn postgres(address: &str) -> Result<Stored> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
        let reading = async {
            let rows = client.query("SELECT key FROM lead", &[]).await?;
            let keys = rows.iter().map(|row| row.get(0)).collect();
            let moments = client.query_one(MOMENTS, &[]).await?.get(0);
            Ok(Stored { keys, moments, told_of: client.query_one(TOLD_OF, &[]).await?.get(0) })
        };
        tokio::select! {
            stored = reading => stored,
            ended = connection => { ended?; anyhow::bail!("the connection ended") }
        }
    })
}
