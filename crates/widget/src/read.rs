//! Reading what JavaScript hands over, and making what it is handed. Serde would bring the formatting of floats into the
//! page, for error messages that nobody sees, and names of fields that are kept for a second time.

use js_sys::{Array, Object, Reflect};
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

/// An object of its own with these values, in this order.
pub(crate) fn object(values: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in values {
        // A plain object takes what it is given
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}

/// A list of texts.
pub(crate) fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> JsValue {
    texts.into_iter().map(JsValue::from_str).collect::<Array>().into()
}
