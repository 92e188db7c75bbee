//! The statements that read leads.

use std::sync::LazyLock;

use leadglass_scoring::{
    Channel, Circumstances, Decision, Explanation, Language, Timestamp,
    encoding::{VersionId, decode},
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::store::{
    Consent, KeptLead, Page, Sent, Sign, StoreError,
    lead::{Counting, SUPERSEDES, superseded_by},
    seal::{RowSeal, Seal, SealError, column},
    sqlite::undecodable,
};

const LEAD: &str = "id, form, form_version, shown_version, card, duplicate_of, channel, received_at_ms, sent_at_ms, \
                    language, answers, signals, circumstances, engine, explanation, score_mismatch, page_url, page_referrer, \
                    owner, number, held_bytes, signs, moments, model, sealed_under";

/// What is read of a lead.
static COLUMNS: LazyLock<String> =
    LazyLock::new(|| format!("{LEAD}, {SUPERSEDES} AS supersedes_id, {} AS superseded_by", superseded_by("lead")));

pub(super) fn sent_under(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    form: &str,
    key: Uuid,
) -> Result<Option<Sent>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, sealed_under, fingerprint, receipt, decision FROM lead WHERE workspace = ? AND form = ? AND key = ?",
    )?;
    let mut rows = statement.query(params![workspace, form, key.as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let name: String = row.get("decision")?;
    let decision = Decision::ALL.into_iter().find(|decision| decision.as_str() == name);
    let fingerprint = sealed(row, seal)?.open(column::FINGERPRINT, row.get("fingerprint")?)?;
    let fingerprint = fingerprint.try_into().map_err(|_| SealError::Broken(column::FINGERPRINT))?;
    Ok(Some(Sent {
        fingerprint: VersionId::from_bytes(fingerprint),
        receipt: row.get("receipt")?,
        decision: decision.ok_or_else(|| StoreError::Failed(format!("`{name}` is not a decision we know")))?,
    }))
}

/// The leads of these numbers, in their order.
pub(super) fn of_numbers(connection: &Connection, seal: &Seal, numbers: Vec<i64>) -> Result<Vec<KeptLead>, StoreError> {
    let sql = format!("SELECT {} FROM lead WHERE number = ?", *COLUMNS);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut leads = Vec::with_capacity(numbers.len());
    for number in numbers {
        let mut lead = statement.query_row([number], |row| Ok(kept(row, seal)))??;
        lead.consents = consents(connection, number)?;
        leads.push(lead);
    }
    Ok(leads)
}

pub(super) fn leads_after(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    form: Option<&str>,
    after: u64,
    limit: u32,
) -> Result<Vec<(u64, KeptLead)>, StoreError> {
    let sql = format!(
        "SELECT {} FROM lead WHERE workspace = ?1 AND (?2 IS NULL OR form = ?2) AND number > ?3 \
         AND held_bytes IS NULL ORDER BY number LIMIT ?4",
        *COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![workspace, form, after, limit])?;
    let mut leads = Vec::new();
    while let Some(row) = rows.next()? {
        let lead = kept(row, seal)?;
        leads.push((lead.number, lead));
    }
    Ok(leads)
}

pub(in crate::store::sqlite) fn held(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    form: Option<&str>,
    after: u64,
    limit: u32,
) -> Result<Vec<KeptLead>, StoreError> {
    let sql = format!(
        "SELECT {} FROM lead WHERE workspace = ?1 AND held_bytes IS NOT NULL AND (?2 IS NULL OR form = ?2) \
         AND number > ?3 ORDER BY number LIMIT ?4",
        *COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![workspace, form, i64::try_from(after).unwrap_or(i64::MAX), limit])?;
    let mut leads = Vec::new();
    while let Some(row) = rows.next()? {
        leads.push(kept(row, seal)?);
    }
    Ok(leads)
}

pub(super) fn lead(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    id: Uuid,
) -> Result<Option<KeptLead>, StoreError> {
    let sql = format!("SELECT {} FROM lead WHERE workspace = ? AND id = ?", *COLUMNS);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![workspace, id.as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let mut lead = kept(row, seal)?;
    lead.consents = consents(connection, row.get("number")?)?;
    Ok(Some(lead))
}

/// How a row's values are sealed, from its columns `id` and `sealed_under`.
pub(in crate::store::sqlite) fn sealed<'s>(row: &Row<'_>, seal: &'s Seal) -> Result<RowSeal<'s>, StoreError> {
    let under: Option<String> = row.get("sealed_under")?;
    Ok(seal.row(under.as_deref(), Uuid::from_bytes(row.get("id")?))?)
}

fn kept(row: &Row<'_>, seal: &Seal) -> Result<KeptLead, StoreError> {
    let sealed = sealed(row, seal)?;
    let id = |name: &str| row.get::<_, Option<[u8; 16]>>(name).map(|bytes| bytes.map(Uuid::from_bytes));
    let explanation_bytes = sealed.open(column::EXPLANATION, row.get("explanation")?)?;
    let explanation: Explanation = decode(&explanation_bytes).map_err(undecodable)?;
    Ok(KeptLead {
        id: Uuid::from_bytes(row.get("id")?),
        number: u64::try_from(row.get::<_, i64>("number")?).unwrap_or(0),
        form: row.get("form")?,
        form_version: VersionId::from_bytes(row.get("form_version")?),
        shown_version: VersionId::from_bytes(row.get("shown_version")?),
        card: VersionId::from_bytes(row.get("card")?),
        duplicate_of: id("duplicate_of")?,
        supersedes: id("supersedes_id")?,
        superseded_by: id("superseded_by")?,
        channel: row.get("channel")?,
        received_at: Timestamp::from_millis(row.get("received_at_ms")?),
        sent_at: row.get::<_, Option<i64>>("sent_at_ms")?.map(Timestamp::from_millis),
        language: language(row)?,
        answers: decode(&sealed.open(column::ANSWERS, row.get("answers")?)?).map_err(undecodable)?,
        circumstances: circumstances(row, &sealed, explanation.at)?,
        moments: row
            .get::<_, Option<Vec<u8>>>("moments")?
            .map_or_else(|| Ok(Vec::new()), |bytes| decode(&bytes))
            .map_err(undecodable)?,
        model: row.get::<_, Option<[u8; 32]>>("model")?.map(VersionId::from_bytes),
        engine: row.get("engine")?,
        explanation,
        explanation_bytes,
        score_mismatch: row.get("score_mismatch")?,
        owner: row.get("owner")?,
        held: row.get::<_, Option<i64>>("held_bytes")?.is_some(),
        signs: signs(row.get("signs")?)?,
        page: Page {
            url: sealed.open_text(column::PAGE_URL, row.get("page_url")?)?,
            referrer: sealed.open_text(column::PAGE_REFERRER, row.get("page_referrer")?)?,
        },
        consents: Vec::new(),
    })
}

/// Of a lead from before circumstances were kept: judged at `at`, as it came.
fn circumstances(row: &Row<'_>, sealed: &RowSeal<'_>, at: Timestamp) -> Result<Circumstances, StoreError> {
    let mut circumstances = match row.get::<_, Option<Vec<u8>>>("circumstances")? {
        Some(bytes) => decode(&sealed.open(column::CIRCUMSTANCES, bytes)?).map_err(undecodable)?,
        None => Circumstances { channel: channel(row)?, ..Circumstances::at(at) },
    };
    circumstances.signals = decode(&row.get::<_, Vec<u8>>("signals")?).map_err(undecodable)?;
    Ok(circumstances)
}

fn signs(codes: Option<String>) -> Result<Vec<Sign>, StoreError> {
    let sign = |code: &str| {
        let known = Sign::ALL.iter().find(|sign| sign.code() == code);
        known.copied().ok_or_else(|| StoreError::Failed(format!("`{code}` is not a sign we know")))
    };
    codes.unwrap_or_default().split_ascii_whitespace().map(sign).collect()
}

fn channel(row: &Row<'_>) -> Result<Option<Channel>, StoreError> {
    let name: String = row.get("channel")?;
    Ok(Channel::ALL.into_iter().find(|channel| channel.as_str() == name))
}

fn consents(connection: &Connection, number: i64) -> Result<Vec<Consent>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT purpose, text, sha256, language, given_at_ms, withdrawn_at_ms FROM consent JOIN wording ON wording.sha256 = \
         consent.wording WHERE lead = ? ORDER BY field",
    )?;
    let mut rows = statement.query([number])?;
    let mut consents = Vec::new();
    while let Some(row) = rows.next()? {
        consents.push(Consent {
            purpose: row.get("purpose")?,
            wording: row.get("text")?,
            sha256: VersionId::from_bytes(row.get("sha256")?),
            language: language(row)?,
            given_at: Timestamp::from_millis(row.get("given_at_ms")?),
            withdrawn_at: row.get::<_, Option<i64>>("withdrawn_at_ms")?.map(Timestamp::from_millis),
        });
    }
    Ok(consents)
}

fn language(row: &Row<'_>) -> Result<Language, StoreError> {
    let code: String = row.get("language")?;
    Language::from_tag(&code).ok_or_else(|| StoreError::Failed(format!("`{code}` is not a language we know")))
}

/// The lead that counts where this one is said again or was replaced; this one where it counts itself.
pub(in crate::store::sqlite) fn counting(
    connection: &Connection,
    workspace: &str,
    lead: Uuid,
) -> Result<Option<Counting>, StoreError> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT form, decision, held_bytes IS NOT NULL, coalesce(duplicate_of, {}) FROM lead \
             WHERE workspace = ? AND id = ?",
            superseded_by("lead")
        )
    });
    let mut statement = connection.prepare_cached(&SQL)?;
    let (mut counting, mut next) = (None, Some(lead));
    // Whoever is said again is said again by no other, and whoever replaces came later: it ends.
    while let Some(id) = next {
        let row = statement.query_row(params![workspace, id.as_bytes()], |row| {
            let lead = Counting { id, form: row.get(0)?, decision: row.get(1)?, is_held: row.get(2)? };
            Ok((lead, row.get::<_, Option<[u8; 16]>>(3)?.map(Uuid::from_bytes)))
        });
        // The first of twins may be gone by now.
        let Some((lead, after)) = row.optional()? else { break };
        counting = Some(lead);
        next = after;
    }
    Ok(counting)
}
