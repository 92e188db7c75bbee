//! A row's way to the store, with patience where it is busy.

use std::{sync::Arc, time::Duration};

use leadglass_form::messages::violation_message;
use leadglass_scoring::{Decision, Language, Timestamp, Violation, encoding::VersionId, score, validate};
use tokio::{task::JoinHandle, time::sleep};
use uuid::Uuid;

use super::{
    Door, Fault, Import,
    row::{ReadRow, Reader},
};
use crate::{
    assets::Assets,
    clock::{derived_id, to_rfc3339},
    forms::LiveForm,
    intake::{self, Refusal},
    mail_lists,
    receipt::Receipt,
    state::State,
    store::{LostReason, NewOutcome, Noted, Outcome, Store, StoreError},
    submission::Submission,
};

/// How often, and how long to wait at first and at most, where another program holds the database.
const TRIES: u32 = 60;
const PAUSES: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(500)];

/// What came of a row.
pub(super) enum Came {
    /// What it brought before was erased.
    Erased,
    /// It is a lead.
    Taken { decision: Decision, is_new: bool, is_changed: bool, is_outcome_new: bool },
    /// Its answers broke rules.
    Invalid(Vec<Violation>),
    /// It could not be read.
    Faulty(Vec<Fault>),
}

impl Import {
    pub(super) fn send(&self, row: ReadRow) -> JoinHandle<Result<Came, StoreError>> {
        let (door, live, now) = (self.door.clone(), Arc::clone(&self.live), self.clock.now());
        tokio::spawn(async move {
            let [mut pause, longest] = PAUSES;
            let mut tries = 1;
            loop {
                let sent = match &door {
                    Door::In(state) => send(state, &live, row.clone()).await,
                    Door::Out(assets, store) => try_out(assets, store.as_deref(), &live, &row.submission, now).await,
                };
                match sent {
                    Err(StoreError::Busy) if tries < TRIES => {}
                    other => return other,
                }
                tries += 1;
                sleep(pause).await;
                pause = longest.min(pause * 2);
            }
        })
    }
}

fn language(live: &LiveForm, submission: &Submission) -> Language {
    let definition = live.full.definition();
    let spoken = submission.language.as_deref().and_then(Language::from_tag);
    let known = spoken.filter(|language| definition.language_number(*language).is_some());
    known.or_else(|| definition.languages.first().copied()).unwrap_or(Language::En)
}

async fn send(state: &State, live: &LiveForm, row: ReadRow) -> Result<Came, StoreError> {
    let ReadRow { submission, outcome, .. } = row;
    let (key, sent_at) = (submission.key, submission.sent_at);
    let language = language(live, &submission);
    if state.store.was_erased(&live.full.definition().id, key).await? {
        return Ok(Came::Erased);
    }
    let (taken, is_changed) = match intake::take(state, live, &live.shown, submission, language).await {
        Ok(taken) => (taken, false),
        Err(Refusal::Invalid(violations)) => return Ok(Came::Invalid(violations)),
        Err(Refusal::Store(error)) => return Err(error),
        Err(Refusal::KeyReused) => {
            let sent = state.store.sent_under(&live.full.definition().id, key).await?;
            (intake::Taken::before(sent.ok_or_else(lost)?), true)
        }
    };
    let is_outcome_new = match outcome {
        Some((outcome, at)) => {
            let receipt: Receipt = serde_json::from_slice(&taken.receipt).map_err(|_| lost())?;
            note(state, receipt.id, key, outcome, at.or(sent_at)).await?
        }
        None => false,
    };
    Ok(Came::Taken { decision: taken.decision, is_new: taken.is_new, is_changed, is_outcome_new })
}

/// Once for each thing that became of it: the key stands for what is noted.
async fn note(
    state: &State,
    lead: Uuid,
    key: Uuid,
    outcome: Outcome,
    at: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let amount = outcome.amount().map(|amount| (amount.minor, amount.currency.as_str().to_owned()));
    let reason = outcome.reason().map(LostReason::as_str);
    let said = format!("{key} {} {reason:?} {amount:?} {:?}", outcome.as_str(), at.map(to_rfc3339));
    let fingerprint = VersionId::of(said.as_bytes());
    let noted_at = state.clock.now();
    let new = NewOutcome {
        id: state.ids.at(noted_at),
        lead,
        key: derived_id(fingerprint.as_bytes()),
        fingerprint,
        outcome,
        at: at.unwrap_or(noted_at),
        noted_at,
    };
    Ok(matches!(state.store.keep_outcome(&new).await?, Noted::New(_)))
}

/// What would come of it.
async fn try_out(
    assets: &Assets,
    store: Option<&dyn Store>,
    live: &LiveForm,
    submission: &Submission,
    at: Timestamp,
) -> Result<Came, StoreError> {
    let form = &live.shown.form;
    let lead = match validate(form, &submission.answers, at) {
        Ok(lead) => lead,
        Err(violations) => return Ok(Came::Invalid(violations)),
    };
    let before = match store {
        Some(store) => {
            let id = &live.full.definition().id;
            if store.was_erased(id, submission.key).await? {
                return Ok(Came::Erased);
            }
            store.sent_under(id, submission.key).await?
        }
        None => None,
    };
    if let Some(sent) = before {
        let is_changed = sent.fingerprint != submission.fingerprint(form);
        return Ok(Came::Taken { decision: sent.decision, is_new: false, is_changed, is_outcome_new: false });
    }
    let moment = submission.moment(form, assets.model());
    let mail = live.shown.email(&lead).as_deref().and_then(mail_lists::mail);
    let decision = score(&live.full, &lead, &submission.circumstances(at, moment, mail)).decision;
    Ok(Came::Taken { decision, is_new: true, is_changed: false, is_outcome_new: false })
}

fn lost() -> StoreError {
    StoreError::Failed("a lead that was taken is not to be found".into())
}

impl Reader<'_> {
    /// A row whose lead was erased.
    pub(super) fn erased(&self) -> Fault {
        self.of_row(
            "what this row brought before was erased, so it is not taken again; who has come back since is typed in with \
             `leadglass add`",
        )
    }

    /// A row that is known and says something else.
    pub(super) fn changed(&self) -> Fault {
        self.of_row(
            "this row was imported before and says something else now; the lead stays as it was. Where another table has rows \
             with the same ids, its map needs a `source`",
        )
    }

    fn of_row(&self, what: &str) -> Fault {
        match &self.plan.id {
            Some(id) => self.fault(id, what),
            None => Fault { column: None, what: what.to_owned() },
        }
    }

    /// A broken rule, at the column that broke it.
    pub(super) fn violation(&self, violation: &Violation) -> Fault {
        let definition = self.form.definition();
        let found = definition.fields.iter().enumerate().find(|(_, field)| field.id == violation.field);
        let Some((slot, field)) = found else {
            return Fault { column: None, what: violation.code.as_str().to_owned() };
        };
        let number = definition.language_number(Language::En).unwrap_or(0);
        let what =
            format!("{} ({})", violation_message(Language::En, field, violation, number), violation.code.as_str());
        match self.plan.answers.get(&slot) {
            Some(source) => self.fault(source, what),
            None => Fault { column: None, what: format!("`{}`, which no column answers: {what}", field.id) },
        }
    }
}
