//! The controls: what takes an answer of each kind.

mod choice;
mod line;
mod money;
mod phone;

use leadglass_scoring::{Field, FieldKind, LocalText};
use yew::prelude::*;

use crate::{form_state::FormState, messages::Words};

/// What every control needs to know of its question.
pub(super) struct Part<'a> {
    pub field: &'a Field,
    pub id: AttrValue,
    pub words: &'a Words,
    pub values: &'a [String],
    /// What is wrong with the answer.
    pub message: Option<&'a AttrValue>,
    /// What may have been meant by it.
    pub hint: Option<&'a AttrValue>,
    /// Whether it is not shown now.
    pub hidden: bool,
    /// Whether it must be answered.
    pub is_required: bool,
    language_number: usize,
}

impl<'a> Part<'a> {
    pub fn new(state: &'a FormState, number: usize, field: &'a Field) -> Self {
        Self {
            field,
            id: ["lg-", &field.id].concat().into(),
            words: &state.words,
            values: state.answers.get(&field.id),
            message: state.messages.get(number).and_then(Option::as_ref),
            hint: state.hints.get(number).and_then(Option::as_ref),
            hidden: !state.is_shown(number),
            is_required: state.is_required(number, field),
            language_number: state.language_number(),
        }
    }

    /// A text in the form's language.
    pub fn say<'t>(&self, text: &'t LocalText) -> &'t str {
        text.get(self.language_number)
    }

    /// The id of something that belongs to the control.
    pub fn id_of(&self, what: &str) -> AttrValue {
        [&self.id, "-", what].concat().into()
    }

    /// How the form's file says that browsers fill it in.
    pub fn autocomplete(&self) -> Option<AttrValue> {
        self.field.autocomplete.clone().map(AttrValue::from)
    }

    pub fn name(&self) -> AttrValue {
        self.field.id.clone().into()
    }

    pub fn first(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// The ids of what is read out after the question: the help, then what is wrong.
    pub fn described_by(&self) -> AttrValue {
        let id = &*self.id;
        match self.field.help {
            Some(_) => [id, "-help ", id, "-error"].concat().into(),
            None => self.id_of("error"),
        }
    }

    pub fn required(&self) -> Option<&'static str> {
        self.is_required.then_some("true")
    }

    pub fn invalid(&self) -> Option<&'static str> {
        self.message.map(|_| "true")
    }
}

/// The control of a question. Its first input has the id `lg-FIELD`, so that a link can lead to it.
pub(super) fn control(part: &Part) -> Html {
    match &part.field.kind {
        FieldKind::Money(limits) => money::amount(part, limits),
        FieldKind::Phone(Some(plan)) if plan.is_chosen() => phone::number(part, plan),
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
