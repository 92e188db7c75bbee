//! Opening the file with the settings that durability needs, each read back, and bringing its tables up to date.

use std::{fs, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, TransactionBehavior, config::DbConfig};

use super::{Options, StoreError};

/// In order; a database's `user_version` is how many it has been through.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_leads.sql"),
    include_str!("../../../migrations/sqlite/0002_circumstances.sql"),
    include_str!("../../../migrations/sqlite/0003_owners.sql"),
    include_str!("../../../migrations/sqlite/0004_quarantine.sql"),
    include_str!("../../../migrations/sqlite/0005_outbox.sql"),
    include_str!("../../../migrations/sqlite/0006_signals.sql"),
    include_str!("../../../migrations/sqlite/0007_api.sql"),
    include_str!("../../../migrations/sqlite/0008_delivered.sql"),
    include_str!("../../../migrations/sqlite/0009_listed.sql"),
    include_str!("../../../migrations/sqlite/0010_people.sql"),
    include_str!("../../../migrations/sqlite/0011_privacy.sql"),
    include_str!("../../../migrations/sqlite/0012_confirmations.sql"),
    include_str!("../../../migrations/sqlite/0013_sealed.sql"),
    include_str!("../../../migrations/sqlite/0014_words.sql"),
    include_str!("../../../migrations/sqlite/0015_erased_rows.sql"),
    include_str!("../../../migrations/sqlite/0016_written.sql"),
];

pub(super) fn open_writing(options: &Options) -> Result<Connection, StoreError> {
    keep_private(&options.path)?;
    let connection = Connection::open(&options.path)?;
    connection.busy_timeout(options.busy_timeout)?;
    set(&connection, "journal_mode", "WAL", "wal")?;
    // FULL syncs the log at each commit: what was acknowledged outlives a power cut.
    set(&connection, "synchronous", "FULL", "2")?;
    set(&connection, "foreign_keys", "ON", "1")?;
    if cfg!(target_os = "macos") {
        set(&connection, "fullfsync", "ON", "1")?;
        set(&connection, "checkpoint_fullfsync", "ON", "1")?;
    }
    // What is deleted is overwritten, and not only given free.
    set(&connection, "secure_delete", "ON", "1")?;
    // The log grows to 16 MiB before it is folded into the file: fewer, larger writes.
    set(&connection, "wal_autocheckpoint", "4000", "4000")?;
    // 16 MiB of pages; what is beyond is in the cache of the system.
    set(&connection, "cache_size", "-16384", "-16384")?;
    // Or statements are planned anew for every value that is bound, which is a third of what a lead costs.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if options.pages_limit > 0 {
        let limit = options.pages_limit.to_string();
        set(&connection, "max_page_count", &limit, &limit)?;
    }
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// What a savepoint may have to put back is kept in memory, not in a file of its own. Not while tables are brought up to date or
/// the file is written anew: what is sorted or copied then may be larger than the memory.
pub(super) fn keep_in_memory(connection: &Connection, is_kept: bool) -> Result<(), StoreError> {
    let [name, number] = if is_kept { ["MEMORY", "2"] } else { ["FILE", "1"] };
    set(connection, "temp_store", name, number)
}

pub(super) fn open_reading(path: &Path, busy_timeout: Duration) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_timeout)?;
    set(&connection, "query_only", "ON", "1")?;
    Ok(connection)
}

fn set(connection: &Connection, pragma: &str, value: &str, expected: &str) -> Result<(), StoreError> {
    // Some pragmas answer with their value and some with nothing.
    connection.pragma_update_and_check(None, pragma, value, |_| Ok(())).or_else(|error| match error {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        other => Err(other),
    })?;
    let found = connection.pragma_query_value(None, pragma, |row| {
        let value = row.get_ref(0)?;
        Ok(value.as_i64().map_or_else(|_| value.as_str().unwrap_or_default().to_owned(), |number| number.to_string()))
    })?;
    if found == expected {
        Ok(())
    } else {
        Err(StoreError::Failed(format!("`{pragma}` stays `{found}` and will not be `{expected}`")))
    }
}

/// Makes the file for its owner alone. `SQLite` gives the files beside it the same mode.
pub(super) fn keep_private(path: &Path) -> Result<(), StoreError> {
    let failed = |error: std::io::Error| StoreError::Failed(format!("`{}` can't be opened: {error}", path.display()));
    let mut open = fs::OpenOptions::new();
    open.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        open.mode(0o600);
        let file = open.open(path).map_err(failed)?;
        file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(failed)
    }
    #[cfg(not(unix))]
    open.open(path).map(drop).map_err(failed)
}

pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = user_version(&transaction)?;
    let pending = MIGRATIONS.get(version..).ok_or_else(|| of_a_later_version(version))?;
    for migration in pending {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX))?;
    Ok(transaction.commit()?)
}

pub(super) fn check_version(connection: &Connection) -> Result<(), StoreError> {
    let version = user_version(connection)?;
    match version.cmp(&MIGRATIONS.len()) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(of_a_later_version(version)),
        std::cmp::Ordering::Less => {
            Err(StoreError::Failed("it is of an earlier version; `leadglass serve` brings it up to date".into()))
        }
    }
}

/// Whether it is a database of ours, of this version or an earlier one.
pub(super) fn check_not_later(connection: &Connection) -> Result<(), StoreError> {
    match user_version(connection)? {
        0 => Err(StoreError::Failed("it is no database of leadglass".into())),
        version if version > MIGRATIONS.len() => Err(of_a_later_version(version)),
        _ => Ok(()),
    }
}

fn user_version(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn of_a_later_version(version: usize) -> StoreError {
    StoreError::Failed(format!("it is of version {version}, later than this program's {}", MIGRATIONS.len()))
}
