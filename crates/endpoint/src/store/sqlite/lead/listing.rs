//! Pages of leads.

use rusqlite::{Connection, OptionalExtension, Row, params_from_iter, types::Value};

use super::{reading, words};
use crate::store::{
    LeadPage, LeadQuery, Place, StoreError,
    lead::{Bound, Dialect, FEW, Way, looks},
    seal::Seal,
    words::{Search, Step, threes},
};

const DIALECT: Dialect = Dialect {
    place_of: "instr",
    unindexed: "+",
    mismatched: "lead INDEXED BY lead_mismatched",
    among: "json_each($1) AS few CROSS JOIN lead ON lead.number = few.value",
};

/// The numbers of a page's leads, and how far was looked, if not at all.
type Numbers = (Vec<i64>, Option<Place>);

/// What a page is looked for in.
struct Looking<'a> {
    connection: &'a Connection,
    workspace: &'a str,
    sealed_email: Option<String>,
    /// For one lead more than wanted, which tells whether there are more.
    query: &'a LeadQuery,
}

pub(super) fn page(
    connection: &Connection,
    workspace: &str,
    seal: &Seal,
    query: &LeadQuery,
    looked_at: u32,
) -> Result<LeadPage, StoreError> {
    seal.refuse_words(query)?;
    let sealed_email = query.email.as_deref().and_then(|email| seal.email(email));
    let more = LeadQuery { limit: query.limit.saturating_add(1), ..query.clone() };
    let (numbers, looked_to) = Looking { connection, workspace, sealed_email, query: &more }.numbers(looked_at)?;
    Ok(LeadPage::of(reading::of_numbers(connection, seal, numbers)?, query.limit, looked_to))
}

impl Looking<'_> {
    fn numbers(&self, looked_at: u32) -> Result<Numbers, StoreError> {
        let mut way = self.query.way_of_one();
        if way.is_none() {
            way = self.few()?.map(Way::Among);
        }
        if way.is_none()
            && let Some(found) = self.by_words()?
        {
            return Ok(found);
        }
        let way = way.unwrap_or(Way::List);
        if matches!(way, Way::Among(_)) {
            return Ok((self.found(&way, None)?, None));
        }
        let [first, most] = looks(looked_at, self.query.limit, !self.query.texts.is_empty());
        for look in [first, most] {
            let down_to = self.place_after(&way, look)?;
            let numbers = self.found(&way, down_to)?;
            if down_to.is_none() || self.is_full(&numbers) || look == most {
                return Ok((numbers, down_to));
            }
        }
        Ok((Vec::new(), None))
    }

    fn is_full(&self, numbers: &[i64]) -> bool {
        u32::try_from(numbers.len()).is_ok_and(|count| count >= self.query.limit)
    }

    /// All that one of the filters leaves, where those are few.
    fn few(&self) -> Result<Option<Vec<i64>>, StoreError> {
        for column in self.query.indexed() {
            let sealed = self.sealed_email.as_deref();
            let numbers = self.read(self.query.found_by(column, self.workspace, DIALECT, sealed, FEW))?;
            if numbers.len() < usize::try_from(FEW).unwrap_or(usize::MAX) {
                return Ok(Some(numbers));
            }
        }
        Ok(None)
    }

    /// By where the words are; `None` where that is no help.
    fn by_words(&self) -> Result<Option<Numbers>, StoreError> {
        let threes = threes(&self.query.texts);
        if threes.is_empty() {
            return Ok(None);
        }
        let (segments, last) = words::segments(self.connection)?;
        let Some((mut search, plain)) = Search::new(self.query, segments, last) else { return Ok(None) };
        for segment in plain {
            if !search.found(words::read_through(self.connection, segment, &self.query.texts)?) {
                return Ok(None);
            }
        }
        loop {
            match search.next() {
                Step::Look(segment) => {
                    if !search.found(words::with(self.connection, segment, &threes)?) {
                        return Ok(None);
                    }
                }
                Step::Try(down_to) => {
                    let numbers = self.found(&Way::Among(search.found.clone()), down_to)?;
                    if down_to.is_none() || self.is_full(&numbers) || search.is_over() {
                        return Ok(Some((numbers, down_to)));
                    }
                }
            }
        }
    }

    fn found(&self, way: &Way, down_to: Option<Place>) -> Result<Vec<i64>, StoreError> {
        self.read(self.query.numbers(way, down_to, self.workspace, DIALECT, self.sealed_email.as_deref()))
    }

    fn place_after(&self, way: &Way, looked_at: u32) -> Result<Option<Place>, StoreError> {
        let (sql, values) = self.query.place_after(way, self.workspace, DIALECT, looked_at);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let place = statement.query_row(bound(values), |row| {
            let received_at = leadglass_scoring::Timestamp::from_millis(row.get(0)?);
            Ok(Place { received_at, number: row.get::<_, i64>(1)?.unsigned_abs() })
        });
        Ok(place.optional()?)
    }

    fn read(&self, (sql, values): (String, Vec<Bound>)) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached(&sql)?;
        let numbers = statement.query_map(bound(values), |row: &Row<'_>| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }
}

fn bound(values: Vec<Bound>) -> impl rusqlite::Params {
    params_from_iter(values.into_iter().map(|value| match value {
        Bound::Text(text) => Value::Text(text),
        Bound::Whole(number) => Value::Integer(number),
        Bound::Numbers(numbers) => Value::Text(serde_json::json!(numbers).to_string()),
    }))
}
