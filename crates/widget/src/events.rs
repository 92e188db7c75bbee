//! What the host page hears of. Never with anything that the visitor typed.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

/// The form was taken over by the widget.
pub(crate) const READY: &str = "leadglass:ready";
/// Answers are on their way.
pub(crate) const SUBMIT: &str = "leadglass:submit";
/// They arrived.
pub(crate) const SUCCESS: &str = "leadglass:success";
/// They were not taken, or may not have arrived.
pub(crate) const ERROR: &str = "leadglass:error";
/// The widget is broken for good; `embed.js` brings the plain form back.
pub(crate) const PANIC: &str = "leadglass:panic";

/// Another part of the form is shown.
const STEP: &str = "leadglass:step";

/// Tells those who listen on `target` or around it.
pub(crate) fn tell(target: &EventTarget, name: &str) {
    tell_with(target, name, &JsValue::UNDEFINED);
}

/// Tells that part `at` of `of` is shown.
pub(crate) fn tell_step(target: &EventTarget, at: usize, of: usize) {
    let detail = Object::new();
    for (name, number) in [("step", at), ("of", of)] {
        // An object of our own takes what it is given
        let _ = Reflect::set(&detail, &name.into(), &number.into());
    }
    tell_with(target, STEP, &detail);
}

fn tell_with(target: &EventTarget, name: &str, detail: &JsValue) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        // A listener of the host page that throws is the host page's affair.
        let _ = target.dispatch_event(&event);
    }
}
