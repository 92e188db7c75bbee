//! The statements about what is told to whom.

use leadglass_scoring::Timestamp;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{EVENT, event, known, receivers};
use crate::store::{Claim, DeliveryState, Event, ReceiverState, Replay, Settled, StoreError, Tally};

/// A delivery that is due as soon as its event has happened.
pub(super) fn add(connection: &Connection, receiver: Uuid, event: &Event) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO delivery (event, receiver, state, tries, due_at_ms, changed_at_ms) \
         VALUES (?1, ?2, 'waiting', 0, ?3, ?3)",
    )?;
    statement.execute(params![event.id.as_bytes(), receiver.as_bytes(), event.at.as_millis()])?;
    Ok(())
}

pub(super) fn due(connection: &Connection, workspace: &str) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, throttled_until_ms, (SELECT MIN(due_at_ms) FROM delivery WHERE receiver = receiver.id \
         AND delivery.state = 'waiting') AS due_at_ms FROM receiver WHERE workspace = ? AND state = 'enabled'",
    )?;
    let mut rows = statement.query([workspace])?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(due) = row.get::<_, Option<i64>>("due_at_ms")? {
            let at = due.max(row.get("throttled_until_ms")?);
            waiting.push((Uuid::from_bytes(row.get("id")?), Timestamp::from_millis(at)));
        }
    }
    Ok(waiting)
}

pub(super) fn claim(
    connection: &Connection,
    workspace: &str,
    receiver: Uuid,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Claim>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT event FROM delivery JOIN receiver ON receiver.id = delivery.receiver WHERE workspace = ?1 \
         AND receiver = ?2 AND receiver.state = 'enabled' AND throttled_until_ms <= ?3 AND delivery.state = 'waiting' \
         AND due_at_ms <= ?3 ORDER BY due_at_ms, event LIMIT ?4",
    )?;
    let due = statement.query_map(params![workspace, receiver.as_bytes(), now.as_millis(), limit], |row| {
        row.get::<_, [u8; 16]>("event")
    })?;
    let due = due.collect::<Result<Vec<_>, _>>()?;
    let sql = format!(
        "SELECT {EVENT}, tries FROM delivery JOIN event ON event.id = delivery.event \
         WHERE delivery.event = ? AND receiver = ?"
    );
    let mut read = connection.prepare_cached(&sql)?;
    let mut take = connection.prepare_cached("UPDATE delivery SET due_at_ms = ? WHERE event = ? AND receiver = ?")?;
    let mut claims = Vec::with_capacity(due.len());
    for id in due {
        take.execute(params![until.as_millis(), id, receiver.as_bytes()])?;
        let mut rows = read.query(params![id, receiver.as_bytes()])?;
        if let Some(row) = rows.next()? {
            claims.push(Claim { receiver, event: event(row)?, tries: row.get("tries")?, until });
        }
    }
    Ok(claims)
}

pub(super) fn settle(
    connection: &Connection,
    event: Uuid,
    receiver: Uuid,
    until: Timestamp,
    settled: &Settled,
) -> Result<bool, StoreError> {
    // Its time to be tried is that of the claim for as long as nobody else claimed it.
    let mut statement = connection.prepare_cached(
        "UPDATE delivery SET state = ?, tries = tries + ?, due_at_ms = ?, fault = ?, changed_at_ms = ? \
         WHERE event = ? AND receiver = ? AND state = 'waiting' AND due_at_ms = ?",
    )?;
    let changed = statement.execute(params![
        settled.state.as_str(),
        u32::from(settled.is_try),
        settled.due_at.as_millis(),
        settled.fault,
        settled.at.as_millis(),
        event.as_bytes(),
        receiver.as_bytes(),
        until.as_millis(),
    ])?;
    if let Some(until) = settled.throttled_until {
        connection.execute(
            "UPDATE receiver SET throttled_until_ms = ?1 WHERE id = ?2 AND throttled_until_ms < ?1",
            params![until.as_millis(), receiver.as_bytes()],
        )?;
    }
    if settled.gone {
        connection.execute(
            "UPDATE receiver SET state = ? WHERE id = ? AND state = 'enabled'",
            params![ReceiverState::Gone.as_str(), receiver.as_bytes()],
        )?;
    }
    Ok(changed > 0)
}

pub(super) fn replay(connection: &Connection, workspace: &str, replay: &Replay) -> Result<u64, StoreError> {
    let receivers = receivers::all(connection, workspace)?;
    let Some(receiver) = receivers.into_iter().find(|receiver| receiver.id == replay.receiver) else {
        return Err(StoreError::Failed(format!("there is no receiver `{}`", replay.receiver)));
    };
    let sql = format!(
        "SELECT {EVENT}, delivery.state FROM event LEFT JOIN delivery ON delivery.event = event.id \
         AND receiver = ? WHERE workspace = ? AND at_ms >= ? AND at_ms < ?"
    );
    let mut statement = connection.prepare(&sql)?;
    let (from, to) = (replay.from.as_millis(), replay.to.as_millis());
    let mut rows = statement.query(params![receiver.id.as_bytes(), workspace, from, to])?;
    let mut again = connection.prepare(
        "INSERT INTO delivery (event, receiver, state, tries, due_at_ms, changed_at_ms) \
         VALUES (?1, ?2, 'waiting', 0, ?3, ?3) ON CONFLICT (event, receiver) DO UPDATE SET state = 'waiting', \
         tries = 0, due_at_ms = excluded.due_at_ms, changed_at_ms = excluded.changed_at_ms",
    )?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let state = row.get::<_, Option<String>>("state")?;
        let is_wanted = match state.map(|state| known(&state, DeliveryState::parse)).transpose()? {
            Some(DeliveryState::Dead) => true,
            // It will be told anyway.
            Some(DeliveryState::Waiting) => false,
            Some(DeliveryState::Delivered) => !replay.dead_only,
            None => !replay.dead_only && receiver.wants(&event(row)?),
        };
        if is_wanted {
            let id: [u8; 16] = row.get("id")?;
            again.execute(params![id, receiver.id.as_bytes(), replay.now.as_millis()])?;
            count += 1;
        }
    }
    Ok(count)
}

pub(super) fn prune(
    connection: &Connection,
    workspace: &str,
    before: Timestamp,
    limit: u32,
) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM delivery WHERE (event, receiver) IN (SELECT event, receiver FROM delivery \
         WHERE state = 'delivered' AND changed_at_ms < ? AND receiver IN (SELECT id FROM receiver WHERE workspace = ?) \
         ORDER BY changed_at_ms LIMIT ?)",
    )?;
    let gone = statement.execute(params![before.as_millis(), workspace, limit])?;
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

pub(super) fn tallies(connection: &Connection, workspace: &str) -> Result<Vec<Tally>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT receiver, delivery.state, COUNT(*) AS count FROM delivery JOIN receiver ON \
         receiver.id = delivery.receiver WHERE workspace = ? GROUP BY receiver, delivery.state \
         ORDER BY receiver, delivery.state",
    )?;
    let mut rows = statement.query([workspace])?;
    let mut tallies = Vec::new();
    while let Some(row) = rows.next()? {
        tallies.push(Tally {
            receiver: Uuid::from_bytes(row.get("receiver")?),
            state: known(&row.get::<_, String>("state")?, DeliveryState::parse)?,
            count: u64::try_from(row.get::<_, i64>("count")?).unwrap_or(0),
        });
    }
    Ok(tallies)
}
