//! The statements that write leads.

use leadglass_scoring::{ENGINE, Moment, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::{reading, turn};
use crate::store::{
    IfSpent, Kept, NewLead, Sign, StoreError,
    lead::Row,
    seal::Seal,
    sqlite::{confirmation, outbox, person},
};

/// Writes a lead and its consents.
pub(super) fn lead(connection: &Connection, workspace: &str, seal: &Seal, row: &mut Row) -> Result<Kept, StoreError> {
    let lead = &row.lead;
    let twin = if lead.doubt.held { None } else { twin(connection, workspace, lead)? };
    if insert(connection, workspace, row, twin.as_deref())? == 0 {
        return earlier(connection, workspace, seal, lead);
    }
    let number = connection.last_insert_rowid();
    consents(connection, number, lead)?;
    if row.sealed_under.is_none() {
        folded(connection, number, &lead.folded)?;
    }
    person::keys(connection, number, &lead.person_keys)?;
    spend(connection, workspace, row)?;
    let lead = &mut row.lead;
    // Who says the same again tells nobody anything new, and of who is held nobody hears before they are released.
    if twin.is_none() && !lead.doubt.held {
        let tell = if lead.quiet { outbox::note } else { outbox::tell };
        tell(connection, workspace, &lead.came())?;
        confirmation::ask(connection, workspace, number, lead)?;
    }
    Ok(Kept::New(std::mem::take(&mut lead.receipt)))
}

/// The unique key decides whether it is new: 0 rows where its key was used before.
fn insert(connection: &Connection, workspace: &str, row: &Row, twin: Option<&[u8]>) -> Result<usize, StoreError> {
    let lead = &row.lead;
    // Who is held takes no turn until it is released.
    let turns = turn::Asked {
        owners: lead.owners.as_ref().filter(|_| !lead.doubt.held),
        form: &lead.form,
        supersedes: lead.supersedes,
    };
    let owner = turn::owner(connection, workspace, &turns, twin)?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO lead (id, workspace, form, form_version, shown_version, card, key, fingerprint, supersedes, \
         duplicate_of, channel, received_at_ms, sent_at_ms, language, answers, signals, circumstances, \
         engine, explanation, points_milli, score, grade, decision, score_mismatch, email_folded, twin, page_url, \
         page_referrer, receipt, owner, held_bytes, signs, moment, moments, model, sealed_under) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
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
        row.fingerprint,
        lead.supersedes.as_ref().map(uuid::Uuid::as_bytes),
        twin,
        lead.channel.as_str(),
        lead.received_at.as_millis(),
        lead.sent_at.map(Timestamp::as_millis),
        lead.language.code(),
        lead.answers,
        row.signals,
        row.circumstances,
        ENGINE,
        row.explanation,
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
        held_bytes(row),
        signs(&lead.doubt.signs),
        lead.circumstances.moment.map(Moment::as_str),
        row.moments,
        lead.model.as_bytes(),
        row.sealed_under,
    ])?;
    if rows > 0 {
        turn::count(connection, workspace, &turns, &owner)?;
    }
    Ok(rows)
}

fn twin(connection: &Connection, workspace: &str, lead: &NewLead) -> Result<Option<Vec<u8>>, StoreError> {
    let (Some(email), Some(twin)) = (&lead.email, lead.twin) else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT id, duplicate_of FROM lead WHERE workspace = ? AND email_folded = ? AND twin = ? \
         AND held_bytes IS NULL AND received_at_ms >= ? ORDER BY received_at_ms LIMIT 1",
    )?;
    let since = lead.twins_since.as_millis();
    let first = statement.query_row(params![workspace, email, twin, since], |row| {
        let (id, duplicate_of): (Vec<u8>, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?);
        Ok(duplicate_of.unwrap_or(id))
    });
    Ok(first.optional()?)
}

fn held_bytes(row: &Row) -> Option<i64> {
    row.lead.doubt.held.then_some(row.room)
}

fn signs(signs: &[Sign]) -> Option<String> {
    let codes: Vec<&str> = signs.iter().map(|sign| sign.code()).collect();
    (!codes.is_empty()).then(|| codes.join(" "))
}

/// The unique key decides whether its challenge was answered before.
fn spend(connection: &Connection, workspace: &str, row: &mut Row) -> Result<(), StoreError> {
    let lead = &mut row.lead;
    let Some(challenge) = &lead.doubt.challenge else { return Ok(()) };
    let number = connection.last_insert_rowid();
    let mut statement =
        connection.prepare_cached("DELETE FROM spent_challenge WHERE workspace = ? AND expires_at_ms < ?")?;
    // An hour more than needed: another endpoint's clock may be late.
    statement.execute(params![workspace, lead.received_at.as_millis() - 3_600_000])?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO spent_challenge (workspace, challenge, expires_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    )?;
    if statement.execute(params![workspace, challenge.id, challenge.expires_at.as_millis()])? == 1 {
        return Ok(());
    }
    match challenge.if_spent {
        IfSpent::Note => {}
        IfSpent::Hold => lead.doubt.held = true,
        IfSpent::Refuse => return Err(StoreError::Busy),
    }
    lead.doubt.signs.push(Sign::ProofSpent);
    let mut statement = connection.prepare_cached(
        "UPDATE lead SET signs = ?, held_bytes = ?, duplicate_of = CASE WHEN ?2 IS NULL THEN duplicate_of END, \
         owner = CASE WHEN ?2 IS NULL THEN owner END \
         WHERE number = ?",
    )?;
    statement.execute(params![signs(&row.lead.doubt.signs), held_bytes(row), number])?;
    Ok(())
}

/// What was kept under its key before.
fn earlier(connection: &Connection, workspace: &str, seal: &Seal, lead: &NewLead) -> Result<Kept, StoreError> {
    let sent = reading::sent_under(connection, workspace, seal, &lead.form, lead.key)?;
    let sent = sent.ok_or_else(|| StoreError::Failed("a key is used and not used".into()))?;
    Ok(if sent.fingerprint == lead.fingerprint { Kept::Before(sent) } else { Kept::OtherAnswers })
}

fn folded(connection: &Connection, number: i64, folded: &str) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("INSERT INTO lead_text (lead, folded) VALUES (?, ?)")?;
    statement.execute(params![number, folded])?;
    Ok(())
}

fn consents(connection: &Connection, number: i64, lead: &NewLead) -> Result<(), StoreError> {
    if lead.consents.is_empty() {
        return Ok(());
    }
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
            lead.given_at().as_millis(),
        ])?;
    }
    Ok(())
}
