//! The statements that write leads.

use std::borrow::Cow;

use leadglass_scoring::{ENGINE, Moment, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::{reading, turn};
use crate::store::{
    AnsweredChallenge, Doubt, IfSpent, Kept, NewLead, Sent, Sign, StoreError,
    lead::Row,
    seal::Seal,
    sqlite::{confirmation, outbox, person},
};

/// Writes a lead and its consents.
pub(in crate::store::sqlite) fn lead(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    row: &Row,
) -> Result<Kept, StoreError> {
    let lead = &row.lead;
    let Some(doubt) = doubt(connection, workspace, lead)? else {
        // Its own first try may have spent it.
        let sent = reading::sent_under(connection, workspace, seal, &lead.form, lead.key)?;
        return sent.map_or(Err(StoreError::Busy), |sent| Ok(before(sent, lead)));
    };
    let twin = if doubt.held { None } else { twin(connection, workspace, lead)? };
    if insert(connection, workspace, row, &doubt, twin.as_deref())? == 0 {
        let sent = reading::sent_under(connection, workspace, seal, &lead.form, lead.key)?;
        return Ok(before(sent.ok_or_else(|| StoreError::Failed("a key is used and not used".into()))?, lead));
    }
    let number = connection.last_insert_rowid();
    consents(connection, number, lead)?;
    if row.sealed_under.is_none() {
        folded(connection, number, &lead.folded)?;
    }
    person::keys(connection, number, &lead.person_keys)?;
    if let Some(challenge) = &doubt.challenge {
        spend(connection, workspace, challenge, lead.received_at)?;
    }
    // Who says the same again tells nobody anything new, and of who is held nobody hears before they are released.
    if twin.is_none() && !doubt.held {
        let tell = if lead.quiet { outbox::note } else { outbox::tell };
        tell(connection, workspace, &lead.came())?;
        confirmation::ask(connection, workspace, number, lead.asks())?;
    }
    Ok(Kept::New(lead.receipt.clone()))
}

/// What is to be thought of it, once it is known whether somebody answered its challenge before; nothing where it would be held
/// and there is no room.
fn doubt<'l>(
    connection: &Connection,
    workspace: &str,
    lead: &'l NewLead,
) -> Result<Option<Cow<'l, Doubt>>, StoreError> {
    let Some(AnsweredChallenge { id, if_spent, .. }) = &lead.doubt.challenge else {
        return Ok(Some(Cow::Borrowed(&lead.doubt)));
    };
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM spent_challenge WHERE workspace = ? AND challenge = ?")?;
    if !statement.exists(params![workspace, id])? {
        return Ok(Some(Cow::Borrowed(&lead.doubt)));
    }
    let mut doubt = Doubt { challenge: None, ..lead.doubt.clone() };
    match if_spent {
        IfSpent::Note => {}
        IfSpent::Hold => doubt.held = true,
        IfSpent::Refuse => return Ok(None),
    }
    doubt.signs.push(Sign::ProofSpent);
    Ok(Some(Cow::Owned(doubt)))
}

/// The unique key decides whether it is new: 0 rows where its key was used before.
fn insert(
    connection: &Connection,
    workspace: &str,
    row: &Row,
    doubt: &Doubt,
    twin: Option<&[u8]>,
) -> Result<usize, StoreError> {
    let lead = &row.lead;
    // Who is held takes no turn until it is released.
    let turns = turn::Asked {
        owners: lead.owners.as_ref().filter(|_| !doubt.held),
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
        doubt.held.then_some(row.room),
        signs(&doubt.signs),
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

fn signs(signs: &[Sign]) -> Option<String> {
    let codes: Vec<&str> = signs.iter().map(|sign| sign.code()).collect();
    (!codes.is_empty()).then(|| codes.join(" "))
}

fn spend(
    connection: &Connection,
    workspace: &str,
    challenge: &AnsweredChallenge,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("DELETE FROM spent_challenge WHERE workspace = ? AND expires_at_ms < ?")?;
    // An hour more than needed: another endpoint's clock may be late.
    statement.execute(params![workspace, at.as_millis() - 3_600_000])?;
    let mut statement = connection
        .prepare_cached("INSERT INTO spent_challenge (workspace, challenge, expires_at_ms) VALUES (?, ?, ?)")?;
    statement.execute(params![workspace, challenge.id, challenge.expires_at.as_millis()])?;
    Ok(())
}

/// What was kept under its key before.
fn before(sent: Sent, lead: &NewLead) -> Kept {
    if sent.fingerprint == lead.fingerprint { Kept::Before(sent) } else { Kept::OtherAnswers }
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
