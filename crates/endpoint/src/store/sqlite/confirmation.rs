//! Who confirmed their address.

use async_trait::async_trait;
use leadglass_scoring::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Sqlite, outbox, person};
use crate::store::{
    ASKED_A_DAY, Asked, Confirm, ConfirmationStore, Confirmed, StoreError,
    confirmation::{DAY_MS, ToAsk},
};

#[async_trait]
impl ConfirmationStore for Sqlite {
    async fn confirmation(&self, lead: Uuid) -> Result<Option<Asked>, StoreError> {
        self.read(move |connection, workspace| {
            let mut statement = connection.prepare_cached(
                "SELECT asked_at_ms, confirmed_at_ms FROM confirmation JOIN lead ON lead.number = confirmation.lead \
                 WHERE lead.workspace = ? AND id = ?",
            )?;
            let asked = statement.query_row(params![workspace, lead.as_bytes()], |row| {
                let confirmed_at = row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis);
                Ok(Asked { asked_at: Timestamp::from_millis(row.get(0)?), confirmed_at })
            });
            Ok(asked.optional()?)
        })
        .await
    }

    async fn confirm(&self, confirm: &Confirm) -> Result<Option<Confirmed>, StoreError> {
        let confirm = *confirm;
        self.write(move |connection, workspace| keep(connection, workspace, &confirm)).await
    }
}

fn keep(connection: &Connection, workspace: &str, confirm: &Confirm) -> Result<Option<Confirmed>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, confirmed_at_ms, form, decision FROM confirmation JOIN lead ON lead.number = confirmation.lead \
         WHERE lead.workspace = ? AND id = ?",
    )?;
    let found = statement.query_row(params![workspace, confirm.lead.as_bytes()], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
    });
    let Some((number, confirmed_at, form, decision)) = found.optional()? else { return Ok(None) };
    if let Some(at) = confirmed_at {
        return Ok(Some(Confirmed::Before(Timestamp::from_millis(at))));
    }
    let mut statement = connection.prepare_cached("UPDATE confirmation SET confirmed_at_ms = ? WHERE lead = ?")?;
    statement.execute(params![confirm.at.as_millis(), number])?;
    person::keys(connection, number, &[confirm.key])?;
    let decision = outbox::known(&decision, outbox::decision)?;
    outbox::tell(connection, workspace, &confirm.came(form, decision))?;
    Ok(Some(Confirmed::Now))
}

/// Keeps that a lead's sender is to be asked, unless their address was asked often today. Part of the write that keeps
/// or releases the lead.
pub(super) fn ask(connection: &Connection, workspace: &str, number: i64, ask: Option<ToAsk>) -> Result<(), StoreError> {
    let Some(ToAsk { address, event }) = ask else { return Ok(()) };
    let mut statement = connection.prepare_cached(
        "INSERT INTO confirmation (lead, workspace, address, asked_at_ms) SELECT ?1, ?2, ?3, ?4 \
         WHERE (SELECT count(*) FROM confirmation WHERE workspace = ?2 AND address = ?3 AND asked_at_ms > ?5) < ?6",
    )?;
    let at = event.at.as_millis();
    if statement.execute(params![number, workspace, address, at, at - DAY_MS, ASKED_A_DAY])? > 0 {
        outbox::tell(connection, workspace, &event)?;
    }
    Ok(())
}
