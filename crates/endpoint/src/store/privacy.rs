//! What people may ask of what is kept about them: to have it erased, to have a permission back.

use std::sync::Arc;

use async_trait::async_trait;
use leadglass_scoring::{Decision, Timestamp, encoding::VersionId};
use serde_json::json;
use uuid::Uuid;

use super::{Event, EventKind, StoreError};
use crate::clock::Ids;

/// Keeps what people ask of what is kept about them.
#[async_trait]
pub trait PrivacyStore: Send + Sync {
    /// The ids of these leads, the earliest first.
    async fn about(&self, about: &About) -> Result<Vec<Uuid>, StoreError>;

    /// Erases these leads with all that belongs to them, messages about them that were not sent yet included, and keeps
    /// that each was erased. Whoever may have been told of one is told. What it does to the database's files, see
    /// [`purge`](Self::purge).
    async fn erase(&self, erase: Erase) -> Result<Vec<Erasure>, StoreError>;

    /// Brings what was erased out of the files that the store has, where that is quick or has waited a day: whether nothing
    /// is left in them. It is to be tried again until then.
    async fn purge(&self, now: Timestamp) -> Result<bool, StoreError>;

    /// Leads that were erased, the first one first, after this one, at most `limit`.
    async fn erasures(&self, after: Option<(Timestamp, Uuid)>, limit: u32) -> Result<Vec<Erasure>, StoreError>;

    /// Whether a lead was erased that had been imported from a row of this key.
    async fn was_erased(&self, form: &str, key: Uuid) -> Result<bool, StoreError>;

    /// Takes permissions back that were given with a lead, or with those it is said with again, or whose place it takes or
    /// lost: from now on, not as if they had never been given. The purposes that it changed something for; `None` where
    /// there is no such lead.
    async fn withdraw(&self, withdraw: Withdraw) -> Result<Option<Vec<String>>, StoreError>;
}

/// Which leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// This one, its twins, and those whose place it takes or lost.
    Lead(Uuid),
    /// All with this e-mail address, in lower case, with the twins of each and those whose place it takes or lost.
    Email(String),
    /// Those of a form that came before a time, at most so many.
    Before {
        /// The form's id.
        form: String,
        /// Server time.
        before: Timestamp,
        /// At most as many, the earliest first.
        limit: u32,
    },
}

/// What to erase.
#[derive(Clone)]
pub struct Erase {
    /// Which leads.
    pub about: About,
    /// Why.
    pub why: WhyErased,
    /// Server time.
    pub at: Timestamp,
    /// For the ids under which others are told.
    pub ids: Arc<dyn Ids>,
}

/// Why a lead was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyErased {
    /// Its person, or somebody here, asked for it.
    Asked,
    /// Its form keeps leads no longer.
    Retention,
}

impl WhyErased {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Asked, Self::Retention];

    /// Its stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Retention => "retention",
        }
    }

    pub(super) fn parse(name: &str) -> Result<Self, StoreError> {
        let known = Self::ALL.into_iter().find(|why| why.as_str() == name);
        known.ok_or_else(|| StoreError::Failed(format!("`{name}` is no reason we know")))
    }
}

/// That a lead was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// What was its id.
    pub lead: Uuid,
    /// The form's id.
    pub form: String,
    /// The version it was scored under.
    pub form_version: VersionId,
    /// When it came, by the server's clock.
    pub received_at: Timestamp,
    /// When it was erased.
    pub erased_at: Timestamp,
    /// Why.
    pub why: WhyErased,
}

impl Erasure {
    /// For others to be told. Nobody heard of a lead that was held or said again.
    pub(super) fn told(&self, id: Uuid, decision: Decision) -> Event {
        Event {
            id,
            kind: EventKind::LeadErased,
            lead: self.lead,
            form: self.form.clone(),
            decision,
            at: self.erased_at,
            detail: None,
        }
    }
}

/// What to take back.
#[derive(Clone)]
pub struct Withdraw {
    /// A lead it was given with.
    pub lead: Uuid,
    /// For which purposes; for all where it is empty.
    pub purposes: Vec<String>,
    /// Server time.
    pub at: Timestamp,
    /// For the ids under which others are told.
    pub ids: Arc<dyn Ids>,
}

impl Withdraw {
    /// For others to be told.
    pub(super) fn told(&self, lead: Uuid, form: String, decision: Decision, withdrawn: &[String]) -> Event {
        Event {
            id: self.ids.at(self.at),
            kind: EventKind::LeadUpdated,
            lead,
            form,
            decision,
            at: self.at,
            detail: Some(json!({ "withdrawn": withdrawn }).to_string()),
        }
    }
}
