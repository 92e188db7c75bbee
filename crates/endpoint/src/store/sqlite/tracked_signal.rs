//! Later signals.

use async_trait::async_trait;
use leadglass_scoring::{Signal, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::Sqlite;
use crate::store::{NewSignal, StoreError, TRACKED_LIMIT, Tracked, TrackedSignalStore};

#[async_trait]
impl TrackedSignalStore for Sqlite {
    async fn track(&self, lead: Uuid, signals: Vec<NewSignal>, at: Timestamp) -> Result<Option<Tracked>, StoreError> {
        self.try_write(move |connection, workspace| track(connection, workspace, lead, &signals, at)).await
    }
}

fn track(
    connection: &Connection,
    workspace: &str,
    lead: Uuid,
    signals: &[NewSignal],
    at: Timestamp,
) -> Result<Option<Tracked>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT number FROM lead WHERE workspace = ? AND id = ?")?;
    let number = statement.query_row(params![workspace, lead.as_bytes()], |row| row.get::<_, i64>(0)).optional()?;
    let Some(number) = number else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "INSERT INTO tracked_signal (lead, id, name, at_ms, received_at_ms) SELECT ?1, ?2, ?3, ?4, ?5 \
         WHERE (SELECT count(*) FROM tracked_signal WHERE lead = ?1) < ?6 ON CONFLICT DO NOTHING",
    )?;
    let mut new = 0;
    for NewSignal { id, signal } in signals {
        let (seen, received) = (signal.at.as_millis(), at.as_millis());
        new += statement.execute(params![number, id.as_bytes(), signal.name, seen, received, TRACKED_LIMIT])?;
    }
    let mut statement =
        connection.prepare_cached("SELECT name, at_ms FROM tracked_signal WHERE lead = ? ORDER BY at_ms, id")?;
    let signal = |row: &rusqlite::Row<'_>| Ok(Signal { name: row.get(0)?, at: Timestamp::from_millis(row.get(1)?) });
    let signals = statement.query_map([number], signal)?.collect::<Result<_, _>>()?;
    Ok(Some(Tracked { signals, any_new: new > 0 }))
}
