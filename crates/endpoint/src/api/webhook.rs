//! `GET` and `POST /v1/webhooks`, `PATCH` and `DELETE /v1/webhooks/{webhook}`: who is told of leads.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, RawQuery, State as Shared},
    http::{HeaderMap, StatusCode},
};
use leadglass_scoring::{Language, encoding::VersionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    answer::Json,
    body::{self, Key, KeyHeader, key_reused},
    caller::{May, Webhooks},
    document::Refusals,
    parameters::Parameters,
};
use crate::{
    clock::{derived_id, to_rfc3339},
    outbox::{destination, new_secret},
    problem::{Kind, Problem},
    report::{DecisionName, LanguageName},
    state::State,
    store::{Address, DeliveryState, EventKind, LastFault, Receiver, ReceiverState, Tally, Template},
};

/// What is told.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
enum EventName {
    /// A lead came.
    #[serde(rename = "lead.created")]
    Created,
    /// What is known of it changed.
    #[serde(rename = "lead.updated")]
    Updated,
    /// It was held back and is no longer.
    #[serde(rename = "lead.released")]
    Released,
    /// Something became of it.
    #[serde(rename = "lead.outcome")]
    Outcome,
    /// Its sender confirmed the address.
    #[serde(rename = "lead.confirmed")]
    Confirmed,
    /// It was erased; told to whoever may have been told of it, whatever else they want to hear.
    #[serde(rename = "lead.erased")]
    Erased,
}

impl From<EventName> for EventKind {
    fn from(name: EventName) -> Self {
        match name {
            EventName::Created => Self::LeadCreated,
            EventName::Updated => Self::LeadUpdated,
            EventName::Released => Self::LeadReleased,
            EventName::Outcome => Self::LeadOutcome,
            EventName::Confirmed => Self::LeadConfirmed,
            EventName::Erased => Self::LeadErased,
        }
    }
}

/// How messages to an `https:` address look.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TemplateName {
    /// One JSON object with all there is to say.
    #[default]
    Json,
    /// A message that Slack shows.
    Slack,
}

/// Somebody to tell.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a webhook, which is an object with `url`")]
pub(super) struct NewWebhook {
    /// Where: an `https:` address, or `mailto:NAME@HOST` for an e-mail.
    url: String,
    /// How messages look; those by e-mail look as such.
    #[serde(default)]
    template: TemplateName,
    /// Only of these events; of all where it is empty.
    #[serde(default)]
    events: Vec<EventName>,
    /// Only of leads of these forms.
    #[serde(default)]
    #[schema(value_type = Vec<FormId>)]
    forms: Vec<String>,
    /// Only of leads that were decided on so.
    #[serde(default)]
    decisions: Vec<DecisionName>,
    /// The language of reasons; else the form's first.
    #[serde(default)]
    language: Option<LanguageName>,
}

/// A form's id.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[a-z][a-z0-9_-]{0,60}$")]
#[expect(dead_code, reason = "a description")]
struct FormId(String);

/// Somebody who is told from now on.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeWebhook {
    /// Its id.
    id: Uuid,
    /// What messages are signed with, as Standard Webhooks writes it; shown this once. None for e-mails.
    secret: Option<String>,
}

/// All who are told.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookList {
    /// Each, the one added first first.
    webhooks: Vec<WebhookView>,
}

/// Somebody who is told.
#[derive(Serialize, ToSchema)]
struct WebhookView {
    /// Its id.
    id: Uuid,
    /// `enabled`; `disabled`, by somebody here; or `gone`, as it answered.
    state: &'static str,
    /// Where it is: never in full, for its path may be a secret.
    place: String,
    /// Eight letters that are the same for the same address: they tell two of one host apart.
    mark: String,
    /// `json`, `slack` or `email`.
    template: &'static str,
    /// Only of these events; of all where it is empty.
    events: Vec<&'static str>,
    /// Only of leads of these forms.
    forms: Vec<String>,
    /// Only of leads that were decided on so.
    decisions: Vec<DecisionName>,
    /// The language of reasons.
    language: Option<LanguageName>,
    /// Since when.
    #[schema(format = DateTime)]
    added_at: String,
    /// Messages that are to be tried.
    waiting: u64,
    /// Messages that it took lately.
    delivered: u64,
    /// Messages that were given up.
    dead: u64,
    /// What was wrong with the last message that it did not take and that waits or was given up: a stable code.
    last_fault: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    last_fault_at: Option<String>,
}

impl WebhookView {
    fn new(receiver: Receiver, tallies: &[Tally], faults: &[LastFault]) -> Self {
        let fault = faults.iter().find(|fault| fault.receiver == receiver.id);
        let count = |state: DeliveryState| {
            let found = tallies.iter().find(|tally| tally.receiver == receiver.id && tally.state == state);
            found.map_or(0, |tally| tally.count)
        };
        Self {
            waiting: count(DeliveryState::Waiting),
            delivered: count(DeliveryState::Delivered),
            dead: count(DeliveryState::Dead),
            id: receiver.id,
            state: receiver.state.as_str(),
            place: receiver.address.place(),
            mark: receiver.address.mark(),
            last_fault: fault.map(|fault| fault.fault.clone()),
            last_fault_at: fault.map(|fault| to_rfc3339(fault.at)),
            template: receiver.template.as_str(),
            events: receiver.events.iter().map(|kind| kind.as_str()).collect(),
            forms: receiver.forms,
            decisions: receiver.decisions.into_iter().map(Into::into).collect(),
            language: receiver.language.map(Into::into),
            added_at: to_rfc3339(receiver.added_at),
        }
    }
}

/// Lists who is told, of what, and how far the telling has come.
#[utoipa::path(
    get,
    path = "/v1/webhooks",
    operation_id = "list_webhooks",
    tag = "webhooks",
    responses((status = 200, description = "Who is told", body = WebhookList), Refusals),
    security(("token" = ["webhooks"]))
)]
pub(super) async fn list(
    _: May<Webhooks>,
    Shared(state): Shared<Arc<State>>,
    RawQuery(query): RawQuery,
) -> Result<Json<WebhookList>, Problem> {
    Parameters::of(query.as_deref()).finish()?;
    let of_store = |error| state.store_problem(&error, Language::En);
    let receivers = state.store.receivers().await.map_err(of_store)?;
    let tallies = state.store.tallies().await.map_err(of_store)?;
    let faults = state.store.last_faults().await.map_err(of_store)?;
    let webhooks = receivers.into_iter().map(|receiver| WebhookView::new(receiver, &tallies, &faults)).collect();
    Ok(Json(WebhookList { webhooks }))
}

/// Tells somebody from now on. The secret of the signatures is in the answer, and in that to a retry, and nowhere else.
#[utoipa::path(
    post,
    path = "/v1/webhooks",
    operation_id = "make_webhook",
    tag = "webhooks",
    params(KeyHeader),
    request_body = NewWebhook,
    responses((status = 200, description = "They are told", body = MadeWebhook), Refusals),
    security(("token" = ["webhooks"]))
)]
pub(super) async fn create(
    _: May<Webhooks>,
    Shared(state): Shared<Arc<State>>,
    Key(key): Key,
    headers: HeaderMap,
    sent: Body,
) -> Result<Json<MadeWebhook>, Problem> {
    let sent: NewWebhook = body::read(&state, &headers, sent).await?;
    let template = match sent.template {
        TemplateName::Json => Template::Json,
        TemplateName::Slack => Template::Slack,
    };
    let place = destination(&state.settings, &sent.url, template);
    let (address, template) =
        place.map_err(|error| Problem::new(Kind::AddressInvalid, format!("{:#}", anyhow::Error::from(error))))?;
    if let Some(form) = sent.forms.iter().find(|form| state.forms.get(form).is_none()) {
        return Err(Problem::new(Kind::FormUnknown, format!("there is no form `{form}` to be told of")));
    }
    let now = state.clock.now();
    let receiver = Receiver {
        id: id_of(&state.settings.workspace, key),
        address: Address(address),
        template,
        events: sent.events.into_iter().map(Into::into).collect(),
        forms: sent.forms,
        decisions: sent.decisions.into_iter().map(Into::into).collect(),
        language: sent.language.map(Into::into),
        state: ReceiverState::Enabled,
        added_at: now,
    };
    let mut secret = new_secret(state.ids.as_ref());
    let of_store = |error| state.store_problem(&error, Language::En);
    if let Err(error) = state.store.add_receiver(&receiver, &secret).await {
        // Its id is that of the key, so the database has refused what was made under the key before.
        let receivers = state.store.receivers().await.map_err(of_store)?;
        let before = receivers.into_iter().find(|known| known.id == receiver.id).ok_or_else(|| of_store(error))?;
        if !before.is_told_as(&receiver) {
            return Err(key_reused());
        }
        let secrets = state.store.secrets(before.id, now).await.map_err(of_store)?;
        secret = secrets.into_iter().next().unwrap_or(secret);
    }
    let secret = (template != Template::Email).then(|| secret.reveal());
    Ok(Json(MadeWebhook { id: receiver.id, secret }))
}

/// One for each key, whichever endpoint it comes to first.
fn id_of(workspace: &str, key: Uuid) -> Uuid {
    derived_id(VersionId::of(format!("webhook\0{workspace}\0{key}").as_bytes()).as_bytes())
}

/// What to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `state`")]
pub(super) struct ChangedWebhook {
    /// Whether it is told. What happens while it is disabled waits for it.
    state: StateName,
}

/// Whether it is told.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StateName {
    /// It is.
    Enabled,
    /// It is not.
    Disabled,
}

/// Tells somebody nothing until they are enabled again, or again.
#[utoipa::path(
    patch,
    path = "/v1/webhooks/{webhook}",
    operation_id = "set_webhook",
    tag = "webhooks",
    params(("webhook" = Uuid, Path, description = "The webhook's id")),
    request_body = ChangedWebhook,
    responses((status = 204, description = "It is so"), Refusals),
    security(("token" = ["webhooks"]))
)]
pub(super) async fn set(
    _: May<Webhooks>,
    Shared(state): Shared<Arc<State>>,
    Path(webhook): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> Result<StatusCode, Problem> {
    let sent: ChangedWebhook = body::read(&state, &headers, sent).await?;
    let id = Uuid::try_parse(&webhook).map_err(|_| unknown())?;
    let wanted = match sent.state {
        StateName::Enabled => ReceiverState::Enabled,
        StateName::Disabled => ReceiverState::Disabled,
    };
    let is_set = state.store.set_receiver(id, wanted).await;
    if !is_set.map_err(|error| state.store_problem(&error, Language::En))? {
        return Err(unknown());
    }
    state.told.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets somebody with all that waits for them.
#[utoipa::path(
    delete,
    path = "/v1/webhooks/{webhook}",
    operation_id = "remove_webhook",
    tag = "webhooks",
    params(("webhook" = Uuid, Path, description = "The webhook's id")),
    responses((status = 204, description = "It is forgotten"), Refusals),
    security(("token" = ["webhooks"]))
)]
pub(super) async fn remove(
    _: May<Webhooks>,
    Shared(state): Shared<Arc<State>>,
    Path(webhook): Path<String>,
) -> Result<StatusCode, Problem> {
    let receiver = find(&state, &webhook).await?;
    let was_there = state.store.remove_receiver(receiver.id).await;
    if was_there.map_err(|error| state.store_problem(&error, Language::En))? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(unknown())
}

/// The webhook of an id, unless it is the endpoint's own: that one may only be enabled and disabled.
pub(super) async fn find(state: &State, webhook: &str) -> Result<Receiver, Problem> {
    let id = Uuid::try_parse(webhook).map_err(|_| unknown())?;
    let receivers = state.store.receivers().await.map_err(|error| state.store_problem(&error, Language::En))?;
    let receiver = receivers.into_iter().find(|receiver| receiver.id == id).ok_or_else(unknown)?;
    if receiver.is_built_in() { Err(Problem::of(Kind::WebhookBuiltIn, Language::En)) } else { Ok(receiver) }
}

fn unknown() -> Problem {
    Problem::of(Kind::WebhookUnknown, Language::En)
}
