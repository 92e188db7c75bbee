//! The rows of leads, by binary `COPY`: a statement with a list for each of so many columns costs the database more.

use std::pin::pin;

use deadpool_postgres::Transaction;
use leadglass_scoring::{ENGINE, Moment, Timestamp};
use tokio_postgres::{
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::{Fault, bytes, group::New};

const COLUMNS: [(&str, Type); 37] = [
    ("number", Type::INT8),
    ("id", Type::UUID),
    ("workspace", Type::TEXT),
    ("form", Type::TEXT),
    ("form_version", Type::BYTEA),
    ("shown_version", Type::BYTEA),
    ("card", Type::BYTEA),
    ("key", Type::UUID),
    ("fingerprint", Type::BYTEA),
    ("supersedes", Type::UUID),
    ("duplicate_of", Type::UUID),
    ("channel", Type::TEXT),
    ("received_at_ms", Type::INT8),
    ("sent_at_ms", Type::INT8),
    ("language", Type::TEXT),
    ("answers", Type::BYTEA),
    ("signals", Type::BYTEA),
    ("circumstances", Type::BYTEA),
    ("engine", Type::TEXT),
    ("explanation", Type::BYTEA),
    ("points_milli", Type::INT8),
    ("score", Type::INT8),
    ("grade", Type::TEXT),
    ("decision", Type::TEXT),
    ("score_mismatch", Type::BOOL),
    ("email_folded", Type::TEXT),
    ("twin", Type::BYTEA),
    ("page_url", Type::TEXT),
    ("page_referrer", Type::TEXT),
    ("owner", Type::TEXT),
    ("held_bytes", Type::INT8),
    ("signs", Type::TEXT),
    ("moment", Type::TEXT),
    ("moments", Type::BYTEA),
    ("model", Type::BYTEA),
    ("receipt", Type::BYTEA),
    ("sealed_under", Type::TEXT),
];

/// The unique key of `lead` is the last word: were a key used by a program that does not hold the row, the group is
/// undone and written lead by lead.
pub(super) async fn leads(transaction: &Transaction<'_>, workspace: &str, new: &[New<'_>]) -> Result<(), Fault> {
    let columns = COLUMNS.map(|(name, _)| name).join(", ");
    let sql = format!("COPY lead ({columns}) FROM STDIN (FORMAT BINARY)");
    let statement = transaction.prepare_cached(&sql).await?;
    let sink = transaction.copy_in(&statement).await?;
    let mut rows = pin!(BinaryCopyInWriter::new(sink, &COLUMNS.map(|(_, kind)| kind)));
    for New { number, duplicate_of, owner, held_bytes, signs, challenge: _, row } in new {
        let lead = &row.lead;
        let values: [&(dyn ToSql + Sync); COLUMNS.len()] = [
            number,
            &lead.id,
            &workspace,
            &lead.form,
            &bytes(&lead.form_version),
            &bytes(&lead.shown_version),
            &bytes(&lead.card),
            &lead.key,
            &row.fingerprint,
            &lead.supersedes,
            duplicate_of,
            &lead.channel.as_str(),
            &lead.received_at.as_millis(),
            &lead.sent_at.map(Timestamp::as_millis),
            &lead.language.code(),
            &lead.answers,
            &row.signals,
            &row.circumstances,
            &ENGINE,
            &row.explanation,
            &lead.explanation.points.milli(),
            &i64::from(lead.explanation.score),
            &lead.explanation.grade.as_str(),
            &lead.explanation.decision.as_str(),
            &lead.score_mismatch,
            &lead.email,
            &lead.twin.as_ref().map(<[u8; 16]>::as_slice),
            &lead.page.url,
            &lead.page.referrer,
            owner,
            held_bytes,
            signs,
            &lead.circumstances.moment.map(Moment::as_str),
            &row.moments,
            &bytes(&lead.model),
            &lead.receipt,
            &row.sealed_under,
        ];
        rows.as_mut().write(&values).await?;
    }
    rows.finish().await?;
    Ok(())
}
