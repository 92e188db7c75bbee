//! The reader of moments behind a boundary of two calls.

use leadglass_scoring::moment::{Context, Kind, Model};
use wasm_bindgen::prelude::*;

/// A model that was read.
#[wasm_bindgen]
pub struct Reader(Model);

#[wasm_bindgen]
impl Reader {
    /// From the bytes of its file.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8]) -> Result<Self, JsError> {
        Ok(Self(Model::read(model)?))
    }

    /// The best moment of a message by its number, and its probability in whole per mille, as one number.
    pub fn read(&self, message: &str) -> u32 {
        let reading = self.0.read_moment(&Context::of(Kind::Message, message));
        reading.best as u32 * 1000 + u32::from(reading.of(reading.best).min(999))
    }
}
