//! What was wrong last.

use async_trait::async_trait;
use leadglass_scoring::Timestamp;

use super::{Fault, Postgres};
use crate::store::{FaultStore, LastFault, StoreError};

#[async_trait]
impl FaultStore for Postgres {
    async fn last_faults(&self) -> Result<Vec<LastFault>, StoreError> {
        let sql = "SELECT receiver, fault, changed_at_ms FROM (SELECT delivery.*, row_number() OVER \
                   (PARTITION BY receiver ORDER BY changed_at_ms DESC) AS place FROM delivery \
                   JOIN receiver ON receiver.id = delivery.receiver WHERE workspace = $1 AND fault IS NOT NULL \
                   AND delivery.state <> 'delivered') AS faults WHERE place = 1 ORDER BY receiver";
        let rows = self.find(sql, &[&&*self.workspace]).await?;
        let fault = |row: &tokio_postgres::Row| -> Result<LastFault, Fault> {
            let at = Timestamp::from_millis(row.try_get(2)?);
            Ok(LastFault { receiver: row.try_get(0)?, fault: row.try_get(1)?, at })
        };
        Ok(rows.iter().map(fault).collect::<Result<_, _>>()?)
    }
}
