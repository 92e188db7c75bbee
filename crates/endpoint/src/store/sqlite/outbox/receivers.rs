//! The statements about who is told.

use leadglass_scoring::{Decision, Language, Timestamp};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{decision, known};
use crate::store::{Address, EventKind, Receiver, ReceiverState, Secret, StoreError, Template};

pub(super) fn add(
    connection: &Connection,
    workspace: &str,
    receiver: &Receiver,
    secret: &Secret,
) -> Result<(), StoreError> {
    let words = |words: Vec<&str>| words.join(" ");
    connection.execute(
        "INSERT INTO receiver (id, workspace, url, template, events, forms, decisions, language, state, added_at_ms, \
         throttled_until_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        params![
            receiver.id.as_bytes(),
            workspace,
            receiver.address.0,
            receiver.template.as_str(),
            words(receiver.events.iter().map(|kind| kind.as_str()).collect()),
            words(receiver.forms.iter().map(String::as_str).collect()),
            words(receiver.decisions.iter().map(|decision| decision.as_str()).collect()),
            receiver.language.map(Language::code),
            receiver.state.as_str(),
            receiver.added_at.as_millis(),
        ],
    )?;
    add_secret(connection, receiver.id, secret, receiver.added_at)
}

fn add_secret(connection: &Connection, receiver: Uuid, secret: &Secret, at: Timestamp) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO receiver_secret (receiver, secret, made_at_ms, expires_at_ms) VALUES (?, ?, ?, NULL)",
        params![receiver.as_bytes(), secret.as_bytes(), at.as_millis()],
    )?;
    Ok(())
}

pub(super) fn all(connection: &Connection, workspace: &str) -> Result<Vec<Receiver>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, url, template, events, forms, decisions, language, state, added_at_ms FROM receiver \
         WHERE workspace = ? ORDER BY added_at_ms, id",
    )?;
    let mut rows = statement.query([workspace])?;
    let mut receivers = Vec::new();
    while let Some(row) = rows.next()? {
        receivers.push(receiver(row)?);
    }
    Ok(receivers)
}

fn receiver(row: &Row<'_>) -> Result<Receiver, StoreError> {
    let word = |name: &str| row.get::<_, String>(name);
    let (events, forms, decisions) = (word("events")?, word("forms")?, word("decisions")?);
    let language = row.get::<_, Option<String>>("language")?;
    Ok(Receiver {
        id: Uuid::from_bytes(row.get("id")?),
        address: Address(row.get("url")?),
        template: known(&word("template")?, Template::parse)?,
        events: events.split_whitespace().map(|name| known(name, EventKind::parse)).collect::<Result<_, _>>()?,
        forms: forms.split_whitespace().map(str::to_owned).collect(),
        decisions: decisions
            .split_whitespace()
            .map(|name| known(name, decision))
            .collect::<Result<Vec<Decision>, _>>()?,
        language: language.map(|code| known(&code, Language::from_tag)).transpose()?,
        state: known(&word("state")?, ReceiverState::parse)?,
        added_at: Timestamp::from_millis(row.get("added_at_ms")?),
    })
}

pub(super) fn secrets(
    connection: &Connection,
    workspace: &str,
    receiver: Uuid,
    at: Timestamp,
) -> Result<Vec<Secret>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT secret FROM receiver_secret JOIN receiver ON receiver.id = receiver_secret.receiver \
         WHERE workspace = ? AND receiver = ? AND (expires_at_ms IS NULL OR expires_at_ms > ?) \
         ORDER BY expires_at_ms IS NOT NULL, made_at_ms DESC, secret",
    )?;
    let mut rows = statement.query(params![workspace, receiver.as_bytes(), at.as_millis()])?;
    let mut secrets = Vec::new();
    while let Some(row) = rows.next()? {
        secrets.push(known("secret", |_| Secret::from_bytes(row.get("secret").ok()?))?);
    }
    Ok(secrets)
}

pub(super) fn rotate(
    connection: &Connection,
    workspace: &str,
    receiver: Uuid,
    secret: &Secret,
    at: Timestamp,
    until: Timestamp,
) -> Result<(), StoreError> {
    if !all(connection, workspace)?.iter().any(|known| known.id == receiver) {
        return Err(StoreError::Failed(format!("there is no receiver `{receiver}`")));
    }
    connection.execute(
        "DELETE FROM receiver_secret WHERE receiver = ? AND expires_at_ms <= ?",
        params![receiver.as_bytes(), at.as_millis()],
    )?;
    connection.execute(
        "UPDATE receiver_secret SET expires_at_ms = ? WHERE receiver = ? AND expires_at_ms IS NULL",
        params![until.as_millis(), receiver.as_bytes()],
    )?;
    add_secret(connection, receiver, secret, at)
}

pub(super) fn set(
    connection: &Connection,
    workspace: &str,
    receiver: Uuid,
    state: ReceiverState,
) -> Result<bool, StoreError> {
    let changed = connection.execute(
        "UPDATE receiver SET state = ?, throttled_until_ms = 0 WHERE workspace = ? AND id = ?",
        params![state.as_str(), workspace, receiver.as_bytes()],
    )?;
    Ok(changed > 0)
}

pub(super) fn remove(connection: &Connection, workspace: &str, receiver: Uuid) -> Result<bool, StoreError> {
    let sql = "DELETE FROM receiver WHERE workspace = ? AND id = ?";
    Ok(connection.execute(sql, params![workspace, receiver.as_bytes()])? > 0)
}
