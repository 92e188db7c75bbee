//! Handing answers to the page's script, which sends them, and reading what the endpoint makes of them.

use std::cell::Cell;

use js_sys::{Function, Object, Promise, Reflect};
use leadglass_form::{Failure, FollowUpText, FormState, Refusal};
use leadglass_scoring::{Channel, Circumstances, Lead, Moment, Timestamp, score};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{
    events::STEP,
    moments::Moments,
    read::value,
    wire::{Begun, Score, Submission, follow_up, given, refusals, signals, touch},
};

/// What became of a submission.
pub(crate) enum Fate {
    /// A lead, and what follows.
    Taken(FollowUpText),
    /// Not a lead, and why.
    Refused(Vec<Refusal>),
    /// Not known; the page's script tries again by itself.
    Unknown(Failure),
}

/// The way to the endpoint.
pub(crate) struct Sender {
    /// Tells the host page.
    pub tell: Function,
    /// Gives what is around the form.
    pub around: Function,
    /// Sends.
    pub send: Function,
    /// Whether answers are on their way: a click in the same turn sees it before the view does.
    pub busy: Cell<bool>,
}

impl Sender {
    /// Tells the host page what happened. What a listener of the page throws is the page's affair.
    pub(crate) fn tell(&self, event: &str) {
        let _ = self.tell.call1(&JsValue::UNDEFINED, &event.into());
    }

    /// Tells that part `at` of `of` is shown.
    pub(crate) fn tell_step(&self, at: usize, of: usize) {
        let detail = Object::new();
        for (name, number) in [("step", at), ("of", of)] {
            // An object of our own takes what it is given
            let _ = Reflect::set(&detail, &name.into(), &number.into());
        }
        let _ = self.tell.call2(&JsValue::UNDEFINED, &STEP.into(), &detail);
    }

    /// Sends the answers of a valid lead.
    pub(crate) async fn send(&self, state: &FormState, lead: &Lead, moments: &Moments, at: Timestamp) -> Fate {
        let around = self.around.call0(&JsValue::UNDEFINED).unwrap_or_default();
        let body = body(&around, state, lead, moments, at);
        let sent = self.send.call1(&JsValue::UNDEFINED, &body).and_then(JsCast::dyn_into::<Promise>);
        match sent {
            Ok(promise) => {
                JsFuture::from(promise).await.map_or(Fate::Unknown(Failure::Unreachable), |sent| fate(&sent))
            }
            Err(_) => Fate::Unknown(Failure::Unreachable),
        }
    }
}

fn body(around: &JsValue, state: &FormState, lead: &Lead, moments: &Moments, at: Timestamp) -> JsValue {
    let [page, first_touch, last_touch, seen] =
        ["page", "first_touch", "last_touch", "signals"].map(|name| value(around, name));
    let circumstances = Circumstances {
        channel: Some(Channel::Form),
        signals: signals(&seen),
        first_touch: touch(&first_touch),
        last_touch: touch(&last_touch),
        moment: moments.moment(&state.form, &state.answers),
        ..Circumstances::at(at)
    };
    let explanation = score(&state.form.0, lead, &circumstances);
    let begun = |(moment, at): (Moment, Timestamp)| Begun { moment: moment.as_str(), at: iso(at) };
    let submission = Submission {
        answers: given(&state.form, &state.answers),
        sent_at: iso(at),
        score: Score { points: explanation.points.milli(), decision: explanation.decision.as_str() },
        moments: moments.path().into_iter().map(begun).collect(),
        first_touch,
        last_touch,
        signals: seen,
        page,
    };
    submission.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a date of the page is a whole number far below 2^53")]
fn iso(at: Timestamp) -> String {
    js_sys::Date::new(&(at.as_millis() as f64).into()).to_iso_string().into()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a status has three digits")]
fn fate(sent: &JsValue) -> Fate {
    let (status, answer) = (value(sent, "status").as_f64().unwrap_or_default() as u16, value(sent, "answer"));
    let unreachable = Fate::Unknown(Failure::Unreachable);
    match status {
        200 => follow_up(&answer).map_or(unreachable, Fate::Taken),
        422 => match refusals(&answer) {
            refusals if refusals.is_empty() => unreachable,
            refusals => Fate::Refused(refusals),
        },
        429 | 503 => Fate::Unknown(Failure::Busy),
        _ if value(sent, "offline").is_truthy() => Fate::Unknown(Failure::Offline),
        _ => unreachable,
    }
}
