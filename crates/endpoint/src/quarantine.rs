//! Releasing a held lead: judged again under today's form by the time it came, and from then on a lead like any.

use leadglass_scoring::{Channel, Explanation, FieldKind, Form, Timestamp};
use uuid::Uuid;

use crate::{
    confirmation,
    intake::owners,
    person,
    replay::{Replay, ReplayError},
    settings::Settings,
    spam::Keys,
    store::{KeptLead, NewJudgement, PersonKey, Store, StoreError, Why},
};

/// Releases a held lead. What it was judged by before stays with it, and its sender is asked to confirm their address where
/// the form asks for that. `None` where no such lead is held.
///
/// # Errors
/// Why it can't be judged again.
pub async fn release(
    store: &dyn Store,
    settings: &Settings,
    live: &Form,
    id: Uuid,
    at: Timestamp,
) -> Result<Option<Explanation>, ReplayError> {
    let Some(lead) = store.lead(id).await?.filter(|lead| lead.held) else { return Ok(None) };
    let definition = live.definition();
    store.keep_form(definition, at).await?;
    let explanation = Replay::new(store).under(&lead, live).await?;
    let confirms = confirms(store, settings, live, &lead).await?;
    let again = NewJudgement {
        lead: id,
        at,
        why: Why::Released,
        form_version: definition.version(),
        card: definition.scorecard.id(),
        circumstances: lead.circumstances,
        twins_within_ms: i64::from(settings.duplicate_window_seconds) * 1_000,
        event: id,
        tracked: None,
        owners: owners(definition, &explanation),
        confirms,
        explanation: explanation.clone(),
    };
    Ok(store.judge_again(Box::new(again)).await?.then_some(explanation))
}

async fn confirms(
    store: &dyn Store,
    settings: &Settings,
    live: &Form,
    lead: &KeptLead,
) -> Result<Option<PersonKey>, StoreError> {
    let definition = live.definition();
    if lead.channel != Channel::Form.as_str() || !confirmation::can_ask(settings, definition) {
        return Ok(None);
    }
    let field = definition.fields.iter().find(|field| field.kind == FieldKind::Email);
    let email = field.map(|field| lead.answers.first(&field.id)).filter(|email| !email.is_empty());
    let secret = store.known_secret(Keys::SECRET).await?;
    Ok(secret.zip(email).map(|(secret, email)| person::address(&Keys::from_secret(&secret), email)))
}
