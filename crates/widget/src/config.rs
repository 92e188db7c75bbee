//! What `embed.js` tells about a form.

use js_sys::Uint8Array;
use serde::Deserialize;

/// The configuration of one mounted form.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// The canonical bytes of the public form definition.
    #[serde(with = "serde_wasm_bindgen::preserve")]
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
