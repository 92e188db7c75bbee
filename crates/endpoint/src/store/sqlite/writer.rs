//! The one thread that writes. It takes what waits, up to [`GROUP`] leads, into one transaction, each in a savepoint
//! of its own, and answers all of them when the shared commit is on disk.

use std::{sync::Arc, thread};

use leadglass_scoring::{FormDefinition, Timestamp};
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{StoreError, writing};
use crate::store::{Kept, NewLead};

/// Most jobs of one commit.
const GROUP: usize = 256;

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

enum Job {
    Lead(Box<NewLead>, Answer<Kept>),
    Form(Box<FormDefinition>, Timestamp, Answer<()>),
    Flush(Answer<()>),
}

/// What a job came to, told once the commit is done.
enum Told {
    Lead(Kept, Answer<Kept>),
    Nothing(Answer<()>),
}

pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
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
                group.push(first);
                while group.len() < GROUP
                    && let Ok(job) = jobs.try_recv()
                {
                    group.push(job);
                }
                commit(&mut connection, &workspace, &mut group);
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
    pub(super) async fn keep_lead(&self, lead: Box<NewLead>) -> Result<Kept, StoreError> {
        let (answer, told) = oneshot::channel();
        self.queue.try_send(Job::Lead(lead, answer)).map_err(|_| StoreError::Busy)?;
        told.await.unwrap_or_else(|_| Err(gone()))
    }

    pub(super) async fn keep_form(&self, definition: &FormDefinition, at: Timestamp) -> Result<(), StoreError> {
        let definition = Box::new(definition.clone());
        self.send(|answer| Job::Form(definition, at, answer)).await
    }

    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        self.send(Job::Flush).await
    }

    async fn send(&self, job: impl FnOnce(Answer<()>) -> Job) -> Result<(), StoreError> {
        let (answer, told) = oneshot::channel();
        self.queue.send(job(answer)).await.map_err(|_| gone())?;
        told.await.unwrap_or_else(|_| Err(gone()))
    }
}

fn gone() -> StoreError {
    StoreError::Failed("the writer has stopped".into())
}

/// Writes a group and answers each of it. An answer nobody waits for any more is dropped.
fn commit(connection: &mut Connection, workspace: &str, group: &mut Vec<Job>) {
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        let error = StoreError::from(error);
        return group.drain(..).for_each(|job| job.fail(&error));
    }
    let mut told = Vec::with_capacity(group.len());
    let mut jobs = group.drain(..);
    for job in jobs.by_ref() {
        match job.write(connection, workspace) {
            Ok(done) => told.push(done),
            Err((job, error)) => {
                job.fail(&error);
                // A full disk ends the whole transaction, not only the savepoint.
                if connection.is_autocommit() {
                    told.drain(..).for_each(|done| done.fail(&error));
                    return jobs.for_each(|job| job.fail(&error));
                }
            }
        }
    }
    match connection.execute_batch("COMMIT") {
        Ok(()) => told.into_iter().for_each(Told::tell),
        Err(error) => {
            let error = StoreError::from(error);
            // There may be nothing left to roll back, and then there is nothing to mend.
            let _ = connection.execute_batch("ROLLBACK");
            for done in told {
                done.fail(&error);
            }
        }
    }
}

impl Job {
    fn write(self, connection: &Connection, workspace: &str) -> Result<Told, (Self, StoreError)> {
        match self {
            Self::Lead(mut lead, answer) => match writing::lead(connection, workspace, &mut lead) {
                Ok(kept) => Ok(Told::Lead(kept, answer)),
                Err(error) => Err((Self::Lead(lead, answer), error)),
            },
            Self::Form(definition, at, answer) => match writing::form(connection, workspace, &definition, at) {
                Ok(()) => Ok(Told::Nothing(answer)),
                Err(error) => Err((Self::Form(definition, at, answer), error)),
            },
            Self::Flush(answer) => Ok(Told::Nothing(answer)),
        }
    }

    fn fail(self, error: &StoreError) {
        match self {
            Self::Lead(_, answer) => drop(answer.send(Err(error.clone()))),
            Self::Form(_, _, answer) | Self::Flush(answer) => drop(answer.send(Err(error.clone()))),
        }
    }
}

impl Told {
    fn tell(self) {
        match self {
            Self::Lead(kept, answer) => drop(answer.send(Ok(kept))),
            Self::Nothing(answer) => drop(answer.send(Ok(()))),
        }
    }

    fn fail(self, error: &StoreError) {
        match self {
            Self::Lead(_, answer) => drop(answer.send(Err(error.clone()))),
            Self::Nothing(answer) => drop(answer.send(Err(error.clone()))),
        }
    }
}
