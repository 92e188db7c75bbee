//! One question: its words, its control, and what is wrong with the answer.

use leadglass_scoring::FieldKind;
use yew::prelude::*;

use super::{
    control::{Part, control},
    tag::{all, tag, text},
};
use crate::messages::Word;

/// A question with its control.
pub(super) fn field_view(part: &Part) -> Html {
    let field = part.field;
    // Of what is only asked under a condition a page without scripts says neither.
    let mut label = vec![tag!("span", "id" = part.id_of("label"); text(part.say(&field.label)))];
    if !field.required {
        label.extend([text(" "), tag!("span", "class" = "optional"; text(part.words.get(Word::Optional)))]);
    }
    let label = all(label);
    let help = field
        .help
        .as_ref()
        .map(|help| tag!("p", "id" = part.id_of("help"), "part" = "help", "class" = "help"; text(part.say(help))));
    let help = help.unwrap_or_default();
    let error = text(part.message.map_or("", |message| message.as_str()));
    let error = tag!("p", "id" = part.id_of("error"), "part" = "error", "class" = "error"; error);
    let class = if field.half_width { "field half" } else { "field" };
    let hidden = part.hidden.then_some("hidden");
    match &field.kind {
        FieldKind::Consent(_) => {
            let words = tag!("span"; label);
            let label = tag!("label", "part" = "option", "class" = "option consent"; control(part), words);
            tag!("div", "part" = "field", "hidden" = hidden, "class" = class; label, help, error)
        }
        kind if is_group(kind) => {
            // A plain group of checkboxes may not say that it is required or invalid.
            let radio = !matches!(kind, FieldKind::MultiSelect(_));
            tag!(
                "fieldset", "part" = "field", "role" = radio.then_some("radiogroup"),
                "aria-describedby" = part.described_by(), "aria-required" = part.required().filter(|_| radio),
                "aria-invalid" = part.invalid().filter(|_| radio), "hidden" = hidden, "class" = class;
                tag!("legend", "part" = "label"; label), help, control(part), error,
            )
        }
        kind => {
            // Before a long answer the help is to be read first; elsewhere controls side by side stay in line.
            let (before, after) =
                if matches!(kind, FieldKind::LongText(_)) { (help, Html::default()) } else { (Html::default(), help) };
            let label = tag!("label", "part" = "label", "for" = &part.id; label);
            tag!(
                "div", "part" = "field", "hidden" = hidden, "class" = class;
                label, before, control(part), after, error, hint(part),
            )
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
        tag!("button", "type" = "button", "data-meant" = meant; text(before), tag!("b"; text(meant)), text(after))
    });
    tag!("p", "id" = part.id_of("hint"), "role" = "status", "class" = "hint"; offer.unwrap_or_default())
}

const fn is_group(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Select(select) => !select.as_list,
        FieldKind::MultiSelect(_) | FieldKind::Rating(_) | FieldKind::YesNo => true,
        _ => false,
    }
}
