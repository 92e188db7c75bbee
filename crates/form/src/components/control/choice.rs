//! Controls that are chosen from.

use leadglass_scoring::field::{Choice, RatingScale};
use yew::prelude::*;

use super::Part;
use crate::messages::Word;

/// A list to open.
pub(super) fn list(part: &Part, options: &[Choice]) -> Html {
    // Said outright: options are put into the page last first, and a list chooses the first one it gets.
    let empty = !options.iter().any(|option| part.values.contains(&option.id));
    let options = options.iter().map(|option| {
        let selected = part.values.contains(&option.id);
        html! { <option value={option.id.clone()} {selected}>{ part.text(&option.label) }</option> }
    });
    html! {
        <div class="list">
            <select part="control" id={&part.id} name={part.name()} autocomplete={part.field.autocomplete.clone()}
                aria-describedby={part.described_by()} aria-required={part.required()} aria-invalid={part.invalid()}>
                <option value="" selected={empty}>{ part.words.get(Word::Choose) }</option>
                { for options }
            </select>
        </div>
    }
}

/// Options to see at once: radio buttons or checkboxes.
pub(super) fn options(part: &Part, options: &[Choice], kind: &'static str) -> Html {
    let options = options.iter().enumerate().map(|(number, option)| {
        labelled(part, kind, number, &option.id, html! { <span>{ part.text(&option.label) }</span> })
    });
    html! { <div class="options">{ for options }</div> }
}

/// Yes or no.
pub(super) fn yes_no(part: &Part) -> Html {
    let option =
        |number, id, which| labelled(part, "radio", number, id, html! { <span>{ part.words.get(which) }</span> });
    html! { <div class="options pair">{ option(0, "yes", Word::Yes) }{ option(1, "no", Word::No) }</div> }
}

/// Marks from 1 up, with what the worst and the best mean.
pub(super) fn marks(part: &Part, scale: &RatingScale) -> Html {
    let end = |mark: u8| match mark {
        1 => scale.low_label.as_ref(),
        mark if mark == scale.max => scale.high_label.as_ref(),
        _ => None,
    };
    let marks = (1..=scale.max).map(|mark| {
        let meaning = end(mark).map(|label| html! { <span class="unseen">{ ", " }{ part.text(label) }</span> });
        let id = mark.to_string();
        labelled(part, "radio", usize::from(mark) - 1, &id, html! { <span>{ id.clone() }{ meaning }</span> })
    });
    let ends = (scale.low_label.is_some() || scale.high_label.is_some()).then(|| {
        let text = |mark| end(mark).map(|label| part.text(label));
        html! { <p class="ends" aria-hidden="true"><span>{ text(1) }</span><span>{ text(scale.max) }</span></p> }
    });
    html! { <><div class="marks">{ for marks }</div>{ ends }</> }
}

/// The box of a consent; its wording is the label around it.
pub(super) fn consent(part: &Part) -> Html {
    html! {
        <input type="checkbox" id={&part.id} name={part.name()} value="yes" checked={part.first() == "yes"}
            aria-describedby={part.described_by()} aria-required={part.required()} aria-invalid={part.invalid()} />
    }
}

fn labelled(part: &Part, kind: &'static str, number: usize, value: &str, words: Html) -> Html {
    let id = if number == 0 { part.id.clone() } else { format!("{}-{}", part.id, number + 1).into() };
    let checked = part.values.iter().any(|given| given == value);
    // A group of radio buttons says itself that it is invalid; a plain group of checkboxes may not.
    let invalid = part.invalid().filter(|_| kind == "checkbox");
    html! {
        <label class="option" part="option">
            <input type={kind} {id} name={part.name()} value={value.to_owned()} {checked} aria-invalid={invalid} />
            { words }
        </label>
    }
}
