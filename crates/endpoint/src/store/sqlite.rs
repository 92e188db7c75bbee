//! Leads in one `SQLite` file: one thread writes, many leads share a commit, and each is answered after it.

pub mod backup;
mod confirmation;
mod connection;
mod form;
mod judgement;
mod last_fault;
mod lead;
mod outbox;
mod outcome;
mod person;
mod privacy;
mod quarantine;
mod readers;
mod seal;
#[cfg(test)]
mod tests;
mod token;
mod tracked_signal;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use leadglass_scoring::encoding::DecodeError;
use rusqlite::{Connection, ErrorCode};

use self::{readers::Readers, writer::Writer};
use super::{Keys, Store, StoreError, seal::Seal};

/// How long commands that only read wait for a locked file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file.
    pub path: PathBuf,
    /// The workspace.
    pub workspace: String,
    /// How long to wait for a file that another program has locked.
    pub busy_timeout: Duration,
    /// Leads that may wait.
    pub queue_limit: usize,
    /// The most pages of 4 KiB the file may have; 0 for no limit.
    pub pages_limit: u32,
    /// What people say is sealed under the first of these; none to keep it in plain.
    pub keys: Option<Arc<Keys>>,
}

/// An open database.
pub struct Sqlite {
    workspace: Arc<str>,
    writer: Option<Writer>,
    readers: Readers,
    seal: Arc<Seal>,
}

impl Sqlite {
    /// Opens the file, makes it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// Where the file can't be opened, is of a later version, does not take a setting that durability needs, or is sealed
    /// under other keys.
    pub fn open(options: &Options) -> Result<Self, StoreError> {
        let mut connection = connection::open_writing(options)?;
        connection::migrate(&mut connection)?;
        let seal = Arc::new(Seal::new(options.keys.clone()));
        seal::prepare(&connection, &options.workspace, &seal)?;
        connection::keep_in_memory(&connection, true)?;
        let readers = Readers::open(&options.path, options.busy_timeout)?;
        let workspace: Arc<str> = options.workspace.as_str().into();
        let writer = Writer::start(connection, Arc::clone(&workspace), Arc::clone(&seal), options.queue_limit)?;
        Ok(Self { workspace, writer: Some(writer), readers, seal })
    }

    /// Opens a file that is there, for reading alone.
    ///
    /// # Errors
    /// Where it can't be opened, is of another version, or is sealed under other keys.
    pub fn open_reading(path: &Path, workspace: &str, keys: Option<Arc<Keys>>) -> Result<Self, StoreError> {
        let connection = connection::open_reading(path, BUSY_TIMEOUT)?;
        connection::check_version(&connection)?;
        let seal = Seal::new(keys);
        seal::check(&connection, workspace, &seal)?;
        let readers = Readers::open(path, BUSY_TIMEOUT)?;
        Ok(Self { workspace: workspace.into(), writer: None, readers, seal: Arc::new(seal) })
    }

    fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or_else(|| StoreError::Failed("it is open for reading alone".into()))
    }

    /// Writes all of it or nothing; on disk before it returns. Refuses at once where too many wait.
    async fn try_write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer()?.try_write(work).await
    }

    /// The same, for what no visitor waits for.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer()?.write(work).await
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let workspace = Arc::clone(&self.workspace);
        self.readers.read(move |connection| read(connection, &workspace)).await
    }

    /// The same, for what has to be opened.
    async fn read_sealed<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, &str, &Seal) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let seal = Arc::clone(&self.seal);
        self.read(move |connection, workspace| read(connection, workspace, &seal)).await
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn check(&self) -> Result<(), StoreError> {
        if self.writer.as_ref().is_some_and(Writer::is_full) {
            return Err(StoreError::Busy);
        }
        self.read(|connection, _| connection::check_version(connection)).await
    }

    async fn flush(&self) -> Result<(), StoreError> {
        match &self.writer {
            Some(writer) => writer.write(|_, _| Ok(())).await,
            None => Ok(()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            // SQLite's messages name tables and columns, never a value.
            _ => Self::Failed(error.to_string()),
        }
    }
}

fn undecodable(error: DecodeError) -> StoreError {
    StoreError::Failed(error.to_string())
}
