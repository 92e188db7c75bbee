//! What people ask of what is kept about them.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use leadglass_scoring::{Channel, Timestamp, encoding::VersionId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{Sqlite, connection::keep_in_memory, outbox};
use crate::store::{About, Erase, Erasure, PrivacyStore, StoreError, WhyErased, Withdraw, seal::Seal};

#[async_trait]
impl PrivacyStore for Sqlite {
    async fn about(&self, about: &About) -> Result<Vec<Uuid>, StoreError> {
        let asked = about.clone();
        self.read_sealed(move |connection, workspace, seal| ids(connection, workspace, seal, &asked)).await
    }

    async fn erase(&self, erase: Erase) -> Result<Vec<Erasure>, StoreError> {
        let seal = Arc::clone(&self.seal);
        self.write(move |connection, workspace| {
            let ids = ids(connection, workspace, &seal, &erase.about)?;
            let erased = ids.into_iter().map(|lead| erase_one(connection, workspace, lead, &erase));
            erased.filter_map(Result::transpose).collect()
        })
        .await
    }

    async fn purge(&self, now: Timestamp) -> Result<bool, StoreError> {
        if self.read(|connection, _| oldest_unpurged(connection)).await?.is_none() {
            return Ok(true);
        }
        self.writer()?.alone(move |connection, _| purge(connection, now)).await
    }

    async fn erasures(&self, after: Option<(Timestamp, Uuid)>, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        self.read(move |connection, workspace| {
            let mut statement = connection.prepare_cached(
                "SELECT lead, form, form_version, received_at_ms, erased_at_ms, why FROM erasure WHERE workspace = ? \
                 AND (erased_at_ms, lead) > (?, ?) ORDER BY erased_at_ms, lead LIMIT ?",
            )?;
            let (at, lead) = after.unwrap_or((Timestamp::from_millis(i64::MIN), Uuid::nil()));
            let mut rows = statement.query(params![workspace, at.as_millis(), lead.as_bytes(), limit])?;
            let mut erasures = Vec::new();
            while let Some(row) = rows.next()? {
                erasures.push(erasure(row)?);
            }
            Ok(erasures)
        })
        .await
    }

    async fn was_erased(&self, form: &str, key: Uuid) -> Result<bool, StoreError> {
        let form = form.to_owned();
        self.read(move |connection, workspace| {
            let sql = "SELECT 1 FROM erasure WHERE workspace = ? AND form = ? AND import_key = ?";
            Ok(connection.prepare_cached(sql)?.exists(params![workspace, form, key.as_bytes()])?)
        })
        .await
    }

    async fn withdraw(&self, withdraw: Withdraw) -> Result<Option<Vec<String>>, StoreError> {
        let seal = Arc::clone(&self.seal);
        self.write(move |connection, workspace| {
            let leads = ids(connection, workspace, &seal, &About::Lead(withdraw.lead))?;
            let mut purposes = BTreeSet::new();
            for lead in &leads {
                purposes.extend(withdraw_one(connection, workspace, *lead, &withdraw)?);
            }
            Ok((!leads.is_empty()).then(|| purposes.into_iter().collect()))
        })
        .await
    }
}

/// A database of so many bytes is written again at once, which takes about a second.
const QUICK_BYTES: i64 = 64 << 20;
/// A larger one once a day, in milliseconds.
const SLOW_MS: i64 = 86_400_000;

fn oldest_unpurged(connection: &Connection) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT min(erased_at_ms) FROM erasure WHERE NOT is_purged";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// `secure_delete` overwrites what is deleted, but not what a page keeps unused when its rows move to another; so the file
/// is written anew. Then the log is folded into it and emptied.
fn purge(connection: &Connection, now: Timestamp) -> Result<bool, StoreError> {
    let Some(oldest) = oldest_unpurged(connection)? else { return Ok(true) };
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let bytes: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let is_written = pages.saturating_mul(bytes) <= QUICK_BYTES || now.as_millis().saturating_sub(oldest) >= SLOW_MS;
    if is_written {
        vacuum(connection)?;
        connection.execute("UPDATE erasure SET is_purged = 1 WHERE NOT is_purged", [])?;
    }
    if empty_log(connection)? {
        return Ok(is_written);
    }
    // Somebody reads what the log has at the moment; so nothing is out of the files yet.
    connection.execute("UPDATE erasure SET is_purged = 0 WHERE erased_at_ms >= ?", [oldest])?;
    Ok(false)
}

/// Writes the file anew, and empties the log: whether nobody read in it at the moment.
pub(super) fn write_again(connection: &Connection) -> Result<bool, StoreError> {
    vacuum(connection)?;
    empty_log(connection)
}

fn vacuum(connection: &Connection) -> Result<(), StoreError> {
    keep_in_memory(connection, false)?;
    let written = connection.execute_batch("VACUUM");
    keep_in_memory(connection, true)?;
    Ok(written?)
}

fn empty_log(connection: &Connection) -> Result<bool, StoreError> {
    let is_busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(is_busy == 0)
}

/// From some leads to their twins and to those whose place they take or lost.
const RELATED: &str = "\
    UNION SELECT other.number, other.id, other.form, other.key, other.supersedes, other.duplicate_of FROM same \
    JOIN lead other ON other.workspace = ?1 AND other.id = same.duplicate_of \
    UNION SELECT other.number, other.id, other.form, other.key, other.supersedes, other.duplicate_of FROM same \
    JOIN lead other ON +other.workspace = ?1 AND other.duplicate_of = same.id \
    UNION SELECT other.number, other.id, other.form, other.key, other.supersedes, other.duplicate_of FROM same \
    JOIN lead other ON other.workspace = ?1 AND other.form = same.form AND other.key = same.supersedes \
    UNION SELECT other.number, other.id, other.form, other.key, other.supersedes, other.duplicate_of FROM same \
    JOIN lead other ON other.workspace = ?1 AND other.form = same.form AND other.supersedes = same.key";

fn ids(connection: &Connection, workspace: &str, seal: &Seal, about: &About) -> Result<Vec<Uuid>, StoreError> {
    let related = |condition: &str| {
        format!(
            "WITH RECURSIVE same (number, id, form, key, supersedes, duplicate_of) AS (SELECT number, id, form, key, \
             supersedes, duplicate_of FROM lead WHERE workspace = ?1 AND {condition} {RELATED}) \
             SELECT id FROM same ORDER BY number"
        )
    };
    let id = |row: &Row<'_>| row.get::<_, [u8; 16]>(0).map(Uuid::from_bytes);
    let found = match about {
        About::Lead(lead) => {
            let mut statement = connection.prepare_cached(&related("id = ?2"))?;
            statement.query_map(params![workspace, lead.as_bytes()], id)?.collect::<Result<_, _>>()
        }
        About::Email(email) => {
            let mut statement = connection.prepare_cached(&related("email_folded IN (?2, ?3)"))?;
            statement.query_map(params![workspace, email, seal.email(email)], id)?.collect()
        }
        About::Before { form, before, limit } => {
            let mut statement = connection.prepare_cached(
                "SELECT id FROM lead WHERE workspace = ? AND form = ? AND received_at_ms < ? \
                 ORDER BY received_at_ms, number LIMIT ?",
            )?;
            statement.query_map(params![workspace, form, before.as_millis(), limit], id)?.collect()
        }
    };
    Ok(found?)
}

fn erase_one(
    connection: &Connection,
    workspace: &str,
    lead: Uuid,
    erase: &Erase,
) -> Result<Option<Erasure>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, form, form_version, received_at_ms, decision, held_bytes IS NULL AND duplicate_of IS NULL, \
         CASE channel WHEN ? THEN key END FROM lead WHERE workspace = ? AND id = ?",
    )?;
    let found = statement.query_row(params![Channel::Import.as_str(), workspace, lead.as_bytes()], |row| {
        let erasure = Erasure {
            lead,
            form: row.get(1)?,
            form_version: VersionId::from_bytes(row.get(2)?),
            received_at: Timestamp::from_millis(row.get(3)?),
            erased_at: erase.at,
            why: erase.why,
        };
        let import_key: Option<[u8; 16]> = row.get(6)?;
        Ok((row.get::<_, i64>(0)?, erasure, row.get::<_, String>(4)?, row.get::<_, bool>(5)?, import_key))
    });
    let Some((number, erasure, decision, is_told, import_key)) = found.optional()? else { return Ok(None) };
    // With what was to be told of it.
    for which in ["id = ?2 AND lead = id", "lead = ?2 AND id <> lead"] {
        let mut statement =
            connection.prepare_cached(&format!("DELETE FROM event WHERE workspace = ?1 AND {which}"))?;
        statement.execute(params![workspace, lead.as_bytes()])?;
    }
    connection.prepare_cached("DELETE FROM lead WHERE number = ?")?.execute([number])?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO erasure (lead, workspace, form, form_version, received_at_ms, erased_at_ms, why, is_purged, \
         import_key) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)",
    )?;
    statement.execute(params![
        lead.as_bytes(),
        workspace,
        erasure.form,
        erasure.form_version.as_bytes(),
        erasure.received_at.as_millis(),
        erasure.erased_at.as_millis(),
        erasure.why.as_str(),
        import_key,
    ])?;
    if is_told {
        let decision = outbox::known(&decision, outbox::decision)?;
        outbox::tell(connection, workspace, &erasure.told(erase.ids.at(erase.at), decision))?;
    }
    Ok(Some(erasure))
}

fn erasure(row: &Row<'_>) -> Result<Erasure, StoreError> {
    Ok(Erasure {
        lead: Uuid::from_bytes(row.get("lead")?),
        form: row.get("form")?,
        form_version: VersionId::from_bytes(row.get("form_version")?),
        received_at: Timestamp::from_millis(row.get("received_at_ms")?),
        erased_at: Timestamp::from_millis(row.get("erased_at_ms")?),
        why: WhyErased::parse(&row.get::<_, String>("why")?)?,
    })
}

fn withdraw_one(
    connection: &Connection,
    workspace: &str,
    lead: Uuid,
    withdraw: &Withdraw,
) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT field, purpose FROM consent JOIN lead ON lead.number = consent.lead WHERE workspace = ? AND id = ? \
         AND withdrawn_at_ms IS NULL ORDER BY field",
    )?;
    let given = statement.query_map(params![workspace, lead.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let given: Vec<(String, String)> = given.collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(
        "UPDATE consent SET withdrawn_at_ms = ? WHERE field = ? \
         AND lead = (SELECT number FROM lead WHERE workspace = ? AND id = ?)",
    )?;
    let mut purposes = BTreeSet::new();
    for (field, purpose) in given {
        if withdraw.purposes.is_empty() || withdraw.purposes.contains(&purpose) {
            statement.execute(params![withdraw.at.as_millis(), field, workspace, lead.as_bytes()])?;
            purposes.insert(purpose);
        }
    }
    let purposes: Vec<String> = purposes.into_iter().collect();
    let mut statement = connection.prepare_cached(
        "SELECT form, decision FROM lead WHERE workspace = ? AND id = ? AND held_bytes IS NULL AND duplicate_of IS NULL",
    )?;
    let told = statement
        .query_row(params![workspace, lead.as_bytes()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
    if let Some((form, decision)) = told.optional()?.filter(|_| !purposes.is_empty()) {
        let decision = outbox::known(&decision, outbox::decision)?;
        outbox::tell(connection, workspace, &withdraw.told(lead, form, decision, &purposes))?;
    }
    Ok(purposes)
}
