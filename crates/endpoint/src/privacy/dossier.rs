//! All that is kept of one e-mail address, for its person: readable by people and by programs.

use leadglass_scoring::{Decision, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    clock::to_rfc3339,
    people::{ConfirmationView, MergeView},
    report::{DecisionName, Definitions, LeadView, Report, SignalView},
    store::{About, Event, Judgement, KeptOutcome, LostReason, Receiver, Store, StoreError, Template},
};

/// All that is kept of one e-mail address.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dossier {
    /// The address, in lower case.
    pub email: String,
    /// When this was written.
    #[schema(format = DateTime)]
    pub made_at: String,
    /// Every lead with this address, with those that are held, said again or replaced.
    pub leads: Vec<DossierLead>,
}

/// A lead with all that is kept of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DossierLead {
    #[serde(flatten)]
    lead: LeadView,
    /// Who works on it.
    owner: Option<String>,
    /// What became of it.
    outcomes: Vec<OutcomeView>,
    /// What was thought of it before.
    earlier_verdicts: Vec<VerdictView>,
    /// Whether its sender confirmed the address, where they were asked to.
    confirmation: Option<ConfirmationView>,
    /// Whose lead it is: the id of their first one. Nobody's while it is held.
    person: Option<Uuid>,
    /// What staff said of whose it is, what was taken back too.
    merges: Vec<MergeView>,
    /// What others are told of it.
    told: Vec<Told>,
}

/// What became of a lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DossierOutcome)]
struct OutcomeView {
    /// `first_contact`, `won`, `lost` or `revenue`.
    outcome: &'static str,
    /// Why it was lost.
    reason: Option<&'static str>,
    /// How much, in minor units of the currency.
    amount_minor: Option<i64>,
    /// The currency.
    currency: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// When it was taken back: it was noted by mistake.
    #[schema(format = DateTime)]
    undone_at: Option<String>,
}

/// What was thought of a lead before.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictView {
    /// Until when it held.
    #[schema(format = DateTime)]
    replaced_at: String,
    /// Why another took its place: `released` or `signals`.
    replaced_for: &'static str,
    /// From `A1` to `C3`.
    grade: &'static str,
    /// From 0 to 100.
    score: u8,
    /// What was decided.
    decision: DecisionName,
    /// What had been observed by then.
    signals: Vec<SignalView>,
}

/// What others are told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Told {
    /// What happened.
    event: &'static str,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Where those are that are told of it now: the host alone.
    to: Vec<String>,
}

/// Gathers all that is kept of an e-mail address in lower case.
///
/// # Errors
/// Where the store can't be read.
pub async fn dossier(store: &dyn Store, email: &str, now: Timestamp) -> Result<Dossier, StoreError> {
    let mut definitions = Definitions::new(store);
    let receivers = store.receivers().await?;
    let mut leads = Vec::new();
    for id in store.about(&About::Email(email.to_owned())).await? {
        // It may have been erased meanwhile.
        let Some(lead) = store.lead(id).await? else { continue };
        let definition = definitions.of(&lead).await?;
        let owner = lead.owner.clone();
        let report = Report::new(lead, definition, None);
        // What takes another lead's place may be from another address, and then it is another person's.
        if report.email().is_none_or(|of| !of.eq_ignore_ascii_case(email)) {
            continue;
        }
        let person = store.person(id).await?;
        let merges = person.iter().flat_map(|person| &person.merges).filter(|merge| merge.leads.contains(&id));
        leads.push(DossierLead {
            owner,
            confirmation: store.confirmation(id).await?.map(ConfirmationView::new),
            merges: merges.cloned().map(MergeView::new).collect(),
            person: person.map(|person| person.id),
            outcomes: own_outcomes(store, id).await?,
            earlier_verdicts: store.earlier_judgements(id).await?.iter().map(VerdictView::new).collect(),
            told: store.events(id).await?.iter().map(|event| Told::new(event, &receivers)).collect(),
            lead: report.view(),
        });
    }
    Ok(Dossier { email: email.to_owned(), made_at: to_rfc3339(now), leads })
}

async fn own_outcomes(store: &dyn Store, lead: Uuid) -> Result<Vec<OutcomeView>, StoreError> {
    Ok(store.outcomes(&[lead]).await?.iter().map(OutcomeView::new).collect())
}

impl OutcomeView {
    fn new(kept: &KeptOutcome) -> Self {
        let amount = kept.outcome.amount();
        Self {
            outcome: kept.outcome.as_str(),
            reason: kept.outcome.reason().map(LostReason::as_str),
            amount_minor: amount.map(|amount| amount.minor),
            currency: amount.map(|amount| amount.currency.as_str().to_owned()),
            at: to_rfc3339(kept.at),
            undone_at: kept.undone.as_ref().map(|(at, _)| to_rfc3339(*at)),
        }
    }
}

impl VerdictView {
    fn new(judgement: &Judgement) -> Self {
        let explanation = &judgement.explanation;
        let decision: Decision = explanation.decision;
        Self {
            replaced_at: to_rfc3339(judgement.replaced_at),
            replaced_for: judgement.replaced_for.as_str(),
            grade: explanation.grade.as_str(),
            score: explanation.score,
            decision: decision.into(),
            signals: judgement.circumstances.signals.iter().map(SignalView::new).collect(),
        }
    }
}

impl Told {
    fn new(event: &Event, receivers: &[Receiver]) -> Self {
        // What asks the sender to confirm goes to nobody else.
        let others = receivers.iter().filter(|receiver| receiver.template != Template::Confirm);
        let told = others.filter(|receiver| receiver.wants(event));
        Self {
            event: event.kind.as_str(),
            at: to_rfc3339(event.at),
            to: told.map(|receiver| receiver.address.place()).collect(),
        }
    }
}
