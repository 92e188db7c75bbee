//! What is sealed, and sealing it anew.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{Sqlite, lead::sealed, privacy, quarantine};
use crate::store::{
    SealStore, Sealed, SealedAgain, StoreError,
    seal::{Earlier, INDEX, Seal, TRIED, Values, any_opens, column, secret_key},
};

#[async_trait]
impl SealStore for Sqlite {
    fn seals_under(&self) -> Option<String> {
        self.seal.first()
    }

    async fn sealed(&self) -> Result<Sealed, StoreError> {
        self.read(counted).await
    }

    async fn seal_again(&self, after: u64, limit: u32) -> Result<SealedAgain, StoreError> {
        // Looked for beside the writer, who would have others wait.
        let first = self.seal.first();
        let numbers = self
            .read(move |connection, workspace| others(connection, workspace, first.as_deref(), after, limit))
            .await?;
        let seal = Arc::clone(&self.seal);
        self.write(move |connection, workspace| {
            let mut again = SealedAgain::default();
            for number in numbers {
                again.last = u64::try_from(number).ok();
                match seal_lead(connection, workspace, &seal, number)? {
                    None => {}
                    Some(Ok(())) => again.leads += 1,
                    Some(Err(lead)) => again.broken.push(lead),
                }
            }
            Ok(again)
        })
        .await
    }

    async fn seal_rest_again(&self) -> Result<(), StoreError> {
        let seal = Arc::clone(&self.seal);
        self.write(move |connection, workspace| seal_rest(connection, workspace, &seal)).await
    }

    async fn write_files_again(&self) -> Result<bool, StoreError> {
        self.writer()?.alone(|connection, _| privacy::write_again(connection)).await
    }
}

/// Before leads are taken: all that is sealed opens, and look-ups have their secret.
pub(super) fn prepare(connection: &Connection, workspace: &str, seal: &Seal) -> Result<(), StoreError> {
    check(connection, workspace, seal)?;
    if seal.first().is_some() {
        seal.look_up_with(quarantine::secret(connection, workspace, seal, INDEX, seal.fresh()?)?);
    }
    Ok(())
}

/// Whether each key that something is sealed under is there, and is the one.
pub(super) fn check(connection: &Connection, workspace: &str, seal: &Seal) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("SELECT name, value FROM secret WHERE workspace = ?")?;
    let secrets = statement.query_map([workspace], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for secret in secrets.collect::<Result<Vec<(String, Vec<u8>)>, _>>()? {
        let (name, kept) = secret;
        let open = seal.open_secret(workspace, &name, kept)?;
        if name == INDEX {
            seal.look_up_with(open);
        }
    }
    let mut next =
        connection.prepare_cached("SELECT min(sealed_under) FROM lead WHERE workspace = ? AND sealed_under > ?")?;
    let mut some = connection.prepare_cached(
        "SELECT id, sealed_under, answers FROM lead WHERE workspace = ? AND sealed_under = ? ORDER BY number LIMIT ?",
    )?;
    let mut last = String::new();
    while let Some(key) = next.query_row([workspace, &last], |row| row.get::<_, Option<String>>(0))? {
        let mut rows = some.query(params![workspace, key, TRIED])?;
        let mut tried = Vec::new();
        while let Some(row) = rows.next()? {
            tried.push(sealed(row, seal)?.open(column::ANSWERS, row.get("answers")?).map(drop));
        }
        any_opens(tried)?;
        last = key;
    }
    let sql = "SELECT id, sealed_under FROM person_merge WHERE workspace = ? AND sealed_under IS NOT NULL GROUP BY 2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([workspace])?;
    while let Some(row) = rows.next()? {
        sealed(row, seal)?;
    }
    Ok(())
}

fn counted(connection: &Connection, workspace: &str) -> Result<Sealed, StoreError> {
    let count = |sql: &str| -> Result<Vec<(Option<String>, u64)>, StoreError> {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map([workspace], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let leads = count("SELECT sealed_under, count(*) FROM lead WHERE workspace = ? GROUP BY 1 ORDER BY 1")?;
    let mut others =
        count("SELECT sealed_under, count(*) FROM person_merge WHERE workspace = ? AND why IS NOT NULL GROUP BY 1")?;
    let mut statement = connection.prepare_cached("SELECT value FROM secret WHERE workspace = ?")?;
    for kept in statement.query_map([workspace], |row| row.get::<_, Vec<u8>>(0))? {
        others.push((secret_key(&kept?), 1));
    }
    Ok(Sealed::new(leads, others))
}

fn others(
    connection: &Connection,
    workspace: &str,
    first: Option<&str>,
    after: u64,
    limit: u32,
) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number FROM lead WHERE +workspace = ? AND number > ? AND sealed_under IS NOT ? ORDER BY number LIMIT ?",
    )?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let numbers = statement.query_map(params![workspace, after, first, limit], |row| row.get(0))?;
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// `None` where it is gone, or sealed by another meanwhile; its id where it does not open.
fn seal_lead(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    number: i64,
) -> Result<Option<Result<(), Uuid>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, sealed_under, answers, circumstances, explanation, fingerprint, page_url, page_referrer, \
         email_folded, twin FROM lead WHERE workspace = ? AND number = ? AND sealed_under IS NOT ?",
    )?;
    let mut rows = statement.query(params![workspace, number, seal.first()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (id, under) = (Uuid::from_bytes(row.get("id")?), row.get::<_, Option<String>>("sealed_under")?);
    let values = Values {
        answers: row.get("answers")?,
        circumstances: row.get("circumstances")?,
        explanation: row.get("explanation")?,
        fingerprint: row.get("fingerprint")?,
        page_url: row.get("page_url")?,
        page_referrer: row.get("page_referrer")?,
        email: row.get("email_folded")?,
        twin: row.get("twin")?,
        earlier: earlier(connection, number)?,
    };
    let Ok(values) = seal.lead_anew(under.as_deref(), id, values) else { return Ok(Some(Err(id))) };
    let mut statement = connection.prepare_cached(
        "UPDATE lead SET answers = ?, circumstances = ?, explanation = ?, fingerprint = ?, page_url = ?, \
         page_referrer = ?, email_folded = ?, twin = ?, sealed_under = ? WHERE number = ?",
    )?;
    statement.execute(params![
        values.answers,
        values.circumstances,
        values.explanation,
        values.fingerprint,
        values.page_url,
        values.page_referrer,
        values.email,
        values.twin,
        seal.first(),
        number,
    ])?;
    let mut statement =
        connection.prepare_cached("UPDATE judgement SET circumstances = ?, explanation = ? WHERE number = ?")?;
    for verdict in values.earlier {
        statement.execute(params![verdict.circumstances, verdict.explanation, verdict.number])?;
    }
    connection.prepare_cached("DELETE FROM lead_text WHERE lead = ?")?.execute([number])?;
    Ok(Some(Ok(())))
}

fn earlier(connection: &Connection, lead: i64) -> Result<Vec<Earlier>, StoreError> {
    let sql = "SELECT number, circumstances, explanation FROM judgement WHERE lead = ?";
    let mut statement = connection.prepare_cached(sql)?;
    let verdicts = statement.query_map([lead], |row| {
        Ok(Earlier { number: row.get(0)?, circumstances: row.get(1)?, explanation: row.get(2)? })
    });
    Ok(verdicts?.collect::<Result<_, _>>()?)
}

fn seal_rest(connection: &Connection, workspace: &str, seal: &Seal) -> Result<(), StoreError> {
    let sql = "SELECT id, sealed_under, why FROM person_merge WHERE workspace = ? AND sealed_under IS NOT ?";
    let mut statement = connection.prepare_cached(sql)?;
    let notes = statement.query_map(params![workspace, seal.first()], |row| {
        Ok((Uuid::from_bytes(row.get(0)?), row.get::<_, Option<String>>(1)?, row.get(2)?))
    });
    let mut update = connection.prepare_cached("UPDATE person_merge SET why = ?, sealed_under = ? WHERE id = ?")?;
    for note in notes?.collect::<Result<Vec<_>, _>>()? {
        let (id, under, why) = note;
        let why = seal.note_anew(under.as_deref(), id, why)?;
        update.execute(params![why, seal.first(), id.as_bytes()])?;
    }
    let mut statement = connection.prepare_cached("SELECT name, value FROM secret WHERE workspace = ?")?;
    let secrets = statement.query_map([workspace], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut update = connection.prepare_cached("UPDATE secret SET value = ? WHERE workspace = ? AND name = ?")?;
    for secret in secrets.collect::<Result<Vec<(String, Vec<u8>)>, _>>()? {
        let (name, kept) = secret;
        let open = seal.open_secret(workspace, &name, kept)?;
        update.execute(params![seal.seal_secret(workspace, &name, &open)?, workspace, name])?;
    }
    Ok(())
}
