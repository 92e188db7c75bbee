//! Connections that only read. The log lets them read while one writes.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{StoreError, connection};

/// How many read at a time; more wait.
const READERS: usize = 4;

pub(super) struct Readers {
    path: PathBuf,
    busy_timeout: Duration,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// The first is opened now, so that a file that can't be read is known at once.
    pub(super) fn open(path: &Path, busy_timeout: Duration) -> Result<Self, StoreError> {
        let first = connection::open_reading(path, busy_timeout)?;
        Ok(Self {
            path: path.to_owned(),
            busy_timeout,
            places: Arc::new(Semaphore::new(READERS)),
            idle: Arc::new(Mutex::new(vec![first])),
        })
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|error| StoreError::Failed(error.to_string()))?;
        let (idle, path, busy_timeout) = (Arc::clone(&self.idle), self.path.clone(), self.busy_timeout);
        let task = tokio::task::spawn_blocking(move || {
            let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match taken {
                Some(connection) => connection,
                None => connection::open_reading(&path, busy_timeout)?,
            };
            // A reader that panics is dropped with its connection.
            let result = read(&connection);
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            drop(place);
            result
        });
        task.await.map_err(|error| StoreError::Failed(error.to_string()))?
    }
}
