//! Leads.

mod copying;
mod deleting;
mod group;
mod listing;
mod reading;
pub(super) mod turn;
mod words;
mod writing;

use async_trait::async_trait;
use leadglass_scoring::encoding::VersionId;
use uuid::Uuid;

pub(super) use self::{
    deleting::{delete, sweep},
    reading::{circumstances, counting, held, sealed, version_id},
    words::drop_segments,
    writing::write_group,
};
use super::{Fault, Postgres};
use crate::store::{Kept, KeptLead, LeadPage, LeadQuery, LeadStore, NewLead, Sent, StoreError, lead::Row};

#[async_trait]
impl LeadStore for Postgres {
    async fn keep_lead(&self, lead: Box<NewLead>) -> Result<Kept, StoreError> {
        self.writer()?.keep(Box::new(Row::new(lead, &self.seal)?)).await
    }

    async fn sent_under(&self, form: &str, key: Uuid) -> Result<Option<Sent>, StoreError> {
        Ok(reading::sent_under(self, form, key).await?)
    }

    async fn lead_page(&self, query: &LeadQuery, looked_at: u32) -> Result<LeadPage, StoreError> {
        Ok(listing::page(self, query, looked_at).await?)
    }

    async fn index_words(&self) -> Result<bool, StoreError> {
        Ok(words::index_next(self).await?)
    }

    async fn leads_after(
        &self,
        form: Option<&str>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, KeptLead)>, StoreError> {
        Ok(reading::leads_after(self, form, after, limit).await?)
    }

    async fn lead(&self, id: Uuid) -> Result<Option<KeptLead>, StoreError> {
        Ok(reading::lead(self, id).await?)
    }
}

/// An id as a column of bytes.
fn bytes(id: &VersionId) -> &[u8] {
    id.as_bytes().as_slice()
}

fn wrong(what: &str, name: &str) -> Fault {
    Fault::failed(format!("`{name}` is not a {what} we know"))
}
