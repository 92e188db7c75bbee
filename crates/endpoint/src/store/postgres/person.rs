//! People.

use std::collections::HashMap;

use async_trait::async_trait;
use deadpool_postgres::{GenericClient, Object, Transaction};
use leadglass_scoring::Timestamp;
use tokio_postgres::{IsolationLevel, Row, types::ToSql};
use uuid::Uuid;

use super::{Fault, Postgres, fault::again_if_undone};
use crate::store::{
    Merge, Merged, NewMerge, Person, PersonKey, PersonStore, StoreError,
    person::{Walk, text},
    seal::{Seal, column},
};

#[async_trait]
impl PersonStore for Postgres {
    async fn persons(&self, leads: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
        Ok(self.persons_of(leads).await?)
    }

    async fn person(&self, lead: Uuid) -> Result<Option<Person>, StoreError> {
        Ok(self.person_of(lead).await?)
    }

    async fn add_person_key(&self, lead: Uuid, key: PersonKey) -> Result<bool, StoreError> {
        // Whoever would erase the lead meanwhile waits.
        let sql = "INSERT INTO person_key (lead, key) SELECT number, $3 FROM lead WHERE workspace = $1 AND id = $2 \
                   AND held_bytes IS NULL FOR KEY SHARE ON CONFLICT DO NOTHING";
        if self.change(sql, &[&&*self.workspace, &lead, &key.as_slice()]).await? > 0 {
            return Ok(true);
        }
        let sql = "SELECT 1 FROM lead WHERE workspace = $1 AND id = $2 AND held_bytes IS NULL";
        Ok(!self.find(sql, &[&&*self.workspace, &lead]).await?.is_empty())
    }

    async fn merge(&self, merge: &NewMerge) -> Result<Merged, StoreError> {
        self.writer()?;
        Ok(again_if_undone!(self.keep_merge(merge))?)
    }

    async fn undo_merge(&self, merge: Uuid, at: Timestamp, by: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE person_merge SET undone_by = coalesce(undone_by, $3), \
                   undone_at_ms = coalesce(undone_at_ms, $4) WHERE workspace = $1 AND id = $2";
        Ok(self.change(sql, &[&&*self.workspace, &merge, &text(by), &at.as_millis()]).await? > 0)
    }
}

impl Postgres {
    async fn persons_of(&self, leads: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, Fault> {
        let mut client = self.connection().await?;
        let snapshot = snapshot(&mut client).await?;
        let numbers = numbers(&snapshot, &self.workspace, leads, "").await?;
        let mut walk = walk(&snapshot, &self.workspace, numbers.values().copied()).await?;
        let firsts: Vec<i64> = numbers.values().map(|number| walk.first(*number)).collect();
        let statement = snapshot.prepare_cached("SELECT number, id FROM lead WHERE number = ANY ($1)").await?;
        let rows = snapshot.query(&statement, &[&firsts]).await?;
        let ids = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        let ids: HashMap<i64, Uuid> = ids.collect::<Result<_, Fault>>()?;
        let person = |lead: &Uuid| Some((*lead, *ids.get(&walk.first(*numbers.get(lead)?))?));
        Ok(leads.iter().filter_map(person).collect())
    }

    async fn person_of(&self, lead: Uuid) -> Result<Option<Person>, Fault> {
        let mut client = self.connection().await?;
        let snapshot = snapshot(&mut client).await?;
        let Some(number) = numbers(&snapshot, &self.workspace, &[lead], "").await?.remove(&lead) else {
            return Ok(None);
        };
        let numbers = walk(&snapshot, &self.workspace, [number]).await?.person(number);
        let statement = snapshot.prepare_cached("SELECT id FROM lead WHERE number = ANY ($1) ORDER BY number").await?;
        let rows = snapshot.query(&statement, &[&numbers]).await?;
        let leads = rows.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<Vec<Uuid>, Fault>>()?;
        let sql = "SELECT person_merge.id, one.id, other.id, at_ms, by_whom, why, undone_at_ms, undone_by, \
                   person_merge.sealed_under \
                   FROM person_merge JOIN lead one ON one.number = person_merge.one \
                   JOIN lead other ON other.number = person_merge.other \
                   WHERE person_merge.one = ANY ($1) OR person_merge.other = ANY ($1) ORDER BY at_ms, person_merge.id";
        let statement = snapshot.prepare_cached(sql).await?;
        let rows = snapshot.query(&statement, &[&numbers]).await?;
        let merges = rows.iter().map(|row| merge(row, &self.seal)).collect::<Result<Vec<_>, _>>()?;
        Ok(leads.first().copied().map(|id| Person { id, leads, merges }))
    }

    async fn keep_merge(&self, merge: &NewMerge) -> Result<Merged, Fault> {
        let mut client = self.connection().await?;
        let transaction = client.transaction().await?;
        // Both rows are held, so that two who merge the same two are one after the other.
        let numbers = numbers(&transaction, &self.workspace, &merge.leads, "ORDER BY number FOR UPDATE").await?;
        let [Some(one), Some(other)] = merge.leads.map(|lead| numbers.get(&lead).copied()) else {
            return Ok(Merged::NoLead);
        };
        let mut walk = walk(&transaction, &self.workspace, [one, other]).await?;
        if walk.first(one) == walk.first(other) {
            let sql = "SELECT id FROM person_merge WHERE one IN ($1, $2) AND other IN ($1, $2) \
                       AND undone_at_ms IS NULL LIMIT 1";
            let statement = transaction.prepare_cached(sql).await?;
            let before = transaction.query_opt(&statement, &[&one, &other]).await?;
            return Ok(before.map_or(Ok(Merged::Same), |row| row.try_get(0).map(Merged::Before))?);
        }
        let sql = "INSERT INTO person_merge (id, workspace, one, other, at_ms, by_whom, why, sealed_under) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let statement = transaction.prepare_cached(sql).await?;
        let row = self.seal.new_row(merge.id);
        let why = row.seal_text(column::WHY, merge.why.as_deref().map(text))?;
        let (at, by, under) = (merge.at.as_millis(), text(&merge.by), row.under());
        let values: [&(dyn ToSql + Sync); 8] = [&merge.id, &&*self.workspace, &one, &other, &at, &by, &why, &under];
        transaction.execute(&statement, &values).await?;
        transaction.commit().await?;
        Ok(Merged::New)
    }
}

/// All that is read from here on is of one moment.
async fn snapshot(client: &mut Object) -> Result<Transaction<'_>, Fault> {
    let transaction = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
    Ok(transaction.start().await?)
}

async fn numbers(
    transaction: &Transaction<'_>,
    workspace: &str,
    leads: &[Uuid],
    more: &str,
) -> Result<HashMap<Uuid, i64>, Fault> {
    let sql =
        format!("SELECT id, number FROM lead WHERE workspace = $1 AND id = ANY ($2) AND held_bytes IS NULL {more}");
    let statement = transaction.prepare_cached(&sql).await?;
    let rows = transaction.query(&statement, &[&workspace, &leads]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

async fn walk(
    transaction: &Transaction<'_>,
    workspace: &str,
    from: impl IntoIterator<Item = i64>,
) -> Result<Walk, Fault> {
    let mut walk = Walk::from(from);
    let had = transaction.prepare_cached("SELECT lead, key FROM person_key WHERE lead = ANY ($1)").await?;
    let having = transaction
        .prepare_cached(
            "SELECT person_key.key, number FROM person_key JOIN lead ON lead.number = person_key.lead WHERE person_key.key = ANY ($1) \
             AND workspace = $2 AND held_bytes IS NULL ORDER BY number LIMIT 20000",
        )
        .await?;
    let merged = transaction
        .prepare_cached(
            "SELECT one, other FROM person_merge WHERE one = ANY ($1) AND undone_at_ms IS NULL \
             UNION ALL SELECT one, other FROM person_merge WHERE other = ANY ($1) AND undone_at_ms IS NULL",
        )
        .await?;
    loop {
        let leads = walk.next();
        if leads.is_empty() {
            return Ok(walk);
        }
        let mut asked = Vec::new();
        for row in &transaction.query(&had, &[&leads]).await? {
            let found = key(row, 1)?;
            if walk.has(row.try_get(0)?, found) {
                asked.push(found.to_vec());
            }
        }
        for row in &transaction.query(&having, &[&asked, &workspace]).await? {
            walk.shares(&key(row, 0)?, row.try_get(1)?);
        }
        for row in &transaction.query(&merged, &[&leads]).await? {
            walk.join(row.try_get(0)?, row.try_get(1)?);
        }
    }
}

fn key(row: &Row, column: usize) -> Result<PersonKey, Fault> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map_err(|_| Fault::failed("a key of a person is not 16 bytes".to_owned()))
}

fn merge(row: &Row, seal: &Seal) -> Result<Merge, Fault> {
    let id = row.try_get(0)?;
    let sealed = seal.row(row.try_get(8)?, id)?;
    let undone = row.try_get::<_, Option<i64>>(6)?.map(Timestamp::from_millis);
    Ok(Merge {
        id,
        leads: [row.try_get(1)?, row.try_get(2)?],
        at: Timestamp::from_millis(row.try_get(3)?),
        by: row.try_get(4)?,
        why: sealed.open_text(column::WHY, row.try_get(5)?)?,
        undone: undone.zip(row.try_get(7)?),
    })
}
