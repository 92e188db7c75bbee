//! Writes leads. What waits is taken together, up to [`GROUP`] leads, into one transaction, and each is answered after
//! its commit. A group whose connection is lost is written again over a new one: leads that were kept after all are
//! found by their keys.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::Pool;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep},
};

use super::{Fault, lead::write_group};
use crate::store::{Kept, StoreError, lead::Row, seal::Seal};

/// Most leads of one commit.
const GROUP: usize = 256;

/// How long to wait before another try, at first and at most.
const PAUSES: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(500)];

enum Job {
    Lead(Box<Row>, oneshot::Sender<Result<Kept, StoreError>>),
    Flush(oneshot::Sender<()>),
}

pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
}

impl Writer {
    pub(super) fn start(group: Group, queue_limit: usize) -> Self {
        let (queue, jobs) = mpsc::channel(queue_limit.max(1));
        tokio::spawn(group.run(jobs));
        Self { queue }
    }

    pub(super) fn is_full(&self) -> bool {
        self.queue.capacity() == 0
    }

    /// Refuses at once when the queue is full: whoever waits for the disk must not fill the memory.
    pub(super) async fn keep(&self, row: Box<Row>) -> Result<Kept, StoreError> {
        let (answer, told) = oneshot::channel();
        self.queue.try_send(Job::Lead(row, answer)).map_err(|_| StoreError::Busy)?;
        told.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Returns when what came before is written.
    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        let (answer, told) = oneshot::channel();
        self.queue.send(Job::Flush(answer)).await.map_err(|_| gone())?;
        told.await.map_err(|_| gone())
    }
}

fn gone() -> StoreError {
    StoreError::Failed("the writer has stopped".into())
}

/// What the writer writes with.
pub(super) struct Group {
    pub(super) pool: Pool,
    pub(super) workspace: Arc<str>,
    pub(super) seal: Arc<Seal>,
    /// How long it waits for a database that is away.
    pub(super) patience: Duration,
}

impl Group {
    async fn run(self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = Vec::with_capacity(GROUP);
        while jobs.recv_many(&mut waiting, GROUP).await > 0 {
            let (mut rows, mut answers, mut flushed) = (Vec::new(), Vec::new(), Vec::new());
            for job in waiting.drain(..) {
                match job {
                    Job::Lead(row, answer) => {
                        rows.push(row);
                        answers.push(answer);
                    }
                    Job::Flush(answer) => flushed.push(answer),
                }
            }
            let told = self.write(&rows).await;
            // An answer nobody waits for any more is dropped.
            answers.into_iter().zip(told).for_each(|(answer, told)| drop(answer.send(told)));
            for answer in flushed {
                let _ = answer.send(());
            }
        }
    }

    async fn write(&self, rows: &[Box<Row>]) -> Vec<Result<Kept, StoreError>> {
        match self.try_write(rows).await {
            Ok(told) => told,
            Err(fault) if fault.of_the_data && rows.len() > 1 => {
                // One of them is at fault; the others must not suffer for it.
                let mut told = Vec::with_capacity(rows.len());
                for row in rows {
                    let alone = self.try_write(std::slice::from_ref(row)).await;
                    told.push(alone.map_err(StoreError::from).and_then(|mut told| told.pop().ok_or_else(gone)?));
                }
                told
            }
            Err(fault) => vec![Err(fault.error); rows.len()],
        }
    }

    /// Tries until it is written, or until it has waited long enough for a database that is away.
    async fn try_write(&self, rows: &[Box<Row>]) -> Result<Vec<Result<Kept, StoreError>>, Fault> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let deadline = Instant::now() + self.patience;
        let [mut pause, longest] = PAUSES;
        loop {
            match write_group(&self.pool, &self.workspace, &self.seal, rows).await {
                Err(fault) if fault.try_again && Instant::now() + pause < deadline => {
                    tracing::warn!(error = %fault.error, "leads could not be written; another try follows");
                    sleep(pause).await;
                    pause = longest.min(pause * 2);
                }
                told => return told,
            }
        }
    }
}
