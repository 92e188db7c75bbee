//! Leads in `PostgreSQL`, or in a database that speaks its protocol. Endpoints may stand beside each other on one
//! database: whoever writes leads holds one row until its commit, so that of two equal keys, or of twins, one is first
//! wherever they arrive, and leads are numbered in the order of their commits.

mod address;
mod confirmation;
mod connection;
mod fault;
mod form;
mod judgement;
mod last_fault;
mod lead;
mod migrations;
mod outbox;
mod outcome;
mod person;
mod privacy;
mod quarantine;
mod seal;
#[cfg(test)]
mod tests;
mod token;
mod tracked_signal;
mod writer;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use deadpool_postgres::{GenericClient, Object, Pool};
use leadglass_scoring::encoding::DecodeError;
use tokio_postgres::{Row, types::ToSql};

pub use self::address::Address;
use self::{
    connection::Role,
    fault::Fault,
    writer::{Group, Writer},
};
use super::{Keys, Store, StoreError, seal::Seal};

/// How to reach a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it is.
    pub address: Address,
    /// A file of the authorities to trust with its name, in PEM; those of the system where there is none.
    pub authorities: Option<PathBuf>,
    /// The workspace.
    pub workspace: String,
    /// How long to wait for a row that another program holds, and for a database that is away.
    pub busy_timeout: Duration,
    /// Leads that may wait.
    pub queue_limit: usize,
    /// What people say is sealed under the first of these; none to keep it in plain.
    pub keys: Option<Arc<Keys>>,
}

/// An open database.
pub struct Postgres {
    workspace: Arc<str>,
    writer: Option<Writer>,
    pool: Pool,
    seal: Arc<Seal>,
}

impl Postgres {
    /// Connects, and brings its tables up to date. The connections belong to the runtime that this is called in.
    ///
    /// # Errors
    /// Where it can't be reached, is of a later version, would acknowledge what is not on disk, or is sealed under other
    /// keys.
    pub async fn open(options: &Options) -> Result<Self, StoreError> {
        let pool = connection::pool(options, Role::Any)?;
        migrations::migrate(&pool).await?;
        let writer = connection::pool(options, Role::Writer)?;
        let workspace: Arc<str> = options.workspace.as_str().into();
        let seal = Arc::new(Seal::new(options.keys.clone()));
        seal::prepare(&pool, &workspace, &seal).await?;
        let group = Group {
            pool: writer,
            workspace: Arc::clone(&workspace),
            seal: Arc::clone(&seal),
            patience: options.busy_timeout,
        };
        let writer = Writer::start(group, options.queue_limit);
        Ok(Self { workspace, writer: Some(writer), pool, seal })
    }

    /// Connects for reading alone.
    ///
    /// # Errors
    /// Where it can't be reached, is of another version, or is sealed under other keys.
    pub async fn open_reading(options: &Options) -> Result<Self, StoreError> {
        let pool = connection::pool(options, Role::Reader)?;
        migrations::check_version(&pool).await?;
        let seal = Seal::new(options.keys.clone());
        seal::check(&pool, &options.workspace, &seal).await?;
        Ok(Self { workspace: options.workspace.as_str().into(), writer: None, pool, seal: Arc::new(seal) })
    }

    fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or_else(|| StoreError::Failed("it is open for reading alone".into()))
    }

    /// A connection, for statements of its own or a transaction.
    async fn connection(&self) -> Result<Object, Fault> {
        Ok(self.pool.get().await?)
    }

    /// The rows of one statement.
    async fn find(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fault> {
        let client = self.connection().await?;
        let statement = client.prepare_cached(sql).await?;
        Ok(client.query(&statement, values).await?)
    }

    /// How many rows one statement changed, which is committed when this returns.
    async fn change(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64, Fault> {
        self.writer()?;
        let client = self.connection().await?;
        let statement = client.prepare_cached(sql).await?;
        Ok(client.execute(&statement, values).await?)
    }
}

#[async_trait]
impl Store for Postgres {
    async fn check(&self) -> Result<(), StoreError> {
        if self.writer.as_ref().is_some_and(Writer::is_full) {
            return Err(StoreError::Busy);
        }
        migrations::check_version(&self.pool).await
    }

    async fn flush(&self) -> Result<(), StoreError> {
        match &self.writer {
            Some(writer) => writer.flush().await,
            None => Ok(()),
        }
    }
}

fn undecodable(error: DecodeError) -> StoreError {
    StoreError::Failed(error.to_string())
}
