//! Where a visitor is in a form that is shown part by part, and the way back.

use leadglass_scoring::form::Layout;
use yew::prelude::*;

use super::tag::{tag, text};
use crate::{
    form_state::FormState,
    messages::{Word, count},
};

/// How much is done and how much is left. Scripts of a page without wasm take away what is `stepwise` and show all.
pub(super) fn progress(state: &FormState) -> Html {
    let Some(place) = state.place() else { return Html::default() };
    let part = state.words.part_of(state.layout() == Layout::Questions, place.at, place.of);
    let title =
        place.title.map(|title| tag!("span", "class" = "unseen"; text(": "), text(title.get(state.language_number()))));
    tag!(
        "div", "class" = "progress stepwise";
        tag!(
            "p", "id" = "lg-place", "tabindex" = "-1", "role" = "heading", "aria-level" = "3";
            text(&part), title.unwrap_or_default(),
        ),
        tag!(
            "progress", "max" = count(place.of), "aria-labelledby" = "lg-place",
            "value" = count(place.at - 1),
        ),
    )
}

/// The button that leads to the part before; answers stay.
pub(super) fn back(state: &FormState) -> Html {
    if state.place().is_none_or(|place| place.at <= 1) {
        return Html::default();
    }
    tag!("button", "type" = "button", "id" = "lg-back", "class" = "back"; text(state.words.get(Word::Back)))
}
