//! The statements that write.

use leadglass_scoring::{
    Circumstances, ENGINE, FieldKind, FormDefinition, Timestamp,
    encoding::{VersionId, encode},
};
use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::{StoreError, reading};
use crate::store::{Kept, NewLead};

/// Writes a lead and its consents, or nothing.
pub(super) fn lead(connection: &Connection, workspace: &str, lead: &mut NewLead) -> Result<Kept, StoreError> {
    within_savepoint(connection, || {
        if insert(connection, workspace, lead)? == 0 {
            return earlier(connection, workspace, lead);
        }
        consents(connection, lead)?;
        Ok(Kept::New(std::mem::take(&mut lead.receipt)))
    })
}

fn within_savepoint<T>(
    connection: &Connection,
    write: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let run = |sql| -> Result<(), StoreError> {
        Ok(connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map(drop)?)
    };
    run("SAVEPOINT one")?;
    let written = write();
    if written.is_err() && !connection.is_autocommit() {
        run("ROLLBACK TO one")?;
    }
    if !connection.is_autocommit() {
        run("RELEASE one")?;
    }
    written
}

/// The unique key decides whether it is new: 0 rows where its key was used before.
fn insert(connection: &Connection, workspace: &str, lead: &NewLead) -> Result<usize, StoreError> {
    let twin = twin(connection, workspace, lead)?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO lead (id, workspace, form, form_version, shown_version, card, key, fingerprint, supersedes, \
         duplicate_of, channel, received_at_ms, sent_at_ms, language, answers, signals, circumstances, \
         engine, explanation, points_milli, score, grade, decision, score_mismatch, email_folded, twin, page_url, \
         page_referrer, receipt) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (workspace, form, key) DO NOTHING",
    )?;
    let explanation = &lead.explanation;
    Ok(statement.execute(params![
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
    ])?)
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

/// Writes a version of a form, with the words of its consents in each language.
pub(super) fn form(
    connection: &Connection,
    workspace: &str,
    definition: &FormDefinition,
    at: Timestamp,
) -> Result<(), StoreError> {
    within_savepoint(connection, || {
        let bytes = encode(definition);
        let mut statement = connection.prepare_cached(
            "INSERT INTO form_version (workspace, form, version, shown_version, card, definition, kept_at_ms) \
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )?;
        statement.execute(params![
            workspace,
            definition.id,
            VersionId::of(&bytes).as_bytes(),
            definition.public().version().as_bytes(),
            definition.scorecard.id().as_bytes(),
            bytes,
            at.as_millis(),
        ])?;
        let mut statement =
            connection.prepare_cached("INSERT INTO wording (sha256, text) VALUES (?, ?) ON CONFLICT DO NOTHING")?;
        definition.fields.iter().filter(|field| matches!(field.kind, FieldKind::Consent(_))).try_for_each(|field| {
            (0..definition.languages.len()).try_for_each(|language| wording(&mut statement, field.label.get(language)))
        })
    })
}

fn wording(statement: &mut Statement<'_>, text: &str) -> Result<(), StoreError> {
    statement.execute(params![VersionId::of(text.as_bytes()).as_bytes(), text])?;
    Ok(())
}
