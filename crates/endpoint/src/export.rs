//! All leads as one file: the same columns in every format, a page at a time, so that a million leads need no more
//! memory than a thousand.

pub mod csv;
pub mod ndjson;
pub mod parquet;
mod row;

use std::{collections::HashMap, io, sync::Arc, time::Duration};

use axum::body::{Body, Bytes};
use http_body_util::channel::{Channel, Sender};
use leadglass_scoring::Language;

pub use self::row::{Cell, Column, Columns, Exported};
use crate::{
    report::{Definitions, Report},
    state::State,
    store::{LOOKED_AT, LeadPage, LeadQuery, Store, StoreError},
};

/// Pages that may wait for a slow reader.
const WAITING: usize = 2;

/// A format of files.
pub trait Format: Send + 'static {
    /// Leads of a page.
    const PAGE: u32;

    /// What the file begins with.
    ///
    /// # Errors
    /// Where it can't be written.
    fn begin(&mut self) -> io::Result<Vec<u8>>;

    /// A page of leads.
    ///
    /// # Errors
    /// Where they can't be written.
    fn page(&mut self, leads: &[Exported]) -> io::Result<Vec<u8>>;

    /// What the file ends with.
    ///
    /// # Errors
    /// Where it can't be written.
    fn end(self) -> io::Result<Vec<u8>>;
}

/// A body with all leads that a query finds, made while it is sent. Where the store fails on the way the body is cut
/// off, so that nobody takes half of the leads for all of them.
pub fn body<F: Format>(state: Arc<State>, query: LeadQuery, language: Option<Language>, format: F) -> Body {
    let (mut sender, body) = Channel::<Bytes, io::Error>::new(WAITING);
    tokio::spawn(async move {
        let mut pages = Pages::new(state.store.as_ref(), query, language, format);
        let sent = tokio::select! {
            sent = send(&mut pages, &mut sender) => sent,
            () = too_late(&state) => Err(io::Error::other("the server stops; ask for the file once it is back")),
        };
        if let Err(error) = sent {
            if error.kind() != io::ErrorKind::BrokenPipe {
                tracing::error!(%error, "an export was cut off");
            }
            sender.abort(error);
        }
    });
    Body::new(body)
}

/// An export of very many leads takes longer than whoever stops the server waits; it is cut off in time for the rest.
async fn too_late(state: &State) {
    state.stopped().await;
    tokio::time::sleep(Duration::from_millis(state.settings.drain_timeout_ms / 2)).await;
}

async fn send<F: Format>(pages: &mut Pages<'_, F>, sender: &mut Sender<Bytes, io::Error>) -> io::Result<()> {
    while let Some(bytes) = pages.next().await? {
        if !bytes.is_empty() {
            sender.send_data(bytes.into()).await.map_err(|_| io::ErrorKind::BrokenPipe)?;
        }
    }
    Ok(())
}

/// A file with all leads that a query finds, in the order of its bytes.
pub struct Pages<'a, F> {
    store: &'a dyn Store,
    definitions: Definitions<'a>,
    query: LeadQuery,
    language: Option<Language>,
    /// Nothing once its end was told.
    format: Option<F>,
    has_begun: bool,
    /// Whether there are no more leads.
    is_read: bool,
}

impl<'a, F: Format> Pages<'a, F> {
    /// Of a store's leads.
    pub fn new(store: &'a dyn Store, query: LeadQuery, language: Option<Language>, format: F) -> Self {
        let query = LeadQuery { limit: F::PAGE, ..query };
        let definitions = Definitions::new(store);
        Self { store, definitions, query, language, format: Some(format), has_begun: false, is_read: false }
    }

    /// What follows; nothing after its end.
    ///
    /// # Errors
    /// Where leads can't be read or written.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(format) = &mut self.format else { return Ok(None) };
        if !std::mem::replace(&mut self.has_begun, true) {
            return format.begin().map(Some);
        }
        if std::mem::replace(&mut self.is_read, false) {
            return self.format.take().map(F::end).transpose();
        }
        let LeadPage { leads, next } = self.store.lead_page(&self.query, LOOKED_AT).await.map_err(failed)?;
        (self.query.after, self.is_read) = (next, next.is_none());
        let ids: Vec<_> = leads.iter().map(|lead| lead.id).collect();
        let mut outcomes = self.store.outcomes(&ids).await.map_err(failed)?;
        let mut persons: HashMap<_, _> = self.store.persons(&ids).await.map_err(failed)?.into_iter().collect();
        let mut page = Vec::with_capacity(leads.len());
        for lead in leads {
            let definition = self.definitions.of(&lead).await.map_err(failed)?;
            let own = outcomes.iter().take_while(|kept| kept.lead == lead.id).count();
            let outcomes: Vec<_> = outcomes.drain(..own).collect();
            let person = persons.remove(&lead.id);
            page.push(Exported { report: Report::new(lead, definition, self.language), person, outcomes });
        }
        format.page(&page).map(Some)
    }
}

fn failed(error: StoreError) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use tokio::time::{Instant, timeout};

    use super::*;
    use crate::testing::{Endpoint, KEY, json};

    /// A letter a lead.
    struct Letters;

    impl Format for Letters {
        const PAGE: u32 = 1;

        fn begin(&mut self) -> io::Result<Vec<u8>> {
            Ok(Vec::new())
        }

        fn page(&mut self, leads: &[Exported]) -> io::Result<Vec<u8>> {
            Ok(vec![b'a'; leads.len()])
        }

        fn end(self) -> io::Result<Vec<u8>> {
            Ok(b".".to_vec())
        }
    }

    async fn with_leads(drain_timeout_ms: u64) -> Endpoint {
        let endpoint = Endpoint::with(|settings| settings.drain_timeout_ms = drain_timeout_ms).await;
        for number in 1..=6 {
            let key = KEY.replace("01", &format!("{number:02}"));
            let answer = endpoint.submit(json(&key, "").replace("Ana Pop", &format!("Ana {number}"))).await;
            assert!(answer.status().is_success());
        }
        endpoint
    }

    #[tokio::test]
    async fn a_file_has_all_leads_and_its_end() {
        let endpoint = with_leads(30_000).await;
        let file = body(Arc::clone(&endpoint.state), LeadQuery::default(), None, Letters).collect().await.unwrap();
        assert_eq!(file.to_bytes(), "aaaaaa.");
    }

    #[tokio::test]
    async fn a_file_that_nobody_reads_is_cut_off_when_the_server_stops() {
        let endpoint = with_leads(20).await;
        let before = Arc::strong_count(&endpoint.state);
        let file = body(Arc::clone(&endpoint.state), LeadQuery::default(), None, Letters);
        endpoint.state.stop();
        let deadline = Instant::now() + Duration::from_secs(10);
        while Arc::strong_count(&endpoint.state) > before {
            assert!(Instant::now() < deadline, "it is made for ever");
            tokio::task::yield_now().await;
        }
        assert!(timeout(Duration::from_secs(10), file.collect()).await.unwrap().is_err(), "half of a file is none");
    }
}
