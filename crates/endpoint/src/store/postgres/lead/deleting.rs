//! The end of leads.

use deadpool_postgres::{GenericClient, Transaction};

use super::{Fault, drop_segments};

/// What is written with every lead and has no foreign key that would delete it.
const WRITTEN_WITH: [&str; 3] = ["lead_text", "consent", "person_key"];

/// Deletes leads, whose rows are held, with all that hangs on them.
pub(in crate::store::postgres) async fn delete(transaction: &Transaction<'_>, numbers: &[i64]) -> Result<(), Fault> {
    for table in WRITTEN_WITH {
        let sql = format!("DELETE FROM {table} WHERE lead = ANY ($1)");
        let statement = transaction.prepare_cached(&sql).await?;
        transaction.execute(&statement, &[&numbers]).await?;
    }
    let statement = transaction.prepare_cached("DELETE FROM lead WHERE number = ANY ($1)").await?;
    transaction.execute(&statement, &[&numbers]).await?;
    drop_segments(transaction, numbers.iter().copied()).await
}
