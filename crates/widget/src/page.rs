//! Small questions to the page.

use js_sys::{Array, Reflect};
use leadglass_form::SharedForm;
use leadglass_scoring::{Answers, Timestamp};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, EventTarget, FocusOptions, FormData, HtmlElement, HtmlFormElement, Node, ShadowRoot};

use crate::read::value;

/// The page's clock, in whole milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "a date of the page is a whole number far below 2^53")]
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

/// The values of all fields as they stand in their controls.
pub(crate) fn answers(form: &HtmlFormElement, definition: &SharedForm) -> Answers {
    let mut answers = Answers::new();
    if let Some(data) = data(form) {
        for field in &definition.fields {
            let values = data.get_all(&field.id);
            answers.set(field.id.clone(), values.iter().filter_map(|value| value.as_string()).collect());
        }
    }
    answers
}

/// What stands in the controls of a form.
pub(crate) fn data(form: &HtmlFormElement) -> Option<FormData> {
    FormData::new_with_form(form).ok()
}

/// Puts values into the controls of one name: options are ticked, in others each value takes its place.
pub(crate) fn fill(form: &HtmlFormElement, name: &str, values: &Array) {
    let Ok(controls) = form.query_selector_all(&["[name='", name, "']"].concat()) else { return };
    let set = |control: &JsValue, property: &str, value: &JsValue| {
        // A control of ours takes what another of its kind had
        let _ = Reflect::set(control, &property.into(), value);
    };
    let mut rest = values.iter();
    for control in Array::from(&controls) {
        let kind = value(&control, "type").as_string().unwrap_or_default();
        if kind == "radio" || kind == "checkbox" {
            set(&control, "checked", &values.includes(&value(&control, "value"), 0).into());
        } else if let Some(value) = rest.next() {
            set(&control, "value", &value);
        }
    }
}

/// The name of the control that an event speaks of.
pub(crate) fn control_name(target: Option<EventTarget>) -> Option<(Element, String)> {
    let element: Element = target?.dyn_into().ok()?;
    let name = element.get_attribute("name")?;
    Some((element, name))
}

/// The form that a control is in.
pub(crate) fn form_of(element: &Element) -> Option<HtmlFormElement> {
    element.closest("form").ok().flatten()?.dyn_into().ok()
}

/// The form in a view.
pub(crate) fn form_in(view: &Element) -> Option<HtmlFormElement> {
    view.query_selector("form").ok().flatten()?.dyn_into().ok()
}

/// Where an element stands in the window.
pub(crate) fn top(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

/// What has the focus, in the shadow root or the document that `element` is in.
pub(crate) fn focused(element: &Element) -> Option<Element> {
    let root: Node = element.get_root_node();
    match root.dyn_into::<ShadowRoot>() {
        Ok(shadow) => shadow.active_element(),
        Err(root) => root.dyn_into::<Document>().ok()?.active_element(),
    }
}

/// Gives the focus to a part of the view; scrolls there unless `in_place`.
pub(crate) fn focus(view: &Element, selector: &str, in_place: bool) -> Option<HtmlElement> {
    let element: HtmlElement = view.query_selector(selector).ok().flatten()?.dyn_into().ok()?;
    let options = FocusOptions::new();
    options.set_prevent_scroll(in_place);
    element.focus_with_options(&options).ok()?;
    Some(element)
}
