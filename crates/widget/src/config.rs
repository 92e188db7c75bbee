//! What `embed.js` tells about a form.

use js_sys::Uint8Array;
use leadglass_scoring::moment::Visit;
use wasm_bindgen::{JsCast, JsValue};

use crate::read::{text, value};

/// The configuration of one mounted form.
#[derive(Clone, Debug)]
pub struct Config {
    /// The canonical bytes of the public form definition.
    pub definition: Uint8Array,
    /// The version that is live on the server.
    pub version: String,
    /// The language to speak.
    pub language: String,
    /// The origin that takes submissions.
    pub endpoint: String,
    /// The idempotency key that was made when the visitor began.
    pub key: String,
    /// The answers of an attempt with this key whose fate is unknown, as they were sent.
    pub tried: Option<String>,
    /// The page, as it is sent.
    pub page: JsValue,
    /// What brought the visitor this time, as it is sent; may be undefined.
    pub touch: JsValue,
    /// What moments are read from beside what the visitor writes.
    pub visit: Visit,
    /// The key of an earlier attempt that this one is to replace.
    pub supersedes: Option<String>,
}

impl Config {
    /// Reads the object that `embed.js` hands to `mount`.
    pub(crate) fn read(config: &JsValue) -> Option<Self> {
        let (page, touch) = (value(config, "page"), value(config, "last_touch"));
        let text_of = |of, key| text(of, key).unwrap_or_default();
        Some(Self {
            definition: value(config, "definition").dyn_into().ok()?,
            version: text(config, "version")?,
            language: text(config, "language")?,
            endpoint: text(config, "endpoint")?,
            key: text(config, "key")?,
            tried: text(config, "tried"),
            supersedes: text(config, "supersedes"),
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
            page,
            touch,
        })
    }
}
