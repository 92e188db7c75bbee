//! Reading what JavaScript hands over. Deserialising it by serde would bring the formatting of floats into the page,
//! for error messages that nobody sees.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The value of a key; `undefined` where there is none.
pub(crate) fn value(of: &JsValue, key: &str) -> JsValue {
    Reflect::get(of, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// The text of a key; nothing where it is something else.
pub(crate) fn text(of: &JsValue, key: &str) -> Option<String> {
    value(of, key).as_string()
}

/// The items of a key's list; none where it is something else.
pub(crate) fn all(of: &JsValue, key: &str) -> impl Iterator<Item = JsValue> {
    let items: Option<Array> = value(of, key).dyn_into().ok();
    items.unwrap_or_default().into_iter()
}
