//! One question: its words, its control, and what is wrong with the answer.

use leadglass_scoring::FieldKind;
use yew::prelude::*;

use super::control::{Part, control};
use crate::messages::Word;

/// A question with its control.
pub(super) fn field_view(part: &Part) -> Html {
    let field = part.field;
    let id = &part.id;
    // Of what is only asked under a condition a page without scripts says neither.
    let optional = (!field.required).then(|| {
        html! { <>{ " " }<span class="optional">{ part.words.get(Word::Optional) }</span></> }
    });
    let label = html! { <><span id={format!("{id}-label")}>{ part.text(&field.label) }</span>{ optional }</> };
    let help = field.help.as_ref().map(|help| {
        html! { <p id={format!("{id}-help")} class="help" part="help">{ part.text(help) }</p> }
    });
    let error = html! { <p id={format!("{id}-error")} class="error" part="error">{ part.message.cloned() }</p> };
    let class = classes!("field", field.half_width.then_some("half"));
    match &field.kind {
        FieldKind::Consent(_) => html! {
            <div {class} part="field" hidden={part.hidden}>
                <label class="option consent" part="option">{ control(part) }<span>{ label }</span></label>
                { help }{ error }
            </div>
        },
        FieldKind::MultiSelect(_) => html! {
            <fieldset {class} part="field" hidden={part.hidden} aria-describedby={part.described_by()}>
                <legend part="label">{ label }</legend>
                { help }{ control(part) }{ error }
            </fieldset>
        },
        kind if is_radio_group(kind) => html! {
            <fieldset {class} part="field" hidden={part.hidden} role="radiogroup" aria-describedby={part.described_by()}
                aria-required={part.required()} aria-invalid={part.invalid()}>
                <legend part="label">{ label }</legend>
                { help }{ control(part) }{ error }
            </fieldset>
        },
        kind => {
            // Before a long answer the help is to be read first; elsewhere controls side by side stay in line.
            let (before, after) = if matches!(kind, FieldKind::LongText(_)) { (help, None) } else { (None, help) };
            html! {
                <div {class} part="field" hidden={part.hidden}>
                    <label part="label" for={id.clone()}>{ label }</label>
                    { before }{ control(part) }{ after }{ error }{ hint(part) }
                </div>
            }
        }
    }
}

/// An address that may have been meant, to be taken by one press. Heard where it appears.
fn hint(part: &Part) -> Html {
    if part.field.kind != FieldKind::Email {
        return Html::default();
    }
    let (before, after) = part.words.suggestion();
    let offer = part.hint.map(|meant| {
        html! { <button type="button" data-meant={meant}>{ before }<b>{ meant }</b>{ after }</button> }
    });
    html! { <p id={format!("{}-hint", part.id)} class="hint" role="status">{ offer }</p> }
}

const fn is_radio_group(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Select(select) => !select.as_list,
        FieldKind::Rating(_) | FieldKind::YesNo => true,
        _ => false,
    }
}
