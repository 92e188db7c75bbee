//! Where everything is kept, in the domain's words. A store is of one workspace: no call can reach into another. Each
//! concern is a trait of its own, so that its words, its statements and its tests stand beside each other.

mod confirmation;
#[cfg(test)]
mod contract;
mod form;
mod judgement;
mod lead;
pub mod open;
mod outbox;
mod outcome;
mod person;
pub mod postgres;
mod privacy;
mod quarantine;
mod seal;
pub mod sqlite;
mod token;
mod tracked_signal;
mod words;

use async_trait::async_trait;

pub use self::{
    confirmation::{ASKED_A_DAY, Asked, Confirm, ConfirmationStore, Confirmed},
    form::{FormStore, KeptVersion},
    judgement::{Judgement, JudgementStore, NewJudgement, Why},
    lead::{
        Consent, GivenConsent, Kept, KeptLead, LOOKED_AT, LeadPage, LeadQuery, LeadStore, NewLead, OwnerTurns, Page,
        Place, Sent,
    },
    outbox::{
        Address, Claim, DeliveryState, Event, EventKind, FaultStore, LastFault, OutboxStore, Receiver, ReceiverState,
        Replay, Secret, Settled, Tally, Template,
    },
    outcome::{Cost, KeptOutcome, LostReason, NewCost, NewOutcome, Noted, Outcome, OutcomeStore, Undo, Undone},
    person::{Merge, Merged, NewMerge, Person, PersonKey, PersonStore},
    privacy::{About, Erase, Erasure, PrivacyStore, WhyErased, Withdraw},
    quarantine::{AnsweredChallenge, Discard, Doubt, IfSpent, QuarantineStore, Sign},
    seal::{Keys, SealStore, Sealed, SealedAgain},
    token::TokenStore,
    tracked_signal::{NewSignal, TRACKED_LIMIT, Tracked, TrackedSignalStore},
};

/// Keeps all there is to keep.
#[async_trait]
pub trait Store:
    FormStore
    + LeadStore
    + PersonStore
    + ConfirmationStore
    + OutcomeStore
    + QuarantineStore
    + JudgementStore
    + OutboxStore
    + FaultStore
    + PrivacyStore
    + SealStore
    + TokenStore
    + TrackedSignalStore
{
    /// Whether it can be read from and waits for nothing.
    async fn check(&self) -> Result<(), StoreError>;

    /// Returns when all that was handed to it before is on disk.
    async fn flush(&self) -> Result<(), StoreError>;
}

/// Why a store could not do what it was asked. None of it names what a lead says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Too many wait for it already, or another program holds it.
    #[error("the database is busy")]
    Busy,
    /// No room is left.
    #[error("the database or its disk is full")]
    Full,
    /// Anything else.
    #[error("the database failed: {0}")]
    Failed(String),
}
