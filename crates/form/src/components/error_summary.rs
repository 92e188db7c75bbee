//! What stands above a form that was not taken: every refused answer, with a way to it.

use yew::prelude::*;

use crate::form_state::FormState;

/// The list of refused answers. What was mended stays in it, marked, so that nothing moves while someone types.
pub(super) fn error_summary(state: &FormState, alone: bool) -> Html {
    let refused = &state.refused;
    let number = state.language_number();
    let heading = if refused.is_empty() { String::new() } else { state.words.summary_heading(refused.len()) };
    let entry = |slot: &usize| {
        let field = state.form.fields.get(*slot)?;
        let message = state.messages.get(*slot).cloned().flatten();
        let class = message.is_none().then_some("mended");
        Some(html! {
            <li {class}>
                <a href={format!("#lg-{}", field.id)}><b>{ field.label.get(number) }</b>{ " " }{ message }</a>
            </li>
        })
    };
    html! {
        <div id="lg-summary" class="summary" part="summary" tabindex="-1" role="group" aria-labelledby="lg-summary-heading"
            hidden={refused.is_empty()}>
            <h3 id="lg-summary-heading" aria-level={alone.then_some("2")}>{ heading }</h3>
            <ul>{ for refused.iter().filter_map(entry) }</ul>
        </div>
    }
}
