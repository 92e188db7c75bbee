//! The statements that read leads.

use std::{cmp::Reverse, collections::HashMap, sync::LazyLock};

use deadpool_postgres::{GenericClient, Transaction};
use leadglass_scoring::{
    Circumstances, Decision, Explanation, Language, Timestamp,
    encoding::{VersionId, decode},
};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Fault, Postgres, wrong};
use crate::store::{
    Consent, KeptLead, Page, Sent, Sign,
    lead::{Counting, SUPERSEDES, superseded_by},
    postgres::undecodable,
    seal::{RowSeal, Seal, SealError, column},
};

const LEAD: &str = "id, form, form_version, shown_version, card, duplicate_of, channel, received_at_ms, sent_at_ms, \
                    language, answers, signals, circumstances, engine, explanation, score_mismatch, page_url, page_referrer, \
                    owner, number, held_bytes, signs, moments, model, sealed_under";

/// What is read of a lead.
static COLUMNS: LazyLock<String> =
    LazyLock::new(|| format!("{LEAD}, {SUPERSEDES} AS supersedes_id, {} AS superseded_by", superseded_by("lead")));

pub(super) async fn sent_under(store: &Postgres, form: &str, key: Uuid) -> Result<Option<Sent>, Fault> {
    if form.contains('\0') {
        return Ok(None);
    }
    let sql = "SELECT id, sealed_under, fingerprint, receipt, decision FROM lead \
               WHERE key = $3 AND (workspace, form) IS NOT DISTINCT FROM ($1, $2)";
    let rows = store.find(sql, &[&&*store.workspace, &form, &key]).await?;
    rows.first().map(|row| sent(row, &store.seal)).transpose()
}

/// What was sent, from a row of `id`, `sealed_under`, `fingerprint`, `receipt` and `decision`.
pub(super) fn sent(row: &Row, seal: &Seal) -> Result<Sent, Fault> {
    let fingerprint = sealed(row, seal)?.open(column::FINGERPRINT, row.try_get("fingerprint")?)?;
    let fingerprint = fingerprint.try_into().map_err(|_| SealError::Broken(column::FINGERPRINT))?;
    let name: &str = row.try_get("decision")?;
    let decision = Decision::ALL.into_iter().find(|decision| decision.as_str() == name);
    Ok(Sent {
        fingerprint: VersionId::from_bytes(fingerprint),
        receipt: row.try_get("receipt")?,
        decision: decision.ok_or_else(|| wrong("decision", name))?,
    })
}

/// The leads of these numbers, the latest first.
pub(super) async fn of_numbers(store: &Postgres, numbers: &[i64]) -> Result<Vec<KeptLead>, Fault> {
    let rows = store.find(&format!("SELECT {} FROM lead WHERE number = ANY ($1)", *COLUMNS), &[&numbers]).await?;
    let mut leads = rows.iter().map(|row| kept(row, &store.seal)).collect::<Result<Vec<_>, _>>()?;
    leads.sort_unstable_by_key(|lead| Reverse((lead.received_at, lead.number)));
    with_consents(store, leads).await
}

pub(super) async fn leads_after(
    store: &Postgres,
    form: Option<&str>,
    after: u64,
    limit: u32,
) -> Result<Vec<(u64, KeptLead)>, Fault> {
    if form.is_some_and(|form| form.contains('\0')) {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {} FROM lead WHERE workspace = $1 AND ($2::text IS NULL OR form = $2) AND number > $3 \
         AND held_bytes IS NULL ORDER BY number LIMIT $4",
        *COLUMNS
    );
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows = store.find(&sql, &[&&*store.workspace, &form, &after, &i64::from(limit)]).await?;
    rows.iter().map(|row| kept(row, &store.seal).map(|lead| (lead.number, lead))).collect()
}

pub(in crate::store::postgres) async fn held(
    store: &Postgres,
    form: Option<&str>,
    after: u64,
    limit: u32,
) -> Result<Vec<KeptLead>, Fault> {
    if form.is_some_and(|form| form.contains('\0')) {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {} FROM lead WHERE workspace = $1 AND held_bytes IS NOT NULL AND ($2::text IS NULL OR form = $2) \
         AND number > $3 ORDER BY number LIMIT $4",
        *COLUMNS
    );
    let rows = store
        .find(&sql, &[&&*store.workspace, &form, &i64::try_from(after).unwrap_or(i64::MAX), &i64::from(limit)])
        .await?;
    rows.iter().map(|row| kept(row, &store.seal)).collect()
}

pub(super) async fn lead(store: &Postgres, id: Uuid) -> Result<Option<KeptLead>, Fault> {
    let sql = format!("SELECT {} FROM lead WHERE workspace = $1 AND id = $2", *COLUMNS);
    let rows = store.find(&sql, &[&&*store.workspace, &id]).await?;
    let leads = rows.iter().map(|row| kept(row, &store.seal)).collect::<Result<_, _>>()?;
    Ok(with_consents(store, leads).await?.pop())
}

async fn with_consents(store: &Postgres, mut leads: Vec<KeptLead>) -> Result<Vec<KeptLead>, Fault> {
    let sql = "SELECT lead, purpose, text, sha256, language, given_at_ms, withdrawn_at_ms FROM consent JOIN wording \
               ON wording.sha256 = consent.wording WHERE lead = ANY ($1) ORDER BY lead, field";
    let numbers: Vec<i64> = leads.iter().map(|lead| i64::try_from(lead.number).unwrap_or(i64::MAX)).collect();
    let mut given: HashMap<i64, Vec<Consent>> = HashMap::new();
    for row in &store.find(sql, &[&numbers]).await? {
        given.entry(row.try_get("lead")?).or_default().push(consent(row)?);
    }
    for (lead, number) in leads.iter_mut().zip(numbers) {
        lead.consents = given.remove(&number).unwrap_or_default();
    }
    Ok(leads)
}

/// How a row's values are sealed, from its columns `id` and `sealed_under`.
pub(in crate::store::postgres) fn sealed<'s>(row: &Row, seal: &'s Seal) -> Result<RowSeal<'s>, Fault> {
    Ok(seal.row(row.try_get("sealed_under")?, row.try_get("id")?)?)
}

fn kept(row: &Row, seal: &Seal) -> Result<KeptLead, Fault> {
    let sealed = sealed(row, seal)?;
    let explanation_bytes = sealed.open(column::EXPLANATION, row.try_get("explanation")?)?;
    let explanation: Explanation = decode(&explanation_bytes).map_err(undecodable)?;
    Ok(KeptLead {
        id: row.try_get("id")?,
        number: u64::try_from(row.try_get::<_, i64>("number")?).unwrap_or(0),
        form: row.try_get("form")?,
        form_version: version_id(row, "form_version")?,
        shown_version: version_id(row, "shown_version")?,
        card: version_id(row, "card")?,
        duplicate_of: row.try_get("duplicate_of")?,
        supersedes: row.try_get("supersedes_id")?,
        superseded_by: row.try_get("superseded_by")?,
        channel: row.try_get("channel")?,
        received_at: Timestamp::from_millis(row.try_get("received_at_ms")?),
        sent_at: row.try_get::<_, Option<i64>>("sent_at_ms")?.map(Timestamp::from_millis),
        language: language(row)?,
        answers: decode(&sealed.open(column::ANSWERS, row.try_get("answers")?)?).map_err(undecodable)?,
        circumstances: circumstances(row, &sealed)?,
        moments: row
            .try_get::<_, Option<&[u8]>>("moments")?
            .map_or_else(|| Ok(Vec::new()), decode)
            .map_err(undecodable)?,
        model: row.try_get::<_, Option<&[u8]>>("model")?.is_some().then(|| version_id(row, "model")).transpose()?,
        engine: Some(row.try_get("engine")?),
        explanation,
        explanation_bytes,
        score_mismatch: row.try_get("score_mismatch")?,
        owner: row.try_get("owner")?,
        held: row.try_get::<_, Option<i64>>("held_bytes")?.is_some(),
        signs: signs(row)?,
        page: Page {
            url: sealed.open_text(column::PAGE_URL, row.try_get("page_url")?)?,
            referrer: sealed.open_text(column::PAGE_REFERRER, row.try_get("page_referrer")?)?,
        },
        consents: Vec::new(),
    })
}

pub(in crate::store::postgres) fn circumstances(row: &Row, sealed: &RowSeal<'_>) -> Result<Circumstances, Fault> {
    let bytes = sealed.open(column::CIRCUMSTANCES, row.try_get("circumstances")?)?;
    let mut circumstances: Circumstances = decode(&bytes).map_err(undecodable)?;
    circumstances.signals = decode(row.try_get("signals")?).map_err(undecodable)?;
    Ok(circumstances)
}

fn signs(row: &Row) -> Result<Vec<Sign>, Fault> {
    let sign = |code: &str| {
        let known = Sign::ALL.iter().find(|sign| sign.code() == code);
        known.copied().ok_or_else(|| wrong("sign", code))
    };
    let codes: Option<&str> = row.try_get("signs")?;
    codes.unwrap_or_default().split_ascii_whitespace().map(sign).collect()
}

fn consent(row: &Row) -> Result<Consent, Fault> {
    Ok(Consent {
        purpose: row.try_get("purpose")?,
        wording: row.try_get("text")?,
        sha256: version_id(row, "sha256")?,
        language: language(row)?,
        given_at: Timestamp::from_millis(row.try_get("given_at_ms")?),
        withdrawn_at: row.try_get::<_, Option<i64>>("withdrawn_at_ms")?.map(Timestamp::from_millis),
    })
}

fn language(row: &Row) -> Result<Language, Fault> {
    let code: &str = row.try_get("language")?;
    Language::from_tag(code).ok_or_else(|| wrong("language", code))
}

/// A column of 32 bytes.
pub(in crate::store::postgres) fn version_id(row: &Row, column: &str) -> Result<VersionId, Fault> {
    let bytes: &[u8] = row.try_get(column)?;
    let bytes = bytes.try_into().map_err(|_| Fault::failed(format!("`{column}` is not of 32 bytes")))?;
    Ok(VersionId::from_bytes(bytes))
}

/// The lead that counts where this one is said again or was replaced; this one where it counts itself.
pub(in crate::store::postgres) async fn counting(
    transaction: &Transaction<'_>,
    workspace: &str,
    lead: Uuid,
) -> Result<Option<Counting>, Fault> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT form, decision, held_bytes IS NOT NULL AS held, coalesce(duplicate_of, {}) AS next FROM lead \
             WHERE workspace = $1 AND id = $2",
            superseded_by("lead")
        )
    });
    let statement = transaction.prepare_cached(&SQL).await?;
    let (mut counting, mut next) = (None, Some(lead));
    // Whoever is said again is said again by no other, and whoever replaces came later: it ends.
    while let Some(id) = next {
        // The first of twins may be gone by now.
        let Some(row) = transaction.query_opt(&statement, &[&workspace, &id]).await? else { break };
        let (form, decision) = (row.try_get("form")?, row.try_get("decision")?);
        counting = Some(Counting { id, form, decision, is_held: row.try_get("held")? });
        next = row.try_get("next")?;
    }
    Ok(counting)
}
