//! Where a visitor is in a form that is shown part by part, and the way back.

use leadglass_scoring::form::Layout;
use yew::prelude::*;

use crate::{form_state::FormState, messages::Word};

/// How much is done and how much is left. Scripts of a page without wasm take away what is `stepwise` and show all.
pub(super) fn progress(state: &FormState) -> Html {
    let Some(place) = state.place() else { return Html::default() };
    let text = state.words.part_of(state.layout() == Layout::Questions, place.at, place.of);
    let title =
        place.title.map(|title| html! { <span class="unseen">{ ": " }{ title.get(state.language_number()) }</span> });
    html! {
        <div class="progress stepwise">
            <p id="lg-place" tabindex="-1" role="heading" aria-level="3">{ text }{ title }</p>
            <progress max={place.of.to_string()} value={(place.at - 1).to_string()} aria-labelledby="lg-place" />
        </div>
    }
}

/// The button that leads to the part before; answers stay.
pub(super) fn back(state: &FormState) -> Html {
    let is_shown = state.place().is_some_and(|place| place.at > 1);
    html! {
        if is_shown {
            <button type="button" id="lg-back" class="back">{ state.words.get(Word::Back) }</button>
        }
    }
}
