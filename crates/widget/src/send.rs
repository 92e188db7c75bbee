//! Sending answers to the endpoint.

use std::cell::{Cell, RefCell};

use gloo::timers::callback::Timeout;
use js_sys::{JSON, Reflect};
use leadglass_form::{Failure, FollowUpText, FormState, Refusal};
use leadglass_scoring::{Channel, Circumstances, Lead, Moment, Timestamp, score};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, EventTarget, RequestCredentials, RequestInit, Response, Window};

use crate::{
    idempotency::{Idempotency, fresh_key},
    moments::Moments,
    wire::{Begun, Score, Submission, follow_up, given, refusals, touch},
};

/// How long an answer is waited for. Sending again after that is safe: the key is the same.
const PATIENCE_MS: u32 = 30_000;

/// The most bytes that a browser goes on sending after the page was left (Fetch standard: 64 KiB, shared).
const KEEPALIVE_BYTES: usize = 60_000;

/// What became of a submission.
pub(crate) enum Fate {
    /// A lead, and what follows.
    Taken(FollowUpText),
    /// Not a lead, and why.
    Refused(Vec<Refusal>),
    /// Not a lead: the key stands for other answers.
    KeyReused,
    /// Not known.
    Unknown(Failure),
}

/// Where answers are sent, and under which key.
pub(crate) struct Sender {
    /// The element of ours on the host page.
    pub host: EventTarget,
    pub endpoint: String,
    pub version: String,
    /// The page and what brought the visitor to it, as they are sent.
    pub page: JsValue,
    pub touch: JsValue,
    pub idempotency: RefCell<Idempotency>,
    /// Whether answers are on their way: a click in the same turn sees it before the view does.
    pub busy: Cell<bool>,
}

impl Sender {
    /// Sends the answers of a valid lead.
    pub(crate) async fn send(
        &self,
        window: &Window,
        state: &FormState,
        lead: &Lead,
        moments: &Moments,
        at: Timestamp,
    ) -> Fate {
        let body = self.body(window, state, lead, moments, at);
        let url = [&self.endpoint, "/v1/forms/", &state.form.id, "/submissions"].concat();
        let fate = match post(window, &url, &body).await {
            Ok((status, body)) => fate(status, &body),
            Err(_) if !window.navigator().on_line() => Fate::Unknown(Failure::Offline),
            Err(_) => Fate::Unknown(Failure::Unreachable),
        };
        match fate {
            Fate::Refused(_) => self.idempotency.borrow_mut().refused(),
            Fate::KeyReused => self.idempotency.borrow_mut().replace(fresh_key(window)),
            _ => {}
        }
        fate
    }

    fn body(&self, window: &Window, state: &FormState, lead: &Lead, moments: &Moments, at: Timestamp) -> String {
        let answers = given(&state.form, &state.answers);
        let mut idempotency = self.idempotency.borrow_mut();
        idempotency.prepare(&to_json(&answers), || fresh_key(window));
        let circumstances = Circumstances {
            channel: Some(Channel::Form),
            last_touch: touch(&self.touch),
            moment: moments.moment(&state.form, &state.answers),
            ..Circumstances::at(at)
        };
        let explanation = score(&state.form.0, lead, &circumstances);
        let begun = |(moment, at): (Moment, Timestamp)| Begun { moment: moment.as_str(), at: iso(at) };
        to_json(&Submission {
            key: &idempotency.key,
            supersedes: idempotency.supersedes.as_deref(),
            version: &self.version,
            language: state.language.code(),
            answers,
            sent_at: iso(at),
            score: Score { points: explanation.points.milli(), decision: explanation.decision.as_str() },
            moments: moments.path().into_iter().map(begun).collect(),
            last_touch: self.touch.clone(),
            page: self.page.clone(),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "a date of the page is a whole number far below 2^53")]
fn iso(at: Timestamp) -> String {
    js_sys::Date::new(&(at.as_millis() as f64).into()).to_iso_string().into()
}

fn to_json<T: Serialize>(value: &T) -> String {
    let value = value.serialize(&serde_wasm_bindgen::Serializer::json_compatible());
    let json = value.ok().and_then(|value| JSON::stringify(&value).ok());
    json.map(String::from).unwrap_or_default()
}

async fn post(window: &Window, url: &str, body: &str) -> Result<(u16, JsValue), JsValue> {
    let abort = AbortController::new()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_credentials(RequestCredentials::Omit);
    init.set_signal(Some(&abort.signal()));
    // As plain text it needs no preflight.
    init.set_body(&body.into());
    Reflect::set(&init, &"keepalive".into(), &(body.len() < KEEPALIVE_BYTES).into())?;
    let _patience = Timeout::new(PATIENCE_MS, move || abort.abort());
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?.unchecked_into();
    // An answer that is no JSON has only its status to say.
    let json = match response.json() {
        Ok(json) => JsFuture::from(json).await.unwrap_or(JsValue::NULL),
        Err(_) => JsValue::NULL,
    };
    Ok((response.status(), json))
}

fn fate(status: u16, body: &JsValue) -> Fate {
    match status {
        200 => follow_up(body).map_or(Fate::Unknown(Failure::Unreachable), Fate::Taken),
        422 => match refusals(body) {
            refusals if refusals.is_empty() => Fate::KeyReused,
            refusals => Fate::Refused(refusals),
        },
        429 | 503 => Fate::Unknown(Failure::Busy),
        _ => Fate::Unknown(Failure::Unreachable),
    }
}
