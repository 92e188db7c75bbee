//! Delivers what is due, to each receiver at its own pace: one that is slow or dead makes nobody else wait.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use leadglass_scoring::{FormDefinition, Timestamp, encoding::VersionId};
use tokio::{sync::Notify, task::JoinSet};
use uuid::Uuid;

use super::{
    client::{Answer, Fault},
    message::{Letter, Subject, compose},
    schedule::{after, settle},
};
use crate::{
    confirmation,
    people::person_of,
    report::Report,
    state::State,
    store::{Claim, Event, EventKind, Receiver, StoreError, Template},
};

/// How often to look for what other programs changed.
const LOOK: Duration = Duration::from_secs(1);
/// What comes within this time after the first is looked for together.
const TOGETHER: Duration = Duration::from_millis(20);
/// How long to leave a store alone that failed.
const FAILED: Duration = Duration::from_secs(1);
/// How often to look for what was delivered long ago.
const PRUNE: Duration = Duration::from_hours(1);
/// How much of it to forget at once, so that no lead waits for it.
const PRUNE_LIMIT: u32 = 1_000;
/// Forms to remember.
const FORMS: usize = 64;

/// Carries a letter to a receiver.
#[async_trait]
pub trait Carry: Send + Sync {
    /// What was answered, or why nothing was.
    async fn carry(&self, receiver: &Receiver, letter: &Letter, now: Timestamp) -> Result<Answer, Fault>;
}

/// Delivers what is due.
pub struct Courier {
    state: Arc<State>,
    carrier: Arc<dyn Carry>,
    /// Wakes turns that wait for an answer: there is more to tell.
    more: Notify,
    forms: Mutex<BTreeMap<VersionId, Arc<FormDefinition>>>,
}

impl Courier {
    /// Of an endpoint.
    #[must_use]
    pub fn new(state: Arc<State>, carrier: Arc<dyn Carry>) -> Arc<Self> {
        Arc::new(Self { state, carrier, more: Notify::new(), forms: Mutex::default() })
    }

    /// Delivers until the endpoint stops, and finishes what is under way.
    pub async fn run(self: Arc<Self>) {
        let mut turns = JoinSet::new();
        let mut busy = BTreeMap::new();
        let mut pruned_at = None;
        while !self.state.is_stopping() {
            let now = self.state.clock.now();
            if pruned_at.is_none_or(|at| after(at, PRUNE) <= now) {
                pruned_at = Some(now);
                let courier = Arc::clone(&self);
                turns.spawn(async move { courier.prune(now).await });
            }
            let mut pause = LOOK;
            match self.state.store.due().await {
                Ok(due) => {
                    for (receiver, at) in due {
                        if at > now {
                            let ahead = at.as_millis().saturating_sub(now.as_millis());
                            pause = pause.min(Duration::from_millis(ahead.unsigned_abs()));
                        } else if !busy.values().any(|it| *it == receiver) {
                            let courier = Arc::clone(&self);
                            let turn = turns.spawn(async move { courier.turn(receiver).await });
                            busy.insert(turn.id(), receiver);
                        }
                    }
                }
                Err(error) => tracing::warn!(%error, "what is to be told could not be read"),
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.state.told.notified() => {
                    tokio::time::sleep(TOGETHER).await;
                    self.more.notify_waiters();
                }
                Some(done) = turns.join_next_with_id() => {
                    let id = done.map_or_else(|panicked| panicked.id(), |(id, ())| id);
                    busy.remove(&id);
                }
            }
        }
        while turns.join_next().await.is_some() {}
    }

    /// Forgets deliveries that were made long ago. What happened stays known.
    pub(super) async fn prune(&self, now: Timestamp) {
        let days = i64::from(self.state.settings.outbox.delivered_days);
        let before = Timestamp::from_millis(now.as_millis().saturating_sub(days.saturating_mul(86_400_000)));
        while !self.state.is_stopping() {
            match self.state.store.prune(before, PRUNE_LIMIT).await {
                Ok(gone) if gone >= PRUNE_LIMIT.into() => {}
                Ok(_) => return,
                Err(error) => return tracing::warn!(%error, "what was delivered long ago could not be forgotten"),
            }
        }
    }

    /// Delivers all that is due to one receiver.
    pub(crate) async fn turn(self: Arc<Self>, receiver: Uuid) {
        if let Err(error) = Arc::clone(&self).try_turn(receiver).await {
            tracing::warn!(%error, %receiver, "a receiver could not be told");
            tokio::time::sleep(FAILED).await;
        }
    }

    async fn try_turn(self: Arc<Self>, receiver: Uuid) -> Result<(), StoreError> {
        let receivers = self.state.store.receivers().await?;
        let Some(receiver) = receivers.into_iter().find(|known| known.id == receiver).map(Arc::new) else {
            return Ok(());
        };
        let settings = &self.state.settings.outbox;
        let most = usize::try_from(settings.concurrency.max(1)).unwrap_or(1);
        let mut tries = JoinSet::new();
        let mut result = Ok(());
        loop {
            if tries.len() < most && result.is_ok() && !self.state.is_stopping() {
                let free = u32::try_from(most - tries.len()).unwrap_or(1);
                let now = self.state.clock.now();
                // Twice the time that a try may take: once to connect and answer, once for what is left of it.
                let until = after(now, Duration::from_millis(settings.timeout_ms.saturating_mul(2).max(1)));
                let claims = self.state.store.claim(receiver.id, now, until, free).await;
                for claim in claims.unwrap_or_else(|error| {
                    result = Err(error);
                    Vec::new()
                }) {
                    let (courier, receiver) = (Arc::clone(&self), Arc::clone(&receiver));
                    tries.spawn(async move { courier.attempt(&receiver, &claim).await });
                }
            }
            tokio::select! {
                done = tries.join_next() => match done {
                    // What is under way beside it is finished all the same.
                    Some(Ok(Err(error))) => result = Err(error),
                    Some(Ok(Ok(()))) => {}
                    Some(Err(_)) => tracing::error!(receiver = %receiver.id, "a delivery panicked"),
                    None => return result,
                },
                // One that does not answer keeps no other message waiting.
                () = self.more.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn attempt(&self, receiver: &Receiver, claim: &Claim) -> Result<(), StoreError> {
        let told = match self.letter(receiver, claim).await? {
            Some(letter) => self.carrier.carry(receiver, &letter, self.state.clock.now()).await,
            None => Err(Fault::LeadGone),
        };
        // What is gone stays gone.
        let retries = match told {
            Err(Fault::LeadGone) => &[][..],
            _ => &self.state.settings.outbox.retry_after_seconds,
        };
        let (low, _) = self.state.ids.random().as_u64_pair();
        let chance = u32::try_from(low & u64::from(u32::MAX)).unwrap_or(0);
        let now = self.state.clock.now();
        let settled = settle(claim, &told, retries, chance, now);
        let (event, receiver, tries) = (claim.event.id, receiver.id, claim.tries + 1);
        match &settled.fault {
            None => tracing::debug!(%event, %receiver, tries, "delivered"),
            Some(fault) => {
                tracing::warn!(%event, %receiver, tries, fault, state = settled.state.as_str(), "not delivered");
            }
        }
        if !self.state.store.settle(claim, settled).await? {
            tracing::warn!(%event, %receiver, "delivered, and by another, too, whose claim followed, or its lead was erased meanwhile");
        }
        Ok(())
    }

    /// Nothing where what it is about is gone.
    async fn letter(&self, receiver: &Receiver, claim: &Claim) -> Result<Option<Letter>, StoreError> {
        let event = &claim.event;
        if receiver.template == Template::Confirm {
            return self.asking(event).await;
        }
        let subject = match self.state.store.lead(event.lead).await? {
            Some(lead) => {
                let definition = self.definition(&lead.form, lead.form_version).await?;
                let verdict = 1 + self.state.store.earlier_judgements(lead.id).await?.len();
                let person = person_of(self.state.store.as_ref(), lead.id).await?;
                definition.map(|definition| Subject { lead, definition, verdict, person })
            }
            None => None,
        };
        if subject.is_none() && event.kind != EventKind::LeadErased {
            return Ok(None);
        }
        let secrets = self.state.store.secrets(receiver.id, self.state.clock.now()).await?;
        let (subject, body) = compose(receiver.template, event, subject, receiver.language);
        Ok(Some(Letter { id: event.id, subject, body, secrets, to: None }))
    }

    /// What asks a lead's sender to confirm their address. Nothing where they did, or are gone.
    async fn asking(&self, event: &Event) -> Result<Option<Letter>, StoreError> {
        let store = &self.state.store;
        if event.kind != EventKind::ConfirmationAsked {
            return Ok(None);
        }
        let is_open = store.confirmation(event.lead).await?.is_some_and(|asked| asked.confirmed_at.is_none());
        let Some(lead) = store.lead(event.lead).await?.filter(|_| is_open) else { return Ok(None) };
        let Some(form) = self.definition(&lead.form, lead.form_version).await? else { return Ok(None) };
        let keys = self.state.keys().await?;
        let report = Report::new(lead, Arc::clone(&form), None);
        Ok(confirmation::letter(&self.state, keys, event, &form, &report))
    }

    async fn definition(&self, form: &str, version: VersionId) -> Result<Option<Arc<FormDefinition>>, StoreError> {
        let known = self.forms.lock().unwrap_or_else(PoisonError::into_inner).get(&version).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let definition = self.state.store.definition(form, version).await?.map(Arc::new);
        if let Some(definition) = &definition {
            let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
            if forms.len() >= FORMS {
                forms.clear();
            }
            forms.insert(version, Arc::clone(definition));
        }
        Ok(definition)
    }
}

#[cfg(test)]
mod tests;
