//! What the page may call: a list that only hands on.

use leadglass_widget::Mounted;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A form in a page, until it is destroyed.
#[wasm_bindgen]
pub struct Handle(Mounted);

#[wasm_bindgen]
impl Handle {
    /// Does a piece of the work to show the form; gives whether there is more of it.
    ///
    /// # Errors
    /// A code, where the form definition is not that of a form.
    pub fn show(&mut self) -> Result<bool, JsValue> {
        self.0.show().map_err(|error| error.code().into())
    }

    /// Lets the form read the visitor's moments by this model.
    pub fn teach(&self, model: &[u8]) {
        self.0.teach(model);
    }

    /// Takes the form out of the page.
    pub fn destroy(self) {
        self.0.destroy();
    }
}

/// Reads a form that is to be shown in place of the rendered form that stands in `root`.
///
/// # Errors
/// A code, where the configuration or the form definition can't be read.
#[wasm_bindgen]
pub fn mount(root: &Element, config: &JsValue) -> Result<Handle, JsValue> {
    leadglass_widget::mount(root, config).map(Handle).map_err(|error| error.code().into())
}

/// Evaluates submissions, from canonical bytes to canonical bytes, just as the server does.
///
/// # Errors
/// What is wrong with the bytes.
#[wasm_bindgen]
pub fn evaluate(bytes: &[u8]) -> Result<Vec<u8>, JsValue> {
    leadglass_scoring::evaluate::evaluate_trusted(bytes).map_err(|error| error.words().into())
}

fn main() {}
