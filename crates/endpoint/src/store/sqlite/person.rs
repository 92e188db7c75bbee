//! People.

use std::sync::Arc;

use async_trait::async_trait;
use leadglass_scoring::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::Sqlite;
use crate::store::{
    Merge, Merged, NewMerge, Person, PersonKey, PersonStore, StoreError,
    person::{Walk, text},
    seal::{Seal, column},
};

#[async_trait]
impl PersonStore for Sqlite {
    async fn persons(&self, leads: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
        let leads = leads.to_vec();
        self.read(move |connection, workspace| {
            let snapshot = connection.unchecked_transaction()?;
            let numbers = leads.iter().map(|lead| Ok((*lead, number(&snapshot, workspace, *lead)?)));
            let numbers: Vec<(Uuid, Option<i64>)> = numbers.collect::<Result<_, StoreError>>()?;
            let mut walk = walk(&snapshot, workspace, numbers.iter().filter_map(|(_, number)| *number))?;
            let known = numbers.into_iter().filter_map(|(lead, number)| Some((lead, number?)));
            known.map(|(lead, number)| Ok((lead, id(&snapshot, walk.first(number))?))).collect()
        })
        .await
    }

    async fn person(&self, lead: Uuid) -> Result<Option<Person>, StoreError> {
        self.read_sealed(move |connection, workspace, seal| {
            let snapshot = connection.unchecked_transaction()?;
            let Some(number) = number(&snapshot, workspace, lead)? else { return Ok(None) };
            let numbers = walk(&snapshot, workspace, [number])?.person(number);
            let leads = numbers.iter().map(|number| id(&snapshot, *number)).collect::<Result<Vec<_>, _>>()?;
            let merges = journal(&snapshot, seal, &numbers)?;
            Ok(leads.first().copied().map(|id| Person { id, leads, merges }))
        })
        .await
    }

    async fn add_person_key(&self, lead: Uuid, key: PersonKey) -> Result<bool, StoreError> {
        self.write(move |connection, workspace| {
            let Some(number) = number(connection, workspace, lead)? else { return Ok(false) };
            keys(connection, number, &[key])?;
            Ok(true)
        })
        .await
    }

    async fn merge(&self, merge: &NewMerge) -> Result<Merged, StoreError> {
        let merge = merge.clone();
        let seal = Arc::clone(&self.seal);
        self.write(move |connection, workspace| insert(connection, workspace, &seal, &merge)).await
    }

    async fn undo_merge(&self, merge: Uuid, at: Timestamp, by: &str) -> Result<bool, StoreError> {
        let by = text(by);
        self.write(move |connection, workspace| {
            let mut statement = connection.prepare_cached(
                "UPDATE person_merge SET undone_by = coalesce(undone_by, ?1), undone_at_ms = coalesce(undone_at_ms, ?2) \
                 WHERE workspace = ?3 AND id = ?4",
            )?;
            Ok(statement.execute(params![by, at.as_millis(), workspace, merge.as_bytes()])? > 0)
        })
        .await
    }
}

/// Keeps what a lead has in common with others of its person. Part of the write that keeps the lead.
pub(super) fn keys(connection: &Connection, lead: i64, keys: &[PersonKey]) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("INSERT INTO person_key (lead, key) VALUES (?, ?) ON CONFLICT DO NOTHING")?;
    for key in keys {
        statement.execute(params![lead, key])?;
    }
    Ok(())
}

fn number(connection: &Connection, workspace: &str, lead: Uuid) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT number FROM lead WHERE workspace = ? AND id = ? AND held_bytes IS NULL";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row(params![workspace, lead.as_bytes()], |row| row.get(0)).optional()?)
}

fn id(connection: &Connection, number: i64) -> Result<Uuid, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id FROM lead WHERE number = ?")?;
    Ok(Uuid::from_bytes(statement.query_row([number], |row| row.get(0))?))
}

fn walk(connection: &Connection, workspace: &str, from: impl IntoIterator<Item = i64>) -> Result<Walk, StoreError> {
    let mut walk = Walk::from(from);
    let mut had = connection.prepare_cached("SELECT key FROM person_key WHERE lead = ?")?;
    // CROSS has SQLite begin with the key; it might begin with all leads of the workspace.
    let mut having = connection.prepare_cached(
        "SELECT number FROM person_key CROSS JOIN lead ON lead.number = person_key.lead WHERE person_key.key = ? AND workspace = ? \
         AND held_bytes IS NULL ORDER BY number LIMIT 10000",
    )?;
    let mut merged = connection.prepare_cached(
        "SELECT one, other FROM person_merge WHERE one = ?1 AND undone_at_ms IS NULL \
         UNION ALL SELECT one, other FROM person_merge WHERE other = ?1 AND undone_at_ms IS NULL",
    )?;
    loop {
        let leads = walk.next();
        if leads.is_empty() {
            return Ok(walk);
        }
        for lead in leads {
            let keys = had.query_map([lead], |row| row.get(0))?.collect::<Result<Vec<PersonKey>, _>>()?;
            for key in keys {
                if !walk.has(lead, key) {
                    continue;
                }
                let mut rows = having.query(params![key, workspace])?;
                while let Some(row) = rows.next()? {
                    walk.shares(&key, row.get(0)?);
                }
            }
            let mut rows = merged.query([lead])?;
            while let Some(row) = rows.next()? {
                walk.join(row.get(0)?, row.get(1)?);
            }
        }
    }
}

fn insert(connection: &Connection, workspace: &str, seal: &Seal, merge: &NewMerge) -> Result<Merged, StoreError> {
    let [one, other] = merge.leads.map(|lead| number(connection, workspace, lead));
    let (Some(one), Some(other)) = (one?, other?) else { return Ok(Merged::NoLead) };
    let mut walk = walk(connection, workspace, [one, other])?;
    if walk.first(one) == walk.first(other) {
        let mut statement = connection.prepare_cached(
            "SELECT id FROM person_merge WHERE one IN (?1, ?2) AND other IN (?1, ?2) AND undone_at_ms IS NULL LIMIT 1",
        )?;
        let before = statement.query_row([one, other], |row| row.get(0)).optional()?;
        return Ok(before.map_or(Merged::Same, |id| Merged::Before(Uuid::from_bytes(id))));
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO person_merge (id, workspace, one, other, at_ms, by_whom, why, sealed_under) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let row = seal.new_row(merge.id);
    let why = row.seal_text(column::WHY, merge.why.as_deref().map(text))?;
    let (id, at) = (merge.id.as_bytes(), merge.at.as_millis());
    statement.execute(params![id, workspace, one, other, at, text(&merge.by), why, row.under()])?;
    Ok(Merged::New)
}

fn journal(connection: &Connection, seal: &Seal, leads: &[i64]) -> Result<Vec<Merge>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT person_merge.id, one.id, other.id, at_ms, by_whom, why, undone_at_ms, undone_by, person_merge.sealed_under \
         FROM person_merge \
         JOIN lead one ON one.number = one JOIN lead other ON other.number = other WHERE one = ?1 OR other = ?1",
    )?;
    let mut merges = Vec::new();
    for lead in leads {
        let mut rows = statement.query([lead])?;
        while let Some(row) = rows.next()? {
            merges.push(merge(row, seal)?);
        }
    }
    merges.sort_unstable_by_key(|merge| (merge.at, merge.id));
    merges.dedup();
    Ok(merges)
}

fn merge(row: &Row<'_>, seal: &Seal) -> Result<Merge, StoreError> {
    let id = Uuid::from_bytes(row.get(0)?);
    let sealed = seal.row(row.get::<_, Option<String>>(8)?.as_deref(), id)?;
    let undone = row.get::<_, Option<i64>>(6)?.map(Timestamp::from_millis);
    Ok(Merge {
        id,
        leads: [Uuid::from_bytes(row.get(1)?), Uuid::from_bytes(row.get(2)?)],
        at: Timestamp::from_millis(row.get(3)?),
        by: row.get(4)?,
        why: sealed.open_text(column::WHY, row.get(5)?)?,
        undone: undone.zip(row.get(7)?),
    })
}
