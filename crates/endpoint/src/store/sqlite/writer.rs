//! The one thread that writes. It takes what waits, up to [`GROUP`] jobs, into one transaction, each in a savepoint of
//! its own, and answers all of them when the shared commit is on disk.

use std::{sync::Arc, thread};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::StoreError;

/// Most jobs of one commit.
const GROUP: usize = 256;

/// Something to write, and who waits for it.
trait Job: Send {
    fn write(&mut self, connection: &Connection, workspace: &str) -> Result<(), StoreError>;

    /// Tells what it came to once the commit is done, or that it failed. An answer nobody waits for any more is dropped.
    fn tell(self: Box<Self>, failed: Option<&StoreError>);
}

struct Asked<W, T> {
    work: Option<W>,
    done: Option<T>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W> Job for Asked<W, T>
where
    T: Send,
    W: FnOnce(&Connection, &str) -> Result<T, StoreError> + Send,
{
    fn write(&mut self, connection: &Connection, workspace: &str) -> Result<(), StoreError> {
        let Some(work) = self.work.take() else { return Ok(()) };
        self.done = Some(work(connection, workspace)?);
        Ok(())
    }

    fn tell(self: Box<Self>, failed: Option<&StoreError>) {
        let Self { done, answer, .. } = *self;
        drop(answer.send(failed.map_or_else(|| done.ok_or_else(gone), |error| Err(error.clone()))));
    }
}

type Work = Box<dyn FnOnce(&Connection, &str) + Send>;

/// What waits for the writer.
enum Task {
    /// Shares a commit with others.
    Shared(Box<dyn Job>),
    /// Is run between commits, while nothing else is written: what no transaction can hold.
    Alone(Work),
}

pub(super) struct Writer {
    queue: mpsc::Sender<Task>,
}

impl Writer {
    pub(super) fn start(
        mut connection: Connection,
        workspace: Arc<str>,
        queue_limit: usize,
    ) -> Result<Self, StoreError> {
        let (queue, mut jobs) = mpsc::channel(queue_limit.max(1));
        let write = move || {
            let mut group = Vec::with_capacity(GROUP);
            while let Some(first) = jobs.blocking_recv() {
                let mut next = Some(first);
                let mut alone = None;
                while let Some(task) = next.take() {
                    match task {
                        Task::Shared(job) => group.push(job),
                        Task::Alone(work) => alone = Some(work),
                    }
                    if group.len() < GROUP && alone.is_none() {
                        next = jobs.try_recv().ok();
                    }
                }
                if !group.is_empty() {
                    commit(&mut connection, &workspace, &mut group);
                }
                if let Some(work) = alone {
                    work(&connection, &workspace);
                }
            }
        };
        let thread = thread::Builder::new().name("writer".into());
        thread.spawn(write).map_err(|error| StoreError::Failed(error.to_string()))?;
        Ok(Self { queue })
    }

    pub(super) fn is_full(&self) -> bool {
        self.queue.capacity() == 0
    }

    /// Refuses at once when the queue is full: whoever waits for the disk must not fill the memory.
    pub(super) async fn try_write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, told) = oneshot::channel();
        let job = Box::new(Asked { work: Some(work), done: None, answer });
        self.queue.try_send(Task::Shared(job)).map_err(|_| StoreError::Busy)?;
        told.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Waits for a place in the queue.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, told) = oneshot::channel();
        let job = Box::new(Asked { work: Some(work), done: None, answer });
        self.queue.send(Task::Shared(job)).await.map_err(|_| gone())?;
        told.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Runs something between two commits, outside any transaction. Whoever writes meanwhile waits.
    pub(super) async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, told) = oneshot::channel();
        // An answer nobody waits for any more is dropped.
        let work =
            Box::new(move |connection: &Connection, workspace: &str| drop(answer.send(work(connection, workspace))));
        self.queue.send(Task::Alone(work)).await.map_err(|_| gone())?;
        told.await.unwrap_or_else(|_| Err(gone()))
    }
}

fn gone() -> StoreError {
    StoreError::Failed("the writer has stopped".into())
}

/// Writes a group and answers each of it.
fn commit(connection: &mut Connection, workspace: &str, group: &mut Vec<Box<dyn Job>>) {
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        let error = StoreError::from(error);
        return group.drain(..).for_each(|job| job.tell(Some(&error)));
    }
    let mut written = Vec::with_capacity(group.len());
    let mut jobs = group.drain(..);
    for mut job in jobs.by_ref() {
        match within_savepoint(connection, || job.write(connection, workspace)) {
            Ok(()) => written.push(job),
            Err(error) => {
                job.tell(Some(&error));
                // A full disk ends the whole transaction, not only the savepoint.
                if connection.is_autocommit() {
                    return written.into_iter().chain(jobs).for_each(|job| job.tell(Some(&error)));
                }
            }
        }
    }
    match connection.execute_batch("COMMIT") {
        Ok(()) => {
            for job in written {
                job.tell(None);
            }
        }
        Err(error) => {
            let error = StoreError::from(error);
            // There may be nothing left to roll back, and then there is nothing to mend.
            let _ = connection.execute_batch("ROLLBACK");
            for job in written {
                job.tell(Some(&error));
            }
        }
    }
}

/// Writes all of it or nothing.
fn within_savepoint(connection: &Connection, write: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
    let run = |sql| -> Result<(), StoreError> {
        Ok(connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map(drop)?)
    };
    run("SAVEPOINT one")?;
    let written = write();
    if written.is_err() && !connection.is_autocommit() {
        run("ROLLBACK TO one")?;
    }
    if !connection.is_autocommit() {
        run("RELEASE one")?;
    }
    written
}
