//! Releasing a held lead: judged again under today's form by the time it came, and from then on a lead like any.

use leadglass_scoring::{Explanation, Form, Timestamp};
use uuid::Uuid;

use crate::{
    intake::owners,
    replay::{Replay, ReplayError},
    store::{NewJudgement, Store, Why},
};

/// Releases a held lead. What it was judged by before stays with it. `None` where no such lead is held.
///
/// # Errors
/// Why it can't be judged again.
pub async fn release(
    store: &dyn Store,
    live: &Form,
    id: Uuid,
    at: Timestamp,
    duplicate_window_seconds: u32,
) -> Result<Option<Explanation>, ReplayError> {
    let Some(lead) = store.lead(id).await?.filter(|lead| lead.held) else { return Ok(None) };
    let definition = live.definition();
    store.keep_form(definition, at).await?;
    let explanation = Replay::new(store).under(&lead, live).await?;
    let again = NewJudgement {
        lead: id,
        at,
        why: Why::Released,
        form_version: definition.version(),
        card: definition.scorecard.id(),
        circumstances: lead.circumstances,
        twins_within_ms: i64::from(duplicate_window_seconds) * 1_000,
        event: id,
        tracked: None,
        owners: owners(definition, &explanation),
        explanation: explanation.clone(),
    };
    Ok(store.judge_again(Box::new(again)).await?.then_some(explanation))
}
