//! What stands above a form that was not taken: every refused answer, with a way to it.

use yew::prelude::*;

use super::tag::{all, tag, text};
use crate::form_state::FormState;

/// The list of refused answers. What was mended stays in it, marked, so that nothing moves while someone types.
pub(super) fn error_summary(state: &FormState, alone: bool) -> Html {
    let refused = &state.refused;
    let heading = if refused.is_empty() { String::new() } else { state.words.summary_heading(refused.len()) };
    let entries = refused.iter().filter_map(|slot| entry(state, *slot)).collect();
    tag!(
        "div", "id" = "lg-summary", "part" = "summary", "tabindex" = "-1", "role" = "group", "aria-labelledby" = "lg-summary-heading",
        "hidden" = refused.is_empty().then_some("hidden"), "class" = "summary";
        tag!("h3", "id" = "lg-summary-heading", "aria-level" = alone.then_some("2"); text(&heading)),
        tag!("ul"; all(entries)),
    )
}

fn entry(state: &FormState, slot: usize) -> Option<Html> {
    let field = state.form.fields.get(slot)?;
    let message = state.messages.get(slot)?.as_deref();
    let label = tag!("b"; text(field.label.get(state.language_number())));
    let link = tag!(
        "a", "href" = ["#lg-", &field.id].concat();
        label, text(" "), text(message.unwrap_or_default()),
    );
    Some(tag!("li", "class" = message.is_none().then_some("mended"); link))
}
