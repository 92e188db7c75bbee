//! What became of leads, and what they cost.

use std::sync::LazyLock;

use async_trait::async_trait;
use leadglass_scoring::{
    Channel, Timestamp,
    encoding::VersionId,
    money::{Currency, Money},
    timestamp::Date,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{Sqlite, lead, outbox};
use crate::store::{
    Cost, KeptOutcome, LostReason, NewCost, NewOutcome, Noted, Outcome, OutcomeStore, StoreError, Undo, Undone,
    lead::superseded_by,
};

#[async_trait]
impl OutcomeStore for Sqlite {
    async fn keep_outcome(&self, outcome: &NewOutcome) -> Result<Noted, StoreError> {
        let outcome = outcome.clone();
        self.write(move |connection, workspace| keep_outcome(connection, workspace, &outcome)).await
    }

    async fn outcomes(&self, leads: &[Uuid]) -> Result<Vec<KeptOutcome>, StoreError> {
        let leads = leads.to_vec();
        self.read(move |connection, workspace| {
            let mut outcomes = Vec::new();
            for lead in leads {
                outcomes_of(connection, workspace, lead, &mut outcomes)?;
            }
            Ok(outcomes)
        })
        .await
    }

    async fn undo_outcome(&self, undo: &Undo) -> Result<bool, StoreError> {
        let undo = undo.clone();
        self.write(move |connection, workspace| undo_outcome(connection, workspace, &undo)).await
    }

    async fn undo_cost(&self, undo: &Undo) -> Result<bool, StoreError> {
        let undo = undo.clone();
        self.write(move |connection, workspace| Ok(is_undone(connection, workspace, "cost", &undo)?.is_some())).await
    }

    async fn keep_cost(&self, cost: &NewCost) -> Result<Noted, StoreError> {
        let cost = cost.clone();
        self.write(move |connection, workspace| keep_cost(connection, workspace, &cost)).await
    }

    async fn costs(&self, after: u64, limit: u32) -> Result<Vec<(u64, Cost)>, StoreError> {
        self.read(move |connection, workspace| costs(connection, workspace, after, limit)).await
    }
}

fn keep_outcome(connection: &Connection, workspace: &str, new: &NewOutcome) -> Result<Noted, StoreError> {
    let mut statement = connection.prepare_cached("SELECT number FROM lead WHERE workspace = ? AND id = ?")?;
    let lead = statement.query_row(params![workspace, new.lead.as_bytes()], |row| row.get::<_, i64>(0)).optional()?;
    let Some(lead) = lead else { return Ok(Noted::NoLead) };
    let mut statement = connection.prepare_cached(
        "INSERT INTO outcome (id, workspace, lead, key, fingerprint, outcome, reason, amount_minor, currency, at_ms, \
         noted_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, key) DO NOTHING",
    )?;
    let amount = new.outcome.amount();
    let kept = statement.execute(params![
        new.id.as_bytes(),
        workspace,
        lead,
        new.key.as_bytes(),
        new.fingerprint.as_bytes(),
        new.outcome.as_str(),
        new.outcome.reason().map(LostReason::as_str),
        amount.map(|amount| amount.minor),
        amount.as_ref().map(|amount| amount.currency.as_str()),
        new.at.as_millis(),
        new.noted_at.as_millis(),
    ])?;
    if kept == 0 {
        let earlier = "SELECT id, fingerprint FROM outcome WHERE workspace = ? AND key = ?";
        return before(connection, earlier, workspace, new.key, new.fingerprint);
    }
    // Others know the lead that counts.
    if let Some(counting) = lead::counting(connection, workspace, new.lead)?.filter(|lead| !lead.is_held) {
        let decision = outbox::known(&counting.decision, outbox::decision)?;
        outbox::tell(connection, workspace, &new.came(counting.id, counting.form, decision))?;
    }
    Ok(Noted::New(new.id))
}

/// Whether it was taken back just now; `None` where there is no such row.
fn is_undone(connection: &Connection, workspace: &str, table: &str, undo: &Undo) -> Result<Option<bool>, StoreError> {
    let sql = format!(
        "UPDATE {table} SET undone_at_ms = ?, undone_by = ? WHERE workspace = ? AND id = ? AND undone_at_ms IS NULL"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    if statement.execute(params![undo.at.as_millis(), undo.by, workspace, undo.id.as_bytes()])? > 0 {
        return Ok(Some(true));
    }
    let sql = format!("SELECT 1 FROM {table} WHERE workspace = ? AND id = ?");
    let is_there = connection.prepare_cached(&sql)?.exists(params![workspace, undo.id.as_bytes()])?;
    Ok(is_there.then_some(false))
}

fn undo_outcome(connection: &Connection, workspace: &str, undo: &Undo) -> Result<bool, StoreError> {
    let Some(is_new) = is_undone(connection, workspace, "outcome", undo)? else { return Ok(false) };
    if is_new {
        let mut statement = connection.prepare_cached(
            "SELECT outcome.id, lead.id AS lead, outcome, reason, amount_minor, currency, at_ms, noted_at_ms, \
             undone_at_ms, undone_by FROM outcome JOIN lead ON lead.number = outcome.lead WHERE outcome.id = ?",
        )?;
        let mut rows = statement.query([undo.id.as_bytes()])?;
        let Some(row) = rows.next()? else { return Ok(true) };
        let kept = kept_outcome(row, Uuid::from_bytes(row.get("lead")?))?;
        if let Some(counting) = lead::counting(connection, workspace, kept.lead)?.filter(|lead| !lead.is_held) {
            let decision = outbox::known(&counting.decision, outbox::decision)?;
            outbox::tell(connection, workspace, &kept.undone(undo, counting.id, counting.form, decision))?;
        }
    }
    Ok(true)
}

fn keep_cost(connection: &Connection, workspace: &str, new: &NewCost) -> Result<Noted, StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO cost (id, workspace, key, fingerprint, channel, source, campaign, first_day, last_day, \
         amount_minor, currency, noted_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (workspace, key) DO NOTHING",
    )?;
    let cost = &new.cost;
    let kept = statement.execute(params![
        cost.id.as_bytes(),
        workspace,
        new.key.as_bytes(),
        new.fingerprint.as_bytes(),
        cost.channel.as_str(),
        cost.source,
        cost.campaign,
        cost.first_day.days(),
        cost.last_day.days(),
        cost.amount.minor,
        cost.amount.currency.as_str(),
        cost.noted_at.as_millis(),
    ])?;
    if kept == 0 {
        let earlier = "SELECT id, fingerprint FROM cost WHERE workspace = ? AND key = ?";
        return before(connection, earlier, workspace, new.key, new.fingerprint);
    }
    Ok(Noted::New(cost.id))
}

fn before(
    connection: &Connection,
    sql: &str,
    workspace: &str,
    key: Uuid,
    fingerprint: VersionId,
) -> Result<Noted, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let (id, kept): ([u8; 16], [u8; 32]) =
        statement.query_row(params![workspace, key.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(if kept == *fingerprint.as_bytes() { Noted::Before(Uuid::from_bytes(id)) } else { Noted::KeyReused })
}

fn outcomes_of(
    connection: &Connection,
    workspace: &str,
    lead: Uuid,
    outcomes: &mut Vec<KeptOutcome>,
) -> Result<(), StoreError> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        // With those of its twins, and of the leads that it took the place of with their twins. The sign keeps the database
        // from looking for twins among all leads of the workspace.
        format!(
            "WITH RECURSIVE same (number, id, form, supersedes) AS (SELECT number, id, form, \
             CASE WHEN duplicate_of IS NULL AND held_bytes IS NULL THEN supersedes END FROM lead \
             WHERE workspace = ?1 AND id = ?2 \
             UNION SELECT twin.number, twin.id, twin.form, NULL FROM same \
             JOIN lead twin ON +twin.workspace = ?1 AND twin.duplicate_of = same.id \
             UNION SELECT earlier.number, earlier.id, earlier.form, earlier.supersedes FROM same \
             JOIN lead earlier ON earlier.workspace = ?1 AND earlier.form = same.form AND earlier.key = same.supersedes \
             AND earlier.duplicate_of IS NULL AND {} = same.id) \
             SELECT outcome.id, outcome, reason, amount_minor, currency, at_ms, noted_at_ms, undone_at_ms, undone_by FROM same \
             JOIN outcome ON outcome.lead = same.number ORDER BY at_ms, outcome.id",
            superseded_by("earlier")
        )
    });
    let mut statement = connection.prepare_cached(&SQL)?;
    let mut rows = statement.query(params![workspace, lead.as_bytes()])?;
    while let Some(row) = rows.next()? {
        outcomes.push(kept_outcome(row, lead)?);
    }
    Ok(())
}

fn kept_outcome(row: &Row<'_>, lead: Uuid) -> Result<KeptOutcome, StoreError> {
    let (name, reason): (String, Option<String>) = (row.get("outcome")?, row.get("reason")?);
    Ok(KeptOutcome {
        id: Uuid::from_bytes(row.get("id")?),
        lead,
        outcome: Outcome::from_parts(&name, reason.as_deref(), amount(row)?)?,
        at: Timestamp::from_millis(row.get("at_ms")?),
        noted_at: Timestamp::from_millis(row.get("noted_at_ms")?),
        undone: undone(row)?,
    })
}

fn undone(row: &Row<'_>) -> Result<Option<Undone>, StoreError> {
    let at: Option<i64> = row.get("undone_at_ms")?;
    Ok(at.map(Timestamp::from_millis).zip(row.get("undone_by")?))
}

fn costs(connection: &Connection, workspace: &str, after: u64, limit: u32) -> Result<Vec<(u64, Cost)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, id, channel, source, campaign, first_day, last_day, amount_minor, currency, noted_at_ms, \
         undone_at_ms, undone_by FROM cost WHERE workspace = ? AND number > ? ORDER BY number LIMIT ?",
    )?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![workspace, after, limit])?;
    let mut costs = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get("channel")?;
        let channel = Channel::ALL.into_iter().find(|channel| channel.as_str() == name);
        let cost = Cost {
            id: Uuid::from_bytes(row.get("id")?),
            channel: channel.ok_or_else(|| StoreError::Failed(format!("`{name}` is not a channel we know")))?,
            source: row.get("source")?,
            campaign: row.get("campaign")?,
            first_day: Date::from_days(row.get("first_day")?),
            last_day: Date::from_days(row.get("last_day")?),
            amount: amount(row)?.ok_or_else(|| StoreError::Failed("a cost has no amount".into()))?,
            noted_at: Timestamp::from_millis(row.get("noted_at_ms")?),
            undone: undone(row)?,
        };
        costs.push((u64::try_from(row.get::<_, i64>("number")?).unwrap_or(0), cost));
    }
    Ok(costs)
}

fn amount(row: &Row<'_>) -> Result<Option<Money>, StoreError> {
    let (minor, currency): (Option<i64>, Option<String>) = (row.get("amount_minor")?, row.get("currency")?);
    let (Some(minor), Some(code)) = (minor, currency) else { return Ok(None) };
    let currency = Currency::parse(&code).ok_or_else(|| StoreError::Failed(format!("`{code}` is not a currency")))?;
    Ok(Some(Money { minor, currency }))
}
