//! The parts of a form's view.
//!
//! Events are heard at the form, not at its controls: whoever mounts the view knows how to read a value, the view
//! does not.

pub mod error_summary;
pub mod field_view;
pub mod follow_up;
pub mod form_view;
pub mod status_line;

mod control;
