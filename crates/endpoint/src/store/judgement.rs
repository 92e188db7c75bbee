//! Leads judged again: the latest verdict is the lead's, and every earlier one stays.

use async_trait::async_trait;
use leadglass_scoring::{Circumstances, Explanation, Timestamp, encoding::VersionId};
use uuid::Uuid;

use serde_json::json;

use super::{Event, EventKind, OwnerTurns, PersonKey, StoreError};

/// Keeps verdicts.
#[async_trait]
pub trait JudgementStore: Send + Sync {
    /// Puts a verdict in the place of a lead's, which joins its earlier ones. `false` where there is no such lead, or
    /// where it is no longer as [`Why`] expects it.
    async fn judge_again(&self, again: Box<NewJudgement>) -> Result<bool, StoreError>;

    /// The earlier verdicts of a lead, the first one first.
    async fn earlier_judgements(&self, lead: Uuid) -> Result<Vec<Judgement>, StoreError>;
}

/// Why a lead is judged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is released from the quarantine. It must be held; it no longer is.
    Released,
    /// More became known of what they did. It may be held, and stays so.
    Signals,
}

impl Why {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Released, Self::Signals];

    /// As it is kept.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Signals => "signals",
        }
    }
}

/// A verdict to put in the place of a lead's.
#[derive(Clone, Debug)]
pub struct NewJudgement {
    /// The lead.
    pub lead: Uuid,
    /// When it is judged again; not the time it is judged by, which the circumstances tell.
    pub at: Timestamp,
    /// Why.
    pub why: Why,
    /// The version of the form, whose card scored it.
    pub form_version: VersionId,
    /// The card.
    pub card: VersionId,
    /// What it is judged by beside its answers.
    pub circumstances: Circumstances,
    /// Its score with its reasons.
    pub explanation: Explanation,
    /// How far apart equal answers of one address may be to be twins, in milliseconds.
    pub twins_within_ms: i64,
    /// Who may work on it, where it is released: nobody does before.
    pub owners: Option<OwnerTurns>,
    /// A hash of the address to confirm, where it is released and its sender is to be asked.
    pub confirms: Option<PersonKey>,
    /// Under which id others are told, where it changed what is thought of the lead: of a release, the lead's own.
    pub event: Uuid,
    /// How many later signals it was judged by; where another number is kept by now, nothing is changed.
    pub tracked: Option<usize>,
}

/// What is told of a verdict, as a list and a message show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) score: i64,
    pub(super) grade: String,
    pub(super) decision: String,
}

impl NewJudgement {
    /// What others are told of it, if anything: nobody hears of a lead that is `untold`, held or said again, and who was
    /// told before hears of it only if the verdict is another one than it `was`.
    pub(super) fn told(&self, form: String, was: &Verdict, untold: bool) -> Option<Event> {
        let explanation = &self.explanation;
        let is_same = i64::from(explanation.score) == was.score
            && explanation.grade.as_str() == was.grade
            && explanation.decision.as_str() == was.decision;
        let (kind, detail) = match self.why {
            _ if untold => return None,
            Why::Signals if is_same => return None,
            Why::Released => (EventKind::LeadReleased, None),
            Why::Signals => {
                let earlier = json!({ "grade": was.grade, "score": was.score, "decision": was.decision });
                (EventKind::LeadUpdated, Some(json!({ "earlier": earlier }).to_string()))
            }
        };
        let (id, lead, decision, at) = (self.event, self.lead, explanation.decision, self.at);
        Some(Event { id, kind, lead, form, decision, at, detail })
    }
}

/// An earlier verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// When another took its place.
    pub replaced_at: Timestamp,
    /// Why.
    pub replaced_for: Why,
    /// The version of the form, whose card scored it.
    pub form_version: VersionId,
    /// The card.
    pub card: VersionId,
    /// The version of the rules that judged it.
    pub engine: Option<String>,
    /// What it was judged by beside the answers.
    pub circumstances: Circumstances,
    /// The score with its reasons.
    pub explanation: Explanation,
    /// The same, byte by byte as it was kept.
    pub explanation_bytes: Vec<u8>,
}
