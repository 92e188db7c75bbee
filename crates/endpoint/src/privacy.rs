//! What people may ask of what is kept about them, and what is erased unasked once its time is over.

mod dossier;
mod page;
mod survey;

use std::{sync::Arc, time::Duration};

use leadglass_scoring::Timestamp;

pub use self::{
    dossier::{Dossier, DossierLead, Told, VerdictView, dossier},
    page::{link, page, title, unknown_page},
    survey::survey,
};
use crate::{
    clock::Ids,
    state::State,
    store::{About, Erase, Erasure, Store, StoreError, WhyErased},
};

/// How often what was erased and could not be brought out of the files yet is tried again.
const LOOK: Duration = Duration::from_mins(1);
/// How long it rests at most after it failed.
const LONGEST: Duration = Duration::from_hours(24);
/// How often leads are looked for whose time is over.
const SWEEP: Duration = Duration::from_hours(1);
/// How many are erased at once, so that no visitor waits for it.
const AT_ONCE: u32 = 200;
const DAY_MS: i64 = 86_400_000;

/// An e-mail address as leads are looked up by it; `None` where the text can't be one.
#[must_use]
pub fn address(text: &str) -> Option<String> {
    let is_part =
        |part: &str| !part.is_empty() && !part.contains(|letter| letter <= ' ' || matches!(letter, '\x7f' | '@'));
    let (name, host) = text.split_once('@')?;
    let is_one = is_part(name) && is_part(host) && text.chars().count() <= 254;
    is_one.then(|| text.to_ascii_lowercase())
}

/// Erases what somebody asked to have erased: what it was, and whether it is out of the database's files, which whoever
/// serves brings about within a day.
///
/// # Errors
/// Where the store can't.
pub async fn erase(
    store: &dyn Store,
    about: About,
    at: Timestamp,
    ids: Arc<dyn Ids>,
) -> Result<(Vec<Erasure>, bool), StoreError> {
    let erased = store.erase(Erase { about, why: WhyErased::Asked, at, ids }).await?;
    // They are erased whatever becomes of the files now.
    let is_purged = store.purge(at).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "what was erased is not out of the files yet");
        false
    });
    Ok((erased, is_purged))
}

/// Erases leads whose time is over, for as long as it runs.
pub async fn keep_sweeping(state: Arc<State>) {
    let mut swept_at = None;
    let (mut tried_at, mut pause) = (None, LOOK);
    loop {
        let now = state.clock.now();
        let is_over = |since: Option<Timestamp>, pause: Duration| {
            let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
            since.is_none_or(|at| now.as_millis().saturating_sub(at.as_millis()) >= pause)
        };
        if is_over(swept_at, SWEEP) {
            match sweep(&state).await {
                Ok(()) => swept_at = Some(now),
                Err(error) => tracing::warn!(%error, "leads whose time is over could not be erased"),
            }
        }
        if is_over(tried_at, pause) {
            // Files that can't be written again, for want of room say, are not tried every minute.
            tried_at = Some(now);
            pause = match state.store.purge(now).await {
                Ok(true) => LOOK,
                Ok(false) => LONGEST.min(pause * 2),
                Err(error) => {
                    tracing::warn!(%error, "what was erased is not out of the files yet");
                    LONGEST.min(pause * 2)
                }
            };
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Erases the leads of each form that are older than the settings keep them.
///
/// # Errors
/// Where the store can't.
pub async fn sweep(state: &State) -> Result<(), StoreError> {
    let now = state.clock.now();
    for (form, days) in &state.settings.retention {
        let before = now.as_millis().saturating_sub(i64::from(*days).saturating_mul(DAY_MS));
        let about = About::Before { form: form.clone(), before: Timestamp::from_millis(before), limit: AT_ONCE };
        loop {
            let ids = Arc::clone(&state.ids);
            let erase = Erase { about: about.clone(), why: WhyErased::Retention, at: now, ids };
            let erased = state.store.erase(erase).await?.len();
            if erased == 0 {
                break;
            }
            tracing::info!(form, erased, "leads were erased: their time is over");
            state.told.notify_one();
        }
    }
    state.store.purge(now).await.map(drop)
}

#[cfg(test)]
mod tests;
