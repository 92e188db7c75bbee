//! What is seen of a known lead after it was sent: kept, and the lead judged again by it.

use leadglass_scoring::{Circumstances, Form, Timestamp};
use uuid::Uuid;

use crate::{
    replay::{Replay, ReplayError},
    store::{NewJudgement, NewSignal, Store, Why},
};

/// How often it is tried again where others track the same lead at the same time.
const TRIES: u32 = 5;

/// Keeps signals of a lead and judges it again under today's form, by today's time, unless all of them were known.
/// `false` where there is no such lead. Others are told under the id `event`, a
/// `UUIDv7`, where the verdict is another one.
///
/// # Errors
/// Why it can't be judged again.
pub async fn track(
    store: &dyn Store,
    live: &Form,
    lead: Uuid,
    signals: Vec<NewSignal>,
    event: Uuid,
    at: Timestamp,
) -> Result<bool, ReplayError> {
    let Some(mut tracked) = store.track(lead, signals, at).await? else { return Ok(false) };
    if !tracked.any_new {
        return Ok(true);
    }
    for _ in 0..TRIES {
        let Some(mut kept) = store.lead(lead).await? else { return Ok(false) };
        // What came with the lead is what it was first judged by.
        let first = store.earlier_judgements(lead).await?.into_iter().next();
        let came_with = first.map_or_else(|| kept.circumstances.signals.clone(), |first| first.circumstances.signals);
        let signals = came_with.into_iter().chain(tracked.signals.iter().cloned()).collect();
        kept.circumstances = Circumstances { at, signals, ..kept.circumstances };
        let explanation = Replay::new(store).under(&kept, live).await?;
        let again = NewJudgement {
            lead,
            at,
            why: Why::Signals,
            form_version: live.definition().version(),
            card: live.definition().scorecard.id(),
            circumstances: kept.circumstances,
            explanation,
            twins_within_ms: 0,
            owners: None,
            confirms: None,
            event,
            tracked: Some(tracked.signals.len()),
        };
        if store.judge_again(Box::new(again)).await? {
            return Ok(true);
        }
        // More came meanwhile.
        match store.track(lead, Vec::new(), at).await? {
            Some(now) => tracked = now,
            None => return Ok(false),
        }
    }
    // Whoever came last judges by all of them.
    Ok(true)
}
