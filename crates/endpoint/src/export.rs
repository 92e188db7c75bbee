//! All leads as one file: the same columns in every format, a page at a time, so that a million leads need no more
//! memory than a thousand.

pub mod csv;
pub mod ndjson;
pub mod parquet;
mod row;

use std::{collections::HashMap, io, sync::Arc};

use axum::body::{Body, Bytes};
use http_body_util::channel::{Channel, Sender};
use leadglass_scoring::Language;

pub use self::row::{Cell, Column, Columns, Exported};
use crate::{
    report::{Definitions, Report},
    state::State,
    store::{LeadQuery, Store, StoreError},
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
        if let Err(error) = send(&mut pages, &mut sender).await {
            if error.kind() != io::ErrorKind::BrokenPipe {
                tracing::error!(%error, "an export was cut off");
            }
            sender.abort(error);
        }
    });
    Body::new(body)
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
}

impl<'a, F: Format> Pages<'a, F> {
    /// Of a store's leads.
    pub fn new(store: &'a dyn Store, query: LeadQuery, language: Option<Language>, format: F) -> Self {
        let query = LeadQuery { limit: F::PAGE, ..query };
        let definitions = Definitions::new(store);
        Self { store, definitions, query, language, format: Some(format), has_begun: false }
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
        let leads = self.store.leads(&self.query).await.map_err(failed)?;
        let Some(last) = leads.last() else { return self.format.take().map(F::end).transpose() };
        self.query.after = Some(last.place());
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
