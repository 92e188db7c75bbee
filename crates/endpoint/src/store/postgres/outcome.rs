//! What became of leads, and what they cost.

use std::sync::LazyLock;

use async_trait::async_trait;
use deadpool_postgres::GenericClient;
use leadglass_scoring::{
    Channel, Timestamp,
    encoding::VersionId,
    money::{Currency, Money},
    timestamp::Date,
};
use tokio_postgres::{Row, types::ToSql};
use uuid::Uuid;

use super::{
    Fault, Postgres,
    lead::{self, version_id},
    outbox,
};
use crate::store::{
    Cost, KeptOutcome, LostReason, NewCost, NewOutcome, Noted, Outcome, OutcomeStore, StoreError, Undo, Undone,
    lead::superseded_by,
};

#[async_trait]
impl OutcomeStore for Postgres {
    async fn keep_outcome(&self, outcome: &NewOutcome) -> Result<Noted, StoreError> {
        Ok(self.note_outcome(outcome).await?)
    }

    async fn outcomes(&self, leads: &[Uuid]) -> Result<Vec<KeptOutcome>, StoreError> {
        static SQL: LazyLock<String> = LazyLock::new(|| {
            // With those of its twins, and of the leads that it took the place of with their twins.
            format!(
                "WITH RECURSIVE same (asked, place, number, id, form, supersedes) AS (SELECT asked.lead, place, number, id, \
                 form, CASE WHEN duplicate_of IS NULL AND held_bytes IS NULL THEN supersedes END \
                 FROM unnest($2::uuid[], $3::int8[]) AS asked (lead, place) \
                 JOIN lead ON lead.workspace = $1 AND lead.id = asked.lead \
                 UNION SELECT same.asked, same.place, beside.number, beside.id, beside.form, beside.supersedes FROM same \
                 CROSS JOIN LATERAL (SELECT twin.number, twin.id, twin.form, NULL::uuid AS supersedes FROM lead twin \
                 WHERE twin.workspace = $1 AND twin.duplicate_of = same.id \
                 UNION ALL SELECT earlier.number, earlier.id, earlier.form, earlier.supersedes FROM lead earlier \
                 WHERE earlier.workspace = $1 AND earlier.form = same.form AND earlier.key = same.supersedes \
                 AND earlier.duplicate_of IS NULL AND {} = same.id) AS beside) \
                 SELECT outcome.id, same.asked AS lead, outcome, reason, amount_minor, currency, at_ms, noted_at_ms, \
                 undone_at_ms, undone_by \
                 FROM same JOIN outcome ON outcome.lead = same.number ORDER BY same.place, at_ms, outcome.id",
                superseded_by("earlier")
            )
        });
        let places: Vec<i64> = (0..).take(leads.len()).collect();
        let rows = self.find(&SQL, &[&&*self.workspace, &leads, &places]).await?;
        rows.iter().map(kept_outcome).collect()
    }

    async fn undo_outcome(&self, undo: &Undo) -> Result<bool, StoreError> {
        Ok(self.take_back_outcome(undo).await?)
    }

    async fn undo_cost(&self, undo: &Undo) -> Result<bool, StoreError> {
        self.writer()?;
        let client = self.connection().await.map_err(StoreError::from)?;
        Ok(is_undone(&client, &self.workspace, "cost", undo).await?.is_some())
    }

    async fn keep_cost(&self, cost: &NewCost) -> Result<Noted, StoreError> {
        Ok(self.note_cost(cost).await?)
    }

    async fn costs(&self, after: u64, limit: u32) -> Result<Vec<(u64, Cost)>, StoreError> {
        let sql = "SELECT number, id, channel, source, campaign, first_day, last_day, amount_minor, currency, \
                   noted_at_ms, undone_at_ms, undone_by FROM cost WHERE workspace = $1 AND number > $2 ORDER BY number LIMIT $3";
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = self.find(sql, &[&&*self.workspace, &after, &i64::from(limit)]).await?;
        rows.iter().map(numbered_cost).collect()
    }
}

impl Postgres {
    async fn note_outcome(&self, new: &NewOutcome) -> Result<Noted, Fault> {
        self.writer()?;
        let mut client = self.connection().await?;
        let transaction = client.transaction().await?;
        let sql = "SELECT number FROM lead WHERE workspace = $1 AND id = $2 FOR KEY SHARE";
        let statement = transaction.prepare_cached(sql).await?;
        let Some(lead) = transaction.query_opt(&statement, &[&&*self.workspace, &new.lead]).await? else {
            return Ok(Noted::NoLead);
        };
        let sql = "INSERT INTO outcome (workspace, id, lead, key, fingerprint, outcome, reason, amount_minor, currency, \
                   at_ms, noted_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                   ON CONFLICT (workspace, key) DO NOTHING";
        let amount = new.outcome.amount();
        let values: [&(dyn ToSql + Sync); 11] = [
            &&*self.workspace,
            &new.id,
            &lead.try_get::<_, i64>("number")?,
            &new.key,
            &new.fingerprint.as_bytes().as_slice(),
            &new.outcome.as_str(),
            &new.outcome.reason().map(LostReason::as_str),
            &amount.map(|amount| amount.minor),
            &amount.as_ref().map(|amount| amount.currency.as_str()),
            &new.at.as_millis(),
            &new.noted_at.as_millis(),
        ];
        let statement = transaction.prepare_cached(sql).await?;
        if transaction.execute(&statement, &values).await? > 0 {
            // Others know the lead that counts.
            let counting = lead::counting(&transaction, &self.workspace, new.lead).await?;
            if let Some(counting) = counting.filter(|lead| !lead.is_held) {
                let decision = outbox::known(&counting.decision, outbox::decision)?;
                let event = new.came(counting.id, counting.form, decision);
                outbox::tell(&transaction, &self.workspace, &[event]).await?;
            }
            transaction.commit().await?;
            return Ok(Noted::New(new.id));
        }
        drop(transaction);
        drop(client);
        self.noted("SELECT id, fingerprint FROM outcome WHERE workspace = $1 AND key = $2", new.key, new.fingerprint)
            .await
    }

    async fn take_back_outcome(&self, undo: &Undo) -> Result<bool, Fault> {
        self.writer()?;
        let mut client = self.connection().await?;
        let transaction = client.transaction().await?;
        let Some(is_new) = is_undone(&transaction, &self.workspace, "outcome", undo).await? else { return Ok(false) };
        if is_new {
            let sql = "SELECT outcome.id, lead.id AS lead, outcome, reason, amount_minor, currency, at_ms, noted_at_ms, \
                       undone_at_ms, undone_by FROM outcome JOIN lead ON lead.number = outcome.lead \
                       WHERE outcome.workspace = $1 AND outcome.id = $2";
            let statement = transaction.prepare_cached(sql).await?;
            let row = transaction.query_one(&statement, &[&&*self.workspace, &undo.id]).await?;
            let kept = kept_outcome(&row)?;
            let counting = lead::counting(&transaction, &self.workspace, kept.lead).await?;
            if let Some(counting) = counting.filter(|lead| !lead.is_held) {
                let decision = outbox::known(&counting.decision, outbox::decision)?;
                let event = kept.undone(undo, counting.id, counting.form, decision);
                outbox::tell(&transaction, &self.workspace, &[event]).await?;
            }
            transaction.commit().await?;
        }
        Ok(true)
    }

    async fn note_cost(&self, new: &NewCost) -> Result<Noted, Fault> {
        let sql = "INSERT INTO cost (workspace, id, key, fingerprint, channel, source, campaign, first_day, last_day, \
                   amount_minor, currency, noted_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
                   ON CONFLICT (workspace, key) DO NOTHING";
        let cost = &new.cost;
        let kept = self
            .change(
                sql,
                &[
                    &&*self.workspace,
                    &cost.id,
                    &new.key,
                    &new.fingerprint.as_bytes().as_slice(),
                    &cost.channel.as_str(),
                    &cost.source,
                    &cost.campaign,
                    &i64::from(cost.first_day.days()),
                    &i64::from(cost.last_day.days()),
                    &cost.amount.minor,
                    &cost.amount.currency.as_str(),
                    &cost.noted_at.as_millis(),
                ],
            )
            .await?;
        if kept > 0 {
            return Ok(Noted::New(cost.id));
        }
        self.noted("SELECT id, fingerprint FROM cost WHERE workspace = $1 AND key = $2", new.key, new.fingerprint).await
    }

    /// What was noted under a key before.
    async fn noted(&self, sql: &str, key: Uuid, fingerprint: VersionId) -> Result<Noted, Fault> {
        let rows = self.find(sql, &[&&*self.workspace, &key]).await?;
        let row = rows.first().ok_or_else(|| Fault::failed("a key is used and not used"))?;
        let is_same = version_id(row, "fingerprint")? == fingerprint;
        Ok(if is_same { Noted::Before(row.try_get("id")?) } else { Noted::KeyReused })
    }
}

/// Whether it was taken back just now; `None` where there is no such row.
async fn is_undone(
    client: &impl GenericClient,
    workspace: &str,
    table: &str,
    undo: &Undo,
) -> Result<Option<bool>, Fault> {
    let sql = format!(
        "UPDATE {table} SET undone_at_ms = $3, undone_by = $4 WHERE workspace = $1 AND id = $2 AND undone_at_ms IS NULL"
    );
    let statement = client.prepare_cached(&sql).await?;
    if client.execute(&statement, &[&workspace, &undo.id, &undo.at.as_millis(), &undo.by]).await? > 0 {
        return Ok(Some(true));
    }
    let statement = client.prepare_cached(&format!("SELECT 1 FROM {table} WHERE workspace = $1 AND id = $2")).await?;
    Ok(client.query_opt(&statement, &[&workspace, &undo.id]).await?.map(|_| false))
}

fn kept_outcome(row: &Row) -> Result<KeptOutcome, StoreError> {
    let (name, reason) = parts(row)?;
    Ok(KeptOutcome {
        outcome: Outcome::from_parts(name, reason, amount(row)?)?,
        id: row.try_get("id").map_err(Fault::from)?,
        lead: row.try_get("lead").map_err(Fault::from)?,
        at: Timestamp::from_millis(row.try_get("at_ms").map_err(Fault::from)?),
        noted_at: Timestamp::from_millis(row.try_get("noted_at_ms").map_err(Fault::from)?),
        undone: undone(row)?,
    })
}

fn undone(row: &Row) -> Result<Option<Undone>, Fault> {
    let (at, by): (Option<i64>, Option<String>) = (row.try_get("undone_at_ms")?, row.try_get("undone_by")?);
    Ok(at.map(Timestamp::from_millis).zip(by))
}

fn parts(row: &Row) -> Result<(&str, Option<&str>), Fault> {
    Ok((row.try_get("outcome")?, row.try_get("reason")?))
}

fn numbered_cost(row: &Row) -> Result<(u64, Cost), StoreError> {
    Ok(cost(row)?)
}

fn cost(row: &Row) -> Result<(u64, Cost), Fault> {
    let name: &str = row.try_get("channel")?;
    let channel = Channel::ALL.into_iter().find(|channel| channel.as_str() == name);
    let day = |column: &str| -> Result<Date, Fault> {
        Ok(Date::from_days(i32::try_from(row.try_get::<_, i64>(column)?).unwrap_or(i32::MAX)))
    };
    let cost = Cost {
        id: row.try_get("id")?,
        channel: channel.ok_or_else(|| Fault::failed(format!("`{name}` is not a channel we know")))?,
        source: row.try_get("source")?,
        campaign: row.try_get("campaign")?,
        first_day: day("first_day")?,
        last_day: day("last_day")?,
        amount: amount(row)?.ok_or_else(|| Fault::failed("a cost has no amount"))?,
        noted_at: Timestamp::from_millis(row.try_get("noted_at_ms")?),
        undone: undone(row)?,
    };
    Ok((u64::try_from(row.try_get::<_, i64>("number")?).unwrap_or(0), cost))
}

fn amount(row: &Row) -> Result<Option<Money>, Fault> {
    let (minor, code): (Option<i64>, Option<&str>) = (row.try_get("amount_minor")?, row.try_get("currency")?);
    let (Some(minor), Some(code)) = (minor, code) else { return Ok(None) };
    let currency = Currency::parse(code).ok_or_else(|| Fault::failed(format!("`{code}` is not a currency")))?;
    Ok(Some(Money { minor, currency }))
}
