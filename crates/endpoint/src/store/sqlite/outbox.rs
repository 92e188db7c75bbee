//! Telling others.

mod deliveries;
mod receivers;

use async_trait::async_trait;
use leadglass_scoring::{Decision, Timestamp};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::Sqlite;
use crate::store::{
    Claim, Event, EventKind, OutboxStore, Receiver, ReceiverState, Replay, Secret, Settled, StoreError, Tally,
};

/// Keeps an event, and that each receiver who wants it is to be told. Part of whatever made it happen.
pub(super) fn tell(connection: &Connection, workspace: &str, event: &Event) -> Result<(), StoreError> {
    note(connection, workspace, event)?;
    for receiver in receivers::all(connection, workspace)?.iter().filter(|receiver| receiver.wants(event)) {
        deliveries::add(connection, receiver.id, event)?;
    }
    Ok(())
}

/// Keeps an event that nobody is told of.
pub(super) fn note(connection: &Connection, workspace: &str, event: &Event) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO event (id, workspace, kind, lead, form, decision, at_ms, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    statement.execute(params![
        event.id.as_bytes(),
        workspace,
        event.kind.as_str(),
        event.lead.as_bytes(),
        event.form,
        event.decision.as_str(),
        event.at.as_millis(),
        event.detail,
    ])?;
    Ok(())
}

#[async_trait]
impl OutboxStore for Sqlite {
    async fn add_receiver(&self, receiver: &Receiver, secret: &Secret) -> Result<(), StoreError> {
        let (receiver, secret) = (receiver.clone(), secret.clone());
        self.write(move |connection, workspace| receivers::add(connection, workspace, &receiver, &secret)).await
    }

    async fn receivers(&self) -> Result<Vec<Receiver>, StoreError> {
        self.read(receivers::all).await
    }

    async fn secrets(&self, receiver: Uuid, at: Timestamp) -> Result<Vec<Secret>, StoreError> {
        self.read(move |connection, workspace| receivers::secrets(connection, workspace, receiver, at)).await
    }

    async fn rotate_secret(
        &self,
        receiver: Uuid,
        secret: &Secret,
        at: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let secret = secret.clone();
        self.write(move |connection, workspace| receivers::rotate(connection, workspace, receiver, &secret, at, until))
            .await
    }

    async fn set_receiver(&self, receiver: Uuid, state: ReceiverState) -> Result<bool, StoreError> {
        self.write(move |connection, workspace| receivers::set(connection, workspace, receiver, state)).await
    }

    async fn remove_receiver(&self, receiver: Uuid) -> Result<bool, StoreError> {
        self.write(move |connection, workspace| receivers::remove(connection, workspace, receiver)).await
    }

    async fn due(&self) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
        self.read(deliveries::due).await
    }

    async fn claim(
        &self,
        receiver: Uuid,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        self.write(move |connection, workspace| deliveries::claim(connection, workspace, receiver, now, until, limit))
            .await
    }

    async fn settle(&self, claim: &Claim, settled: Settled) -> Result<bool, StoreError> {
        let (event, receiver, until) = (claim.event.id, claim.receiver, claim.until);
        self.write(move |connection, _| deliveries::settle(connection, event, receiver, until, &settled)).await
    }

    async fn replay(&self, replay: &Replay) -> Result<u64, StoreError> {
        let replay = replay.clone();
        self.write(move |connection, workspace| deliveries::replay(connection, workspace, &replay)).await
    }

    async fn prune(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.write(move |connection, workspace| deliveries::prune(connection, workspace, before, limit)).await
    }

    async fn tallies(&self) -> Result<Vec<Tally>, StoreError> {
        self.read(deliveries::tallies).await
    }

    async fn events(&self, lead: Uuid) -> Result<Vec<Event>, StoreError> {
        self.read(move |connection, workspace| {
            let of_lead = format!("SELECT {EVENT} FROM event WHERE workspace = ?1 AND lead = ?2");
            let sql = format!("{of_lead} AND id = ?2 UNION ALL {of_lead} AND id <> lead ORDER BY at_ms, id");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![workspace, lead.as_bytes()])?;
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                events.push(event(row)?);
            }
            Ok(events)
        })
        .await
    }
}

const EVENT: &str = "event.id, event.kind, event.lead, event.form, event.decision, event.at_ms, event.detail";

fn event(row: &Row<'_>) -> Result<Event, StoreError> {
    Ok(Event {
        id: Uuid::from_bytes(row.get("id")?),
        kind: known(&row.get::<_, String>("kind")?, EventKind::parse)?,
        lead: Uuid::from_bytes(row.get("lead")?),
        form: row.get("form")?,
        decision: known(&row.get::<_, String>("decision")?, decision)?,
        at: Timestamp::from_millis(row.get("at_ms")?),
        detail: row.get("detail")?,
    })
}

pub(super) fn decision(name: &str) -> Option<Decision> {
    Decision::ALL.into_iter().find(|decision| decision.as_str() == name)
}

/// A word of a list of ours, as it was written before.
pub(super) fn known<T>(word: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(word).ok_or_else(|| StoreError::Failed(format!("`{word}` is not a word we know")))
}
