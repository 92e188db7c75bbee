//! Whose turn it is. Asked and counted in the transaction that keeps the leads, while no other endpoint writes any, so no
//! turn is lost and none is taken twice.

use std::collections::{BTreeMap, HashMap};

use deadpool_postgres::Transaction;
use leadglass_scoring::scorecard::in_turn;
use uuid::Uuid;

use super::Fault;
use crate::store::OwnerTurns;

/// Turns taken under each rule of each form.
type Turns<'n> = BTreeMap<(&'n str, &'n str), i64>;

/// What a turn depends on.
pub(in crate::store::postgres) struct Asked<'n> {
    pub(in crate::store::postgres) id: Uuid,
    pub(in crate::store::postgres) form: &'n str,
    pub(in crate::store::postgres) key: Uuid,
    pub(in crate::store::postgres) owners: Option<&'n OwnerTurns>,
    pub(in crate::store::postgres) supersedes: Option<Uuid>,
    pub(in crate::store::postgres) duplicate_of: Option<Uuid>,
}

/// Says who is to work on each lead of a group. A lead that is said again, or takes the place of another, stays with whom
/// the first one went to.
pub(in crate::store::postgres) async fn assign<'n>(
    transaction: &Transaction<'_>,
    workspace: &str,
    new: &[Asked<'n>],
) -> Result<Vec<Option<&'n str>>, Fault> {
    if !new.iter().any(|it| rule(it).is_some()) {
        let only = |it: &Asked<'n>| it.owners.and_then(|turns| turns.owners.first()).map(String::as_str);
        return Ok(new.iter().map(only).collect());
    }
    let mut of_lead = owners_of_leads(transaction, workspace, new).await?;
    let mut of_key = owners_of_keys(transaction, workspace, new).await?;
    let before = taken(transaction, workspace, new).await?;
    let mut after = before.clone();
    let mut told = Vec::with_capacity(new.len());
    for it in new {
        let mut owner = it.owners.and_then(|turns| turns.owners.first()).map(String::as_str);
        if let (Some(place), Some(turns)) = (rule(it), it.owners) {
            let first = match (it.duplicate_of, it.supersedes) {
                (Some(first), _) => of_lead.get(&first),
                (None, Some(key)) => of_key.get(&(it.form.to_owned(), key)),
                (None, None) => None,
            };
            owner = first.and_then(|first| turns.owners.iter().find(|owner| *owner == first)).map(String::as_str);
            if owner.is_none() {
                let turn = after.entry(place).or_default();
                owner = in_turn(&turns.owners, u64::try_from(*turn).unwrap_or(0));
                *turn += 1;
            }
        }
        if let Some(owner) = owner {
            of_lead.insert(it.id, owner.to_owned());
            of_key.insert((it.form.to_owned(), it.key), owner.to_owned());
        }
        told.push(owner);
    }
    after.retain(|place, turns| before.get(place) != Some(turns));
    count(transaction, workspace, &after).await?;
    Ok(told)
}

/// The form and rule under which a lead may take a turn: one owner alone takes all.
fn rule<'n>(it: &Asked<'n>) -> Option<(&'n str, &'n str)> {
    let turns = it.owners.filter(|turns| turns.owners.len() > 1)?;
    Some((it.form, &turns.rule))
}

async fn owners_of_leads(
    transaction: &Transaction<'_>,
    workspace: &str,
    new: &[Asked<'_>],
) -> Result<HashMap<Uuid, String>, Fault> {
    let ids: Vec<Uuid> = new.iter().filter_map(|it| it.duplicate_of).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "SELECT id, owner FROM lead WHERE workspace = $1 AND id = ANY ($2) AND owner IS NOT NULL";
    let statement = transaction.prepare_cached(sql).await?;
    let found = transaction.query(&statement, &[&workspace, &ids]).await?;
    found.iter().map(|row| Ok((row.try_get("id")?, row.try_get("owner")?))).collect()
}

async fn owners_of_keys(
    transaction: &Transaction<'_>,
    workspace: &str,
    new: &[Asked<'_>],
) -> Result<HashMap<(String, Uuid), String>, Fault> {
    let asked = new.iter().filter_map(|it| Some((it.form, it.supersedes?)));
    let (forms, keys): (Vec<&str>, Vec<Uuid>) = asked.unzip();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "SELECT asked.form, asked.key, owner FROM unnest($2::text[], $3::uuid[]) AS asked (form, key) \
               CROSS JOIN LATERAL (SELECT owner FROM lead WHERE lead.key = asked.key \
               AND (workspace, lead.form) IS NOT DISTINCT FROM ($1, asked.form) AND owner IS NOT NULL LIMIT 1) AS replaced";
    let statement = transaction.prepare_cached(sql).await?;
    let found = transaction.query(&statement, &[&workspace, &forms, &keys]).await?;
    found.iter().map(|row| Ok(((row.try_get("form")?, row.try_get("key")?), row.try_get("owner")?))).collect()
}

async fn taken<'n>(transaction: &Transaction<'_>, workspace: &str, new: &[Asked<'n>]) -> Result<Turns<'n>, Fault> {
    let mut turns: Turns<'n> = new.iter().filter_map(|it| Some((rule(it)?, 0))).collect();
    let statement = transaction
        .prepare_cached("SELECT taken FROM owner_turn WHERE workspace = $1 AND form = $2 AND rule = $3")
        .await?;
    for ((form, rule), taken) in &mut turns {
        if let Some(row) = transaction.query_opt(&statement, &[&workspace, form, rule]).await? {
            *taken = row.try_get("taken")?;
        }
    }
    Ok(turns)
}

async fn count(transaction: &Transaction<'_>, workspace: &str, turns: &Turns<'_>) -> Result<(), Fault> {
    let statement = transaction
        .prepare_cached(
            "INSERT INTO owner_turn (workspace, form, rule, taken) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (workspace, form, rule) DO UPDATE SET taken = excluded.taken",
        )
        .await?;
    for ((form, rule), taken) in turns {
        transaction.execute(&statement, &[&workspace, form, rule, taken]).await?;
    }
    Ok(())
}
