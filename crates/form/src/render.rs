//! The view as markup, on the server.

use std::sync::Arc;

use leadglass_scoring::{Answers, Form, Language, Violation};
use yew::ServerRenderer;

use crate::{
    components::form_view::{FormView, FormViewProps},
    form_state::{FollowUpText, FormAction, FormState, SharedForm},
};

/// A form to render.
#[derive(Clone, Debug)]
pub struct Prerender {
    /// The form.
    pub form: Arc<Form>,
    /// The language.
    pub language: Language,
    /// What was answered so far.
    pub answers: Answers,
    /// What is wrong with that, shown at the fields and in a summary.
    pub violations: Vec<Violation>,
    /// What follows, once the form was sent: rendered instead of the fields.
    pub follow_up: Option<FollowUpText>,
    /// Where the browser sends the form.
    pub action: String,
    /// Names and values that are sent along.
    pub hidden: Vec<(String, String)>,
    /// Whether the form is all there is on its page, so that its heading is the page's.
    pub alone: bool,
    /// Whether no script will come to it: then all its parts stand there at once.
    pub still: bool,
}

/// The markup of a form. Not meant to be hydrated.
pub async fn render(page: Prerender) -> String {
    ServerRenderer::<FormView>::with_props(move || props(page)).hydratable(false).render().await
}

fn props(page: Prerender) -> FormViewProps {
    let state = FormState::new(SharedForm(page.form), page.language, page.answers);
    let action = match page.follow_up {
        Some(follow_up) => FormAction::Follow(follow_up),
        None => FormAction::Refuse(state.words_for(&page.violations)),
    };
    let state = state.after(action);
    let state = if page.still { state.still() } else { state.folded(None) };
    yew::props!(FormViewProps { state, action: page.action, hidden: page.hidden, alone: page.alone })
}
