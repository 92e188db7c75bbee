//! All leads as one file: the same columns in every format, a page at a time, so that a million leads need no more
//! memory than a thousand.

pub mod csv;
pub mod ndjson;
mod row;

use std::{collections::HashMap, io, sync::Arc};

use axum::body::{Body, Bytes};
use http_body_util::channel::{Channel, Sender};
use leadglass_scoring::Language;

pub use self::row::{Cell, Column, Columns, Exported};
use crate::{
    report::{Definitions, Report},
    state::State,
    store::{LeadQuery, StoreError},
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
        if let Err(error) = send(&state, query, language, format, &mut sender).await {
            if error.kind() != io::ErrorKind::BrokenPipe {
                tracing::error!(%error, "an export was cut off");
            }
            sender.abort(error);
        }
    });
    Body::new(body)
}

async fn send<F: Format>(
    state: &State,
    mut query: LeadQuery,
    language: Option<Language>,
    mut format: F,
    sender: &mut Sender<Bytes, io::Error>,
) -> io::Result<()> {
    push(sender, format.begin()?).await?;
    query.limit = F::PAGE;
    let store = state.store.as_ref();
    let mut definitions = Definitions::new(store);
    loop {
        let leads = store.leads(&query).await.map_err(failed)?;
        let Some(last) = leads.last() else { break };
        query.after = Some(last.place());
        let ids: Vec<_> = leads.iter().map(|lead| lead.id).collect();
        let mut outcomes = store.outcomes(&ids).await.map_err(failed)?;
        let mut persons: HashMap<_, _> = store.persons(&ids).await.map_err(failed)?.into_iter().collect();
        let mut page = Vec::with_capacity(leads.len());
        for lead in leads {
            let definition = definitions.of(&lead).await.map_err(failed)?;
            let own = outcomes.iter().take_while(|kept| kept.lead == lead.id).count();
            let outcomes: Vec<_> = outcomes.drain(..own).collect();
            let person = persons.remove(&lead.id);
            page.push(Exported { report: Report::new(lead, definition, language), person, outcomes });
        }
        push(sender, format.page(&page)?).await?;
    }
    push(sender, format.end()?).await
}

async fn push(sender: &mut Sender<Bytes, io::Error>, bytes: Vec<u8>) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    sender.send_data(bytes.into()).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
}

fn failed(error: StoreError) -> io::Error {
    io::Error::other(error)
}
