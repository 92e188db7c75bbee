//! What was wrong last.

use async_trait::async_trait;
use leadglass_scoring::Timestamp;
use uuid::Uuid;

use super::Sqlite;
use crate::store::{FaultStore, LastFault, StoreError};

#[async_trait]
impl FaultStore for Sqlite {
    async fn last_faults(&self) -> Result<Vec<LastFault>, StoreError> {
        self.read(|connection, workspace| {
            // Of a group with `max`, SQLite gives the other columns from the row that has it.
            let mut statement = connection.prepare_cached(
                "SELECT receiver, fault, max(changed_at_ms) FROM delivery JOIN receiver ON receiver.id = delivery.receiver \
                 WHERE workspace = ? AND fault IS NOT NULL AND delivery.state <> 'delivered' GROUP BY receiver",
            )?;
            let faults = statement.query_map([workspace], |row| {
                let at = Timestamp::from_millis(row.get(2)?);
                Ok(LastFault { receiver: Uuid::from_bytes(row.get(0)?), fault: row.get(1)?, at })
            });
            Ok(faults?.collect::<Result<_, _>>()?)
        })
        .await
    }
}
