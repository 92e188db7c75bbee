//! How the parts of a form look, compared between two pages.

use anyhow::{Result, ensure};
use serde_json::Value;

/// Fails where parts look different or stand elsewhere; a fraction of a pixel is where the form as a whole stands.
///
/// # Errors
/// The first difference.
pub fn ensure_same_looks(expected: &[Value], found: &[Value]) -> Result<()> {
    ensure!(expected.len() == found.len(), "{} parts are expected, there are {}", expected.len(), found.len());
    for (expected, found) in expected.iter().zip(found) {
        let side = |place: &Value| place.as_f64().unwrap_or(f64::NAN);
        let places = [expected, found].map(|part| part["place"].as_array().map(Vec::as_slice).unwrap_or_default());
        let is_near = places[0].iter().zip(places[1]).all(|(one, other)| (side(one) - side(other)).abs() <= 1.0);
        let is_same = expected["look"] == found["look"] && expected["element"] == found["element"];
        ensure!(is_near && is_same, "looks differ:\n{expected}\n{found}");
    }
    Ok(())
}
