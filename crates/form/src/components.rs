//! The parts of a form's view: functions of the state, and one component around them. A component for each part would
//! spare some comparing and cost the page 2 KB each.
//!
//! Events are heard at the form, not at its controls: whoever mounts the view knows how to read a value, the view
//! does not.

pub mod form_view;

mod control;
mod error_summary;
mod field_view;
mod follow_up;
mod progress;
mod status_line;
mod tag;
