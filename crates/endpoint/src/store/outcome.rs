//! What became of leads, and what they cost.

use async_trait::async_trait;
use leadglass_scoring::{Channel, Decision, Timestamp, encoding::VersionId, money::Money, timestamp::Date};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Event, EventKind, StoreError};
use crate::clock::to_rfc3339;

/// Keeps what became of leads, and what they cost.
#[async_trait]
pub trait OutcomeStore: Send + Sync {
    /// Keeps what became of a lead, unless its key was used, and that others are to be told of it, unless it is held. What
    /// became of a lead that is said again or was replaced counts at the lead that counts, which is what others hear of.
    async fn keep_outcome(&self, outcome: &NewOutcome) -> Result<Noted, StoreError>;

    /// What became of these leads, and of their twins and the leads they took the place of, in the order it happened.
    async fn outcomes(&self, leads: &[Uuid]) -> Result<Vec<KeptOutcome>, StoreError>;

    /// Takes back what was noted by mistake: it stays in the journal and counts no more. Whoever was told of it is told. Whether
    /// there is such an outcome; what was taken back before stays as it is.
    async fn undo_outcome(&self, undo: &Undo) -> Result<bool, StoreError>;

    /// Keeps a cost, unless its key was used.
    async fn keep_cost(&self, cost: &NewCost) -> Result<Noted, StoreError>;

    /// The same as [`undo_outcome`](Self::undo_outcome) for a cost, of which nobody is told.
    async fn undo_cost(&self, undo: &Undo) -> Result<bool, StoreError>;

    /// Costs in the order they came, after the `after`th, at most `limit`, each with its number.
    async fn costs(&self, after: u64, limit: u32) -> Result<Vec<(u64, Cost)>, StoreError>;
}

/// What came of noting something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It is kept under this id.
    New(Uuid),
    /// The same was kept under its key before; its id.
    Before(Uuid),
    /// Its key stands for something else.
    KeyReused,
    /// There is no such lead.
    NoLead,
}

/// What to take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// The id it is kept under.
    pub id: Uuid,
    /// The id under which others are told, a `UUIDv7`.
    pub event: Uuid,
    /// Server time.
    pub at: Timestamp,
    /// Who says so.
    pub by: String,
}

/// When something was taken back, by the server's clock, and by whom.
pub type Undone = (Timestamp, String);

/// Why a lead did not become a customer: whether the lead was poor or the selling is answered by numbers, not by
/// either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostReason {
    /// No need, no budget, the wrong person.
    PoorLead,
    /// No answer, a late one, no fitting solution.
    PoorSelling,
    /// It does not do what was promised.
    Product,
    /// Too dear.
    Price,
    /// Somebody else.
    Competitor,
    /// Not now.
    Timing,
}

impl LostReason {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::PoorLead, Self::PoorSelling, Self::Product, Self::Price, Self::Competitor, Self::Timing];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PoorLead => "poor_lead",
            Self::PoorSelling => "poor_selling",
            Self::Product => "product",
            Self::Price => "price",
            Self::Competitor => "competitor",
            Self::Timing => "timing",
        }
    }
}

/// What became of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody of ours talked to them first.
    FirstContact,
    /// They became a customer, for this much where it is known.
    Won(Option<Money>),
    /// They did not.
    Lost(LostReason),
    /// They paid.
    Revenue(Money),
}

impl Outcome {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstContact => "first_contact",
            Self::Won(_) => "won",
            Self::Lost(_) => "lost",
            Self::Revenue(_) => "revenue",
        }
    }

    /// Why, where it was lost.
    #[must_use]
    pub const fn reason(self) -> Option<LostReason> {
        if let Self::Lost(reason) = self { Some(reason) } else { None }
    }

    /// How much, where it is known.
    #[must_use]
    pub const fn amount(self) -> Option<Money> {
        match self {
            Self::Won(amount) => amount,
            Self::Revenue(amount) => Some(amount),
            Self::FirstContact | Self::Lost(_) => None,
        }
    }

    /// From its parts as a database keeps them.
    pub(super) fn from_parts(name: &str, reason: Option<&str>, amount: Option<Money>) -> Result<Self, StoreError> {
        let reason = LostReason::ALL.into_iter().find(|known| Some(known.as_str()) == reason);
        match (name, reason, amount) {
            ("first_contact", ..) => Ok(Self::FirstContact),
            ("won", _, amount) => Ok(Self::Won(amount)),
            ("lost", Some(reason), _) => Ok(Self::Lost(reason)),
            ("revenue", _, Some(amount)) => Ok(Self::Revenue(amount)),
            _ => Err(StoreError::Failed(format!("`{name}` is not an outcome we know"))),
        }
    }
}

/// What became of a lead, to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOutcome {
    /// A `UUIDv7`.
    pub id: Uuid,
    /// The lead.
    pub lead: Uuid,
    /// What makes a retry a retry.
    pub key: Uuid,
    /// What the key stands for.
    pub fingerprint: VersionId,
    /// What became of it.
    pub outcome: Outcome,
    /// When it happened.
    pub at: Timestamp,
    /// Server time.
    pub noted_at: Timestamp,
}

impl NewOutcome {
    /// That it happened to the lead that counts, for others to be told.
    pub(super) fn came(&self, lead: Uuid, form: String, decision: Decision) -> Event {
        let detail = detail(self.outcome, self.at);
        let (id, at) = (self.id, self.noted_at);
        Event { id, kind: EventKind::LeadOutcome, lead, form, decision, at, detail: Some(detail.to_string()) }
    }
}

fn detail(outcome: Outcome, at: Timestamp) -> Value {
    let mut detail = json!({ "outcome": outcome.as_str(), "at": to_rfc3339(at) });
    if let Some(reason) = outcome.reason() {
        detail["reason"] = json!(reason.as_str());
    }
    if let Some(amount) = outcome.amount() {
        detail["amount"] = json!({ "minor": amount.minor, "currency": amount.currency.as_str() });
    }
    detail
}

impl KeptOutcome {
    /// That it was taken back from the lead that counts, for others to be told.
    pub(super) fn undone(&self, undo: &Undo, lead: Uuid, form: String, decision: Decision) -> Event {
        let mut detail = detail(self.outcome, self.at);
        detail["undone"] = json!(self.id);
        let (id, at) = (undo.event, undo.at);
        Event { id, kind: EventKind::LeadOutcome, lead, form, decision, at, detail: Some(detail.to_string()) }
    }
}

/// What became of a lead, as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptOutcome {
    /// A `UUIDv7`.
    pub id: Uuid,
    /// The lead at which it counts: the one that was asked for.
    pub lead: Uuid,
    /// What became of it.
    pub outcome: Outcome,
    /// When it happened.
    pub at: Timestamp,
    /// Server time.
    pub noted_at: Timestamp,
    /// That it was noted by mistake and counts no more.
    pub undone: Option<Undone>,
}

/// What leads of one source cost over a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// A `UUIDv7`.
    pub id: Uuid,
    /// How the leads came.
    pub channel: Channel,
    /// Who sent them, such as `google`.
    pub source: Option<String>,
    /// For which campaign.
    pub campaign: Option<String>,
    /// The first day.
    pub first_day: Date,
    /// The last day.
    pub last_day: Date,
    /// How much.
    pub amount: Money,
    /// Server time.
    pub noted_at: Timestamp,
    /// That it was noted by mistake and counts no more.
    pub undone: Option<Undone>,
}

/// A cost to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCost {
    /// What makes a retry a retry.
    pub key: Uuid,
    /// What the key stands for.
    pub fingerprint: VersionId,
    /// The cost.
    pub cost: Cost,
}
