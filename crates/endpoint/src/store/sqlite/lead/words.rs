//! Where words are. A trigger drops the segment of a lead whose text goes.

use leadglass_scoring::Timestamp;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use crate::store::{
    StoreError,
    words::{Among, Growing, LEADS, NewSegment, Segment, numbers},
};

/// A segment to keep, as it was read.
pub(super) struct Read {
    new: NewSegment,
    earliest: i64,
    latest: i64,
    texts: (i64, i64),
}

/// The segments that have an index, and the number of the last lead.
pub(super) fn segments(connection: &Connection) -> Result<(Vec<Segment>, i64), StoreError> {
    let mut statement = connection.prepare_cached("SELECT segment, earliest_ms, latest_ms FROM word_segment")?;
    let segments = statement.query_map([], |row| {
        Ok(Segment {
            number: row.get(0)?,
            earliest: Timestamp::from_millis(row.get(1)?),
            latest: Timestamp::from_millis(row.get(2)?),
        })
    });
    Ok((segments?.collect::<Result<_, _>>()?, last(connection)?))
}

fn last(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(number), 0) FROM lead";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// The leads of a segment without an index that have these words.
pub(super) fn read_through(connection: &Connection, segment: i64, words: &[String]) -> Result<Vec<i64>, StoreError> {
    let conditions = " AND instr(folded, ?) > 0".repeat(words.len());
    // As literals, for the words alone are many and unlike.
    let (first, last) = numbers(segment);
    let sql = format!("SELECT lead FROM lead_text WHERE lead BETWEEN {first} AND {last}{conditions}");
    let mut statement = connection.prepare(&sql)?;
    let leads = statement.query_map(params_from_iter(words), |row| row.get(0))?;
    Ok(leads.collect::<Result<_, _>>()?)
}

/// The leads of a segment that have these threes.
pub(super) fn with(connection: &Connection, segment: i64, threes: &[i64]) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT leads FROM word_three WHERE segment = ? AND three = ?")?;
    let mut among = Among::all();
    for three in threes {
        let mut rows = statement.query([segment, *three])?;
        let is_any = match rows.next()? {
            Some(row) => among.keep(row.get_ref(0)?.as_blob().unwrap_or_default()),
            None => false,
        };
        if !is_any {
            return Ok(Vec::new());
        }
    }
    Ok(among.numbers(segment).collect())
}

/// The first segment that is complete and has no index.
pub(super) fn next(connection: &Connection) -> Result<Option<Read>, StoreError> {
    // Numbers are given out in the order of commits.
    let complete = last(connection)? / LEADS;
    let mut statement = connection.prepare_cached(
        "WITH RECURSIVE each (segment) AS (SELECT 0 UNION ALL SELECT segment + 1 FROM each WHERE segment + 1 < ?1) \
         SELECT segment FROM each WHERE segment < ?1 AND segment NOT IN (SELECT segment FROM word_segment) LIMIT 1",
    )?;
    let Some(segment) = statement.query_row([complete], |row| row.get(0)).optional()? else { return Ok(None) };
    let (first, last) = numbers(segment);
    let times = "SELECT coalesce(min(received_at_ms), 0), coalesce(max(received_at_ms), 0) FROM lead \
                 WHERE number BETWEEN ? AND ?";
    let (earliest, latest) =
        connection.prepare_cached(times)?.query_row([first, last], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let texts = texts(connection, segment)?;
    let mut statement =
        connection.prepare_cached("SELECT lead, folded FROM lead_text WHERE lead BETWEEN ? AND ? ORDER BY lead")?;
    let mut rows = statement.query([first, last])?;
    let mut new = Growing::new(segment);
    while let Some(row) = rows.next()? {
        new.add(row.get(0)?, row.get_ref(1)?.as_str().unwrap_or_default());
    }
    Ok(Some(Read { new: new.end(), earliest, latest, texts }))
}

/// How many texts a segment has, and of how many letters they are.
fn texts(connection: &Connection, segment: i64) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT count(*), coalesce(sum(length(folded)), 0) FROM lead_text WHERE lead BETWEEN ? AND ?";
    let (first, last) = numbers(segment);
    Ok(connection.prepare_cached(sql)?.query_row([first, last], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Keeps a segment, unless one of its leads went meanwhile; then it is read again.
pub(super) fn keep(connection: &Connection, read: &Read) -> Result<(), StoreError> {
    let Read { new, earliest, latest, .. } = read;
    if texts(connection, new.segment)? != read.texts {
        return Ok(());
    }
    let sql = "INSERT INTO word_segment (segment, earliest_ms, latest_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    if connection.prepare_cached(sql)?.execute(params![new.segment, earliest, latest])? == 0 {
        return Ok(());
    }
    let mut statement = connection.prepare_cached("INSERT INTO word_three (segment, three, leads) VALUES (?, ?, ?)")?;
    for (three, leads) in new.threes.iter().zip(&new.leads) {
        statement.execute(params![new.segment, three, leads])?;
    }
    Ok(())
}
