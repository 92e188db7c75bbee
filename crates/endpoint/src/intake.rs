//! From a submission to a receipt: validated under the version that was shown, scored under the live card, kept in
//! one write. Nothing here trusts what the page says about a score.

use std::sync::Arc;

use leadglass_form::{FollowUpText, messages::violation_message};
use leadglass_scoring::{
    Answers, Channel, Circumstances, Decision, Explanation, FormDefinition, Language, Lead, Timestamp, Violation,
    encoding::{VersionId, encode},
    letters::fold,
    score, validate,
};
use uuid::Uuid;

use crate::{
    confirmation,
    forms::{LiveForm, Shown},
    mail_lists, person, privacy,
    problem::{Kind, Problem},
    receipt::Receipt,
    spam::{self, Evidence, Keys},
    state::State,
    store::{Doubt, IfSpent, Kept, NewLead, OwnerTurns, Sent, StoreError},
    submission::{self, Begun, Submission},
};

const DAY_MS: i64 = 86_400_000;

/// A submission that was taken.
pub struct Taken {
    /// The receipt, byte by byte as the first try got it.
    pub receipt: Vec<u8>,
    /// What was decided, by the first try.
    pub decision: Decision,
    /// Whether this try was the first.
    pub is_new: bool,
}

impl Taken {
    /// What was taken before.
    #[must_use]
    pub fn before(sent: Sent) -> Self {
        Self { receipt: sent.receipt, decision: sent.decision, is_new: false }
    }

    /// What the receipt says that follows.
    #[must_use]
    pub fn follow_up(&self) -> Option<FollowUpText> {
        let receipt: Receipt = serde_json::from_slice(&self.receipt).ok()?;
        Some(receipt.follow_up.into())
    }

    /// What lets its person take back the permissions they gave.
    #[must_use]
    pub fn privacy(&self) -> Option<String> {
        let receipt: Receipt = serde_json::from_slice(&self.receipt).ok()?;
        receipt.privacy
    }
}

/// Why a submission was not taken.
pub enum Refusal {
    /// Answers broke rules.
    Invalid(Vec<Violation>),
    /// Its key stands for other answers.
    KeyReused,
    /// The store could not.
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Refusal {
    /// The refusal as a problem, in the language of the submission.
    pub fn into_problem(self, state: &State, shown: &Shown, language: Language) -> Problem {
        match self {
            Self::Invalid(violations) => invalid(shown.form.definition(), language, violations),
            Self::KeyReused => Problem::of(Kind::KeyReused, language),
            Self::Store(error) => state.store_problem(&error, language),
        }
    }
}

fn invalid(definition: &FormDefinition, language: Language, violations: Vec<Violation>) -> Problem {
    let number = definition.language_number(language).unwrap_or(0);
    Problem::invalid(language, violations, |violation| {
        let field = definition.fields.iter().find(|field| field.id == violation.field);
        field.map_or_else(String::new, |field| violation_message(language, field, violation, number))
    })
}

/// The version of the form to read a submission by: the one it was shown, where we know it, or the live one.
///
/// # Errors
/// Where the store can't be read.
pub async fn shown(state: &State, live: &LiveForm, submission: &Submission) -> Result<Arc<Shown>, StoreError> {
    let version = submission.version.unwrap_or(live.shown.version);
    let shown = state.forms.shown(live, version, state.store.as_ref()).await?;
    Ok(shown.unwrap_or_else(|| Arc::clone(&live.shown)))
}

/// Takes a submission.
///
/// # Errors
/// Why it was not taken.
pub async fn take(
    state: &State,
    live: &LiveForm,
    shown: &Shown,
    submission: Submission,
    language: Language,
) -> Result<Taken, Refusal> {
    let fingerprint = submission.fingerprint(&shown.form);
    let unknown = submission.answers.iter().filter(|(field, _)| shown.form.fields().get(field).is_none()).count();
    state.metrics.unknown_answers.inc_by(u64::try_from(unknown).unwrap_or(u64::MAX));
    let (form, key) = (&live.full.definition().id, submission.key);
    let at = state.clock.now();
    let lead = match validate(&shown.form, &submission.answers, at) {
        Ok(lead) => lead,
        Err(violations) => return earlier(state, form, key, fingerprint, violations).await,
    };
    // Who has a token for it is no program to suspect.
    let (doubt, is_left) = match submission.channel {
        Channel::Form => doubt(state, form, &submission.evidence, at).await?,
        _ => (Doubt::default(), true),
    };
    if doubt.held && !is_left {
        // What is held already takes no more room when it is sent again.
        return match state.store.sent_under(form, key).await? {
            Some(sent) if sent.fingerprint == fingerprint => Ok(Taken::before(sent)),
            Some(_) => Err(Refusal::KeyReused),
            None => Err(Refusal::Store(StoreError::Busy)),
        };
    }
    let keys = state.keys().await?;
    let mut new = Box::new(assess(state, keys, live, shown, submission, &lead, fingerprint, language, at));
    new.doubt = doubt;
    let decision = new.explanation.decision;
    let (is_marked, held_bytes) = (new.score_mismatch, new.doubt.held.then(|| new.held_bytes()));
    match state.store.keep_lead(new).await? {
        Kept::New(receipt) => {
            state.told.notify_one();
            if is_marked {
                state.metrics.score_mismatches.inc();
            }
            if let Some(bytes) = held_bytes {
                state.metrics.held.inc();
                state.room.take(bytes);
            }
            Ok(Taken { receipt, decision, is_new: true })
        }
        Kept::Before(sent) => Ok(Taken::before(sent)),
        Kept::OtherAnswers => Err(Refusal::KeyReused),
    }
}

/// What is doubtful about it, and whether the quarantine has room.
async fn doubt(state: &State, form: &str, evidence: &Evidence, at: Timestamp) -> Result<(Doubt, bool), StoreError> {
    let settings = &state.settings;
    let mut doubt = spam::doubt(settings, state.keys().await?, form, evidence, at);
    let may_be_held = doubt.held || doubt.challenge.as_ref().is_some_and(|it| it.if_spent == IfSpent::Hold);
    if !may_be_held {
        return Ok((doubt, true));
    }
    let is_left = state.room.is_left(state.store.as_ref(), settings.quarantine_limit(), at).await?;
    if !is_left {
        tracing::warn!("the quarantine is full: `leadglass quarantine list` shows it, `discard` makes room");
        if let Some(challenge) = doubt.challenge.as_mut().filter(|it| it.if_spent == IfSpent::Hold) {
            challenge.if_spent = IfSpent::Refuse;
        }
    }
    Ok((doubt, is_left))
}

/// What was valid when it was sent first is taken again, though a rule may have passed its date since.
async fn earlier(
    state: &State,
    form: &str,
    key: Uuid,
    fingerprint: VersionId,
    violations: Vec<Violation>,
) -> Result<Taken, Refusal> {
    match state.store.sent_under(form, key).await? {
        Some(sent) if sent.fingerprint == fingerprint => Ok(Taken::before(sent)),
        _ => Err(Refusal::Invalid(violations)),
    }
}

#[expect(clippy::too_many_arguments, reason = "each is another thing that a lead is made of")]
fn assess(
    state: &State,
    keys: &Keys,
    live: &LiveForm,
    shown: &Shown,
    submission: Submission,
    lead: &Lead,
    fingerprint: VersionId,
    language: Language,
    at: Timestamp,
) -> NewLead {
    let definition = live.full.definition();
    let moment = submission.moment(&shown.form, state.assets.model());
    let email = shown.email(lead);
    let circumstances = submission.circumstances(at, moment, email.as_deref().and_then(mail_lists::mail));
    let explanation = if shown.version == live.shown.version {
        score(&live.full, lead, &circumstances)
    } else {
        score(&live.full, &lead.carried(&shown.form, &live.full, at), &circumstances)
    };
    let id = state.ids.at(at);
    let answers = lead.answers(&shown.form);
    let window_ms = i64::from(state.settings.duplicate_window_seconds) * 1_000;
    let consents = shown.consents(lead, language);
    let is_followed = consents.iter().any(|given| given.purpose == state.settings.track_purpose);
    let receipt = Receipt {
        track: is_followed.then(|| spam::track_token(keys, id)),
        privacy: (!consents.is_empty()).then(|| spam::privacy_token(keys, id)),
        permissions: (!consents.is_empty()).then(|| privacy::title(language).to_owned()),
        ..Receipt::new(definition, &explanation, moment, language, id, at)
    };
    // Who was typed in or imported by others has asked for nothing here.
    let asks = submission.channel == Channel::Form && confirmation::can_ask(&state.settings, definition);
    let confirms = email.as_deref().filter(|_| asks).map(|email| person::address(keys, email));
    NewLead {
        id,
        form: definition.id.clone(),
        form_version: live.version,
        shown_version: shown.version,
        card: live.card,
        key: submission.key,
        fingerprint,
        supersedes: submission.supersedes,
        channel: submission.channel,
        received_at: at,
        sent_at: submission.sent_at,
        language,
        twin: email.as_deref().map(|email| twin(&definition.id, email, shown, lead)),
        answers: encode(&answers),
        folded: folded(&answers),
        moments: submission.moments.iter().map(Begun::to_signal).collect(),
        model: state.assets.model_version(),
        score_mismatch: mismatch(shown, lead, &submission, &circumstances),
        circumstances,
        email,
        twins_since: Timestamp::from_millis(at.as_millis().saturating_sub(window_ms)),
        page: submission.page,
        consents,
        owners: owners(definition, &explanation),
        doubt: Doubt::default(),
        person_keys: person::keys(keys, &shown.form, lead),
        confirms,
        quiet: submission.quiet,
        receipt: receipt.to_bytes(),
        explanation,
    }
}

pub(crate) fn owners(definition: &FormDefinition, explanation: &Explanation) -> Option<OwnerTurns> {
    let rule = explanation.owner_rule.as_ref()?;
    let known = definition.scorecard.owners.iter().flatten().find(|known| known.id == *rule)?;
    Some(OwnerTurns { rule: known.id.clone(), owners: known.owners.clone() })
}

/// What a lead says, a line an answer, to be searched.
fn folded(answers: &Answers) -> String {
    let values: Vec<String> = answers.iter().flat_map(|(_, values)| values).map(|value| fold(value)).collect();
    // No database's own functions look behind a zero.
    values.join("\n").replace('\0', " ")
}

/// Whether the page's score differs from what its public card gives at its own time. A page's clock may be wrong, and
/// an offline page may send days later; a time beyond that is taken for the end of the range.
fn mismatch(shown: &Shown, lead: &Lead, submission: &Submission, circumstances: &Circumstances) -> bool {
    let Some(theirs) = submission.score else { return false };
    let at = circumstances.at;
    let sent_at = submission.sent_at.unwrap_or(at).as_millis();
    let (first, last) = (at.as_millis().saturating_sub(7 * DAY_MS), at.as_millis().saturating_add(DAY_MS));
    let at = Timestamp::from_millis(sent_at.clamp(first, last));
    let ours = score(&shown.form, lead, &Circumstances { at, ..circumstances.clone() });
    theirs.points != ours.points || theirs.decision != ours.decision
}

/// Equal for equal answers of one e-mail address to one form, however it spells the address.
fn twin(form: &str, email: &str, shown: &Shown, lead: &Lead) -> [u8; 16] {
    let mut answers = lead.answers(&shown.form);
    let is_email = |field: &&leadglass_scoring::Field| field.kind == leadglass_scoring::FieldKind::Email;
    if let Some(field) = shown.form.definition().fields.iter().find(is_email) {
        answers.set(field.id.clone(), vec![email.to_owned()]);
    }
    let hash = submission::hash(form, &answers);
    let mut twin = [0; 16];
    twin.copy_from_slice(&hash.as_bytes()[..16]);
    twin
}
