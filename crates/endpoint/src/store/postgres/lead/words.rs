//! Where words are. Who deletes a lead's text drops its segment afterwards ([`drop_segments`]), in the same transaction.

use std::{collections::HashMap, fmt::Write};

use deadpool_postgres::{GenericClient, Transaction};
use leadglass_scoring::Timestamp;
use tokio_postgres::{IsolationLevel, types::ToSql};

use super::{Fault, Postgres};
use crate::store::words::{Among, Growing, LEADS, Segment, numbers};

/// The segments that have an index, and the number of the last lead.
pub(super) async fn segments(store: &Postgres) -> Result<(Vec<Segment>, i64), Fault> {
    let rows = store.find("SELECT segment, earliest_ms, latest_ms FROM word_segment", &[]).await?;
    let segment = |row: &tokio_postgres::Row| -> Result<Segment, Fault> {
        Ok(Segment {
            number: row.try_get(0)?,
            earliest: Timestamp::from_millis(row.try_get(1)?),
            latest: Timestamp::from_millis(row.try_get(2)?),
        })
    };
    Ok((rows.iter().map(segment).collect::<Result<_, _>>()?, last(store).await?))
}

async fn last(store: &Postgres) -> Result<i64, Fault> {
    let rows = store.find("SELECT coalesce(max(number), 0) FROM lead", &[]).await?;
    rows.first().map_or(Ok(0), |row| Ok(row.try_get(0)?))
}

/// The leads of a segment without an index that have these words.
pub(super) async fn read_through(store: &Postgres, segment: i64, words: &[String]) -> Result<Vec<i64>, Fault> {
    let (first, last) = numbers(segment);
    let mut sql = "SELECT lead FROM lead_text WHERE lead BETWEEN $1 AND $2".to_owned();
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&first, &last];
    for word in words {
        values.push(word);
        let _ = write!(sql, " AND strpos(folded, ${}) > 0", values.len());
    }
    store.find(&sql, &values).await?.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The leads of some segments that may have the words.
#[derive(Default)]
pub(super) struct Known(HashMap<i64, Vec<i64>>);

impl Known {
    pub(super) fn has(&self, segment: i64) -> bool {
        self.0.contains_key(&segment)
    }

    pub(super) fn leads(&mut self, segment: i64) -> Vec<i64> {
        self.0.get_mut(&segment).map(std::mem::take).unwrap_or_default()
    }
}

/// The leads of segments that have these threes.
pub(super) async fn with(store: &Postgres, segments: Vec<i64>, threes: &[i64]) -> Result<Known, Fault> {
    let sql = "SELECT segment, leads FROM word_three WHERE segment = ANY ($1) AND three = ANY ($2)";
    let mut among: HashMap<i64, (Among, usize)> = HashMap::new();
    for row in &store.find(sql, &[&segments, &threes]).await? {
        let (among, count) = among.entry(row.try_get(0)?).or_insert_with(|| (Among::all(), 0));
        among.keep(row.try_get(1)?);
        *count += 1;
    }
    let leads = |segment: i64| match among.get(&segment) {
        Some((among, count)) if *count == threes.len() => among.numbers(segment).collect(),
        _ => Vec::new(),
    };
    Ok(Known(segments.into_iter().map(|segment| (segment, leads(segment))).collect()))
}

/// Writes down the first segment that is complete and has no index: whether there was one.
pub(super) async fn index_next(store: &Postgres) -> Result<bool, Fault> {
    store.writer()?;
    // Numbers are given out in the order of commits.
    let complete = last(store).await? / LEADS;
    let sql = "SELECT segment FROM generate_series(0::int8, $1::int8 - 1) AS each (segment) \
               WHERE segment NOT IN (SELECT segment FROM word_segment) ORDER BY segment LIMIT 1";
    let rows = store.find(sql, &[&complete]).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let segment: i64 = row.try_get(0)?;
    let (first, last) = numbers(segment);
    let mut client = store.connection().await?;
    let transaction = client.build_transaction().isolation_level(IsolationLevel::ReadCommitted).start().await?;
    let sql = "INSERT INTO word_segment (segment, earliest_ms, latest_ms) SELECT $1, coalesce(min(received_at_ms), 0), \
               coalesce(max(received_at_ms), 0) FROM lead WHERE number BETWEEN $2 AND $3 ON CONFLICT (segment) DO NOTHING";
    if transaction.execute(sql, &[&segment, &first, &last]).await? == 0 {
        // Another endpoint was quicker.
        return Ok(true);
    }
    // Whoever deletes one of them waits for this, and then finds the segment; who deleted one before is waited for.
    let sql = "SELECT lead, folded FROM lead_text WHERE lead BETWEEN $1 AND $2 ORDER BY lead FOR SHARE";
    let rows = transaction.query(sql, &[&first, &last]).await?;
    let mut new = Growing::new(segment);
    for row in &rows {
        new.add(row.try_get(0)?, row.try_get(1)?);
    }
    let new = new.end();
    let sql = "INSERT INTO word_three (segment, three, leads) SELECT $1, three, leads \
               FROM unnest($2::int8[], $3::bytea[]) AS given (three, leads)";
    transaction.execute(sql, &[&segment, &new.threes, &new.leads]).await?;
    transaction.commit().await?;
    Ok(true)
}

/// After texts of these leads were deleted.
pub(in crate::store::postgres) async fn drop_segments(
    transaction: &Transaction<'_>,
    leads: impl IntoIterator<Item = i64>,
) -> Result<(), Fault> {
    let mut segments: Vec<i64> = leads.into_iter().map(|lead| lead.div_euclid(LEADS)).collect();
    segments.sort_unstable();
    segments.dedup();
    for table in ["word_segment", "word_three"] {
        let sql = format!("DELETE FROM {table} WHERE segment = ANY ($1)");
        let statement = transaction.prepare_cached(&sql).await?;
        transaction.execute(&statement, &[&segments]).await?;
    }
    Ok(())
}
