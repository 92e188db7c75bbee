//! What is sealed, and sealing it anew.

use std::collections::HashMap;

use async_trait::async_trait;
use deadpool_postgres::{GenericClient, Pool, Transaction};
use tokio_postgres::{IsolationLevel, Row, types::ToSql};
use uuid::Uuid;

use super::{Fault, Postgres, fault::again_if_undone, lead, lead::sealed, quarantine};
use crate::store::{
    SealStore, Sealed, SealedAgain, StoreError,
    seal::{Earlier, INDEX, Seal, TRIED, Values, any_opens, column, secret_key},
};

#[async_trait]
impl SealStore for Postgres {
    fn seals_under(&self) -> Option<String> {
        self.seal.first()
    }

    async fn sealed(&self) -> Result<Sealed, StoreError> {
        Ok(self.counted().await?)
    }

    async fn seal_again(&self, after: u64, limit: u32) -> Result<SealedAgain, StoreError> {
        self.writer()?;
        Ok(again_if_undone!(self.seal_leads(after, limit))?)
    }

    async fn seal_rest_again(&self) -> Result<(), StoreError> {
        self.writer()?;
        Ok(again_if_undone!(self.seal_rest())?)
    }

    async fn write_files_again(&self) -> Result<bool, StoreError> {
        self.writer()?;
        Ok(self.vacuum().await?)
    }
}

/// Before leads are taken: all that is sealed opens, and look-ups have their secret.
pub(super) async fn prepare(pool: &Pool, workspace: &str, seal: &Seal) -> Result<(), Fault> {
    open_each(pool, workspace, seal).await?;
    if seal.first().is_some() {
        let client = pool.get().await?;
        seal.look_up_with(quarantine::keep_secret(&client, workspace, seal, INDEX, seal.fresh()?).await?);
    }
    Ok(())
}

/// Whether each key that something is sealed under is there, and is the one.
pub(super) async fn check(pool: &Pool, workspace: &str, seal: &Seal) -> Result<(), StoreError> {
    Ok(open_each(pool, workspace, seal).await?)
}

async fn open_each(pool: &Pool, workspace: &str, seal: &Seal) -> Result<(), Fault> {
    let client = pool.get().await?;
    for row in client.query("SELECT name, value FROM secret WHERE workspace = $1", &[&workspace]).await? {
        let name: String = row.try_get(0)?;
        let open = seal.open_secret(workspace, &name, row.try_get(1)?)?;
        if name == INDEX {
            seal.look_up_with(open);
        }
    }
    let next = "SELECT min(sealed_under) FROM lead WHERE workspace = $1 AND sealed_under > $2";
    let some = "SELECT id, sealed_under, answers FROM lead WHERE workspace = $1 AND sealed_under = $2 ORDER BY number \
                LIMIT $3";
    let mut last = String::new();
    while let Some(key) = client.query_one(next, &[&workspace, &last]).await?.try_get::<_, Option<String>>(0)? {
        let mut tried = Vec::new();
        for row in client.query(some, &[&workspace, &key, &TRIED]).await? {
            tried.push(sealed(&row, seal)?.open(column::ANSWERS, row.try_get("answers")?).map(drop));
        }
        any_opens(tried)?;
        last = key;
    }
    let sql = "SELECT DISTINCT ON (sealed_under) id, sealed_under FROM person_merge \
               WHERE workspace = $1 AND sealed_under IS NOT NULL ORDER BY sealed_under, id";
    for row in client.query(sql, &[&workspace]).await? {
        sealed(&row, seal)?;
    }
    Ok(())
}

impl Postgres {
    async fn counted(&self) -> Result<Sealed, Fault> {
        let count = async |sql: &str| -> Result<Vec<(Option<String>, u64)>, Fault> {
            let rows = self.find(sql, &[&&*self.workspace]).await?;
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get::<_, i64>(1)?.unsigned_abs()))).collect()
        };
        let sql = "SELECT sealed_under, count(*) FROM lead WHERE workspace = $1 GROUP BY 1 ORDER BY 1 NULLS FIRST";
        let leads = count(sql).await?;
        let sql = "SELECT sealed_under, count(*) FROM person_merge WHERE workspace = $1 AND why IS NOT NULL GROUP BY 1";
        let mut others = count(sql).await?;
        for row in self.find("SELECT value FROM secret WHERE workspace = $1", &[&&*self.workspace]).await? {
            others.push((secret_key(row.try_get(0)?), 1));
        }
        Ok(Sealed::new(leads, others))
    }

    async fn seal_leads(&self, after: u64, limit: u32) -> Result<SealedAgain, Fault> {
        let (workspace, first) = (&*self.workspace, self.seal.first());
        let mut client = self.connection().await?;
        let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
        let sql = "SELECT number, id, sealed_under, answers, circumstances, explanation, fingerprint, page_url, \
                   page_referrer, email_folded, twin FROM lead WHERE workspace = $1 AND number > $2 \
                   AND sealed_under IS DISTINCT FROM $3 ORDER BY number LIMIT $4 FOR UPDATE";
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let statement = transaction.prepare_cached(sql).await?;
        let rows = transaction.query(&statement, &[&workspace, &after, &first, &i64::from(limit)]).await?;
        let numbers = rows.iter().map(|row| Ok(row.try_get("number")?)).collect::<Result<Vec<i64>, Fault>>()?;
        let sql = "SELECT lead, place, circumstances, explanation FROM judgement WHERE lead = ANY ($1)";
        let statement = transaction.prepare_cached(sql).await?;
        let mut earlier: HashMap<i64, Vec<Earlier>> = HashMap::new();
        for row in transaction.query(&statement, &[&numbers]).await? {
            let (circumstances, explanation) = (row.try_get("circumstances")?, row.try_get("explanation")?);
            let verdict = Earlier { number: row.try_get("place")?, circumstances, explanation };
            earlier.entry(row.try_get("lead")?).or_default().push(verdict);
        }
        let mut again =
            SealedAgain { last: numbers.last().and_then(|last| u64::try_from(*last).ok()), ..SealedAgain::default() };
        let mut sealed = Vec::with_capacity(rows.len());
        for (row, number) in rows.iter().zip(numbers) {
            let id: Uuid = row.try_get("id")?;
            let values = values(row, earlier.remove(&number).unwrap_or_default())?;
            match self.seal.lead_anew(row.try_get("sealed_under")?, id, values) {
                Ok(values) => sealed.push((number, values)),
                Err(_) => again.broken.push(id),
            }
        }
        again.leads = u64::try_from(sealed.len()).unwrap_or(u64::MAX);
        write(&transaction, &sealed, first.as_deref()).await?;
        transaction.commit().await?;
        Ok(again)
    }

    async fn seal_rest(&self) -> Result<(), Fault> {
        let (workspace, first) = (&*self.workspace, self.seal.first());
        let mut client = self.connection().await?;
        let transaction = client.transaction().await?;
        let sql = "SELECT id, sealed_under, why FROM person_merge WHERE workspace = $1 \
                   AND sealed_under IS DISTINCT FROM $2 ORDER BY id FOR UPDATE";
        for row in transaction.query(sql, &[&workspace, &first]).await? {
            let id: Uuid = row.try_get(0)?;
            let why = self.seal.note_anew(row.try_get(1)?, id, row.try_get(2)?)?;
            let sql = "UPDATE person_merge SET why = $1, sealed_under = $2 WHERE id = $3";
            transaction.execute(sql, &[&why, &first, &id]).await?;
        }
        let sql = "SELECT name, value FROM secret WHERE workspace = $1 ORDER BY name FOR UPDATE";
        for row in transaction.query(sql, &[&workspace]).await? {
            let name: String = row.try_get(0)?;
            let open = self.seal.open_secret(workspace, &name, row.try_get(1)?)?;
            let value = self.seal.seal_secret(workspace, &name, &open)?;
            let sql = "UPDATE secret SET value = $1 WHERE workspace = $2 AND name = $3";
            transaction.execute(sql, &[&value, &workspace, &name]).await?;
        }
        Ok(transaction.commit().await?)
    }
}

fn values(row: &Row, earlier: Vec<Earlier>) -> Result<Values, Fault> {
    Ok(Values {
        answers: row.try_get("answers")?,
        circumstances: row.try_get("circumstances")?,
        explanation: row.try_get("explanation")?,
        fingerprint: row.try_get("fingerprint")?,
        page_url: row.try_get("page_url")?,
        page_referrer: row.try_get("page_referrer")?,
        email: row.try_get("email_folded")?,
        twin: row.try_get("twin")?,
        earlier,
    })
}

async fn write(transaction: &Transaction<'_>, sealed: &[(i64, Values)], first: Option<&str>) -> Result<(), Fault> {
    let numbers: Vec<i64> = sealed.iter().map(|(number, _)| *number).collect();
    let bytes =
        |of: fn(&Values) -> Option<&[u8]>| -> Vec<Option<&[u8]>> { sealed.iter().map(|(_, it)| of(it)).collect() };
    let texts =
        |of: fn(&Values) -> Option<&str>| -> Vec<Option<&str>> { sealed.iter().map(|(_, it)| of(it)).collect() };
    let sql = "UPDATE lead SET answers = given.answers, circumstances = given.circumstances, \
               explanation = given.explanation, fingerprint = given.fingerprint, page_url = given.page_url, \
               page_referrer = given.page_referrer, email_folded = given.email_folded, twin = given.twin, \
               sealed_under = $1 FROM unnest($2::int8[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::text[], \
               $8::text[], $9::text[], $10::bytea[]) AS given (number, answers, circumstances, explanation, fingerprint, \
               page_url, page_referrer, email_folded, twin) WHERE lead.number = given.number";
    let statement = transaction.prepare_cached(sql).await?;
    let values: [&(dyn ToSql + Sync); 10] = [
        &first,
        &numbers,
        &bytes(|it| Some(&it.answers)),
        &bytes(|it| it.circumstances.as_deref()),
        &bytes(|it| Some(&it.explanation)),
        &bytes(|it| Some(&it.fingerprint)),
        &texts(|it| it.page_url.as_deref()),
        &texts(|it| it.page_referrer.as_deref()),
        &texts(|it| it.email.as_deref()),
        &bytes(|it| it.twin.as_deref()),
    ];
    transaction.execute(&statement, &values).await?;
    let sql = "UPDATE judgement SET circumstances = $1, explanation = $2 WHERE lead = $3 AND place = $4";
    let statement = transaction.prepare_cached(sql).await?;
    for (number, Values { earlier, .. }) in sealed {
        for verdict in earlier {
            let values: [&(dyn ToSql + Sync); 4] =
                [&verdict.circumstances, &verdict.explanation, number, &verdict.number];
            transaction.execute(&statement, &values).await?;
        }
    }
    transaction.execute("DELETE FROM lead_text WHERE lead = ANY ($1)", &[&numbers]).await?;
    lead::drop_segments(transaction, numbers).await
}
