//! What could have been otherwise: what a lead left open, and the smallest change of its answers that would alter the
//! decision.

use leadglass_form::messages::{change_sentence, missing_sentence};
use leadglass_scoring::{
    Circumstances, Form, Language, Lead,
    change::{Change, ChangedAnswer, Changes, changes},
    missing::{Missing, missing},
};
use serde_json::{Value, json};

use crate::words::points;

/// What could have been otherwise about a lead under a form.
pub struct Outlook<'f> {
    form: &'f Form,
    language: usize,
    missing: Vec<Missing>,
    changes: Changes,
}

impl<'f> Outlook<'f> {
    /// Of a lead of this form, in the form's language number `language`.
    #[must_use]
    pub fn new(form: &'f Form, lead: &Lead, circumstances: &Circumstances, language: usize) -> Self {
        let (missing, changes) = (missing(form, lead, circumstances), changes(form, lead, circumstances));
        Self { form, language, missing, changes }
    }

    /// What was left open, a line each: what it could have given, and by what.
    #[must_use]
    pub fn missing_words(&self) -> Vec<String> {
        let line = |open: &Missing| {
            let gave =
                if open.gave.milli() == 0 { String::new() } else { format!(" instead of {}", points(open.gave)) };
            format!("{}{gave}  {} ({})", points(open.could), self.missing_sentence(open), open.criterion)
        };
        self.missing.iter().map(line).collect()
    }

    /// The smallest changes, a line each.
    #[must_use]
    pub fn change_words(&self) -> Vec<String> {
        let line = |change: &Change| format!("{} ({} points)", self.change_sentence(change), points(change.points));
        self.changes.changes.iter().map(line).collect()
    }

    /// Whether no smaller change exists.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.changes.exact
    }

    /// Both as JSON.
    #[must_use]
    pub fn to_json(&self) -> (Value, Value) {
        let open = |open: &Missing| {
            json!({
                "criterion": open.criterion,
                "reason": self.form.definition().missing_reason(open, self.language),
                "sentence": self.missing_sentence(open),
                "fields": open.fields,
                "signals": open.signals,
                "gave_milli": open.gave,
                "could_milli": open.could,
            })
        };
        let answer = |answer: &ChangedAnswer| json!({ "field": answer.field, "example": answer.example });
        let change = |change: &Change| {
            json!({
                "decision": change.decision,
                "sentence": self.change_sentence(change),
                "points_milli": change.points,
                "answers": change.answers.iter().map(answer).collect::<Vec<_>>(),
            })
        };
        let changes: Vec<Value> = self.changes.changes.iter().map(change).collect();
        (self.missing.iter().map(open).collect(), json!({ "exact": self.changes.exact, "changes": changes }))
    }

    fn language(&self) -> Language {
        let languages = &self.form.definition().languages;
        languages.get(self.language).or(languages.first()).copied().unwrap_or(Language::En)
    }

    fn missing_sentence(&self, open: &Missing) -> String {
        missing_sentence(self.language(), self.form.definition(), open)
    }

    fn change_sentence(&self, change: &Change) -> String {
        change_sentence(self.language(), self.form.definition(), change)
    }
}
