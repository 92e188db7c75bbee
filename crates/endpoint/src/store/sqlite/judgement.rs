//! Leads judged again.

use std::sync::Arc;

use async_trait::async_trait;
use leadglass_scoring::{
    Circumstances, ENGINE, Explanation, Timestamp,
    encoding::{VersionId, decode, encode},
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{
    Sqlite, confirmation,
    lead::{sealed, turn},
    outbox, undecodable,
};
use crate::store::{
    Judgement, JudgementStore, NewJudgement, StoreError, Why,
    confirmation::ToAsk,
    judgement::Verdict,
    seal::{Seal, column},
};

#[async_trait]
impl JudgementStore for Sqlite {
    async fn judge_again(&self, again: Box<NewJudgement>) -> Result<bool, StoreError> {
        let seal = Arc::clone(&self.seal);
        self.write(move |connection, workspace| judge_again(connection, workspace, &seal, &again)).await
    }

    async fn earlier_judgements(&self, lead: Uuid) -> Result<Vec<Judgement>, StoreError> {
        self.read_sealed(move |connection, workspace, seal| earlier(connection, workspace, seal, lead)).await
    }
}

fn judge_again(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    again: &NewJudgement,
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, held_bytes IS NOT NULL, score, grade, decision, sealed_under FROM lead \
         WHERE workspace = ? AND id = ?",
    )?;
    let found = statement.query_row(params![workspace, again.lead.as_bytes()], |row| {
        let was = Verdict { score: row.get(2)?, grade: row.get(3)?, decision: row.get(4)? };
        Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?, was, row.get::<_, Option<String>>(5)?))
    });
    let Some((number, is_held, was, sealed_under)) = found.optional()? else { return Ok(false) };
    if let Some(tracked) = again.tracked {
        let mut statement = connection.prepare_cached("SELECT count(*) FROM tracked_signal WHERE lead = ?")?;
        if statement.query_row([number], |row| row.get::<_, i64>(0))? != i64::try_from(tracked).unwrap_or(-1) {
            return Ok(false);
        }
    }
    if again.why == Why::Released {
        if !is_held {
            return Ok(false);
        }
        release(connection, workspace, number, again)?;
    }
    keep_earlier(connection, number, again)?;
    let mut statement = connection.prepare_cached(
        "UPDATE lead SET form_version = ?, card = ?, signals = ?, circumstances = ?, engine = ?, explanation = ?, \
         points_milli = ?, score = ?, grade = ?, decision = ? WHERE number = ?",
    )?;
    let explanation = &again.explanation;
    // As the rest of its row.
    let row = seal.row(sealed_under.as_deref(), again.lead)?;
    let circumstances = Circumstances { signals: Vec::new(), ..again.circumstances.clone() };
    statement.execute(params![
        again.form_version.as_bytes(),
        again.card.as_bytes(),
        encode(&again.circumstances.signals),
        row.seal(column::CIRCUMSTANCES, encode(&circumstances))?,
        ENGINE,
        row.seal(column::EXPLANATION, encode(explanation))?,
        explanation.points.milli(),
        explanation.score,
        explanation.grade.as_str(),
        explanation.decision.as_str(),
        number,
    ])?;
    tell(connection, workspace, number, again, &was)?;
    Ok(true)
}

fn tell(
    connection: &Connection,
    workspace: &str,
    number: i64,
    again: &NewJudgement,
    was: &Verdict,
) -> Result<(), StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT form, held_bytes IS NOT NULL OR duplicate_of IS NOT NULL FROM lead WHERE number = ?")?;
    let (form, is_untold) = statement.query_row([number], |row| Ok((row.get(0)?, row.get::<_, bool>(1)?)))?;
    let Some(event) = again.told(form, was, is_untold) else { return Ok(()) };
    outbox::tell(connection, workspace, &event)?;
    confirmation::ask(connection, workspace, number, again.confirms.map(|address| ToAsk::new(address, event)))
}

fn keep_earlier(connection: &Connection, number: i64, again: &NewJudgement) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO judgement (lead, replaced_at_ms, replaced_for, form_version, card, engine, signals, \
         circumstances, explanation) SELECT number, ?, ?, form_version, card, engine, signals, circumstances, \
         explanation FROM lead WHERE number = ?",
    )?;
    statement.execute(params![again.at.as_millis(), again.why.as_str(), number])?;
    Ok(())
}

/// No longer held. Its twin may have come meanwhile, and then it says that one again.
fn release(connection: &Connection, workspace: &str, number: i64, again: &NewJudgement) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE lead SET held_bytes = NULL, duplicate_of = (SELECT coalesce(first.duplicate_of, first.id) FROM lead first \
         WHERE first.workspace = lead.workspace AND first.email_folded = lead.email_folded AND first.twin = lead.twin \
         AND first.held_bytes IS NULL AND first.number <> lead.number \
         AND first.received_at_ms BETWEEN lead.received_at_ms - ?1 AND lead.received_at_ms + ?1 \
         ORDER BY first.received_at_ms LIMIT 1) WHERE number = ?2",
    )?;
    statement.execute(params![again.twins_within_ms, number])?;
    let mut statement =
        connection.prepare_cached("SELECT form, supersedes, duplicate_of FROM lead WHERE number = ?")?;
    let (form, supersedes, duplicate_of) = statement.query_row([number], |row| {
        let supersedes: Option<[u8; 16]> = row.get(1)?;
        Ok((row.get::<_, String>(0)?, supersedes.map(Uuid::from_bytes), row.get::<_, Option<Vec<u8>>>(2)?))
    })?;
    let turns = turn::Asked { owners: again.owners.as_ref(), form: &form, supersedes };
    let owner = turn::owner(connection, workspace, &turns, duplicate_of.as_deref())?;
    turn::count(connection, workspace, &turns, &owner)?;
    let mut statement = connection.prepare_cached("UPDATE lead SET owner = ? WHERE number = ?")?;
    statement.execute(params![owner.name, number])?;
    Ok(())
}

fn earlier(connection: &Connection, workspace: &str, seal: &Seal, lead: Uuid) -> Result<Vec<Judgement>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT replaced_at_ms, replaced_for, judgement.form_version, judgement.card, judgement.engine, \
         judgement.signals, judgement.circumstances, judgement.explanation, lead.id, lead.sealed_under FROM judgement \
         JOIN lead ON lead.number = judgement.lead WHERE workspace = ? AND id = ? ORDER BY judgement.number",
    )?;
    let mut rows = statement.query(params![workspace, lead.as_bytes()])?;
    let mut judgements = Vec::new();
    while let Some(row) = rows.next()? {
        judgements.push(judgement(row, seal)?);
    }
    Ok(judgements)
}

fn judgement(row: &Row<'_>, seal: &Seal) -> Result<Judgement, StoreError> {
    let sealed = sealed(row, seal)?;
    let explanation_bytes = sealed.open(column::EXPLANATION, row.get(7)?)?;
    let explanation: Explanation = decode(&explanation_bytes).map_err(undecodable)?;
    let mut circumstances = match row.get::<_, Option<Vec<u8>>>(6)? {
        Some(bytes) => decode(&sealed.open(column::CIRCUMSTANCES, bytes)?).map_err(undecodable)?,
        None => Circumstances::at(explanation.at),
    };
    circumstances.signals = decode(&row.get::<_, Vec<u8>>(5)?).map_err(undecodable)?;
    let why: String = row.get(1)?;
    let replaced_for = Why::ALL.into_iter().find(|known| known.as_str() == why);
    Ok(Judgement {
        replaced_at: Timestamp::from_millis(row.get(0)?),
        replaced_for: replaced_for.ok_or_else(|| StoreError::Failed(format!("`{why}` is no reason we know")))?,
        form_version: VersionId::from_bytes(row.get(2)?),
        card: VersionId::from_bytes(row.get(3)?),
        engine: row.get(4)?,
        circumstances,
        explanation,
        explanation_bytes,
    })
}
