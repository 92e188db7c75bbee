//! Who was asked to confirm that the address is theirs, and who did.

use async_trait::async_trait;
use leadglass_scoring::{Decision, Timestamp, encoding::VersionId};
use uuid::Uuid;

use super::{Event, EventKind, NewLead, PersonKey, StoreError};
use crate::clock::derived_id;

/// Most times that one address is asked within a day, whoever types it: a form must not become a way to flood somebody.
pub const ASKED_A_DAY: i64 = 3;

pub(super) const DAY_MS: i64 = 86_400_000;

/// Keeps confirmations.
#[async_trait]
pub trait ConfirmationStore: Send + Sync {
    /// What a lead's sender was asked and answered; `None` where they were not asked, or where there is no such lead.
    async fn confirmation(&self, lead: Uuid) -> Result<Option<Asked>, StoreError>;

    /// Keeps that a lead's sender confirmed their address, with what that makes them have in common with others, and that
    /// others are to be told. `None` where they were not asked, or where there is no such lead. Confirmed twice, it was
    /// confirmed at first.
    async fn confirm(&self, confirm: &Confirm) -> Result<Option<Confirmed>, StoreError>;
}

/// What a lead's sender was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// When, by the server's clock.
    pub asked_at: Timestamp,
    /// When they confirmed, by the server's clock.
    pub confirmed_at: Option<Timestamp>,
}

/// That an address is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The lead whose sender confirms.
    pub lead: Uuid,
    /// Server time.
    pub at: Timestamp,
    /// What they have in common with whoever confirmed the same address.
    pub key: PersonKey,
    /// Under which id others are told: a `UUIDv7`.
    pub event: Uuid,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It is confirmed.
    Now,
    /// It was at this time.
    Before(Timestamp),
}

impl Confirm {
    pub(super) fn came(&self, form: String, decision: Decision) -> Event {
        let Self { lead, at, event, .. } = *self;
        Event { id: event, kind: EventKind::LeadConfirmed, lead, form, decision, at, detail: None }
    }
}

/// That somebody is to be asked.
pub(super) struct ToAsk {
    /// A hash of the address.
    pub(super) address: PersonKey,
    /// What tells them.
    pub(super) event: Event,
}

impl ToAsk {
    /// By what is told of the lead: that its sender is to be asked has an id that follows from the lead's.
    pub(super) fn new(address: PersonKey, told: Event) -> Self {
        let seed = [told.lead.as_bytes().as_slice(), b"confirmation"].concat();
        let id = derived_id(VersionId::of(&seed).as_bytes());
        Self { address, event: Event { id, kind: EventKind::ConfirmationAsked, ..told } }
    }
}

impl NewLead {
    /// Whether its sender is to be asked.
    pub(super) fn asks(&self) -> Option<ToAsk> {
        Some(ToAsk::new(self.confirms?, self.came()))
    }
}
