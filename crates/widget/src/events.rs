//! What the host page hears of, by `www/embed`. Never with anything that the visitor typed.

/// Answers are on their way.
pub(crate) const SUBMIT: &str = "submit";
/// They arrived.
pub(crate) const SUCCESS: &str = "success";
/// They were not taken, or may not have arrived.
pub(crate) const ERROR: &str = "error";
/// Another part of the form is shown.
pub(crate) const STEP: &str = "step";

/// What the public card makes of the answers, where the form lets pages know.
pub(crate) const SCORE: &str = "score";
