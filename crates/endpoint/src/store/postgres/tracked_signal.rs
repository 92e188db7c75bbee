//! Later signals.

use async_trait::async_trait;
use deadpool_postgres::GenericClient;
use leadglass_scoring::{Signal, Timestamp};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Fault, Postgres};
use crate::store::{NewSignal, StoreError, TRACKED_LIMIT, Tracked, TrackedSignalStore};

#[async_trait]
impl TrackedSignalStore for Postgres {
    async fn track(&self, lead: Uuid, signals: Vec<NewSignal>, at: Timestamp) -> Result<Option<Tracked>, StoreError> {
        self.writer()?;
        Ok(self.keep_signals(lead, &signals, at).await?)
    }
}

impl Postgres {
    async fn keep_signals(&self, lead: Uuid, signals: &[NewSignal], at: Timestamp) -> Result<Option<Tracked>, Fault> {
        let mut client = self.connection().await?;
        let transaction = client.transaction().await?;
        // The row is held: nobody counts its signals meanwhile, or judges it by fewer than there are.
        let sql = "SELECT number FROM lead WHERE workspace = $1 AND id = $2 FOR UPDATE";
        let statement = transaction.prepare_cached(sql).await?;
        let Some(row) = transaction.query_opt(&statement, &[&&*self.workspace, &lead]).await? else { return Ok(None) };
        let number: i64 = row.try_get(0)?;
        let sql = "INSERT INTO tracked_signal (lead, id, name, at_ms, received_at_ms) SELECT $1::int8, $2::uuid, \
                   $3::text, $4::int8, $5::int8 WHERE (SELECT count(*) FROM tracked_signal WHERE lead = $1) < $6 \
                   ON CONFLICT (lead, id) DO NOTHING";
        let statement = transaction.prepare_cached(sql).await?;
        let mut new = 0;
        for NewSignal { id, signal } in signals {
            let (seen, received) = (signal.at.as_millis(), at.as_millis());
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
                [&number, id, &signal.name, &seen, &received, &i64::from(TRACKED_LIMIT)];
            new += transaction.execute(&statement, &values).await?;
        }
        let sql = "SELECT name, at_ms FROM tracked_signal WHERE lead = $1 ORDER BY at_ms, id";
        let statement = transaction.prepare_cached(sql).await?;
        let rows = transaction.query(&statement, &[&number]).await?;
        let signals = rows.iter().map(signal).collect::<Result<_, _>>()?;
        transaction.commit().await?;
        Ok(Some(Tracked { signals, any_new: new > 0 }))
    }
}

fn signal(row: &Row) -> Result<Signal, Fault> {
    Ok(Signal { name: row.try_get("name")?, at: Timestamp::from_millis(row.try_get("at_ms")?) })
}
