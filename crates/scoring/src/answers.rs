//! What a visitor answered, as it came: untrusted text by field.

use std::collections::BTreeMap;

/// Answers by field id: one value for most fields, several for a multi-select, an amount and a currency for money.
///
/// The order is that of the ids, so equal answers have equal bytes however a page ordered them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Answers(BTreeMap<String, Vec<String>>);

canonical!(transparent Answers);

impl Answers {
    /// No answers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces what was answered to `field`.
    pub fn set(&mut self, field: impl Into<String>, values: Vec<String>) {
        self.0.insert(field.into(), values);
    }

    /// Adds one more value to `field`, as a repeated key of an urlencoded body does.
    pub fn push(&mut self, field: impl Into<String>, value: impl Into<String>) {
        self.0.entry(field.into()).or_default().push(value.into());
    }

    /// Forgets what was answered to `field`.
    pub fn remove(&mut self, field: &str) {
        self.0.remove(field);
    }

    /// What was answered to `field`; empty where nothing was.
    #[must_use]
    pub fn get(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// The first value of `field`, or an empty text.
    #[must_use]
    pub fn first(&self, field: &str) -> &str {
        self.get(field).first().map_or("", String::as_str)
    }

    /// Fields and their values, in the order of the ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(id, values)| (id.as_str(), values.as_slice()))
    }

    /// Whether nothing was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<I: Into<String>, V: Into<String>> FromIterator<(I, V)> for Answers {
    fn from_iter<T: IntoIterator<Item = (I, V)>>(pairs: T) -> Self {
        let mut answers = Self::new();
        for (field, value) in pairs {
            answers.push(field, value);
        }
        answers
    }
}
