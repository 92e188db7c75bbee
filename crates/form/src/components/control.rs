//! The controls: what takes an answer of each kind.

mod choice;
mod line;
mod money;

use leadglass_scoring::{Field, FieldKind, Language, LocalText};
use yew::prelude::*;

use super::field_view::FieldViewProps;

/// What every control needs to know of its question.
pub(super) struct Part<'a> {
    pub field: &'a Field,
    pub id: AttrValue,
    pub language: Language,
    pub values: &'a [String],
    language_number: usize,
    is_invalid: bool,
}

impl<'a> Part<'a> {
    pub fn new(field: &'a Field, props: &'a FieldViewProps) -> Self {
        Self {
            field,
            id: format!("lg-{}", field.id).into(),
            language: props.language,
            values: &props.values,
            language_number: props.form.language_number(props.language).unwrap_or(0),
            is_invalid: props.message.is_some(),
        }
    }

    pub fn text(&self, text: &LocalText) -> AttrValue {
        text.get(self.language_number).to_owned().into()
    }

    pub fn name(&self) -> AttrValue {
        self.field.id.clone().into()
    }

    pub fn first(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// The ids of what is read out after the question: the help, then what is wrong.
    pub fn described_by(&self) -> AttrValue {
        let id = &self.id;
        match self.field.help {
            Some(_) => format!("{id}-help {id}-error").into(),
            None => format!("{id}-error").into(),
        }
    }

    pub fn required(&self) -> Option<&'static str> {
        self.field.required.then_some("true")
    }

    pub fn invalid(&self) -> Option<&'static str> {
        self.is_invalid.then_some("true")
    }
}

/// The control of a question. Its first input has the id `lg-FIELD`, so that a link can lead to it.
pub(super) fn control(part: &Part) -> Html {
    match &part.field.kind {
        FieldKind::Money(limits) => money::amount(part, limits),
        FieldKind::Select(select) if select.as_list => choice::list(part, &select.options),
        FieldKind::Select(select) => choice::options(part, &select.options, "radio"),
        FieldKind::MultiSelect(select) => choice::options(part, &select.options, "checkbox"),
        FieldKind::Rating(scale) => choice::marks(part, scale),
        FieldKind::YesNo => choice::yes_no(part),
        FieldKind::Consent(_) => choice::consent(part),
        FieldKind::LongText(_) => line::text_area(part),
        FieldKind::Hidden(_) => Html::default(),
        kind => line::input(part, kind),
    }
}
