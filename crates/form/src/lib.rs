//! What a lead form looks like and how it behaves: one view, rendered to markup on the server and mounted in the page,
//! with no idea of where it runs.
//!
//! [`FormState`] is plain data that changes by [`FormAction`]s; [`FormView`](components::form_view::FormView) shows it;
//! [`messages`] are the words around it; [`STYLES`] is what it looks like.

pub mod components;
mod country;
mod following;
pub mod form_state;
pub mod messages;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod render;
pub mod typos;

#[cfg(feature = "ssr")]
pub use crate::{
    components::form_view::TRAP,
    render::{Prerender, render},
};
pub use crate::{
    components::form_view::{FormView, FormViewProps, form_view},
    country::with_country,
    form_state::{Failure, FollowUpText, FormAction, FormState, Phase, Refusal, ServedText, SharedForm},
};

/// The style sheet of a form, for a shadow root or a page of its own.
pub const STYLES: &str = concat!(
    include_str!("styles/fields.css"),
    include_str!("styles/choices.css"),
    include_str!("styles/outcome.css"),
    include_str!("styles/parts.css"),
    include_str!("styles/themes.css")
);
