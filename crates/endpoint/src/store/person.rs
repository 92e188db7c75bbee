//! People: which leads are one person's.
//!
//! Leads are one person's where they share a key, or where staff merged them, and through any chain of such. Nothing but
//! that is kept, so who is one is a function of what came and was said, in whatever order it did, and undoing a merge
//! gives back exactly what was before it. A person is known by any of their leads, and goes by the id of the first.

mod walk;

use async_trait::async_trait;
use leadglass_scoring::Timestamp;
use uuid::Uuid;

pub(super) use self::walk::Walk;
use super::StoreError;

/// What leads of one person have in common: 16 bytes that say nothing without the database's secret.
pub type PersonKey = [u8; 16];

/// Keeps who is who.
#[async_trait]
pub trait PersonStore: Send + Sync {
    /// The person of each of these leads: the id of their first lead. Leads that are not there are left out, and so are
    /// those held in the quarantine.
    async fn persons(&self, leads: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, StoreError>;

    /// Whose lead it is; `None` where there is no such lead, or where it is held.
    async fn person(&self, lead: Uuid) -> Result<Option<Person>, StoreError>;

    /// Adds what a lead has in common with others of its person. `false` where there is no such lead.
    async fn add_person_key(&self, lead: Uuid, key: PersonKey) -> Result<bool, StoreError>;

    /// Makes one of two people.
    async fn merge(&self, merge: &NewMerge) -> Result<Merged, StoreError>;

    /// Takes back a merge; `false` where there is none with this id. Taken back twice, it was taken back at first.
    async fn undo_merge(&self, merge: Uuid, at: Timestamp, by: &str) -> Result<bool, StoreError>;
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The id of the first lead.
    pub id: Uuid,
    /// The ids of the leads in the order they came, those said again or replaced too.
    pub leads: Vec<Uuid>,
    /// The journal of merges of these leads, in order.
    pub merges: Vec<Merge>,
}

/// Two people who are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMerge {
    /// A `UUIDv7`.
    pub id: Uuid,
    /// A lead of each.
    pub leads: [Uuid; 2],
    /// When.
    pub at: Timestamp,
    /// Who says so.
    pub by: String,
    /// Why.
    pub why: Option<String>,
}

/// A merge as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// A `UUIDv7`.
    pub id: Uuid,
    /// A lead of each.
    pub leads: [Uuid; 2],
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// Why.
    pub why: Option<String>,
    /// When and by whom it was taken back.
    pub undone: Option<(Timestamp, String)>,
}

/// What came of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// They are one.
    New,
    /// These two were merged before, under this id.
    Before(Uuid),
    /// They were one without it.
    Same,
    /// There is no such lead, or it is held.
    NoLead,
}

/// Texts of the journal have no U+0000, which not every database can keep.
pub(super) fn text(text: &str) -> String {
    text.replace('\0', " ")
}
