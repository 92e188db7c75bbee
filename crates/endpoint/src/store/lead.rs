//! Leads, each with its score, its reasons and its permissions.

mod page;
mod query;
mod row;

use async_trait::async_trait;
use leadglass_scoring::{
    Answers, Channel, Circumstances, Decision, Explanation, Language, Signal, Timestamp, encoding::VersionId,
};
use uuid::Uuid;

pub(super) use self::{
    page::{FEW, looks},
    query::{Bound, Dialect, Way},
    row::Row,
};
pub use self::{
    page::{LOOKED_AT, LeadPage},
    query::{LeadQuery, Place},
};
use super::{Doubt, Event, EventKind, PersonKey, Sign, StoreError};

/// Keeps leads.
#[async_trait]
pub trait LeadStore: Send + Sync {
    /// Keeps a lead, unless its key was used. What it says is on disk before it returns.
    async fn keep_lead(&self, lead: Box<NewLead>) -> Result<Kept, StoreError>;

    /// What was answered under a key.
    async fn sent_under(&self, form: &str, key: Uuid) -> Result<Option<Sent>, StoreError>;

    /// Leads, the latest first, without those said again, replaced or held.
    async fn leads(&self, query: &LeadQuery) -> Result<Vec<KeptLead>, StoreError> {
        let mut query = query.clone();
        let mut leads = Vec::new();
        loop {
            let LeadPage { leads: found, next } = self.lead_page(&query, LOOKED_AT).await?;
            query.limit = query.limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
            query.after = next;
            leads.extend(found);
            if next.is_none() || query.limit == 0 {
                return Ok(leads);
            }
        }
    }

    /// One page of the same, without looking at many more than `looked_at` leads (at least 1): where few are what is asked
    /// for and no index names those few, it may have fewer than its limit, or none, and others still follow.
    async fn lead_page(&self, query: &LeadQuery, looked_at: u32) -> Result<LeadPage, StoreError>;

    /// Writes down where the words of some thousand leads are, if there are as many that came since: whether it did. No lead
    /// waits for it; those whose words are not written down yet are found by reading them.
    async fn index_words(&self) -> Result<bool, StoreError>;

    /// Leads after the `after`th, at most `limit`, in the order they came, each with its number: also those said again
    /// or replaced, but not those held.
    async fn leads_after(&self, form: Option<&str>, after: u64, limit: u32)
    -> Result<Vec<(u64, KeptLead)>, StoreError>;

    /// One lead.
    async fn lead(&self, id: Uuid) -> Result<Option<KeptLead>, StoreError>;
}

/// A lead to keep.
#[derive(Clone, Debug)]
pub struct NewLead {
    /// A `UUIDv7`.
    pub id: Uuid,
    /// The form's id.
    pub form: String,
    /// The live version, whose card scored it.
    pub form_version: VersionId,
    /// The public version it was validated under.
    pub shown_version: VersionId,
    /// The card.
    pub card: VersionId,
    /// The submission's key.
    pub key: Uuid,
    /// What the key stands for: form and answers.
    pub fingerprint: VersionId,
    /// The key of the submission it takes the place of.
    pub supersedes: Option<Uuid>,
    /// How it came.
    pub channel: Channel,
    /// Server time.
    pub received_at: Timestamp,
    /// The page's time.
    pub sent_at: Option<Timestamp>,
    /// The language it was sent in.
    pub language: Language,
    /// The answers, canonical, in the canonical encoding.
    pub answers: Vec<u8>,
    /// What it was judged by beside its answers.
    pub circumstances: Circumstances,
    /// The moments that the page read before it was sent, each by its name and when it began.
    pub moments: Vec<Signal>,
    /// The model that read its moment.
    pub model: VersionId,
    /// Its score with its reasons.
    pub explanation: Explanation,
    /// Whether the page's score was another than ours.
    pub score_mismatch: bool,
    /// Its answers in lower case, to be searched.
    pub folded: String,
    /// Its e-mail address in lower case.
    pub email: Option<String>,
    /// Equal for equal answers of one e-mail address.
    pub twin: Option<[u8; 16]>,
    /// A twin received since then is the lead that this one says again.
    pub twins_since: Timestamp,
    /// Where it was sent from.
    pub page: Page,
    /// Permissions given.
    pub consents: Vec<GivenConsent>,
    /// Who may work on it.
    pub owners: Option<OwnerTurns>,
    /// What is doubtful about it.
    pub doubt: Doubt,
    /// What it has in common with others of its person.
    pub person_keys: Vec<PersonKey>,
    /// A hash of the address to confirm, where its sender is to be asked.
    pub confirms: Option<PersonKey>,
    /// Whether nobody is told that it came; they still can be, by replay.
    pub quiet: bool,
    /// The answer to its sender.
    pub receipt: Vec<u8>,
}

impl NewLead {
    /// No text of a lead has U+0000, which no visitor types and which not every database can keep. The answers are in an
    /// encoding of their own and may have it.
    pub(super) fn refuse_nul(&self) -> Result<(), StoreError> {
        let page = [&self.email, &self.page.url, &self.page.referrer].into_iter().flatten().map(String::as_str);
        let given = self.consents.iter().flat_map(|consent| [consent.field.as_str(), consent.purpose.as_str()]);
        if page.chain(given).chain([self.form.as_str(), self.folded.as_str()]).any(|text| text.contains('\0')) {
            return Err(StoreError::Failed("a text of a lead has U+0000 in it".into()));
        }
        Ok(())
    }
}

/// The owners of a card's rule, who take leads in turn.
///
/// A lead that is kept takes one turn; a try again takes none, nor does a lead that is said again or takes the place of
/// another: it stays with whom that one went to, as long as the rule still names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerTurns {
    /// The rule's id, under which turns are counted.
    pub rule: String,
    /// Who takes turns, in their order.
    pub owners: Vec<String>,
}

impl NewLead {
    /// What it takes of the quarantine's room, in bytes: what its sender can make large, and some for all the rest.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        const REST: usize = 2_048;
        let page = [&self.page.url, &self.page.referrer].into_iter().flatten().map(String::len).sum::<usize>();
        let signals = self.circumstances.signals.len().saturating_mul(80);
        u64::try_from(self.answers.len() + self.receipt.len() + page + signals + REST).unwrap_or(u64::MAX)
    }

    /// When its permissions were given. An imported lead gave them when its row was written, as far as that is known, and not
    /// when it was imported.
    #[must_use]
    pub fn given_at(&self) -> Timestamp {
        self.sent_at.filter(|at| self.channel == Channel::Import && *at < self.received_at).unwrap_or(self.received_at)
    }

    /// That it came, for others to be told.
    #[must_use]
    pub fn came(&self) -> Event {
        Event {
            id: self.id,
            kind: EventKind::LeadCreated,
            lead: self.id,
            form: self.form.clone(),
            decision: self.explanation.decision,
            at: self.received_at,
            detail: None,
        }
    }
}

/// The host page as it describes itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its address.
    pub url: Option<String>,
    /// Where the visitor came from.
    pub referrer: Option<String>,
}

/// A permission given with a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenConsent {
    /// The field's id.
    pub field: String,
    /// What for.
    pub purpose: String,
    /// The SHA-256 of its exact words, which came with the form.
    pub wording: VersionId,
}

/// What became of a lead to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is kept; its receipt.
    New(Vec<u8>),
    /// It was kept before; what was answered then.
    Before(Sent),
    /// Its key stands for other answers.
    OtherAnswers,
}

/// What was sent under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What the key stands for.
    pub fingerprint: VersionId,
    /// The receipt.
    pub receipt: Vec<u8>,
    /// What was decided.
    pub decision: Decision,
}

/// A lead as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLead {
    /// A `UUIDv7`.
    pub id: Uuid,
    /// Its number in the order they came.
    pub number: u64,
    /// The form's id.
    pub form: String,
    /// The version it was scored under.
    pub form_version: VersionId,
    /// The public version it was validated under.
    pub shown_version: VersionId,
    /// The card it was scored with.
    pub card: VersionId,
    /// The lead that this one says again.
    pub duplicate_of: Option<Uuid>,
    /// The lead that this one takes the place of.
    pub supersedes: Option<Uuid>,
    /// The lead that took the place of this one.
    pub superseded_by: Option<Uuid>,
    /// How it came.
    pub channel: String,
    /// Server time.
    pub received_at: Timestamp,
    /// The page's time.
    pub sent_at: Option<Timestamp>,
    /// The language it was sent in.
    pub language: Language,
    /// The answers in their canonical spelling.
    pub answers: Answers,
    /// What it was judged by beside its answers.
    pub circumstances: Circumstances,
    /// The moments that the page read before it was sent, each by its name and when it began.
    pub moments: Vec<Signal>,
    /// The model that read its moment; unknown of leads from before it was kept.
    pub model: Option<VersionId>,
    /// The version of the rules that judged it; unknown of leads from before it was kept.
    pub engine: Option<String>,
    /// Its score with its reasons.
    pub explanation: Explanation,
    /// The same, byte by byte as it was kept.
    pub explanation_bytes: Vec<u8>,
    /// Whether the page's score was another than ours.
    pub score_mismatch: bool,
    /// Who works on it; nobody's where the card has no rule for it, or had none yet.
    pub owner: Option<String>,
    /// Whether it is held in the quarantine.
    pub held: bool,
    /// The signs of a program that it bears.
    pub signs: Vec<Sign>,
    /// Where it was sent from.
    pub page: Page,
    /// Permissions given; empty where leads are read in the order they came.
    pub consents: Vec<Consent>,
}

/// The lead that took the place of one: the last that came, and none that is held or is said again.
pub(super) fn superseded_by(lead: &str) -> String {
    format!(
        "(SELECT later.id FROM lead later WHERE later.workspace = {lead}.workspace AND later.form = {lead}.form \
         AND later.supersedes = {lead}.key AND later.number > {lead}.number AND later.held_bytes IS NULL \
         AND later.duplicate_of IS NULL ORDER BY later.number DESC LIMIT 1)"
    )
}

/// The lead that counts where one is said again or was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counting {
    pub(super) id: Uuid,
    pub(super) form: String,
    pub(super) decision: String,
    pub(super) is_held: bool,
}

/// The lead that one takes the place of.
pub(super) const SUPERSEDES: &str = "(SELECT earlier.id FROM lead earlier WHERE earlier.workspace = lead.workspace \
                                     AND earlier.form = lead.form AND earlier.key = lead.supersedes \
                                     AND earlier.number < lead.number)";

impl KeptLead {
    /// Its place in the list.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place { received_at: self.received_at, number: self.number }
    }
}

/// A permission as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// What for.
    pub purpose: String,
    /// The exact words.
    pub wording: String,
    /// Their SHA-256.
    pub sha256: VersionId,
    /// The language they were shown in.
    pub language: Language,
    /// Server time; of an imported lead, the time of its row where the table has one.
    pub given_at: Timestamp,
    /// When it was taken back, by the server's clock.
    pub withdrawn_at: Option<Timestamp>,
}
