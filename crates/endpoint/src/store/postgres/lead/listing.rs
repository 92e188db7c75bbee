//! Pages of leads.

use leadglass_scoring::Timestamp;
use tokio_postgres::{Row, types::ToSql};

use super::{Fault, Postgres, reading, words};
use crate::store::{
    LeadPage, LeadQuery, Place,
    lead::{Bound, Dialect, FEW, Way, looks},
    words::{Search, Step, threes},
};

const DIALECT: Dialect = Dialect {
    place_of: "strpos",
    unindexed: "",
    mismatched: "lead",
    among: "unnest($1::int8[]) AS few (which) JOIN lead ON lead.number = few.which",
};

/// Segments whose threes are asked for at a time.
const SEGMENTS: usize = 16;

/// The numbers of a page's leads, and how far was looked, if not at all.
type Numbers = (Vec<i64>, Option<Place>);

/// What a page is looked for in.
struct Looking<'a> {
    store: &'a Postgres,
    sealed_email: Option<String>,
    /// For one lead more than wanted, which tells whether there are more.
    query: &'a LeadQuery,
}

pub(super) async fn page(store: &Postgres, query: &LeadQuery, looked_at: u32) -> Result<LeadPage, Fault> {
    store.seal.refuse_words(query)?;
    if query.has_nul() {
        return Ok(LeadPage::default());
    }
    let sealed_email = query.email.as_deref().and_then(|email| store.seal.email(email));
    let more = LeadQuery { limit: query.limit.saturating_add(1), ..query.clone() };
    let (numbers, looked_to) = Looking { store, sealed_email, query: &more }.numbers(looked_at).await?;
    Ok(LeadPage::of(reading::of_numbers(store, &numbers).await?, query.limit, looked_to))
}

impl Looking<'_> {
    async fn numbers(&self, looked_at: u32) -> Result<Numbers, Fault> {
        let mut way = self.query.way_of_one();
        if way.is_none() {
            way = self.few().await?.map(Way::Among);
        }
        if way.is_none()
            && let Some(found) = self.by_words().await?
        {
            return Ok(found);
        }
        let way = way.unwrap_or(Way::List);
        if matches!(way, Way::Among(_)) {
            return Ok((self.found(&way, None).await?, None));
        }
        let [first, most] = looks(looked_at, self.query.limit, !self.query.texts.is_empty());
        for look in [first, most] {
            let down_to = self.place_after(&way, look).await?;
            let numbers = self.found(&way, down_to).await?;
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
    async fn few(&self) -> Result<Option<Vec<i64>>, Fault> {
        for column in self.query.indexed() {
            let sealed = self.sealed_email.as_deref();
            let statement = self.query.found_by(column, &self.store.workspace, DIALECT, sealed, FEW);
            let numbers = self.read(statement).await?;
            if numbers.len() < usize::try_from(FEW).unwrap_or(usize::MAX) {
                return Ok(Some(numbers));
            }
        }
        Ok(None)
    }

    /// By where the words are; `None` where that is no help.
    async fn by_words(&self) -> Result<Option<Numbers>, Fault> {
        let threes = threes(&self.query.texts);
        if threes.is_empty() {
            return Ok(None);
        }
        let (segments, last) = words::segments(self.store).await?;
        let Some((mut search, plain)) = Search::new(self.query, segments, last) else { return Ok(None) };
        for segment in plain {
            if !search.found(words::read_through(self.store, segment, &self.query.texts).await?) {
                return Ok(None);
            }
        }
        let mut known = words::Known::default();
        loop {
            match search.next() {
                Step::Look(segment) => {
                    if !known.has(segment) {
                        let wanted: Vec<i64> = [segment].into_iter().chain(search.following(SEGMENTS)).collect();
                        known = words::with(self.store, wanted, &threes).await?;
                    }
                    if !search.found(known.leads(segment)) {
                        return Ok(None);
                    }
                }
                Step::Try(down_to) => {
                    let numbers = self.found(&Way::Among(search.found.clone()), down_to).await?;
                    if down_to.is_none() || self.is_full(&numbers) || search.is_over() {
                        return Ok(Some((numbers, down_to)));
                    }
                }
            }
        }
    }

    async fn found(&self, way: &Way, down_to: Option<Place>) -> Result<Vec<i64>, Fault> {
        let sealed = self.sealed_email.as_deref();
        self.read(self.query.numbers(way, down_to, &self.store.workspace, DIALECT, sealed)).await
    }

    async fn place_after(&self, way: &Way, looked_at: u32) -> Result<Option<Place>, Fault> {
        let rows = self.rows(self.query.place_after(way, &self.store.workspace, DIALECT, looked_at)).await?;
        let place = rows.first().map(|row| {
            let (at, number): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            Ok(Place { received_at: Timestamp::from_millis(at), number: number.unsigned_abs() })
        });
        place.transpose()
    }

    async fn read(&self, statement: (String, Vec<Bound>)) -> Result<Vec<i64>, Fault> {
        self.rows(statement).await?.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    async fn rows(&self, (sql, values): (String, Vec<Bound>)) -> Result<Vec<Row>, Fault> {
        let values = values.iter().map(|value| -> &(dyn ToSql + Sync) {
            match value {
                Bound::Text(text) => text,
                Bound::Whole(number) => number,
                Bound::Numbers(numbers) => numbers,
            }
        });
        self.store.find(&sql, &values.collect::<Vec<_>>()).await
    }
}
