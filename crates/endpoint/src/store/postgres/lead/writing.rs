//! The statements that write leads, each for a whole group.

use std::collections::{BTreeSet, HashMap, HashSet};

use deadpool_postgres::{GenericClient, Pool, Transaction};
use tokio_postgres::{IsolationLevel, Statement};
use uuid::Uuid;

use super::{
    Fault, bytes, copying,
    group::{Before, New, sort_out, twin_of},
    reading::sent,
    turn,
};
use crate::store::{
    Event, Kept, NewLead, Sent, StoreError,
    lead::Row,
    postgres::{confirmation, outbox},
    seal::Seal,
};

/// Writes a group, or finds what was kept under its keys before. All of it is committed when this returns.
pub(in crate::store::postgres) async fn write_group(
    pool: &Pool,
    workspace: &str,
    seal: &Seal,
    rows: &[Box<Row>],
) -> Result<Vec<Result<Kept, StoreError>>, Fault> {
    let mut client = pool.get().await?;
    let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
    // What is asked now is sent at once and done in this order: the row is held before anything is looked up.
    let statement = transaction.prepare_cached(NUMBERS).await?;
    let (first, used, twins, spent, (), receivers) = tokio::try_join!(
        biased;
        numbers(&transaction, &statement, rows.len()),
        used_keys(&transaction, workspace, seal, rows),
        twins(&transaction, workspace, rows),
        spent(&transaction, workspace, rows),
        parents(&transaction, workspace, rows),
        outbox::to_tell(&transaction, workspace),
    )?;
    let (mut new, told) = sort_out(rows, first, Before { used, twins, spent });
    if !new.is_empty() {
        owners(&transaction, workspace, &mut new).await?;
        let all = came(&new, |_| true);
        // None waits for the way to the database and back of another. What is wrong with the first is told before what that
        // does to the others.
        tokio::try_join!(
            biased;
            copying::leads(&transaction, workspace, &new),
            consents(&transaction, &new),
            texts(&transaction, &new),
            person_keys(&transaction, &new),
            outbox::note(&transaction, workspace, &all),
            spend(&transaction, workspace, &new),
        )?;
        outbox::deliver(&transaction, &receivers, &came(&new, |lead| !lead.quiet)).await?;
        let asking = new.iter().filter(|it| it.duplicate_of.is_none() && it.held_bytes.is_none());
        let asking = asking.filter_map(|it| Some((it.number, it.row.lead.asks()?))).collect();
        let asked = confirmation::ask(&transaction, workspace, asking).await?;
        outbox::tell(&transaction, workspace, &asked).await?;
    }
    transaction.commit().await?;
    Ok(told)
}

/// Says who works on each. Who is held takes no turn until it is released.
async fn owners(transaction: &Transaction<'_>, workspace: &str, new: &mut [New<'_>]) -> Result<(), Fault> {
    let mut asked = Vec::with_capacity(new.len());
    for New { row, duplicate_of, held_bytes, .. } in new.iter() {
        let lead = &row.lead;
        asked.push(turn::Asked {
            id: lead.id,
            form: &lead.form,
            key: lead.key,
            owners: lead.owners.as_ref().filter(|_| held_bytes.is_none()),
            supersedes: lead.supersedes,
            duplicate_of: *duplicate_of,
        });
    }
    let told = turn::assign(transaction, workspace, &asked).await?;
    new.iter_mut().zip(told).for_each(|(it, owner)| it.owner = owner);
    Ok(())
}

const NUMBERS: &str = "UPDATE lead_number SET last = last + $1 WHERE one RETURNING last";

/// The first of as many numbers. From here to the commit no other endpoint writes leads, and every statement that
/// follows sees all leads before these.
async fn numbers(transaction: &Transaction<'_>, statement: &Statement, count: usize) -> Result<i64, Fault> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let last: i64 = transaction.query_one(statement, &[&count]).await?.try_get(0)?;
    Ok(last - count + 1)
}

/// That the versions and the words which the group names were kept before. Nobody removes those, so none is gone at its commit.
async fn parents(transaction: &Transaction<'_>, workspace: &str, rows: &[Box<Row>]) -> Result<(), Fault> {
    let versions: BTreeSet<(&str, &[u8])> =
        rows.iter().map(|row| (row.lead.form.as_str(), bytes(&row.lead.form_version))).collect();
    let consents = rows.iter().flat_map(|row| &row.lead.consents);
    let wordings: BTreeSet<&[u8]> = consents.map(|consent| bytes(&consent.wording)).collect();
    let (forms, versions): (Vec<_>, Vec<_>) = versions.into_iter().unzip();
    let wordings: Vec<_> = wordings.into_iter().collect();
    let statement = transaction
        .prepare_cached(
            "SELECT (SELECT count(*) FROM unnest($2::text[], $3::bytea[]) AS named (form, version) \
             JOIN form_version ON workspace = $1 AND form_version.form = named.form \
             AND form_version.version = named.version), \
             (SELECT count(*) FROM unnest($4::bytea[]) AS named (sha256) JOIN wording ON wording.sha256 = named.sha256)",
        )
        .await?;
    let found = transaction.query_one(&statement, &[&workspace, &forms, &versions, &wordings]).await?;
    let is_all = |column, named: usize| -> Result<bool, Fault> {
        Ok(usize::try_from(found.try_get::<_, i64>(column)?).is_ok_and(|found| found == named))
    };
    if is_all(0, versions.len())? && is_all(1, wordings.len())? {
        return Ok(());
    }
    Err(Fault { of_the_data: true, ..Fault::failed("a lead names a form version or a wording that was not kept") })
}

/// What was sent under keys of the group before, by place in the group.
async fn used_keys(
    transaction: &Transaction<'_>,
    workspace: &str,
    seal: &Seal,
    rows: &[Box<Row>],
) -> Result<HashMap<usize, Sent>, Fault> {
    let statement = transaction
        .prepare_cached(
            "SELECT place, id, sealed_under, fingerprint, receipt, decision FROM unnest($2::int8[], $3::text[], $4::uuid[]) \
             AS asked (place, form, key) CROSS JOIN LATERAL (SELECT id, sealed_under, fingerprint, receipt, decision FROM lead \
             WHERE lead.key = asked.key AND (workspace, lead.form) IS NOT DISTINCT FROM ($1, asked.form) LIMIT 1) AS used",
        )
        .await?;
    let forms: Vec<_> = rows.iter().map(|row| row.lead.form.as_str()).collect();
    let keys: Vec<_> = rows.iter().map(|row| row.lead.key).collect();
    let found = transaction.query(&statement, &[&workspace, &places(0..rows.len()), &forms, &keys]).await?;
    found.iter().map(|row| Ok((place(row)?, sent(row, seal)?))).collect()
}

/// The leads that those of the group say again, by place in the group.
async fn twins(
    transaction: &Transaction<'_>,
    workspace: &str,
    rows: &[Box<Row>],
) -> Result<HashMap<usize, Uuid>, Fault> {
    let statement = transaction
        .prepare_cached(
            "SELECT place, first FROM unnest($2::int8[], $3::text[], $4::bytea[], $5::int8[]) \
             AS asked (place, email, twin, since) CROSS JOIN LATERAL (SELECT coalesce(duplicate_of, id) AS first \
             FROM lead WHERE email_folded = asked.email AND lead.twin = asked.twin \
             AND workspace IS NOT DISTINCT FROM $1 AND held_bytes IS NULL \
             AND received_at_ms >= asked.since ORDER BY received_at_ms LIMIT 1) AS earlier",
        )
        .await?;
    let asked: Vec<_> = rows.iter().enumerate().filter_map(|(place, row)| Some((place, twin_of(row)?, row))).collect();
    let emails: Vec<_> = asked.iter().map(|(_, (email, _), _)| *email).collect();
    let twins: Vec<_> = asked.iter().map(|(_, (_, twin), _)| *twin).collect();
    let since: Vec<_> = asked.iter().map(|(_, _, row)| row.lead.twins_since.as_millis()).collect();
    let asked = places(asked.iter().map(|(place, _, _)| *place));
    let found = transaction.query(&statement, &[&workspace, &asked, &emails, &twins, &since]).await?;
    found.iter().map(|row| Ok((place(row)?, row.try_get("first")?))).collect()
}

/// Whose challenges were answered before, by place in the group.
async fn spent(transaction: &Transaction<'_>, workspace: &str, rows: &[Box<Row>]) -> Result<HashSet<usize>, Fault> {
    let answered = rows.iter().enumerate().filter_map(|(place, row)| Some((place, row.lead.doubt.challenge.as_ref()?)));
    let (asked, challenges): (Vec<_>, Vec<_>) = answered.map(|(place, challenge)| (place, &challenge.id[..])).unzip();
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let statement = transaction
        .prepare_cached(
            "SELECT place FROM unnest($2::int8[], $3::bytea[]) AS asked (place, challenge) CROSS JOIN LATERAL \
             (SELECT 1 FROM spent_challenge WHERE workspace = $1 AND spent_challenge.challenge = asked.challenge \
             LIMIT 1) AS spent",
        )
        .await?;
    let found = transaction.query(&statement, &[&workspace, &places(asked.into_iter()), &challenges]).await?;
    found.iter().map(place).collect()
}

async fn spend(transaction: &Transaction<'_>, workspace: &str, new: &[New<'_>]) -> Result<(), Fault> {
    let answered = new.iter().filter_map(|it| it.challenge);
    let (challenges, expire): (Vec<_>, Vec<_>) = answered.map(|it| (&it.id[..], it.expires_at.as_millis())).unzip();
    let Some(latest) = new.iter().map(|it| it.row.lead.received_at.as_millis()).max() else { return Ok(()) };
    if challenges.is_empty() {
        return Ok(());
    }
    let sql = "DELETE FROM spent_challenge WHERE workspace = $1 AND expires_at_ms < $2";
    let statement = transaction.prepare_cached(sql).await?;
    // An hour more than needed: another endpoint's clock may be late.
    transaction.execute(&statement, &[&workspace, &(latest - 3_600_000)]).await?;
    let sql = "INSERT INTO spent_challenge (workspace, challenge, expires_at_ms) \
               SELECT $1, challenge, expires_at_ms FROM unnest($2::bytea[], $3::int8[]) AS given (challenge, expires_at_ms)";
    let statement = transaction.prepare_cached(sql).await?;
    transaction.execute(&statement, &[&workspace, &challenges, &expire]).await?;
    Ok(())
}

fn places(places: impl Iterator<Item = usize>) -> Vec<i64> {
    places.map(|place| i64::try_from(place).unwrap_or(i64::MAX)).collect()
}

fn place(row: &tokio_postgres::Row) -> Result<usize, Fault> {
    Ok(usize::try_from(row.try_get::<_, i64>("place")?).unwrap_or(usize::MAX))
}

/// Who says the same again tells nobody anything new, and of who is held nobody hears before they are released.
fn came(new: &[New<'_>], of: impl Fn(&NewLead) -> bool) -> Vec<Event> {
    let told = new.iter().filter(|it| it.duplicate_of.is_none() && it.held_bytes.is_none());
    told.map(|it| &it.row.lead).filter(|lead| of(lead)).map(|lead| lead.came()).collect()
}

async fn texts(transaction: &Transaction<'_>, new: &[New<'_>]) -> Result<(), Fault> {
    let sql = "INSERT INTO lead_text (lead, folded) SELECT lead, folded FROM unnest($1::int8[], $2::text[]) \
               AS given (lead, folded)";
    let statement = transaction.prepare_cached(sql).await?;
    let plain = new.iter().filter(|it| it.row.sealed_under.is_none());
    let (leads, folded): (Vec<_>, Vec<_>) = plain.map(|it| (it.number, it.row.lead.folded.as_str())).unzip();
    transaction.execute(&statement, &[&leads, &folded]).await?;
    Ok(())
}

async fn person_keys(transaction: &Transaction<'_>, new: &[New<'_>]) -> Result<(), Fault> {
    let all = new.iter().flat_map(|it| it.row.lead.person_keys.iter().map(|key| (it.number, key.as_slice())));
    let (leads, keys): (Vec<i64>, Vec<&[u8]>) = all.unzip();
    if leads.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO person_key (lead, key) SELECT lead, key FROM unnest($1::int8[], $2::bytea[]) \
               AS given (lead, key) ON CONFLICT DO NOTHING";
    let statement = transaction.prepare_cached(sql).await?;
    transaction.execute(&statement, &[&leads, &keys]).await?;
    Ok(())
}

async fn consents(transaction: &Transaction<'_>, new: &[New<'_>]) -> Result<(), Fault> {
    let given: Vec<_> =
        new.iter().flat_map(|it| it.row.lead.consents.iter().map(move |consent| (it, consent))).collect();
    if given.is_empty() {
        return Ok(());
    }
    let statement = transaction
        .prepare_cached(
            "INSERT INTO consent (lead, field, purpose, wording, language, given_at_ms) \
             SELECT lead, field, purpose, wording, language, given_at_ms \
             FROM unnest($1::int8[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::int8[]) \
             AS given (lead, field, purpose, wording, language, given_at_ms)",
        )
        .await?;
    let numbers: Vec<_> = given.iter().map(|(it, _)| it.number).collect();
    let fields: Vec<_> = given.iter().map(|(_, consent)| consent.field.as_str()).collect();
    let purposes: Vec<_> = given.iter().map(|(_, consent)| consent.purpose.as_str()).collect();
    let wordings: Vec<_> = given.iter().map(|(_, consent)| bytes(&consent.wording)).collect();
    let languages: Vec<_> = given.iter().map(|(it, _)| it.row.lead.language.code()).collect();
    let times: Vec<_> = given.iter().map(|(it, _)| it.row.lead.given_at().as_millis()).collect();
    transaction.execute(&statement, &[&numbers, &fields, &purposes, &wordings, &languages, &times]).await?;
    Ok(())
}
