//! The statements about what is told to whom.

use deadpool_postgres::{GenericClient, Transaction};
use leadglass_scoring::{Decision, Timestamp};
use tokio_postgres::{Row, types::ToSql};
use uuid::Uuid;

use super::{EVENT, Fault, Postgres, event, known, no_receiver, receivers};
use crate::store::{Claim, DeliveryState, Event, EventKind, ReceiverState, Replay, Settled, Tally, Template};

/// Deliveries that are due as soon as their events have happened.
pub(super) async fn add(transaction: &Transaction<'_>, wanted: &[(&Event, Uuid)]) -> Result<(), Fault> {
    if wanted.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO delivery (event, receiver, state, tries, due_at_ms, changed_at_ms) \
               SELECT event, receiver, 'waiting', 0, at_ms, at_ms FROM unnest($1::uuid[], $2::uuid[], $3::int8[]) \
               AS given (event, receiver, at_ms)";
    let statement = transaction.prepare_cached(sql).await?;
    let events: Vec<_> = wanted.iter().map(|(event, _)| event.id).collect();
    let receivers: Vec<_> = wanted.iter().map(|(_, receiver)| *receiver).collect();
    let times: Vec<_> = wanted.iter().map(|(event, _)| event.at.as_millis()).collect();
    transaction.execute(&statement, &[&events, &receivers, &times]).await?;
    Ok(())
}

pub(super) async fn due(store: &Postgres) -> Result<Vec<(Uuid, Timestamp)>, Fault> {
    let sql = "SELECT id, greatest(throttled_until_ms, due_at_ms) AS at_ms FROM receiver CROSS JOIN LATERAL \
               (SELECT due_at_ms FROM delivery WHERE receiver = receiver.id AND delivery.state = 'waiting' \
               ORDER BY due_at_ms LIMIT 1) AS first WHERE workspace = $1 AND state = 'enabled' ORDER BY id";
    let rows = store.find(sql, &[&&*store.workspace]).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, Timestamp::from_millis(row.try_get("at_ms")?)))).collect()
}

pub(super) async fn claim(
    store: &Postgres,
    receiver: Uuid,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Claim>, Fault> {
    // What another claims at this moment is skipped, not waited for.
    let sql = format!(
        "WITH due AS (SELECT event FROM delivery JOIN receiver ON receiver.id = delivery.receiver \
         WHERE workspace = $1 AND receiver = $2 AND receiver.state = 'enabled' AND throttled_until_ms <= $3 \
         AND delivery.state = 'waiting' AND due_at_ms <= $3 ORDER BY due_at_ms, event LIMIT $5 \
         FOR UPDATE OF delivery SKIP LOCKED), \
         taken AS (UPDATE delivery SET due_at_ms = $4 FROM due WHERE delivery.event = due.event AND receiver = $2 \
         RETURNING delivery.event, tries) \
         SELECT {EVENT}, tries FROM taken JOIN event ON event.id = taken.event ORDER BY at_ms, event.id"
    );
    let mut client = store.connection().await?;
    let transaction = client.transaction().await?;
    let statement = transaction.prepare_cached(&sql).await?;
    let (now, until_ms) = (now.as_millis(), until.as_millis());
    let rows =
        transaction.query(&statement, &[&&*store.workspace, &receiver, &now, &until_ms, &i64::from(limit)]).await?;
    let claim = |row: &Row| {
        let tries = u32::try_from(row.try_get::<_, i64>("tries")?).unwrap_or(u32::MAX);
        Ok(Claim { receiver, event: event(row)?, tries, until })
    };
    let claims = rows.iter().map(claim).collect::<Result<_, Fault>>()?;
    transaction.commit().await?;
    Ok(claims)
}

pub(super) async fn settle(store: &Postgres, claim: &Claim, settled: &Settled) -> Result<bool, Fault> {
    let mut client = store.connection().await?;
    let transaction = client.transaction().await?;
    // Its time to be tried is that of the claim for as long as nobody else claimed it.
    let sql = "UPDATE delivery SET state = $4, tries = tries + $5, due_at_ms = $6, fault = $7, changed_at_ms = $8 \
               WHERE event = $1 AND receiver = $2 AND state = 'waiting' AND due_at_ms = $3";
    let statement = transaction.prepare_cached(sql).await?;
    let values: [&(dyn ToSql + Sync); 8] = [
        &claim.event.id,
        &claim.receiver,
        &claim.until.as_millis(),
        &settled.state.as_str(),
        &i64::from(settled.is_try),
        &settled.due_at.as_millis(),
        &settled.fault,
        &settled.at.as_millis(),
    ];
    let changed = transaction.execute(&statement, &values).await?;
    if let Some(until) = settled.throttled_until {
        let sql = "UPDATE receiver SET throttled_until_ms = $2 WHERE id = $1 AND throttled_until_ms < $2";
        transaction.execute(sql, &[&claim.receiver, &until.as_millis()]).await?;
    }
    if settled.gone {
        let sql = "UPDATE receiver SET state = $2 WHERE id = $1 AND state = 'enabled'";
        transaction.execute(sql, &[&claim.receiver, &ReceiverState::Gone.as_str()]).await?;
    }
    transaction.commit().await?;
    Ok(changed > 0)
}

pub(super) async fn replay(store: &Postgres, replay: &Replay) -> Result<u64, Fault> {
    let receivers = receivers::all(store).await?;
    let found = receivers.into_iter().find(|receiver| receiver.id == replay.receiver);
    let receiver = found.ok_or_else(|| no_receiver(replay.receiver))?;
    let is_enabled = receiver.state == ReceiverState::Enabled;
    // Each only if it is not empty.
    let kinds: Vec<_> = receiver.events.iter().copied().map(EventKind::as_str).collect();
    let decisions: Vec<_> = receiver.decisions.iter().copied().map(Decision::as_str).collect();
    let [kinds, decisions] = [kinds, decisions].map(|list| (!list.is_empty()).then_some(list));
    let forms = (!receiver.forms.is_empty()).then_some(receiver.forms);
    // What waits will be told anyway.
    let sql = "INSERT INTO delivery (event, receiver, state, tries, due_at_ms, changed_at_ms) \
               SELECT event.id, $2, 'waiting', 0, $5, $5 FROM event \
               LEFT JOIN delivery ON delivery.event = event.id AND receiver = $2 \
               WHERE workspace = $1 AND at_ms >= $3 AND at_ms < $4 AND (state = 'dead' OR (NOT $6 AND \
               (state = 'delivered' OR (state IS NULL AND $7 AND (kind = 'lead.confirmation_asked') = $11 AND (kind = 'lead.erased' OR $8::text[] IS NULL OR kind = ANY ($8)) \
               AND ($9::text[] IS NULL OR form = ANY ($9)) AND (kind = 'lead.erased' OR $10::text[] IS NULL OR decision = ANY ($10)))))) \
               ON CONFLICT (event, receiver) DO UPDATE SET state = 'waiting', tries = 0, \
               due_at_ms = excluded.due_at_ms, changed_at_ms = excluded.changed_at_ms";
    let is_for_senders = receiver.template == Template::Confirm;
    let values: [&(dyn ToSql + Sync); 11] = [
        &&*store.workspace,
        &receiver.id,
        &replay.from.as_millis(),
        &replay.to.as_millis(),
        &replay.now.as_millis(),
        &replay.dead_only,
        &is_enabled,
        &kinds,
        &forms,
        &decisions,
        &is_for_senders,
    ];
    store.change(sql, &values).await
}

pub(super) async fn tallies(store: &Postgres) -> Result<Vec<Tally>, Fault> {
    let sql = "SELECT receiver, delivery.state, count(*) AS count FROM delivery \
               JOIN receiver ON receiver.id = delivery.receiver WHERE workspace = $1 \
               GROUP BY receiver, delivery.state ORDER BY receiver, delivery.state";
    let tally = |row: &Row| {
        Ok(Tally {
            receiver: row.try_get("receiver")?,
            state: known(row.try_get("state")?, DeliveryState::parse)?,
            count: u64::try_from(row.try_get::<_, i64>("count")?).unwrap_or(0),
        })
    };
    store.find(sql, &[&&*store.workspace]).await?.iter().map(tally).collect()
}
