//! Tables are brought up to date one endpoint at a time: whoever holds the row of the version does it.

use deadpool_postgres::{GenericClient, Pool};
use tokio_postgres::{Client, error::SqlState};

use super::{Fault, StoreError};

/// In order; the version of a database is how many it has been through.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/postgres/0001_leads.sql"),
    include_str!("../../../migrations/postgres/0002_outbox.sql"),
    include_str!("../../../migrations/postgres/0003_api.sql"),
    include_str!("../../../migrations/postgres/0004_delivered.sql"),
    include_str!("../../../migrations/postgres/0005_listed.sql"),
    include_str!("../../../migrations/postgres/0006_people.sql"),
    include_str!("../../../migrations/postgres/0007_privacy.sql"),
    include_str!("../../../migrations/postgres/0008_confirmations.sql"),
    include_str!("../../../migrations/postgres/0009_sealed.sql"),
    include_str!("../../../migrations/postgres/0010_found.sql"),
    include_str!("../../../migrations/postgres/0011_words.sql"),
    include_str!("../../../migrations/postgres/0012_erased_rows.sql"),
    include_str!("../../../migrations/postgres/0013_written.sql"),
];

const VERSION_TABLE: &str = "CREATE TABLE IF NOT EXISTS leadglass_version \
                             (one BOOLEAN NOT NULL PRIMARY KEY CHECK (one), version BIGINT NOT NULL)";

pub(super) async fn migrate(pool: &Pool) -> Result<(), StoreError> {
    Ok(bring_up_to_date(pool).await?)
}

async fn bring_up_to_date(pool: &Pool) -> Result<(), Fault> {
    let mut client = pool.get().await?;
    // An endpoint that starts often finds nothing to do, and then needs no right to make tables.
    if version(&client).await? == Some(MIGRATIONS.len()) {
        return Ok(());
    }
    if let Err(error) = client.batch_execute(VERSION_TABLE).await {
        // Two that make it at once: `IF NOT EXISTS` looks before it leaps, and the later one falls over the name.
        let told = [SqlState::UNIQUE_VIOLATION, SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];
        if !error.code().is_some_and(|code| told.contains(code)) {
            return Err(error.into());
        }
    }
    let first = "INSERT INTO leadglass_version (one, version) VALUES (TRUE, 0) ON CONFLICT (one) DO NOTHING";
    client.execute(first, &[]).await?;
    let transaction = client.transaction().await?;
    // Another endpoint may take its time with a large table.
    transaction.batch_execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0").await?;
    let version: i64 = transaction.query_one("SELECT version FROM leadglass_version FOR UPDATE", &[]).await?.get(0);
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    for migration in MIGRATIONS.get(version..).ok_or_else(|| of_a_later_version(version))? {
        transaction.batch_execute(migration).await?;
    }
    let now = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    transaction.execute("UPDATE leadglass_version SET version = $1", &[&now]).await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn check_version(pool: &Pool) -> Result<(), StoreError> {
    let client = pool.get().await.map_err(Fault::from)?;
    let failed = |message: &str| StoreError::Failed(message.to_owned());
    match version(&client).await? {
        None => Err(failed("there are no leads in it; `leadglass serve` makes its tables")),
        Some(version) if version > MIGRATIONS.len() => Err(of_a_later_version(version).into()),
        Some(version) if version < MIGRATIONS.len() => {
            Err(failed("it is of an earlier version; `leadglass serve` brings it up to date"))
        }
        Some(_) => Ok(()),
    }
}

/// How many migrations it has been through; `None` where it has never seen one.
async fn version(client: &Client) -> Result<Option<usize>, Fault> {
    match client.query_opt("SELECT version FROM leadglass_version", &[]).await {
        Ok(row) => Ok(row.map(|row| usize::try_from(row.get::<_, i64>(0)).unwrap_or(usize::MAX))),
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn of_a_later_version(version: usize) -> Fault {
    Fault::failed(format!("it is of version {version}, later than this program's {}", MIGRATIONS.len()))
}
