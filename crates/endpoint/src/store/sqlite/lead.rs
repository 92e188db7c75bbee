//! Leads.

mod listing;
mod reading;
pub(super) mod turn;
mod words;
mod writing;

use async_trait::async_trait;
use uuid::Uuid;

pub(super) use self::{
    reading::{counting, held, sealed},
    writing::lead as write,
};
use super::Sqlite;
use crate::store::{Kept, KeptLead, LeadPage, LeadQuery, LeadStore, NewLead, Sent, StoreError, lead::Row};

#[async_trait]
impl LeadStore for Sqlite {
    async fn keep_lead(&self, lead: Box<NewLead>) -> Result<Kept, StoreError> {
        self.writer()?.keep(Row::new(lead, &self.seal)?).await
    }

    async fn sent_under(&self, form: &str, key: Uuid) -> Result<Option<Sent>, StoreError> {
        let form = form.to_owned();
        self.read_sealed(move |connection, workspace, seal| {
            reading::sent_under(connection, workspace, seal, &form, key)
        })
        .await
    }

    async fn lead_page(&self, query: &LeadQuery, looked_at: u32) -> Result<LeadPage, StoreError> {
        let query = query.clone();
        self.read_sealed(move |connection, workspace, seal| {
            listing::page(connection, workspace, seal, &query, looked_at)
        })
        .await
    }

    async fn index_words(&self) -> Result<bool, StoreError> {
        let Some(new) = self.read(|connection, _| words::next(connection)).await? else { return Ok(false) };
        self.write(move |connection, _| words::keep(connection, &new)).await?;
        Ok(true)
    }

    async fn leads_after(
        &self,
        form: Option<&str>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, KeptLead)>, StoreError> {
        let form = form.map(str::to_owned);
        self.read_sealed(move |connection, workspace, seal| {
            reading::leads_after(connection, workspace, seal, form.as_deref(), after, limit)
        })
        .await
    }

    async fn lead(&self, id: Uuid) -> Result<Option<KeptLead>, StoreError> {
        self.read_sealed(move |connection, workspace, seal| reading::lead(connection, workspace, seal, id)).await
    }
}
