//! The statements that write leads.

use leadglass_scoring::{Circumstances, ENGINE, Timestamp, encoding::encode};
use rusqlite::{Connection, OptionalExtension, params};

use super::{reading, turn};
use crate::store::{Kept, NewLead, StoreError};

/// Writes a lead and its consents.
pub(super) fn lead(connection: &Connection, workspace: &str, lead: &mut NewLead) -> Result<Kept, StoreError> {
    if insert(connection, workspace, lead)? == 0 {
        return earlier(connection, workspace, lead);
    }
    consents(connection, lead)?;
    Ok(Kept::New(std::mem::take(&mut lead.receipt)))
}

/// The unique key decides whether it is new: 0 rows where its key was used before.
fn insert(connection: &Connection, workspace: &str, lead: &NewLead) -> Result<usize, StoreError> {
    let twin = twin(connection, workspace, lead)?;
    let owner = turn::owner(connection, workspace, lead, twin.as_deref())?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO lead (id, workspace, form, form_version, shown_version, card, key, fingerprint, supersedes, \
         duplicate_of, channel, received_at_ms, sent_at_ms, language, answers, signals, circumstances, \
         engine, explanation, points_milli, score, grade, decision, score_mismatch, email_folded, twin, page_url, \
         page_referrer, receipt, owner) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (workspace, form, key) DO NOTHING",
    )?;
    let explanation = &lead.explanation;
    let rows = statement.execute(params![
        lead.id.as_bytes(),
        workspace,
        lead.form,
        lead.form_version.as_bytes(),
        lead.shown_version.as_bytes(),
        lead.card.as_bytes(),
        lead.key.as_bytes(),
        lead.fingerprint.as_bytes(),
        lead.supersedes.as_ref().map(uuid::Uuid::as_bytes),
        twin,
        lead.channel.as_str(),
        lead.received_at.as_millis(),
        lead.sent_at.map(Timestamp::as_millis),
        lead.language.code(),
        lead.answers,
        encode(&lead.circumstances.signals),
        encode(&Circumstances { signals: Vec::new(), ..lead.circumstances.clone() }),
        ENGINE,
        encode(explanation),
        explanation.points.milli(),
        explanation.score,
        explanation.grade.as_str(),
        explanation.decision.as_str(),
        lead.score_mismatch,
        lead.email,
        lead.twin,
        lead.page.url,
        lead.page.referrer,
        lead.receipt,
        owner.name,
    ])?;
    if rows > 0 {
        turn::count(connection, workspace, lead, &owner)?;
    }
    Ok(rows)
}

fn twin(connection: &Connection, workspace: &str, lead: &NewLead) -> Result<Option<Vec<u8>>, StoreError> {
    let (Some(email), Some(twin)) = (&lead.email, lead.twin) else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT id, duplicate_of FROM lead WHERE workspace = ? AND email_folded = ? AND twin = ? \
         AND received_at_ms >= ? ORDER BY received_at_ms LIMIT 1",
    )?;
    let since = lead.twins_since.as_millis();
    let first = statement.query_row(params![workspace, email, twin, since], |row| {
        let (id, duplicate_of): (Vec<u8>, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?);
        Ok(duplicate_of.unwrap_or(id))
    });
    Ok(first.optional()?)
}

/// What was kept under its key before.
fn earlier(connection: &Connection, workspace: &str, lead: &NewLead) -> Result<Kept, StoreError> {
    let sent = reading::sent_under(connection, workspace, &lead.form, lead.key)?;
    let sent = sent.ok_or_else(|| StoreError::Failed("a key is used and not used".into()))?;
    Ok(if sent.fingerprint == lead.fingerprint { Kept::Before(sent) } else { Kept::OtherAnswers })
}

fn consents(connection: &Connection, lead: &NewLead) -> Result<(), StoreError> {
    if lead.consents.is_empty() {
        return Ok(());
    }
    let number = connection.last_insert_rowid();
    let mut statement: rusqlite::CachedStatement<'_> = connection.prepare_cached(
        "INSERT INTO consent (lead, field, purpose, wording, language, given_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
    )?;
    for consent in &lead.consents {
        statement.execute(params![
            number,
            consent.field,
            consent.purpose,
            consent.wording.as_bytes(),
            lead.language.code(),
            lead.received_at.as_millis(),
        ])?;
    }
    Ok(())
}
