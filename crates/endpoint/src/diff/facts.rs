//! A definition taken apart into single things that are said, each under the name of what it is said of.

use leadglass_scoring::{FormDefinition, LocalText};

pub(super) const SCORECARD: &str = "scorecard";
pub(super) const BANDS: &str = "bands";
pub(super) const CRITERIA: &str = "criteria";
pub(super) const GATES: &str = "gates";
pub(super) const SEGMENTS: &str = "segments";
pub(super) const APPROACH: &str = "approach";
pub(super) const READINESS: &str = "readiness";
pub(super) const OFFERS: &str = "offers";
pub(super) const OWNERS: &str = "owners";
pub(super) const FORM: &str = "form";
pub(super) const FIELDS: &str = "fields";
pub(super) const FOLLOW_UPS: &str = "follow-ups";
pub(super) const MOMENTS: &str = "moments";
pub(super) const REASONS: &str = "reasons";

/// The parts in the order they are told: what changes a decision first, words last.
pub(super) const PARTS: [&str; 14] = [
    SCORECARD, BANDS, CRITERIA, GATES, SEGMENTS, APPROACH, READINESS, OFFERS, OWNERS, FORM, FIELDS, FOLLOW_UPS,
    MOMENTS, REASONS,
];

/// One thing that is said.
pub(super) struct Fact {
    pub(super) part: &'static str,
    pub(super) id: String,
    pub(super) what: String,
    pub(super) value: String,
}

/// All that is said.
#[derive(Default)]
pub(super) struct Facts {
    all: Vec<Fact>,
}

impl Facts {
    pub(super) fn of(&self, part: &str) -> Vec<&Fact> {
        self.all.iter().filter(|fact| fact.part == part).collect()
    }

    /// What is said twice in the same words is told apart by a number.
    pub(super) fn say(&mut self, part: &'static str, id: &str, what: impl Into<String>, value: impl Into<String>) {
        let plain: String = what.into();
        let mut what = plain.clone();
        let mut number = 1;
        while self.all.iter().any(|fact| fact.part == part && fact.id == id && fact.what == what) {
            number += 1;
            what = format!("{plain} ({number})");
        }
        self.all.push(Fact { part, id: id.to_owned(), what, value: value.into() });
    }

    pub(super) fn say_if<T: Into<String>>(&mut self, part: &'static str, id: &str, what: &str, value: Option<T>) {
        if let Some(value) = value {
            self.say(part, id, what, value);
        }
    }

    pub(super) fn text(
        &mut self,
        definition: &FormDefinition,
        part: &'static str,
        id: &str,
        what: &str,
        text: &LocalText,
    ) {
        for (number, language) in definition.languages.iter().enumerate() {
            let words = format!("\u{201c}{}\u{201d}", text.get(number));
            self.say(part, id, format!("{what} ({})", language.code()), words);
        }
    }

    pub(super) fn text_if(
        &mut self,
        definition: &FormDefinition,
        part: &'static str,
        id: &str,
        what: &str,
        text: Option<&LocalText>,
    ) {
        if let Some(text) = text {
            self.text(definition, part, id, what, text);
        }
    }
}

pub(super) fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

pub(super) fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
