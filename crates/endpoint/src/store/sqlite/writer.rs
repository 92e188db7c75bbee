//! The one thread that writes. It takes what waits, up to [`GROUP`] leads and other jobs, into one transaction, and answers
//! all of them when the shared commit is on disk. What fails takes nothing else with it.

use std::{mem, sync::Arc, thread};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{StoreError, lead};
use crate::store::{Kept, lead::Row, seal::Seal};

/// Most leads and jobs of one commit.
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

/// A lead to keep, and who waits for it.
struct Lead {
    row: Box<Row>,
    answer: oneshot::Sender<Result<Kept, StoreError>>,
}

type Work = Box<dyn FnOnce(&Connection, &str) + Send>;

/// What waits for the writer.
enum Task {
    /// Shares a commit with others, as leads do.
    Shared(Box<dyn Job>),
    Lead(Lead),
    /// Is run between commits, while nothing else is written: what no transaction can hold.
    Alone(Work),
}

pub(super) struct Writer {
    queue: mpsc::Sender<Task>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        workspace: Arc<str>,
        seal: Arc<Seal>,
        queue_limit: usize,
    ) -> Result<Self, StoreError> {
        let (queue, mut jobs) = mpsc::channel(queue_limit.max(1));
        let write = move || {
            let mut group = Group { connection, workspace, seal, leads: Vec::with_capacity(GROUP), jobs: Vec::new() };
            while let Some(first) = jobs.blocking_recv() {
                let mut next = Some(first);
                let mut alone = None;
                while let Some(task) = next.take() {
                    match task {
                        Task::Shared(job) => group.jobs.push(job),
                        Task::Lead(lead) => group.leads.push(lead),
                        Task::Alone(work) => alone = Some(work),
                    }
                    if group.len() < GROUP && alone.is_none() {
                        next = jobs.try_recv().ok();
                    }
                }
                if group.len() > 0 {
                    group.commit();
                }
                if let Some(work) = alone {
                    work(&group.connection, &group.workspace);
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
    pub(super) async fn keep(&self, row: Row) -> Result<Kept, StoreError> {
        let (answer, told) = oneshot::channel();
        self.queue.try_send(Task::Lead(Lead { row: Box::new(row), answer })).map_err(|_| StoreError::Busy)?;
        told.await.unwrap_or_else(|_| Err(gone()))
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

/// What shares a commit, and what it is written with.
struct Group {
    connection: Connection,
    workspace: Arc<str>,
    seal: Arc<Seal>,
    leads: Vec<Lead>,
    jobs: Vec<Box<dyn Job>>,
}

impl Group {
    fn len(&self) -> usize {
        self.leads.len() + self.jobs.len()
    }

    /// Writes it and answers each of it. Nobody waits for two of one group, so leads may come before jobs.
    fn commit(&mut self) {
        let (leads, jobs) = (mem::take(&mut self.leads), mem::take(&mut self.jobs));
        let (mut kept, mut written) = (Vec::new(), Vec::with_capacity(jobs.len()));
        let mut waiting = jobs.into_iter();
        let committed = self.begin().and_then(|()| {
            kept = self.keep(&leads)?;
            for mut job in waiting.by_ref() {
                match self.within_savepoint(|| job.write(&self.connection, &self.workspace)) {
                    Ok(()) => written.push(job),
                    Err(error) => {
                        job.tell(Some(&error));
                        self.still_open(error)?;
                    }
                }
            }
            Ok(self.connection.execute_batch("COMMIT")?)
        });
        if committed.is_err() {
            // There may be nothing left to roll back, and then there is nothing to mend.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        let failed = committed.err();
        let mut kept = kept.into_iter();
        for Lead { answer, .. } in leads {
            let told = kept.next().unwrap_or_else(|| Err(gone()));
            drop(answer.send(failed.as_ref().map_or(told, |error| Err(error.clone()))));
        }
        written.into_iter().chain(waiting).for_each(|job| job.tell(failed.as_ref()));
    }

    fn begin(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Writes all in one piece, since a savepoint for each costs a quarter more; where one of them fails, again in pieces.
    fn keep(&self, leads: &[Lead]) -> Result<Vec<Result<Kept, StoreError>>, StoreError> {
        let write = |lead: &Lead| lead::write(&self.connection, &self.workspace, &self.seal, &lead.row);
        if let Ok(kept) = leads.iter().map(|lead| write(lead).map(Ok)).collect() {
            return Ok(kept);
        }
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        self.begin()?;
        let mut kept = Vec::with_capacity(leads.len());
        for lead in leads {
            let one = self.within_savepoint(|| write(lead));
            if let Err(error) = &one {
                self.still_open(error.clone())?;
            }
            kept.push(one);
        }
        Ok(kept)
    }

    /// A full disk ends the whole transaction, not only the savepoint.
    fn still_open(&self, error: StoreError) -> Result<(), StoreError> {
        if self.connection.is_autocommit() { Err(error) } else { Ok(()) }
    }

    /// Writes all of it or nothing.
    fn within_savepoint<T>(&self, write: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        let run = |sql| -> Result<(), StoreError> {
            Ok(self.connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map(drop)?)
        };
        run("SAVEPOINT one")?;
        let written = write();
        if written.is_err() && !self.connection.is_autocommit() {
            run("ROLLBACK TO one")?;
        }
        if !self.connection.is_autocommit() {
            run("RELEASE one")?;
        }
        written
    }
}
