//! Whose turn it is. Asked and counted in the transaction that keeps the lead, so no turn is lost and none is taken twice.

use leadglass_scoring::scorecard::in_turn;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::store::{OwnerTurns, StoreError};

/// What a turn depends on.
pub(in crate::store::sqlite) struct Asked<'a> {
    pub(in crate::store::sqlite) owners: Option<&'a OwnerTurns>,
    pub(in crate::store::sqlite) form: &'a str,
    pub(in crate::store::sqlite) supersedes: Option<Uuid>,
}

/// Who is to work on a lead.
pub(in crate::store::sqlite) struct Owner {
    pub(in crate::store::sqlite) name: Option<String>,
    takes_turn: bool,
}

/// A lead that is said again, or takes the place of another, stays with whom the first one went to.
pub(in crate::store::sqlite) fn owner(
    connection: &Connection,
    workspace: &str,
    lead: &Asked<'_>,
    duplicate_of: Option<&[u8]>,
) -> Result<Owner, StoreError> {
    let without = |name| Owner { name, takes_turn: false };
    let Some(OwnerTurns { rule, owners }) = lead.owners else { return Ok(without(None)) };
    let [_, _, ..] = &owners[..] else { return Ok(without(owners.first().cloned())) };
    let first = match (duplicate_of, lead.supersedes) {
        (Some(first), _) => of_twin(connection, workspace, first)?,
        (None, Some(key)) => of_replaced(connection, workspace, lead.form, key)?,
        (None, None) => None,
    };
    if let Some(first) = first.filter(|first| owners.contains(first)) {
        return Ok(without(Some(first)));
    }
    let mut statement =
        connection.prepare_cached("SELECT taken FROM owner_turn WHERE workspace = ? AND form = ? AND rule = ?")?;
    let taken: Option<i64> = statement.query_row(params![workspace, lead.form, rule], |row| row.get(0)).optional()?;
    let turn = taken.and_then(|taken| u64::try_from(taken).ok()).unwrap_or(0);
    Ok(Owner { name: in_turn(owners, turn).map(str::to_owned), takes_turn: true })
}

/// Counts the turn of a lead that was new.
pub(in crate::store::sqlite) fn count(
    connection: &Connection,
    workspace: &str,
    lead: &Asked<'_>,
    owner: &Owner,
) -> Result<(), StoreError> {
    let (true, Some(OwnerTurns { rule, .. })) = (owner.takes_turn, lead.owners) else { return Ok(()) };
    let mut statement = connection.prepare_cached(
        "INSERT INTO owner_turn (workspace, form, rule, taken) VALUES (?, ?, ?, 1) \
         ON CONFLICT (workspace, form, rule) DO UPDATE SET taken = taken + 1",
    )?;
    statement.execute(params![workspace, lead.form, rule])?;
    Ok(())
}

fn of_twin(connection: &Connection, workspace: &str, first: &[u8]) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT owner FROM lead WHERE workspace = ? AND id = ?")?;
    Ok(statement.query_row(params![workspace, first], |row| row.get(0)).optional()?.flatten())
}

fn of_replaced(connection: &Connection, workspace: &str, form: &str, key: Uuid) -> Result<Option<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT owner FROM lead WHERE workspace = ? AND form = ? AND key = ?")?;
    Ok(statement.query_row(params![workspace, form, key.as_bytes()], |row| row.get(0)).optional()?.flatten())
}
