//! The end of leads.

use deadpool_postgres::{GenericClient, Transaction};
use tokio_postgres::IsolationLevel;

use super::{Fault, Postgres, drop_segments};

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

/// Deletes what outlived its lead: whoever else deletes leads, as an endpoint of an earlier version beside this one does, leaves
/// it behind.
pub(in crate::store::postgres) async fn sweep(store: &Postgres) -> Result<(), Fault> {
    let mut client = store.connection().await?;
    let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
    for table in WRITTEN_WITH {
        let sql = format!(
            "DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM lead WHERE number = {table}.lead) RETURNING {table}.lead"
        );
        let left = transaction.query(&sql, &[]).await?;
        let left = left.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<Vec<i64>, Fault>>()?;
        drop_segments(&transaction, left).await?;
    }
    Ok(transaction.commit().await?)
}
