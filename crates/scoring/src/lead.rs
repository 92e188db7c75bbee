//! A lead: answers that passed validation.

use crate::{
    answers::Answers,
    field::{Field, FieldKind},
    form::Form,
    money::Money,
    timestamp::{Date, Timestamp},
    validation::{
        email::EmailAddress,
        number::{digits, format_scaled},
        phone::PhoneNumber,
        validate_field,
        website::WebAddress,
    },
};

/// Answers that passed validation, one slot a field of the form. Only
/// [`validation`](crate::validation) fills one; the default has no answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lead {
    values: Vec<Option<Value>>,
}

/// One valid answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, trimmed.
    Text(String),
    /// An e-mail address.
    Email(EmailAddress),
    /// A phone number.
    Phone(PhoneNumber),
    /// A number, in units of the field's last decimal place.
    Number(i64),
    /// An amount of money.
    Money(Money),
    /// A date.
    Date(Date),
    /// The number of the chosen option.
    Choice(u16),
    /// The numbers of the chosen options, ascending.
    Choices(Vec<u16>),
    /// A mark.
    Rating(u8),
    /// Yes or no.
    YesNo(bool),
    /// A web address.
    Website(WebAddress),
    /// Whether a permission was given.
    Consent(bool),
}

impl Value {
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Email(address) => Some(address.as_str()),
            Self::Phone(number) => Some(number.as_str()),
            Self::Website(address) => Some(address.as_str()),
            _ => None,
        }
    }

    /// The canonical spelling, which validates to this value again.
    #[must_use]
    pub fn to_canonical(&self, kind: &FieldKind) -> Vec<String> {
        let option = |number: u16| {
            let option = kind.options().get(usize::from(number));
            option.map(|option| option.id.clone()).unwrap_or_default()
        };
        let yes_no = |yes: bool| if yes { "yes".to_owned() } else { "no".to_owned() };
        match self {
            Self::Choices(chosen) => chosen.iter().copied().map(option).collect(),
            Self::Choice(chosen) => vec![option(*chosen)],
            Self::Number(number) => {
                let decimals = if let FieldKind::Number(limits) = kind { limits.decimals } else { 0 };
                vec![format_scaled(*number, decimals)]
            }
            Self::Money(money) => vec![money.to_canonical()],
            Self::Date(date) => vec![date.to_iso()],
            Self::Rating(mark) => vec![digits((*mark).into(), 1)],
            Self::YesNo(given) | Self::Consent(given) => vec![yes_no(*given)],
            Self::Text(_) | Self::Email(_) | Self::Phone(_) | Self::Website(_) => {
                self.as_text().map(str::to_owned).into_iter().collect()
            }
        }
    }
}

impl Lead {
    pub(crate) fn new(values: Vec<Option<Value>>) -> Self {
        Self { values }
    }

    pub(crate) fn into_values(self) -> Vec<Option<Value>> {
        self.values
    }

    /// The answers by the field's place in the form.
    #[must_use]
    pub fn values(&self) -> &[Option<Value>] {
        &self.values
    }

    /// The answer to the field with this id.
    #[must_use]
    pub fn value(&self, form: &Form, field: &str) -> Option<&Value> {
        let (slot, _) = form.fields().get(field)?;
        self.values.get(slot)?.as_ref()
    }

    /// The lead as another version of its form has it: answers that version can't take are left out, whatever it asks
    /// for. What was valid in the version a visitor saw is so scored under the one that is live.
    #[must_use]
    pub fn carried(&self, from: &Form, to: &Form, at: Timestamp) -> Self {
        let answers = self.answers(from);
        let carry = |field: &Field| validate_field(field, answers.get(&field.id), at).ok().flatten();
        Self { values: to.definition().fields.iter().map(carry).collect() }
    }

    /// The answers in their canonical spelling; validating them gives an equal lead.
    #[must_use]
    pub fn answers(&self, form: &Form) -> Answers {
        let mut answers = Answers::new();
        for (field, value) in form.definition().fields.iter().zip(&self.values) {
            if let Some(value) = value {
                answers.set(field.id.clone(), value.to_canonical(&field.kind));
            }
        }
        answers
    }
}
