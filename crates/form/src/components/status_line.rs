//! One line that says what is going on.

use yew::prelude::*;

use super::tag::{all, tag, text};
use crate::{
    form_state::{Failure, FormState, Phase},
    messages::Word,
};

/// Says how much is left of a form that asks only what matters, that answers are on their way, or that they did not arrive.
/// `hosted` is where the form stands on a page of its own.
pub(super) fn status_line(state: &FormState, hosted: &AttrValue) -> Html {
    let say = |which| state.words.get(which);
    let left = state.left.map(|count| state.words.left(count)).unwrap_or_default();
    let (class, said) = match &state.phase {
        Phase::Sending => ("status", say(Word::Sending)),
        Phase::Failed(Failure::Unreachable) => ("status failed", say(Word::Failed)),
        Phase::Failed(Failure::Offline) => ("status failed", say(Word::Offline)),
        Phase::Failed(Failure::Busy) => ("status failed", say(Word::Busy)),
        Phase::Filling | Phase::Sent(_) => ("status", left.as_str()),
    };
    // Where a page forbids the connection, the form's own page still takes the answers.
    let link = if state.phase == Phase::Failed(Failure::Unreachable) {
        let open = text(say(Word::OpenHosted));
        all(vec![text(" "), tag!("a", "href" = hosted, "target" = "_blank", "rel" = "noopener"; open)])
    } else {
        Html::default()
    };
    tag!("p", "id" = "lg-status", "part" = "status", "role" = "status", "class" = class; text(said), link)
}
