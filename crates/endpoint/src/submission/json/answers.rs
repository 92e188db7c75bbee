//! Answers in JSON: texts, numbers, yes and no, and lists of them, each turned into text.

use std::fmt;

use leadglass_scoring::Answers;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

use super::Text;

/// Answers, and how many values they have.
#[derive(Default)]
pub(in crate::submission) struct WireAnswers {
    pub(in crate::submission) answers: Answers,
    pub(in crate::submission) count: usize,
}

impl<'de> Deserialize<'de> for WireAnswers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = WireAnswers;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("answers by field")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WireAnswers, A::Error> {
                let mut read = WireAnswers::default();
                while let Some((Text(field), WireValues(values))) = map.next_entry()? {
                    read.count = read.count.saturating_add(values.len().max(1));
                    // A field named twice has two values, which validation refuses where one is taken.
                    for value in values {
                        read.answers.push(field.clone(), value);
                    }
                }
                Ok(read)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// The values of one answer: none for `null`, several for a list.
struct WireValues(Vec<String>);

impl<'de> Deserialize<'de> for WireValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Values { in_list: false }.deserialize(deserializer)
    }
}

#[derive(Clone, Copy)]
struct Values {
    in_list: bool,
}

impl<'de> DeserializeSeed<'de> for Values {
    type Value = WireValues;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<WireValues, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values {
    type Value = WireValues;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = if self.in_list { "" } else { ", or a list of them" };
        write!(formatter, "a text, a number, `true` or `false`{list}")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<WireValues, E> {
        Ok(WireValues(vec![text.to_owned()]))
    }
    fn visit_string<E: de::Error>(self, text: String) -> Result<WireValues, E> {
        Ok(WireValues(vec![text]))
    }
    fn visit_bool<E: de::Error>(self, yes: bool) -> Result<WireValues, E> {
        Ok(WireValues(vec![if yes { "yes" } else { "no" }.to_owned()]))
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<WireValues, E> {
        Ok(WireValues(vec![number.to_string()]))
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<WireValues, E> {
        Ok(WireValues(vec![number.to_string()]))
    }
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<WireValues, E> {
        Ok(WireValues(vec![number.to_string()]))
    }
    fn visit_unit<E: de::Error>(self) -> Result<WireValues, E> {
        Ok(WireValues(Vec::new()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<WireValues, A::Error> {
        if self.in_list {
            return Err(de::Error::invalid_type(de::Unexpected::Seq, &self));
        }
        let mut values = Vec::new();
        while let Some(WireValues(one)) = list.next_element_seed(Self { in_list: true })? {
            values.extend(one);
        }
        Ok(WireValues(values))
    }
}
