//! One line that says what is going on.

use leadglass_scoring::Language;
use yew::prelude::*;

use crate::{
    form_state::{Failure, Phase},
    messages::{Word, word},
};

/// What the line needs.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct StatusLineProps {
    /// Where the form is on its way.
    pub phase: Phase,
    /// The language.
    pub language: Language,
    /// Where the form stands on a page of its own.
    pub hosted: AttrValue,
}

/// Says that answers are on their way, or that they did not arrive.
#[component]
pub fn StatusLine(props: &StatusLineProps) -> Html {
    let say = |which| word(props.language, which);
    let (class, text) = match &props.phase {
        Phase::Sending => ("status", say(Word::Sending)),
        Phase::Failed(Failure::Unreachable) => ("status failed", say(Word::Failed)),
        Phase::Failed(Failure::Offline) => ("status failed", say(Word::Offline)),
        Phase::Failed(Failure::Busy) => ("status failed", say(Word::Busy)),
        Phase::Filling | Phase::Sent(_) => ("status", ""),
    };
    // Where a page forbids the connection, the form's own page still takes the answers.
    let link = (props.phase == Phase::Failed(Failure::Unreachable)).then(|| {
        html! { <>{ " " }<a href={&props.hosted} target="_blank" rel="noopener">{ say(Word::OpenHosted) }</a></> }
    });
    html! { <p id="lg-status" {class} role="status">{ text }{ link }</p> }
}
