//! What `embed.js` tells about a form.

use js_sys::Uint8Array;
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
    /// The key of an earlier attempt that this one is to replace.
    pub supersedes: Option<String>,
}

impl Config {
    /// Reads the object that `embed.js` hands to `mount`.
    pub(crate) fn read(config: &JsValue) -> Option<Self> {
        Some(Self {
            definition: value(config, "definition").dyn_into().ok()?,
            version: text(config, "version")?,
            language: text(config, "language")?,
            endpoint: text(config, "endpoint")?,
            key: text(config, "key")?,
            tried: text(config, "tried"),
            supersedes: text(config, "supersedes"),
        })
    }
}
