//! Doubtful leads.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Sqlite, lead};
use crate::store::{Discard, KeptLead, QuarantineStore, StoreError, seal::Seal};

#[async_trait]
impl QuarantineStore for Sqlite {
    async fn held(&self, form: Option<&str>, after: u64, limit: u32) -> Result<Vec<KeptLead>, StoreError> {
        let form = form.map(str::to_owned);
        self.read_sealed(move |connection, workspace, seal| {
            lead::held(connection, workspace, seal, form.as_deref(), after, limit)
        })
        .await
    }

    async fn held_bytes(&self) -> Result<u64, StoreError> {
        self.read(held_bytes).await
    }

    async fn discard(&self, which: Discard) -> Result<u64, StoreError> {
        self.write(move |connection, workspace| discard(connection, workspace, &which)).await
    }

    async fn known_secret(&self, name: &str) -> Result<Option<[u8; 32]>, StoreError> {
        let name = name.to_owned();
        self.read_sealed(move |connection, workspace, seal| known_secret(connection, workspace, seal, &name)).await
    }

    async fn secret(&self, name: &str, fresh: [u8; 32]) -> Result<[u8; 32], StoreError> {
        let name = name.to_owned();
        let seal = Arc::clone(&self.seal);
        self.write(move |connection, workspace| secret(connection, workspace, &seal, &name, fresh)).await
    }
}

fn held_bytes(connection: &Connection, workspace: &str) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(sum(held_bytes), 0) FROM lead WHERE workspace = ? AND held_bytes IS NOT NULL",
    )?;
    let bytes: i64 = statement.query_row([workspace], |row| row.get(0))?;
    Ok(u64::try_from(bytes).unwrap_or(0))
}

fn discard(connection: &Connection, workspace: &str, which: &Discard) -> Result<u64, StoreError> {
    const HELD: &str = "DELETE FROM lead WHERE workspace = ? AND held_bytes IS NOT NULL";
    let gone = match which {
        Discard::Before(before) => {
            let mut statement = connection.prepare_cached(&format!("{HELD} AND received_at_ms < ?"))?;
            statement.execute(params![workspace, before.as_millis()])?
        }
        Discard::These(ids) => {
            let mut statement = connection.prepare_cached(&format!("{HELD} AND id = ?"))?;
            let each = ids.iter().map(|id| Ok(statement.execute(params![workspace, id.as_bytes()])?));
            each.sum::<Result<usize, StoreError>>()?
        }
    };
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

pub(super) fn known_secret(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    name: &str,
) -> Result<Option<[u8; 32]>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM secret WHERE workspace = ? AND name = ?")?;
    let kept = statement.query_row(params![workspace, name], |row| row.get(0)).optional()?;
    Ok(kept.map(|kept| seal.open_secret(workspace, name, kept)).transpose()?)
}

pub(super) fn secret(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    name: &str,
    fresh: [u8; 32],
) -> Result<[u8; 32], StoreError> {
    let mut statement = connection
        .prepare_cached("INSERT INTO secret (workspace, name, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")?;
    statement.execute(params![workspace, name, seal.seal_secret(workspace, name, &fresh)?])?;
    known_secret(connection, workspace, seal, name)?
        .ok_or_else(|| StoreError::Failed(format!("the secret `{name}` was not kept")))
}
