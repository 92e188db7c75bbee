//! Copies of a database that is in use, and putting one back.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

use super::{StoreError, connection};

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Leads of all workspaces, held ones included.
    pub leads: u64,
    /// Its size.
    pub bytes: u64,
}

/// Copies the database `from`, which may be in use, into a new file: what was acknowledged before is in it, whole. What
/// was erased is not, not even in unused pages.
///
/// # Errors
/// Where `from` can't be read or is not ours, `to` exists, or the copy is not sound.
pub fn back_up(from: &Path, to: &Path, busy_timeout: Duration) -> Result<Backup, StoreError> {
    if to.exists() {
        return Err(StoreError::Failed(format!("`{}` is there already, and no backup is written over", to.display())));
    }
    let source = open(from, busy_timeout)?;
    connection::check_not_later(&source)?;
    in_place_of(to, |copy| {
        // Made here first, for its owner alone: what SQLite writes into keeps its mode.
        connection::keep_private(copy)?;
        source.execute("VACUUM INTO ?1", [copy.to_str().ok_or_else(|| not_unicode(copy))?])?;
        check(copy)
    })
}

/// Puts the copy `from` in the place of the database `to`. A database that is there is put `aside` under that name, unless
/// it is in use.
///
/// # Errors
/// Where `from` is no sound copy, `to` is there and nobody said where to put it, is in use or can't be written.
pub fn restore(from: &Path, to: &Path, aside: Option<&Path>) -> Result<Backup, StoreError> {
    if to.exists() && aside.is_none() {
        return Err(StoreError::Failed(format!("`{}` is there already", to.display())));
    }
    if aside.is_some_and(Path::exists) {
        return Err(StoreError::Failed(format!("`{}` is there already", aside.unwrap_or(to).display())));
    }
    in_place_of(to, |copy| {
        connection::keep_private(copy)?;
        // `fs::copy` would give it the mode that the copy has.
        let mut source = File::open(from).map_err(|error| failed(from, &error))?;
        let target = fs::OpenOptions::new().write(true).open(copy);
        target.and_then(|mut target| io::copy(&mut source, &mut target)).map_err(|error| failed(copy, &error))?;
        let backup = check(copy)?;
        if let (true, Some(aside)) = (to.exists(), aside) {
            close(to)?;
            fs::rename(to, aside).map_err(|error| failed(aside, &error))?;
        }
        let log = with_ending(to, "-wal");
        if log.exists() {
            // SQLite would play it over the copy.
            return Err(StoreError::Failed(format!("`{}` is the log of another database; put it away", log.display())));
        }
        Ok(backup)
    })
}

/// Leads of the database that had been erased in `aside`, which stood in its place before.
///
/// # Errors
/// Where one of them can't be read.
pub fn erased_in(aside: &Path, database: &Path) -> Result<Vec<Uuid>, StoreError> {
    let connection = open(database, Duration::ZERO)?;
    connection.execute("ATTACH ?1 AS aside", [aside.to_str().ok_or_else(|| not_unicode(aside))?])?;
    // A database of an early version has erased nobody
    let is_kept: bool =
        connection
            .query_row("SELECT count(*) FROM aside.sqlite_schema WHERE name = 'erasure'", [], |row| row.get(0))?;
    if !is_kept {
        return Ok(Vec::new());
    }
    let sql =
        "SELECT main.lead.id FROM main.lead JOIN aside.erasure ON erasure.lead = main.lead.id ORDER BY erased_at_ms";
    let mut statement = connection.prepare(sql)?;
    let leads = statement.query_map([], |row| row.get::<_, [u8; 16]>(0).map(Uuid::from_bytes))?;
    Ok(leads.collect::<Result<_, _>>()?)
}

/// Whether the file is a database of ours that is whole, and how much it holds.
fn check(path: &Path) -> Result<Backup, StoreError> {
    let connection = open(path, Duration::ZERO)?;
    connection::check_not_later(&connection)?;
    let first_fault: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if first_fault != "ok" {
        return Err(StoreError::Failed(format!("`{}` is damaged: {first_fault}", path.display())));
    }
    let leads = connection.query_row("SELECT count(*) FROM lead", [], |row| row.get::<_, i64>(0))?;
    let bytes = fs::metadata(path).map_err(|error| failed(path, &error))?.len();
    Ok(Backup { leads: leads.unsigned_abs(), bytes })
}

/// Folds the log into the file, which only whoever is alone with it can do.
fn close(path: &Path) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(Duration::ZERO)?;
    let mode = connection.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0));
    match mode.map_err(StoreError::from) {
        Ok(mode) if mode == "delete" => Ok(()),
        Ok(_) | Err(StoreError::Busy) => {
            let path = path.display();
            Err(StoreError::Failed(format!("`{path}` is in use; stop the server first")))
        }
        Err(error) => Err(error),
    }
}

fn open(path: &Path, busy_timeout: Duration) -> Result<Connection, StoreError> {
    let opened = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    opened.busy_timeout(busy_timeout)?;
    Ok(opened)
}

/// Writes beside `path`, brings it to the disk, and only then gives it its name.
fn in_place_of<T>(path: &Path, write: impl FnOnce(&Path) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let part = with_ending(path, ".part");
    // What a copy that was cut off has left.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&part, &error)),
        _ => {}
    }
    let written = write(&part).and_then(|written| {
        let moved = File::open(&part).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&part, path));
        moved.and_then(|()| sync_folder_of(path)).map_err(|error| failed(path, &error))?;
        Ok(written)
    });
    if written.is_err() {
        // The failure is what is told; a part that stays is removed the next time.
        let _ = fs::remove_file(&part);
    }
    written
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn failed(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Failed(format!("`{}`: {error}", path.display()))
}

fn not_unicode(path: &Path) -> StoreError {
    StoreError::Failed(format!("the name of `{}` is not Unicode", path.display()))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::{
        store::{LeadQuery, LeadStore, sqlite::Sqlite},
        testing::{Endpoint, KEY, json, options},
    };

    #[tokio::test]
    async fn a_copy_of_a_database_in_use_is_whole_and_can_be_put_back() {
        let endpoint = Endpoint::new().await;
        assert_eq!(endpoint.submit(json(KEY, "")).await.status(), 200);
        let folder = tempfile::tempdir().unwrap();
        let (database, copy) = (options(endpoint.folder()).path, folder.path().join("copy.sqlite"));
        let backup = back_up(&database, &copy, Duration::from_secs(5)).unwrap();
        assert_eq!((backup.leads, backup.bytes), (1, fs::metadata(&copy).unwrap().len()));
        assert!(back_up(&database, &copy, Duration::ZERO).unwrap_err().to_string().contains("is there already"));
        let taken = restore(&copy, &database, Some(&folder.path().join("old"))).unwrap_err();
        assert!(taken.to_string().contains("is in use"), "{taken}");
        let target = options(folder.path()).path;
        assert_eq!(restore(&copy, &target, None), Ok(backup));
        let restored = Sqlite::open(&options(folder.path())).unwrap();
        let leads = restored.leads(&LeadQuery { limit: 9, ..LeadQuery::default() }).await.unwrap();
        assert_eq!((leads.len(), leads[0].id), (1, endpoint.leads().await[0].id));
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.iter().all(|name| Path::new(name).extension() != Some("part".as_ref())), "{names:?}");
    }

    #[tokio::test]
    async fn a_database_in_the_way_is_put_aside_whole() {
        let endpoint = Endpoint::new().await;
        let folder = tempfile::tempdir().unwrap();
        let (copy, old) = (folder.path().join("copy.sqlite"), folder.path().join("old.sqlite"));
        assert_eq!(endpoint.submit(json(KEY, "")).await.status(), 200);
        back_up(&options(endpoint.folder()).path, &copy, Duration::ZERO).unwrap();
        drop(Sqlite::open(&options(folder.path())).unwrap());
        let target = options(folder.path()).path;
        assert!(restore(&copy, &target, None).unwrap_err().to_string().contains("is there already"));
        // The store's own thread may take a moment to let go.
        let deadline = Instant::now() + Duration::from_secs(20);
        while restore(&copy, &target, Some(&old)).is_err_and(|error| error.to_string().contains("is in use")) {
            assert!(Instant::now() < deadline);
        }
        assert_eq!((check(&old).unwrap().leads, check(&target).unwrap().leads), (0, 1));
    }

    #[test]
    fn what_is_no_sound_copy_is_refused_and_nothing_is_left_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let (copy, target) = (folder.path().join("copy"), options(folder.path()).path);
        drop(Sqlite::open(&options(folder.path())).unwrap());
        back_up(&target, &copy, Duration::ZERO).unwrap();
        fs::remove_file(&target).unwrap();
        // The store's own thread may take a moment to let go.
        let deadline = Instant::now() + Duration::from_secs(20);
        while fs::read_dir(folder.path()).unwrap().count() > 1 {
            assert!(Instant::now() < deadline);
        }
        let whole = fs::read(&copy).unwrap();
        let mut damaged = whole.clone();
        damaged[8192..12288].fill(0xA5);
        for wrong in [b"leads".as_slice(), &[], &damaged, &whole[..whole.len() / 2]] {
            fs::write(&copy, wrong).unwrap();
            restore(&copy, &target, None).unwrap_err();
            assert!(!target.exists() && fs::read_dir(folder.path()).unwrap().count() == 1);
        }
    }
}
