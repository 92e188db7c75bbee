//! Doubtful leads.

use async_trait::async_trait;
use deadpool_postgres::GenericClient;
use tokio_postgres::{IsolationLevel, types::ToSql};

use super::{Fault, Postgres, lead};
use crate::store::{Discard, KeptLead, QuarantineStore, StoreError, seal::Seal};

#[async_trait]
impl QuarantineStore for Postgres {
    async fn held(&self, form: Option<&str>, after: u64, limit: u32) -> Result<Vec<KeptLead>, StoreError> {
        Ok(lead::held(self, form, after, limit).await?)
    }

    async fn held_bytes(&self) -> Result<u64, StoreError> {
        Ok(self.sum_of_held().await?)
    }

    async fn discard(&self, which: Discard) -> Result<u64, StoreError> {
        self.writer()?;
        Ok(self.throw_away(&which).await?)
    }

    async fn known_secret(&self, name: &str) -> Result<Option<[u8; 32]>, StoreError> {
        let sql = "SELECT value FROM secret WHERE workspace = $1 AND name = $2";
        let rows = self.find(sql, &[&&*self.workspace, &name]).await?;
        let kept =
            rows.first().map(|row| Ok::<_, Fault>(self.seal.open_secret(&self.workspace, name, row.try_get(0)?)?));
        Ok(kept.transpose()?)
    }

    async fn secret(&self, name: &str, fresh: [u8; 32]) -> Result<[u8; 32], StoreError> {
        self.writer()?;
        let client = self.connection().await?;
        Ok(keep_secret(&client, &self.workspace, &self.seal, name, fresh).await?)
    }
}

impl Postgres {
    async fn sum_of_held(&self) -> Result<u64, Fault> {
        let sql = "SELECT coalesce(sum(held_bytes), 0)::int8 FROM lead WHERE workspace = $1 AND held_bytes IS NOT NULL";
        let client = self.connection().await?;
        let statement = client.prepare_cached(sql).await?;
        let bytes: i64 = client.query_one(&statement, &[&&*self.workspace]).await?.try_get(0)?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    async fn throw_away(&self, which: &Discard) -> Result<u64, Fault> {
        let mut client = self.connection().await?;
        let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
        let (condition, value): (_, &(dyn ToSql + Sync)) = match which {
            Discard::Before(before) => ("received_at_ms < $2", &before.as_millis()),
            Discard::These(ids) => ("id = ANY ($2)", ids),
        };
        let held = "SELECT number FROM lead WHERE workspace = $1 AND held_bytes IS NOT NULL";
        let sql = format!("{held} AND {condition} ORDER BY number FOR UPDATE");
        let gone = transaction.query(&sql, &[&&*self.workspace, value]).await?;
        let numbers = gone.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<Vec<i64>, Fault>>()?;
        lead::delete(&transaction, &numbers).await?;
        transaction.commit().await?;
        Ok(u64::try_from(gone.len()).unwrap_or(u64::MAX))
    }
}

pub(super) async fn keep_secret(
    client: &impl GenericClient,
    workspace: &str,
    seal: &Seal,
    name: &str,
    fresh: [u8; 32],
) -> Result<[u8; 32], Fault> {
    let sealed = seal.seal_secret(workspace, name, &fresh)?;
    let sql =
        "INSERT INTO secret (workspace, name, value) VALUES ($1, $2, $3) ON CONFLICT (workspace, name) DO NOTHING";
    client.execute(sql, &[&workspace, &name, &sealed]).await?;
    let sql = "SELECT value FROM secret WHERE workspace = $1 AND name = $2";
    let kept = client.query_one(sql, &[&workspace, &name]).await?.try_get(0)?;
    Ok(seal.open_secret(workspace, name, kept)?)
}
