//! What a visitor answered, as it came: untrusted text by field.

use crate::encoding::{
    Canonical,
    canonical::{Reader, Writer},
};

/// Answers by field id: one value for most fields, several for a multi-select, an amount and a currency for money.
///
/// The order is that of the ids, so equal answers have equal bytes however a page ordered them. A sorted list rather
/// than a tree: there are few, and a tree is five kilobytes of code in the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(Vec<(String, Vec<String>)>);

impl Answers {
    /// No answers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces what was answered to `field`.
    pub fn set(&mut self, field: impl Into<String>, values: Vec<String>) {
        self.change(field.into(), |answered| *answered = values);
    }

    /// Adds one more value to `field`, as a repeated key of an urlencoded body does.
    pub fn push(&mut self, field: impl Into<String>, value: impl Into<String>) {
        let value = value.into();
        self.change(field.into(), |answered| answered.push(value));
    }

    /// Forgets what was answered to `field`.
    pub fn remove(&mut self, field: &str) {
        self.0.retain(|(known, _)| known != field);
    }

    /// Changes what was answered to `field`, in its place by the order of the ids.
    fn change(&mut self, field: String, change: impl FnOnce(&mut Vec<String>)) {
        // Most come in their order
        let is_last = self.0.last().is_none_or(|(last, _)| *last < field);
        let place = if is_last { self.0.len() } else { self.0.partition_point(|(known, _)| *known < field) };
        match self.0.get_mut(place) {
            Some((known, values)) if *known == field => change(values),
            _ => {
                let mut values = Vec::new();
                change(&mut values);
                self.0.insert(place, (field, values));
            }
        }
    }

    /// What was answered to `field`; empty where nothing was.
    #[must_use]
    pub fn get(&self, field: &str) -> &[String] {
        let found = self.0.iter().find(|(known, _)| known == field);
        found.map_or(&[], |(_, values)| values.as_slice())
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

impl Canonical for Answers {
    fn write(&self, writer: &mut Writer) {
        writer.map(self.0.len());
        for (field, values) in &self.0 {
            field.write(writer);
            values.write(writer);
        }
    }

    fn read(reader: &mut Reader) -> Self {
        let mut answers = Self::new();
        for _ in 0..reader.pairs() {
            if reader.has_failed() {
                break;
            }
            let field = String::read(reader);
            answers.set(field, Canonical::read(reader));
        }
        answers
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Answers {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Answers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnswersVisitor)
    }
}

#[cfg(feature = "serde")]
struct AnswersVisitor;

#[cfg(feature = "serde")]
impl<'de> serde::de::Visitor<'de> for AnswersVisitor {
    type Value = Answers;

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("a map of fields to lists of texts")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Answers, A::Error> {
        // Room for most forms at once, for growing costs more
        let mut answers = Answers(Vec::with_capacity(16));
        while let Some((field, Values(values))) = map.next_entry()? {
            answers.change(field, |answered| *answered = values);
        }
        Ok(answers)
    }
}

/// The values of one field; there is nearly always one, so room is made for one.
#[cfg(feature = "serde")]
struct Values(Vec<String>);

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Values {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ValuesVisitor)
    }
}

#[cfg(feature = "serde")]
struct ValuesVisitor;

#[cfg(feature = "serde")]
impl<'de> serde::de::Visitor<'de> for ValuesVisitor {
    type Value = Values;

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("a list of texts")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Values, A::Error> {
        let Some(first) = list.next_element()? else { return Ok(Values(Vec::new())) };
        let mut values = vec![first];
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Values(values))
    }
}
