//! What must hold of a database whatever happened to it.

use std::{collections::BTreeSet, path::Path, thread};

use leadglass::store::{LeadStore, sqlite::Sqlite};
use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

use crate::endpoint::options;

/// Opens what is left as `leadglass serve` does and looks at it.
///
/// # Errors
/// What does not hold.
pub fn check(folder: &Path, acknowledged: &BTreeSet<Uuid>) -> Result<(), String> {
    let store = Sqlite::open(&options(folder)).map_err(|error| format!("it can't be opened: {error}"))?;
    let connection = connect(folder)?;
    integrity(&connection)?;
    let stored = stored(&connection)?;
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    if !lost.is_empty() {
        return Err(format!("{} of {} acknowledged leads are lost", lost.len(), acknowledged.len()));
    }
    let told = ids(&connection, "SELECT lead FROM event WHERE kind = 'lead.created'")?;
    if told != stored {
        return Err(format!("{} leads are stored and {} would be told of", stored.len(), told.len()));
    }
    for (what, sql) in [
        ("keys are used twice", "SELECT id FROM lead GROUP BY workspace, form, key HAVING count(*) > 1"),
        ("leads have no permission", "SELECT id FROM lead WHERE number NOT IN (SELECT lead FROM consent)"),
        ("leads can't be searched", "SELECT id FROM lead WHERE number NOT IN (SELECT lead FROM lead_text)"),
    ] {
        let found = ids(&connection, sql)?;
        if !found.is_empty() {
            return Err(format!("{} {what}", found.len()));
        }
    }
    // Each is whole enough to be read. On a thread of its own, for whoever asks may be within a runtime already.
    let read = thread::scope(|scope| {
        let read = || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
            runtime.block_on(store.leads_after(None, 0, u32::MAX)).map_err(|error| error.to_string())
        };
        scope.spawn(read).join().unwrap_or_else(|_| Err("reading panics".into()))
    })?;
    if read.len() == stored.len() { Ok(()) } else { Err(format!("{} of {} leads are read", read.len(), stored.len())) }
}

fn connect(folder: &Path) -> Result<Connection, String> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    Connection::open_with_flags(options(folder).path, flags).map_err(|error| error.to_string())
}

/// Has `SQLite` look through the whole file.
///
/// # Errors
/// What it finds.
pub fn integrity(connection: &Connection) -> Result<(), String> {
    let found: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .map_err(|error| format!("it can't be checked: {error}"))?;
    if found == "ok" { Ok(()) } else { Err(found) }
}

/// The ids of all leads.
///
/// # Errors
/// Where they can't be read.
pub fn stored(connection: &Connection) -> Result<BTreeSet<Uuid>, String> {
    ids(connection, "SELECT id FROM lead")
}

fn ids(connection: &Connection, sql: &str) -> Result<BTreeSet<Uuid>, String> {
    let read = || -> rusqlite::Result<BTreeSet<Uuid>> {
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
        rows.map(|id| Ok(Uuid::from_bytes(id?))).collect()
    };
    read().map_err(|error| error.to_string())
}
