//! Leads in one `SQLite` file: one thread writes, many leads share a commit, and each is answered after it.

mod connection;
mod reading;
mod writer;
mod writing;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use leadglass_scoring::{FormDefinition, Timestamp, encoding::VersionId};
use rusqlite::{Connection, ErrorCode};
use uuid::Uuid;

use self::writer::Writer;
use super::{Kept, KeptLead, KeptVersion, LeadQuery, NewLead, Sent, Store, StoreError};

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
}

/// An open database.
pub struct Sqlite {
    workspace: Arc<str>,
    writer: Option<Writer>,
    reader: Arc<Mutex<Connection>>,
}

impl Sqlite {
    /// Opens the file, makes it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// Where the file can't be opened, is of a later version, or does not take a setting that durability needs.
    pub fn open(options: &Options) -> Result<Self, StoreError> {
        let mut connection = connection::open_writing(options)?;
        connection::migrate(&mut connection)?;
        let reader = connection::open_reading(&options.path, options.busy_timeout)?;
        let workspace: Arc<str> = options.workspace.as_str().into();
        let writer = Writer::start(connection, Arc::clone(&workspace), options.queue_limit)?;
        Ok(Self { workspace, writer: Some(writer), reader: Arc::new(Mutex::new(reader)) })
    }

    /// Opens a file that is there, for reading alone.
    ///
    /// # Errors
    /// Where it can't be opened or is of another version.
    pub fn open_reading(path: &Path, workspace: &str) -> Result<Self, StoreError> {
        let reader = connection::open_reading(path, Duration::from_secs(5))?;
        connection::check_version(&reader)?;
        Ok(Self { workspace: workspace.into(), writer: None, reader: Arc::new(Mutex::new(reader)) })
    }

    fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or_else(|| StoreError::Failed("it is open for reading alone".into()))
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reader, workspace) = (Arc::clone(&self.reader), Arc::clone(&self.workspace));
        let task = tokio::task::spawn_blocking(move || {
            // A reader that panicked left nothing half done.
            let connection = reader.lock().unwrap_or_else(PoisonError::into_inner);
            read(&connection, &workspace)
        });
        task.await.map_err(|error| StoreError::Failed(error.to_string()))?
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn keep_form(&self, definition: &FormDefinition, at: Timestamp) -> Result<(), StoreError> {
        self.writer()?.keep_form(definition, at).await
    }

    async fn shown_versions(&self, form: &str) -> Result<Vec<VersionId>, StoreError> {
        let form = form.to_owned();
        self.read(move |connection, workspace| reading::shown_versions(connection, workspace, &form)).await
    }

    async fn shown_definition(&self, form: &str, shown: VersionId) -> Result<Option<FormDefinition>, StoreError> {
        let form = form.to_owned();
        self.read(move |connection, workspace| reading::shown_definition(connection, workspace, &form, shown)).await
    }

    async fn definition(&self, form: &str, version: VersionId) -> Result<Option<FormDefinition>, StoreError> {
        let form = form.to_owned();
        self.read(move |connection, workspace| reading::definition(connection, workspace, &form, version)).await
    }

    async fn keep_lead(&self, lead: Box<NewLead>) -> Result<Kept, StoreError> {
        self.writer()?.keep_lead(lead).await
    }

    async fn sent_under(&self, form: &str, key: Uuid) -> Result<Option<Sent>, StoreError> {
        let form = form.to_owned();
        self.read(move |connection, workspace| reading::sent_under(connection, workspace, &form, key)).await
    }

    async fn leads(&self, query: &LeadQuery) -> Result<Vec<KeptLead>, StoreError> {
        let query = query.clone();
        self.read(move |connection, workspace| reading::leads(connection, workspace, &query)).await
    }

    async fn leads_after(
        &self,
        form: Option<&str>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, KeptLead)>, StoreError> {
        let form = form.map(str::to_owned);
        self.read(move |connection, workspace| {
            reading::leads_after(connection, workspace, form.as_deref(), after, limit)
        })
        .await
    }

    async fn versions(&self) -> Result<Vec<KeptVersion>, StoreError> {
        self.read(reading::versions).await
    }

    async fn lead(&self, id: Uuid) -> Result<Option<KeptLead>, StoreError> {
        self.read(move |connection, workspace| reading::lead(connection, workspace, id)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        if self.writer.as_ref().is_some_and(Writer::is_full) {
            return Err(StoreError::Busy);
        }
        self.read(|connection, _| connection::check_version(connection)).await
    }

    async fn flush(&self) -> Result<(), StoreError> {
        match &self.writer {
            Some(writer) => writer.flush().await,
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
