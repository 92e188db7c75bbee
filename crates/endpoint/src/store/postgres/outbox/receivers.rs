//! The statements about who is told.

use deadpool_postgres::{GenericClient, Transaction};
use leadglass_scoring::{Language, Timestamp};
use tokio_postgres::{Row, types::ToSql};
use uuid::Uuid;

use super::{Fault, Postgres, decision, known, no_receiver};
use crate::store::{Address, EventKind, Receiver, ReceiverState, Secret, Template};

const RECEIVER: &str = "SELECT id, url, template, events, forms, decisions, language, state, added_at_ms \
                        FROM receiver WHERE workspace = $1 ORDER BY added_at_ms, id";

pub(super) async fn add(store: &Postgres, receiver: &Receiver, secret: &Secret) -> Result<(), Fault> {
    let events: Vec<_> = receiver.events.iter().map(|kind| kind.as_str()).collect();
    let decisions: Vec<_> = receiver.decisions.iter().map(|decision| decision.as_str()).collect();
    let values: [&(dyn ToSql + Sync); 10] = [
        &&*store.workspace,
        &receiver.id,
        &receiver.address.0,
        &receiver.template.as_str(),
        &events.join(" "),
        &receiver.forms.join(" "),
        &decisions.join(" "),
        &receiver.language.map(Language::code),
        &receiver.state.as_str(),
        &receiver.added_at.as_millis(),
    ];
    let mut client = store.connection().await?;
    let transaction = client.transaction().await?;
    let sql = "INSERT INTO receiver (workspace, id, url, template, events, forms, decisions, language, state, \
               added_at_ms, throttled_until_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)";
    transaction.execute(sql, &values).await?;
    add_secret(&transaction, receiver.id, secret, receiver.added_at).await?;
    Ok(transaction.commit().await?)
}

async fn add_secret(
    transaction: &Transaction<'_>,
    receiver: Uuid,
    secret: &Secret,
    at: Timestamp,
) -> Result<(), Fault> {
    let sql = "INSERT INTO receiver_secret (receiver, secret, made_at_ms, expires_at_ms) VALUES ($1, $2, $3, NULL)";
    transaction.execute(sql, &[&receiver, &secret.as_bytes(), &at.as_millis()]).await?;
    Ok(())
}

pub(super) async fn all(store: &Postgres) -> Result<Vec<Receiver>, Fault> {
    store.find(RECEIVER, &[&&*store.workspace]).await?.iter().map(receiver).collect()
}

/// All of them, none of whom is removed before the transaction ends.
pub(in crate::store::postgres) async fn to_tell(
    transaction: &Transaction<'_>,
    workspace: &str,
) -> Result<Vec<Receiver>, Fault> {
    let statement = transaction.prepare_cached(&format!("{RECEIVER} FOR KEY SHARE")).await?;
    transaction.query(&statement, &[&workspace]).await?.iter().map(receiver).collect()
}

fn receiver(row: &Row) -> Result<Receiver, Fault> {
    let words = |name: &str| row.try_get::<_, &str>(name).map(str::split_whitespace);
    let language: Option<&str> = row.try_get("language")?;
    Ok(Receiver {
        id: row.try_get("id")?,
        address: Address(row.try_get("url")?),
        template: known(row.try_get("template")?, Template::parse)?,
        events: words("events")?.map(|name| known(name, EventKind::parse)).collect::<Result<_, _>>()?,
        forms: words("forms")?.map(str::to_owned).collect(),
        decisions: words("decisions")?.map(|name| known(name, decision)).collect::<Result<_, _>>()?,
        language: language.map(|code| known(code, Language::from_tag)).transpose()?,
        state: known(row.try_get("state")?, ReceiverState::parse)?,
        added_at: Timestamp::from_millis(row.try_get("added_at_ms")?),
    })
}

pub(super) async fn secrets(store: &Postgres, receiver: Uuid, at: Timestamp) -> Result<Vec<Secret>, Fault> {
    let sql = "SELECT secret FROM receiver_secret JOIN receiver ON receiver.id = receiver_secret.receiver \
               WHERE workspace = $1 AND receiver = $2 AND (expires_at_ms IS NULL OR expires_at_ms > $3) \
               ORDER BY expires_at_ms IS NOT NULL, made_at_ms DESC, secret";
    let rows = store.find(sql, &[&&*store.workspace, &receiver, &at.as_millis()]).await?;
    let secret = |row: &Row| {
        let bytes: Vec<u8> = row.try_get("secret")?;
        known("secret", |_| Secret::from_bytes(bytes))
    };
    rows.iter().map(secret).collect()
}

pub(super) async fn rotate(
    store: &Postgres,
    receiver: Uuid,
    secret: &Secret,
    at: Timestamp,
    until: Timestamp,
) -> Result<(), Fault> {
    let mut client = store.connection().await?;
    let transaction = client.transaction().await?;
    // The row is held, so that of two who rotate at once one is first.
    let sql = "SELECT 1 FROM receiver WHERE workspace = $1 AND id = $2 FOR UPDATE";
    if transaction.query_opt(sql, &[&&*store.workspace, &receiver]).await?.is_none() {
        return Err(no_receiver(receiver));
    }
    let sql = "DELETE FROM receiver_secret WHERE receiver = $1 AND expires_at_ms <= $2";
    transaction.execute(sql, &[&receiver, &at.as_millis()]).await?;
    let sql = "UPDATE receiver_secret SET expires_at_ms = $2 WHERE receiver = $1 AND expires_at_ms IS NULL";
    transaction.execute(sql, &[&receiver, &until.as_millis()]).await?;
    add_secret(&transaction, receiver, secret, at).await?;
    Ok(transaction.commit().await?)
}
