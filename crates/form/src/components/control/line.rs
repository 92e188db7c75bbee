//! Controls that are typed into.

use leadglass_scoring::FieldKind;
use yew::prelude::*;

use super::Part;
use crate::components::tag::element;

/// How a browser helps to type an answer of a kind.
struct Typing {
    kind: &'static str,
    mode: Option<&'static str>,
    autocomplete: Option<&'static str>,
    /// Whether it is prose, which the keyboard may capitalise and the browser may check the spelling of.
    prose: bool,
}

/// E-mail and numbers are typed into `text` inputs with a fitting keyboard: `email` and `number` inputs hide the caret
/// from scripts, so it could not be kept when the form is taken over, and change what was typed on their own.
const fn typing(kind: &FieldKind) -> Typing {
    let (kind, mode, autocomplete, prose) = match kind {
        FieldKind::Email => ("text", Some("email"), Some("email"), false),
        FieldKind::Phone(_) => ("tel", None, Some("tel"), false),
        FieldKind::Website => ("text", Some("url"), Some("url"), false),
        FieldKind::Number(limits) if limits.decimals == 0 => ("text", Some("numeric"), None, false),
        FieldKind::Number(_) => ("text", Some("decimal"), None, false),
        FieldKind::Date(_) => ("date", None, None, false),
        FieldKind::Company(_) => ("text", None, Some("organization"), true),
        _ => ("text", None, None, true),
    };
    Typing { kind, mode, autocomplete, prose }
}

pub(super) fn input(part: &Part, kind: &FieldKind) -> Html {
    let typing = typing(kind);
    let mut input = element!(
        "input",
        "type" = typing.kind,
        "part" = "control",
        "id" = &part.id,
        "name" = part.name(),
        "inputmode" = typing.mode,
        "autocomplete" = part.autocomplete().or(typing.autocomplete.map(AttrValue::Static)),
        "autocapitalize" = (!typing.prose).then_some("none"),
        "spellcheck" = (!typing.prose).then_some("false"),
        "aria-describedby" = part.described_by(),
        "aria-required" = part.required(),
        "aria-invalid" = part.invalid(),
    );
    input.set_value(Some(AttrValue::from(part.first().to_owned())));
    input.into()
}

pub(super) fn text_area(part: &Part) -> Html {
    let mut area = element!(
        "textarea",
        "part" = "control",
        "id" = &part.id,
        "name" = part.name(),
        "rows" = "4",
        "autocomplete" = part.autocomplete(),
        "aria-describedby" = part.described_by(),
        "aria-required" = part.required(),
        "aria-invalid" = part.invalid(),
    );
    area.set_value(Some(AttrValue::from(part.first().to_owned())));
    area.into()
}
