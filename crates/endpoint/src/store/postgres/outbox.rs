//! Telling others.

mod deliveries;
mod receivers;

use async_trait::async_trait;
use deadpool_postgres::{GenericClient, Transaction};
use leadglass_scoring::{Decision, Timestamp};
use tokio_postgres::Row;
use uuid::Uuid;

pub(super) use self::receivers::to_tell;
use super::{Fault, Postgres};
use crate::store::{
    Claim, Event, EventKind, OutboxStore, Receiver, ReceiverState, Replay, Secret, Settled, StoreError, Tally,
};

/// Keeps events, and that each receiver who wants one is to be told. Part of whatever made them happen.
pub(super) async fn tell(transaction: &Transaction<'_>, workspace: &str, events: &[Event]) -> Result<(), Fault> {
    if events.is_empty() {
        return Ok(());
    }
    note(transaction, workspace, events).await?;
    deliver(transaction, &to_tell(transaction, workspace).await?, events).await
}

/// Keeps events.
pub(super) async fn note(transaction: &Transaction<'_>, workspace: &str, events: &[Event]) -> Result<(), Fault> {
    if events.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO event (workspace, id, kind, lead, form, decision, at_ms, detail) \
               SELECT $1, id, kind, lead, form, decision, at_ms, detail \
               FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::int8[], $8::text[]) \
               AS given (id, kind, lead, form, decision, at_ms, detail)";
    let statement = transaction.prepare_cached(sql).await?;
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    let leads: Vec<_> = events.iter().map(|event| event.lead).collect();
    let forms: Vec<_> = events.iter().map(|event| event.form.as_str()).collect();
    let decisions: Vec<_> = events.iter().map(|event| event.decision.as_str()).collect();
    let times: Vec<_> = events.iter().map(|event| event.at.as_millis()).collect();
    let details: Vec<_> = events.iter().map(|event| event.detail.as_deref()).collect();
    transaction.execute(&statement, &[&workspace, &ids, &kinds, &leads, &forms, &decisions, &times, &details]).await?;
    Ok(())
}

/// Keeps that each receiver who wants an event is to be told.
pub(super) async fn deliver(
    transaction: &Transaction<'_>,
    receivers: &[Receiver],
    events: &[Event],
) -> Result<(), Fault> {
    let wanted = receivers.iter().flat_map(|receiver| {
        let wanted = events.iter().filter(|event| receiver.wants(event));
        wanted.map(|event| (event, receiver.id))
    });
    deliveries::add(transaction, &wanted.collect::<Vec<_>>()).await
}

#[async_trait]
impl OutboxStore for Postgres {
    async fn add_receiver(&self, receiver: &Receiver, secret: &Secret) -> Result<(), StoreError> {
        self.writer()?;
        Ok(receivers::add(self, receiver, secret).await?)
    }

    async fn receivers(&self) -> Result<Vec<Receiver>, StoreError> {
        Ok(receivers::all(self).await?)
    }

    async fn secrets(&self, receiver: Uuid, at: Timestamp) -> Result<Vec<Secret>, StoreError> {
        Ok(receivers::secrets(self, receiver, at).await?)
    }

    async fn rotate_secret(
        &self,
        receiver: Uuid,
        secret: &Secret,
        at: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.writer()?;
        Ok(receivers::rotate(self, receiver, secret, at, until).await?)
    }

    async fn set_receiver(&self, receiver: Uuid, state: ReceiverState) -> Result<bool, StoreError> {
        let sql = "UPDATE receiver SET state = $3, throttled_until_ms = 0 WHERE workspace = $1 AND id = $2";
        Ok(self.change(sql, &[&&*self.workspace, &receiver, &state.as_str()]).await? > 0)
    }

    async fn remove_receiver(&self, receiver: Uuid) -> Result<bool, StoreError> {
        let sql = "DELETE FROM receiver WHERE workspace = $1 AND id = $2";
        Ok(self.change(sql, &[&&*self.workspace, &receiver]).await? > 0)
    }

    async fn due(&self) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
        Ok(deliveries::due(self).await?)
    }

    async fn claim(
        &self,
        receiver: Uuid,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        self.writer()?;
        Ok(deliveries::claim(self, receiver, now, until, limit).await?)
    }

    async fn settle(&self, claim: &Claim, settled: Settled) -> Result<bool, StoreError> {
        self.writer()?;
        Ok(deliveries::settle(self, claim, &settled).await?)
    }

    async fn replay(&self, replay: &Replay) -> Result<u64, StoreError> {
        Ok(deliveries::replay(self, replay).await?)
    }

    async fn prune(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let sql = "DELETE FROM delivery WHERE (event, receiver) IN (SELECT event, receiver FROM delivery \
                   WHERE state = 'delivered' AND changed_at_ms < $2 \
                   AND receiver IN (SELECT id FROM receiver WHERE workspace = $1) ORDER BY changed_at_ms LIMIT $3)";
        Ok(self.change(sql, &[&&*self.workspace, &before.as_millis(), &i64::from(limit)]).await?)
    }

    async fn tallies(&self) -> Result<Vec<Tally>, StoreError> {
        Ok(deliveries::tallies(self).await?)
    }

    async fn events(&self, lead: Uuid) -> Result<Vec<Event>, StoreError> {
        let of_lead = format!("SELECT {EVENT} FROM event WHERE workspace = $1 AND lead = $2");
        let sql = format!("{of_lead} AND id = $2 UNION ALL {of_lead} AND id <> lead ORDER BY at_ms, id");
        let rows = self.find(&sql, &[&&*self.workspace, &lead]).await?;
        Ok(rows.iter().map(event).collect::<Result<_, Fault>>()?)
    }
}

const EVENT: &str = "event.id, event.kind, event.lead, event.form, event.decision, event.at_ms, event.detail";

fn event(row: &Row) -> Result<Event, Fault> {
    Ok(Event {
        id: row.try_get("id")?,
        kind: known(row.try_get("kind")?, EventKind::parse)?,
        lead: row.try_get("lead")?,
        form: row.try_get("form")?,
        decision: known(row.try_get("decision")?, decision)?,
        at: Timestamp::from_millis(row.try_get("at_ms")?),
        detail: row.try_get("detail")?,
    })
}

pub(super) fn decision(name: &str) -> Option<Decision> {
    Decision::ALL.into_iter().find(|decision| decision.as_str() == name)
}

/// A word of a list of ours, as it was written before.
pub(super) fn known<T>(word: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Fault> {
    parse(word).ok_or_else(|| Fault::failed(format!("`{word}` is not a word we know")))
}

fn no_receiver(receiver: Uuid) -> Fault {
    Fault::failed(format!("there is no receiver `{receiver}`"))
}
