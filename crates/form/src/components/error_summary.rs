//! What stands above a form that was not taken: every refused answer, with a way to it.

use leadglass_scoring::Language;
use yew::prelude::*;

use crate::{form_state::SharedForm, messages::summary_heading};

/// What the summary needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ErrorSummaryProps {
    /// The form.
    pub form: SharedForm,
    /// The language.
    pub language: Language,
    /// What is wrong with each field now.
    pub messages: Vec<Option<AttrValue>>,
    /// The fields that the last attempt was refused for.
    pub refused: Vec<usize>,
}

/// The list of refused answers. What was mended stays in it, marked, so that nothing moves while someone types.
#[component]
pub fn ErrorSummary(props: &ErrorSummaryProps) -> Html {
    let refused = &props.refused;
    let number = props.form.language_number(props.language).unwrap_or(0);
    let heading = if refused.is_empty() { String::new() } else { summary_heading(props.language, refused.len()) };
    let entry = |slot: &usize| {
        let field = props.form.fields.get(*slot)?;
        let message = props.messages.get(*slot).cloned().flatten();
        let class = message.is_none().then_some("mended");
        Some(html! {
            <li {class}>
                <a href={format!("#lg-{}", field.id)}><b>{ field.label.get(number) }</b>{ " " }{ message }</a>
            </li>
        })
    };
    html! {
        <div id="lg-summary" class="summary" tabindex="-1" role="group" aria-labelledby="lg-summary-heading"
            hidden={refused.is_empty()}>
            <h3 id="lg-summary-heading">{ heading }</h3>
            <ul>{ for refused.iter().filter_map(entry) }</ul>
        </div>
    }
}
