//! Leads.

mod reading;
pub(super) mod turn;
mod writing;

use async_trait::async_trait;
use uuid::Uuid;

pub(super) use self::reading::{counting, held};
use super::Sqlite;
use crate::store::{Kept, KeptLead, LeadQuery, LeadStore, NewLead, Sent, StoreError};

#[async_trait]
impl LeadStore for Sqlite {
    async fn keep_lead(&self, mut lead: Box<NewLead>) -> Result<Kept, StoreError> {
        lead.refuse_nul()?;
        self.try_write(move |connection, workspace| writing::lead(connection, workspace, &mut lead)).await
    }

    async fn sent_under(&self, form: &str, key: Uuid) -> Result<Option<Sent>, StoreError> {
        let form = form.to_owned();
        self.read(move |connection, workspace| reading::sent_under(connection, workspace, &form, key)).await
    }

    async fn leads(&self, query: &LeadQuery) -> Result<Vec<KeptLead>, StoreError> {
        let query = query.clone();
        self.read(move |connection, workspace| reading::leads(connection, workspace, &query)).await
    }

    async fn leads_after(
        &self,
        form: Option<&str>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(u64, KeptLead)>, StoreError> {
        let form = form.map(str::to_owned);
        self.read(move |connection, workspace| {
            reading::leads_after(connection, workspace, form.as_deref(), after, limit)
        })
        .await
    }

    async fn lead(&self, id: Uuid) -> Result<Option<KeptLead>, StoreError> {
        self.read(move |connection, workspace| reading::lead(connection, workspace, id)).await
    }
}
