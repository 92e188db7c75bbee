//! Handing answers to the page's script, which sends them, and reading what the endpoint makes of them.

use std::cell::Cell;

use js_sys::{Array, Function, Promise};
use leadglass_form::{Failure, FollowUpText, FormState, Refusal};
use leadglass_scoring::{Channel, Circumstances, Explanation, Lead, Moment, Timestamp, score};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{
    events::{SCORE, STEP},
    moments::Moments,
    read::{object, value},
    wire::{follow_up, given, refusals, signals, touch},
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
        let detail = object(&[("step", at.into()), ("of", of.into())]);
        let _ = self.tell.call2(&JsValue::UNDEFINED, &STEP.into(), &detail);
    }

    /// Tells what the page makes of the answers by the public card.
    fn tell_score(&self, explanation: &Explanation) {
        let (grade, decision) = (explanation.grade.as_str(), explanation.decision.as_str());
        let detail =
            object(&[("score", explanation.score.into()), ("grade", grade.into()), ("decision", decision.into())]);
        let _ = self.tell.call2(&JsValue::UNDEFINED, &SCORE.into(), &detail);
    }

    /// Sends the answers of a valid lead.
    pub(crate) async fn send(&self, state: &FormState, lead: &Lead, moments: &Moments, at: Timestamp) -> Fate {
        let around = self.around.call0(&JsValue::UNDEFINED).unwrap_or_default();
        let body = self.body(&around, state, lead, moments, at);
        let sent = self.send.call1(&JsValue::UNDEFINED, &body).and_then(JsCast::dyn_into::<Promise>);
        match sent {
            Ok(promise) => {
                JsFuture::from(promise).await.map_or(Fate::Unknown(Failure::Unreachable), |sent| fate(&sent))
            }
            Err(_) => Fate::Unknown(Failure::Unreachable),
        }
    }

    fn body(&self, around: &JsValue, state: &FormState, lead: &Lead, moments: &Moments, at: Timestamp) -> JsValue {
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
        if state.form.flow.as_ref().is_some_and(|flow| flow.tells_score == Some(true)) {
            self.tell_score(&explanation);
        }
        let mut body = vec![
            ("answers", given(&state.form, &state.answers)),
            ("sent_at", iso(at)),
            ("score", provisional(&explanation)),
            ("first_touch", first_touch),
            ("last_touch", last_touch),
            ("signals", seen),
            ("page", page),
        ];
        let path = moments.path();
        if !path.is_empty() {
            let begun =
                |(moment, at): (Moment, Timestamp)| object(&[("moment", moment.as_str().into()), ("at", iso(at))]);
            body.push(("moments", path.into_iter().map(begun).collect::<Array>().into()));
        }
        object(&body)
    }
}

/// What the page itself makes of the answers, by the public card. The server scores again.
#[expect(clippy::cast_precision_loss, reason = "a card's points stay far below 2^53")]
fn provisional(explanation: &Explanation) -> JsValue {
    let points = explanation.points.milli() as f64;
    object(&[("points", points.into()), ("decision", explanation.decision.as_str().into())])
}

#[expect(clippy::cast_precision_loss, reason = "a date of the page is a whole number far below 2^53")]
fn iso(at: Timestamp) -> JsValue {
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
