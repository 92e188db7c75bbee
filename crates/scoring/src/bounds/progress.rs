//! How far a form is filled in.

use crate::{
    answers::Answers,
    field::Field,
    form::Form,
    lead::{Lead, Value},
    timestamp::Timestamp,
    validation::validate_field,
};

/// What is known of each field. A field is settled by a valid answer, or by being left empty; the rest is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    fields: Vec<Known>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Known {
    Open,
    Settled(Option<Value>),
}

impl Progress {
    /// Fields with a valid answer are settled; those without one, and those with another, are open.
    #[must_use]
    pub fn new(form: &Form, answers: &Answers, at: Timestamp) -> Self {
        let settled = |field: &Field| {
            let given = answers.get(&field.id);
            let is_given = given.iter().any(|value| !value.trim().is_empty());
            match validate_field(field, given, at) {
                Ok(Some(value)) if is_given => Known::Settled(Some(value)),
                _ => Known::Open,
            }
        };
        Self { fields: form.definition().fields.iter().map(settled).collect() }
    }

    /// All fields are settled as the lead has them.
    #[must_use]
    pub fn of(lead: &Lead) -> Self {
        Self { fields: lead.values().iter().cloned().map(Known::Settled).collect() }
    }

    /// Settles a field as left empty, as where its step was passed without an answer. One that needs an answer, and one
    /// that the form has not, is left as it is.
    pub fn leave_empty(&mut self, form: &Form, field: &str, at: Timestamp) {
        let found = form.definition().fields.iter().zip(&mut self.fields).find(|(known, _)| known.id == field);
        if let Some((field, known)) = found
            && let Ok(empty) = validate_field::<&str>(field, &[], at)
        {
            *known = Known::Settled(empty);
        }
    }

    /// Takes back what settled a field.
    pub fn reopen(&mut self, form: &Form, field: &str) {
        if let Some((slot, _)) = form.fields().get(field)
            && let Some(known) = self.fields.get_mut(slot)
        {
            *known = Known::Open;
        }
    }

    /// Whether a field is open.
    #[must_use]
    pub fn is_open(&self, form: &Form, field: &str) -> bool {
        form.fields().get(field).is_some_and(|(slot, _)| self.is_slot_open(slot))
    }

    pub(crate) fn is_slot_open(&self, slot: usize) -> bool {
        self.fields.get(slot) == Some(&Known::Open)
    }

    /// The answers with nothing where a field is open.
    pub(crate) fn known(&self) -> Vec<Option<Value>> {
        let value = |known: &Known| match known {
            Known::Open => None,
            Known::Settled(value) => value.clone(),
        };
        self.fields.iter().map(value).collect()
    }
}
