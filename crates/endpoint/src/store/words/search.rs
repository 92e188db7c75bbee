//! Which segments a page with words in it is looked for in, and how far.

use leadglass_scoring::Timestamp;

use super::PLAIN;
use crate::store::{LeadQuery, Place};

/// How many leads that may have the words are looked at before the page is tried, and at most.
const TRIED: [usize; 2] = [600, 3_000];

/// A segment that has its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Segment {
    /// The leads' numbers, divided by how many a segment has.
    pub(in crate::store) number: i64,
    /// When the first of its leads came, and the last.
    pub(in crate::store) earliest: Timestamp,
    pub(in crate::store) latest: Timestamp,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::store) enum Step {
    /// Tell [`Search::found`] which leads of a segment may have the words.
    Look(i64),
    /// Read the page from what was found, down to a place; all of it where there is none.
    Try(Option<Place>),
}

/// A search from the latest segment to the earliest.
pub(in crate::store) struct Search {
    /// Those left, the one with the latest lead last.
    segments: Vec<Segment>,
    after: Option<Place>,
    tried: usize,
    pub(in crate::store) found: Vec<i64>,
}

impl Search {
    /// Of all segments up to that of the `last` lead; and those that have no index, which are to be read through. `None` where
    /// those are too many.
    pub(in crate::store) fn new(query: &LeadQuery, mut segments: Vec<Segment>, last: i64) -> Option<(Self, Vec<i64>)> {
        segments.sort_unstable_by_key(|segment| segment.number);
        let end = last.div_euclid(super::LEADS);
        let all = usize::try_from(end).unwrap_or(usize::MAX).saturating_add(1);
        if all.saturating_sub(segments.len()) > PLAIN {
            return None;
        }
        let has_index = |number: &i64| segments.binary_search_by_key(number, |segment| segment.number).is_ok();
        let plain = (0..=end).filter(|number| !has_index(number)).collect();
        let until = [query.after.map(|place| place.received_at), query.received_before];
        segments.retain(|segment| {
            until.iter().flatten().all(|until| segment.earliest <= *until)
                && query.received_from.is_none_or(|from| segment.latest >= from)
        });
        segments.sort_unstable_by_key(|segment| segment.latest);
        Some((Self { segments, after: query.after, tried: 0, found: Vec::new() }, plain))
    }

    /// What to do next.
    pub(in crate::store) fn next(&mut self) -> Step {
        let Some(next) = self.segments.last() else { return Step::Try(None) };
        // No lead of those left came later.
        let received_at = Timestamp::from_millis(next.latest.as_millis().saturating_add(1));
        let down_to = Place { received_at, number: 0 };
        let goes_on = self.after.is_none_or(|after| received_at <= after.received_at && down_to != after);
        if goes_on && TRIED.get(self.tried).is_none_or(|enough| self.found.len() >= *enough) {
            self.tried += 1;
            return Step::Try(Some(down_to));
        }
        let segment = next.number;
        self.segments.pop();
        Step::Look(segment)
    }

    /// Segments that are looked at next, at most so many.
    pub(in crate::store) fn following(&self, most: usize) -> impl Iterator<Item = i64> {
        self.segments.iter().rev().take(most).map(|segment| segment.number)
    }

    /// Adds leads of one segment. False where so many may have the words that they are sooner found in the list itself.
    pub(in crate::store) fn found(&mut self, leads: impl IntoIterator<Item = i64>) -> bool {
        let before = self.found.len();
        self.found.extend(leads);
        self.found.len() - before <= TRIED[0]
    }

    /// Whether a page that was tried is handed out as it is.
    pub(in crate::store) fn is_over(&self) -> bool {
        self.tried >= TRIED.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(number: i64, earliest: i64, latest: i64) -> Segment {
        let (earliest, latest) = (Timestamp::from_millis(earliest), Timestamp::from_millis(latest));
        Segment { number, earliest, latest }
    }

    fn place(received_at: i64) -> Place {
        Place { received_at: Timestamp::from_millis(received_at), number: 0 }
    }

    #[test]
    fn a_search_goes_from_the_latest_segment_to_the_earliest_and_rests_where_it_found_enough() {
        let query = LeadQuery::default();
        let segments = vec![segment(0, 0, 99), segment(1, 100, 199), segment(2, 200, 299)];
        let (mut search, plain) = Search::new(&query, segments.clone(), 4 * 4_096).unwrap();
        assert_eq!(plain, [3, 4]);
        assert_eq!(search.next(), Step::Look(2));
        assert!(search.found(0..600));
        assert_eq!(search.next(), Step::Try(Some(place(200))));
        assert!(!search.is_over());
        assert_eq!(search.next(), Step::Look(1));
        assert!(!search.found(0..4_000), "they are in every lead");
        assert_eq!(search.next(), Step::Try(Some(place(100))));
        assert!(search.is_over());
        // From there it goes on with what came before.
        let query = LeadQuery { after: Some(place(100)), ..query };
        let (mut search, _) = Search::new(&query, segments.clone(), 4 * 4_096).unwrap();
        assert_eq!([search.next(), search.next()], [Step::Look(1), Step::Look(0)]);
        assert_eq!(search.next(), Step::Try(None));
        assert!(Search::new(&query, segments, 7 * 4_096).is_none(), "too many have no index");
    }

    #[test]
    fn a_search_never_rests_where_it_began() {
        let query = LeadQuery { after: Some(place(150)), ..LeadQuery::default() };
        // Both have leads from before and after that place.
        let (mut search, _) = Search::new(&query, vec![segment(0, 0, 199), segment(1, 50, 250)], 8_191).unwrap();
        assert_eq!(search.next(), Step::Look(1));
        search.found(0..4_000);
        assert_eq!(search.next(), Step::Look(0));
    }
}
