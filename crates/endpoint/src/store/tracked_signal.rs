//! What is seen of a known lead after it was sent.

use async_trait::async_trait;
use leadglass_scoring::{Signal, Timestamp};
use uuid::Uuid;

use super::StoreError;

/// The most later signals of one lead that are kept; more are dropped.
pub const TRACKED_LIMIT: u32 = 200;

/// Keeps later signals.
#[async_trait]
pub trait TrackedSignalStore: Send + Sync {
    /// Keeps signals of a lead, each id once. What is kept of it now, in the order they were seen, and whether any of
    /// these was new. `None` where there is no such lead.
    async fn track(&self, lead: Uuid, signals: Vec<NewSignal>, at: Timestamp) -> Result<Option<Tracked>, StoreError>;
}

/// A signal to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignal {
    /// What makes a retry a retry.
    pub id: Uuid,
    /// What was seen, and when.
    pub signal: Signal,
}

/// What is kept of a lead's later signals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// All of them.
    pub signals: Vec<Signal>,
    /// Whether any was new.
    pub any_new: bool,
}
