//! What people ask of what is kept about them.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use deadpool_postgres::GenericClient;
use leadglass_scoring::{Channel, Timestamp};
use tokio_postgres::{IsolationLevel, Row, error::SqlState, types::ToSql};
use uuid::Uuid;

use super::{Fault, Postgres, fault::again_if_undone, lead, lead::version_id, outbox};
use crate::store::{About, Erase, Erasure, PrivacyStore, StoreError, WhyErased, Withdraw, seal::Seal};

#[async_trait]
impl PrivacyStore for Postgres {
    async fn about(&self, about: &About) -> Result<Vec<Uuid>, StoreError> {
        let client = self.connection().await?;
        Ok(ids(&client, &self.workspace, &self.seal, about).await?)
    }

    async fn erase(&self, erase: Erase) -> Result<Vec<Erasure>, StoreError> {
        self.writer()?;
        Ok(again_if_undone!(self.erase_all(&erase))?)
    }

    /// What a deleted row said stays in its page until `VACUUM` frees it and another row is written there.
    async fn purge(&self, _: Timestamp) -> Result<bool, StoreError> {
        let rows = self.find("SELECT max(erased_at_ms) FROM erasure WHERE NOT is_purged", &[]).await?;
        let latest: Option<i64> = rows.first().map(|row| row.try_get(0)).transpose().map_err(Fault::from)?.flatten();
        let Some(latest) = latest else { return Ok(true) };
        self.writer()?;
        lead::sweep(self).await?;
        if !self.vacuum().await? {
            return Ok(false);
        }
        let sql = "UPDATE erasure SET is_purged = TRUE WHERE NOT is_purged AND erased_at_ms <= $1";
        self.change(sql, &[&latest]).await?;
        Ok(true)
    }

    async fn erasures(&self, after: Option<(Timestamp, Uuid)>, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        let sql = "SELECT lead, form, form_version, received_at_ms, erased_at_ms, why FROM erasure \
                   WHERE workspace = $1 AND (erased_at_ms, lead) > ($2, $3) ORDER BY erased_at_ms, lead LIMIT $4";
        let (at, lead) = after.unwrap_or((Timestamp::from_millis(i64::MIN), Uuid::nil()));
        let rows = self.find(sql, &[&&*self.workspace, &at.as_millis(), &lead, &i64::from(limit)]).await?;
        Ok(rows.iter().map(erasure).collect::<Result<_, Fault>>()?)
    }

    async fn was_erased(&self, form: &str, key: Uuid) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM erasure WHERE workspace = $1 AND form = $2 AND import_key = $3 LIMIT 1";
        Ok(!self.find(sql, &[&&*self.workspace, &form, &key]).await?.is_empty())
    }

    async fn withdraw(&self, withdraw: Withdraw) -> Result<Option<Vec<String>>, StoreError> {
        self.writer()?;
        Ok(again_if_undone!(self.take_back(&withdraw))?)
    }
}

/// From some leads to their twins and to those whose place they take or lost.
const RELATED: &str = "\
    UNION SELECT other.number, other.id, other.form, other.key, other.supersedes, other.duplicate_of FROM same \
    CROSS JOIN LATERAL (SELECT one.* FROM lead one WHERE one.workspace = $1 AND one.id = same.duplicate_of \
    UNION ALL SELECT one.* FROM lead one WHERE one.workspace = $1 AND one.duplicate_of = same.id \
    UNION ALL SELECT one.* FROM lead one WHERE one.workspace = $1 AND one.form = same.form \
    AND one.key = same.supersedes \
    UNION ALL SELECT one.* FROM lead one WHERE one.workspace = $1 AND one.form = same.form \
    AND one.supersedes = same.key) AS other";

async fn ids(client: &impl GenericClient, workspace: &str, seal: &Seal, about: &About) -> Result<Vec<Uuid>, Fault> {
    let related = |condition: &str| {
        format!(
            "WITH RECURSIVE same (number, id, form, key, supersedes, duplicate_of) AS (SELECT number, id, form, key, \
             supersedes, duplicate_of FROM lead WHERE workspace = $1 AND {condition} {RELATED}) \
             SELECT id FROM same ORDER BY number"
        )
    };
    let rows = match about {
        About::Lead(lead) => client.query(&related("id = $2"), &[&workspace, lead]).await?,
        About::Email(email) if email.contains('\0') => Vec::new(),
        About::Email(email) => {
            let condition = related("email_folded IN ($2, $3)");
            client.query(&condition, &[&workspace, email, &seal.email(email)]).await?
        }
        About::Before { form, before, limit } => {
            let sql = "SELECT id FROM lead WHERE workspace = $1 AND form = $2 AND received_at_ms < $3 \
                       ORDER BY received_at_ms, number LIMIT $4";
            client.query(sql, &[&workspace, form, &before.as_millis(), &i64::from(*limit)]).await?
        }
    };
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

impl Postgres {
    async fn erase_all(&self, erase: &Erase) -> Result<Vec<Erasure>, Fault> {
        let mut client = self.connection().await?;
        let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
        // As whoever writes leads: a twin must not come in between.
        transaction.execute("UPDATE lead_number SET last = last", &[]).await?;
        let workspace = &*self.workspace;
        let ids = ids(&transaction, workspace, &self.seal, &erase.about).await?;
        let sql = "SELECT number, id AS lead, form, form_version, received_at_ms, $3::int8 AS erased_at_ms, $4::text AS why, \
                   decision, held_bytes IS NULL AND duplicate_of IS NULL AS told FROM lead \
                   WHERE workspace = $1 AND id = ANY ($2) ORDER BY number FOR UPDATE";
        let (at, why) = (erase.at.as_millis(), erase.why.as_str());
        let rows = transaction.query(sql, &[&workspace, &ids, &at, &why]).await?;
        let (mut erased, mut numbers, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for row in &rows {
            numbers.push(row.try_get("number")?);
            let erasure = erasure(row)?;
            if row.try_get("told")? {
                let decision = outbox::known(row.try_get("decision")?, outbox::decision)?;
                events.push(erasure.told(erase.ids.at(erase.at), decision));
            }
            erased.push(erasure);
        }
        // With what was to be told of them.
        let of_ids: [&(dyn ToSql + Sync); 2] = [&workspace, &ids];
        let sql = "INSERT INTO erasure (lead, workspace, form, form_version, received_at_ms, erased_at_ms, why, \
                   is_purged, import_key) SELECT id, workspace, form, form_version, received_at_ms, $3, $4, FALSE, \
                   CASE channel WHEN $5 THEN key END FROM lead WHERE workspace = $1 AND id = ANY ($2)";
        transaction.execute(sql, &[&workspace, &ids, &at, &why, &Channel::Import.as_str()]).await?;
        for which in ["id = ANY ($2) AND lead = id", "lead = ANY ($2) AND id <> lead"] {
            transaction.execute(&format!("DELETE FROM event WHERE workspace = $1 AND {which}"), &of_ids).await?;
        }
        lead::delete(&transaction, &numbers).await?;
        outbox::tell(&transaction, workspace, &events).await?;
        transaction.commit().await?;
        Ok(erased)
    }

    /// Whether nobody stood in the way.
    pub(super) async fn vacuum(&self) -> Result<bool, Fault> {
        let client = self.connection().await?;
        let tables = ["lead", "lead_text", "consent", "judgement", "tracked_signal", "outcome", "event"];
        let beside = ["person_key", "person_merge", "confirmation", "secret", "word_segment", "word_three"];
        for table in tables.into_iter().chain(beside) {
            // A database that has no such statement, or does not let us, has ways of its own.
            if let Err(error) = client.batch_execute(&format!("VACUUM {table}")).await {
                if error.is_closed() {
                    return Err(error.into());
                }
                tracing::debug!(table, "it was not vacuumed");
                let passing = [SqlState::LOCK_NOT_AVAILABLE, SqlState::QUERY_CANCELED, SqlState::T_R_DEADLOCK_DETECTED];
                if error.code().is_some_and(|code| passing.contains(code)) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    async fn take_back(&self, withdraw: &Withdraw) -> Result<Option<Vec<String>>, Fault> {
        let mut client = self.connection().await?;
        let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
        let workspace = &*self.workspace;
        let ids = ids(&transaction, workspace, &self.seal, &About::Lead(withdraw.lead)).await?;
        if ids.is_empty() {
            return Ok(None);
        }
        let sql = "UPDATE consent SET withdrawn_at_ms = $3 FROM lead WHERE lead.number = consent.lead \
                   AND workspace = $1 AND id = ANY ($2) AND withdrawn_at_ms IS NULL \
                   AND (cardinality($4::text[]) = 0 OR purpose = ANY ($4)) \
                   RETURNING lead.number, id, form, decision, held_bytes IS NULL AND duplicate_of IS NULL AS told, purpose";
        let at = withdraw.at.as_millis();
        let rows = transaction.query(sql, &[&workspace, &ids, &at, &withdraw.purposes]).await?;
        let mut all = BTreeSet::new();
        let mut by_lead: BTreeMap<i64, (&Row, BTreeSet<String>)> = BTreeMap::new();
        for row in &rows {
            let purpose: String = row.try_get("purpose")?;
            all.insert(purpose.clone());
            by_lead.entry(row.try_get("number")?).or_insert((row, BTreeSet::new())).1.insert(purpose);
        }
        let mut events = Vec::new();
        for (row, purposes) in by_lead.into_values() {
            if row.try_get("told")? {
                let decision = outbox::known(row.try_get("decision")?, outbox::decision)?;
                let purposes: Vec<_> = purposes.into_iter().collect();
                events.push(withdraw.told(row.try_get("id")?, row.try_get("form")?, decision, &purposes));
            }
        }
        outbox::tell(&transaction, workspace, &events).await?;
        transaction.commit().await?;
        Ok(Some(all.into_iter().collect()))
    }
}

fn erasure(row: &Row) -> Result<Erasure, Fault> {
    Ok(Erasure {
        lead: row.try_get("lead")?,
        form: row.try_get("form")?,
        form_version: version_id(row, "form_version")?,
        received_at: Timestamp::from_millis(row.try_get("received_at_ms")?),
        erased_at: Timestamp::from_millis(row.try_get("erased_at_ms")?),
        why: WhyErased::parse(row.try_get("why")?)?,
    })
}
