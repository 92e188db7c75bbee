//! What `www/embed` tells about a form.

use js_sys::{Function, Set, Uint8Array};
use leadglass_scoring::moment::Visit;
use wasm_bindgen::{JsCast, JsValue};

use crate::read::{text, value};

/// The configuration of one mounted form.
#[derive(Clone, Debug)]
pub struct Config {
    /// The canonical bytes of the public form definition, with our words in the language.
    pub definition: Uint8Array,
    /// The language to speak.
    pub language: String,
    /// Where the form stands on a page of its own.
    pub hosted: String,
    /// Names of the fields that the visitor wrote in: no one else writes there.
    pub typed: Set,
    /// Gives what is around the form at this moment, as it is sent: the page, touches, signals.
    pub around: Function,
    /// Tells the host page of an event by its name.
    pub tell: Function,
    /// Sends a submission under the key of its answers; gives a promise of the server's answer.
    pub send: Function,
    /// What moments are read from beside what the visitor writes.
    pub visit: Visit,
}

impl Config {
    /// Reads the object that `www/embed` hands to `mount`.
    pub(crate) fn read(config: &JsValue) -> Option<Self> {
        let around: Function = value(config, "around").dyn_into().ok()?;
        let here = around.call0(&JsValue::UNDEFINED).ok()?;
        let (page, touch) = (value(&here, "page"), value(&here, "last_touch"));
        let text_of = |of, key| text(of, key).unwrap_or_default();
        Some(Self {
            definition: value(config, "definition").dyn_into().ok()?,
            language: text(config, "language")?,
            hosted: text(config, "hosted")?,
            typed: value(config, "typed").dyn_into().ok()?,
            around,
            tell: value(config, "tell").dyn_into().ok()?,
            send: value(config, "send").dyn_into().ok()?,
            visit: Visit {
                url: text_of(&page, "url"),
                referrer: text_of(&page, "referrer"),
                title: text_of(&page, "title"),
                heading: text_of(&page, "heading"),
                search_term: text_of(&touch, "term"),
                campaign: text_of(&touch, "campaign"),
                medium: text_of(&touch, "medium"),
                is_phone: value(&page, "phone").is_truthy(),
            },
        })
    }
}
