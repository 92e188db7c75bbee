//! Leads judged again.

use async_trait::async_trait;
use deadpool_postgres::{GenericClient, Transaction};
use leadglass_scoring::{
    Circumstances, ENGINE, Explanation, Timestamp,
    encoding::{decode, encode},
};
use tokio_postgres::{IsolationLevel, Row};
use uuid::Uuid;

use super::{
    Fault, Postgres, confirmation,
    fault::again_if_undone,
    lead::{circumstances, sealed, turn, version_id},
    outbox, undecodable,
};
use crate::store::{
    Judgement, JudgementStore, NewJudgement, StoreError, Why,
    confirmation::ToAsk,
    judgement::Verdict,
    seal::{Seal, column},
};

#[async_trait]
impl JudgementStore for Postgres {
    async fn judge_again(&self, again: Box<NewJudgement>) -> Result<bool, StoreError> {
        self.writer()?;
        Ok(again_if_undone!(self.replace(&again))?)
    }

    async fn earlier_judgements(&self, lead: Uuid) -> Result<Vec<Judgement>, StoreError> {
        Ok(self.earlier(lead).await?)
    }
}

impl Postgres {
    async fn replace(&self, again: &NewJudgement) -> Result<bool, Fault> {
        let mut client = self.connection().await?;
        let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
        // As whoever writes leads: its twin must not come in between, nor another take its turn.
        transaction.execute("UPDATE lead_number SET last = last", &[]).await?;
        let sql = "SELECT number, id, sealed_under, form, key, supersedes, held_bytes IS NOT NULL AS held, duplicate_of, \
                   score, grade, decision FROM lead WHERE workspace = $1 AND id = $2 FOR UPDATE";
        let Some(lead) = transaction.query_opt(sql, &[&&*self.workspace, &again.lead]).await? else { return Ok(false) };
        let is_held: bool = lead.try_get("held")?;
        let mut duplicate_of: Option<Uuid> = lead.try_get("duplicate_of")?;
        if again.why == Why::Released {
            if !is_held {
                return Ok(false);
            }
            duplicate_of = release(&transaction, &self.workspace, &lead, again).await?;
        }
        let number: i64 = lead.try_get("number")?;
        if let Some(tracked) = again.tracked {
            let sql = "SELECT count(*) FROM tracked_signal WHERE lead = $1";
            let kept: i64 = transaction.query_one(sql, &[&number]).await?.try_get(0)?;
            if kept != i64::try_from(tracked).unwrap_or(-1) {
                return Ok(false);
            }
        }
        let sql = "INSERT INTO judgement (lead, place, replaced_at_ms, replaced_for, form_version, card, engine, \
                   signals, circumstances, explanation) SELECT number, (SELECT count(*) + 1 FROM judgement \
                   WHERE lead = $1), $2, $3, form_version, card, engine, signals, circumstances, explanation FROM lead \
                   WHERE number = $1";
        transaction.execute(sql, &[&number, &again.at.as_millis(), &again.why.as_str()]).await?;
        let explanation = &again.explanation;
        let without_signals = Circumstances { signals: Vec::new(), ..again.circumstances.clone() };
        // As the rest of its row.
        let row = sealed(&lead, &self.seal)?;
        let sql = "UPDATE lead SET form_version = $2, card = $3, signals = $4, circumstances = $5, engine = $6, \
                   explanation = $7, points_milli = $8, score = $9, grade = $10, decision = $11 WHERE number = $1";
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 11] = [
            &number,
            &again.form_version.as_bytes().as_slice(),
            &again.card.as_bytes().as_slice(),
            &encode(&again.circumstances.signals),
            &row.seal(column::CIRCUMSTANCES, encode(&without_signals))?,
            &ENGINE,
            &row.seal(column::EXPLANATION, encode(explanation))?,
            &explanation.points.milli(),
            &i64::from(explanation.score),
            &explanation.grade.as_str(),
            &explanation.decision.as_str(),
        ];
        transaction.execute(sql, &values).await?;
        let was = Verdict {
            score: lead.try_get("score")?,
            grade: lead.try_get("grade")?,
            decision: lead.try_get("decision")?,
        };
        let is_untold = duplicate_of.is_some() || (is_held && again.why != Why::Released);
        let event = again.told(lead.try_get("form")?, &was, is_untold);
        outbox::tell(&transaction, &self.workspace, event.as_slice()).await?;
        let asking = again.confirms.zip(event).map(|(address, event)| (number, ToAsk::new(address, event)));
        let asked = confirmation::ask(&transaction, &self.workspace, asking.into_iter().collect()).await?;
        outbox::tell(&transaction, &self.workspace, &asked).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn earlier(&self, lead: Uuid) -> Result<Vec<Judgement>, Fault> {
        let sql = "SELECT replaced_at_ms, replaced_for, judgement.form_version, judgement.card, judgement.engine, \
                   judgement.signals, judgement.circumstances, judgement.explanation, lead.id, lead.sealed_under FROM judgement \
                   JOIN lead ON lead.number = judgement.lead WHERE workspace = $1 AND id = $2 ORDER BY judgement.place";
        let client = self.connection().await?;
        let statement = client.prepare_cached(sql).await?;
        let rows = client.query(&statement, &[&&*self.workspace, &lead]).await?;
        rows.iter().map(|row| judgement(row, &self.seal)).collect()
    }
}

/// No longer held. Its twin may have come meanwhile, and then it says that one again, which is told.
async fn release(
    transaction: &Transaction<'_>,
    workspace: &str,
    lead: &Row,
    again: &NewJudgement,
) -> Result<Option<Uuid>, Fault> {
    let number: i64 = lead.try_get("number")?;
    let sql = "UPDATE lead SET held_bytes = NULL, duplicate_of = (SELECT coalesce(first.duplicate_of, first.id) \
               FROM lead first WHERE first.workspace = lead.workspace AND first.email_folded = lead.email_folded \
               AND first.twin = lead.twin AND first.held_bytes IS NULL AND first.number <> lead.number \
               AND first.received_at_ms BETWEEN lead.received_at_ms - $1 AND lead.received_at_ms + $1 \
               ORDER BY first.received_at_ms LIMIT 1) WHERE number = $2 RETURNING duplicate_of";
    let duplicate_of: Option<Uuid> =
        transaction.query_one(sql, &[&again.twins_within_ms, &number]).await?.try_get("duplicate_of")?;
    let asked = turn::Asked {
        id: again.lead,
        form: lead.try_get("form")?,
        key: lead.try_get("key")?,
        owners: again.owners.as_ref(),
        supersedes: lead.try_get("supersedes")?,
        duplicate_of,
    };
    let owner = turn::assign(transaction, workspace, &[asked]).await?.pop().flatten();
    transaction.execute("UPDATE lead SET owner = $1 WHERE number = $2", &[&owner, &number]).await?;
    Ok(duplicate_of)
}

fn judgement(row: &Row, seal: &Seal) -> Result<Judgement, Fault> {
    let sealed = sealed(row, seal)?;
    let explanation_bytes = sealed.open(column::EXPLANATION, row.try_get("explanation")?)?;
    let explanation: Explanation = decode(&explanation_bytes).map_err(undecodable)?;
    let why: &str = row.try_get("replaced_for")?;
    let replaced_for = Why::ALL.into_iter().find(|known| known.as_str() == why);
    Ok(Judgement {
        replaced_at: Timestamp::from_millis(row.try_get("replaced_at_ms")?),
        replaced_for: replaced_for.ok_or_else(|| Fault::failed(format!("`{why}` is no reason we know")))?,
        form_version: version_id(row, "form_version")?,
        card: version_id(row, "card")?,
        engine: Some(row.try_get("engine")?),
        circumstances: circumstances(row, &sealed)?,
        explanation,
        explanation_bytes,
    })
}
