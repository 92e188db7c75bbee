//! Who confirmed their address.

use async_trait::async_trait;
use deadpool_postgres::{GenericClient, Transaction};
use leadglass_scoring::Timestamp;
use uuid::Uuid;

use super::{Fault, Postgres, fault::again_if_undone, outbox};
use crate::store::{
    ASKED_A_DAY, Asked, Confirm, ConfirmationStore, Confirmed, Event, StoreError,
    confirmation::{DAY_MS, ToAsk},
};

#[async_trait]
impl ConfirmationStore for Postgres {
    async fn confirmation(&self, lead: Uuid) -> Result<Option<Asked>, StoreError> {
        let sql = "SELECT asked_at_ms, confirmed_at_ms FROM confirmation JOIN lead ON lead.number = confirmation.lead \
                   WHERE lead.workspace = $1 AND id = $2";
        let rows = self.find(sql, &[&&*self.workspace, &lead]).await?;
        let asked = rows.first().map(|row| -> Result<Asked, Fault> {
            let confirmed_at = row.try_get::<_, Option<i64>>(1)?.map(Timestamp::from_millis);
            Ok(Asked { asked_at: Timestamp::from_millis(row.try_get(0)?), confirmed_at })
        });
        Ok(asked.transpose()?)
    }

    async fn confirm(&self, confirm: &Confirm) -> Result<Option<Confirmed>, StoreError> {
        self.writer()?;
        Ok(again_if_undone!(self.keep_confirmation(confirm))?)
    }
}

impl Postgres {
    async fn keep_confirmation(&self, confirm: &Confirm) -> Result<Option<Confirmed>, Fault> {
        let mut client = self.connection().await?;
        let transaction = client.transaction().await?;
        // The row is held: of two who confirm at once one is first. So is the lead, from whoever would erase it meanwhile.
        let sql = "SELECT number, confirmed_at_ms, form, decision FROM confirmation \
                   JOIN lead ON lead.number = confirmation.lead WHERE lead.workspace = $1 AND id = $2 \
                   FOR UPDATE OF confirmation FOR KEY SHARE OF lead";
        let statement = transaction.prepare_cached(sql).await?;
        let Some(row) = transaction.query_opt(&statement, &[&&*self.workspace, &confirm.lead]).await? else {
            return Ok(None);
        };
        if let Some(at) = row.try_get::<_, Option<i64>>(1)? {
            return Ok(Some(Confirmed::Before(Timestamp::from_millis(at))));
        }
        let number: i64 = row.try_get(0)?;
        let sql = "UPDATE confirmation SET confirmed_at_ms = $1 WHERE lead = $2";
        let statement = transaction.prepare_cached(sql).await?;
        transaction.execute(&statement, &[&confirm.at.as_millis(), &number]).await?;
        let sql = "INSERT INTO person_key (lead, key) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let statement = transaction.prepare_cached(sql).await?;
        transaction.execute(&statement, &[&number, &confirm.key.as_slice()]).await?;
        let decision = outbox::known(row.try_get("decision")?, outbox::decision)?;
        let event = confirm.came(row.try_get("form")?, decision);
        outbox::tell(&transaction, &self.workspace, &[event]).await?;
        transaction.commit().await?;
        Ok(Some(Confirmed::Now))
    }
}

/// Keeps that senders are to be asked, unless their address was asked often today; the events of those who are. Part of the
/// write that keeps or releases their leads, one after the other: within a group an address may meet its limit, too.
pub(super) async fn ask(
    transaction: &Transaction<'_>,
    workspace: &str,
    all: Vec<(i64, ToAsk)>,
) -> Result<Vec<Event>, Fault> {
    let mut events = Vec::new();
    for (number, ToAsk { address, event }) in all {
        let sql = "INSERT INTO confirmation (lead, workspace, address, asked_at_ms) \
                   SELECT $1::int8, $2::text, $3::bytea, $4::int8 WHERE (SELECT count(*) FROM confirmation \
                   WHERE workspace = $2 AND address = $3 AND asked_at_ms > $5) < $6";
        let statement = transaction.prepare_cached(sql).await?;
        let at = event.at.as_millis();
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
            [&number, &workspace, &address.as_slice(), &at, &(at - DAY_MS), &ASKED_A_DAY];
        if transaction.execute(&statement, &values).await? > 0 {
            events.push(event);
        }
    }
    Ok(events)
}
