//! What could have been otherwise: what a lead left open, and the smallest change of its answers that would alter the
//! decision.

use leadglass_form::messages::{change_sentence, missing_sentence};
use leadglass_scoring::{
    Circumstances, Form, Language, Lead,
    change::{Change, ChangedAnswer, Changes, changes},
    missing::{Missing, missing},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{report::DecisionName, words::points};

/// What a lead left open.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissingView {
    /// The criterion's id.
    pub criterion: String,
    /// What it rewards, in words.
    pub reason: String,
    /// What is missing, in a sentence.
    pub sentence: String,
    /// The fields it asks for.
    pub fields: Vec<String>,
    /// The signals it asks for.
    pub signals: Vec<String>,
    /// What it gave, in thousandths of a point.
    pub gave_milli: i64,
    /// What it could have given.
    pub could_milli: i64,
}

/// The smallest changes that alter the decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesView {
    /// Whether no smaller change exists.
    pub exact: bool,
    /// The changes.
    pub changes: Vec<ChangeView>,
}

/// A change of answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeView {
    /// What the decision would be.
    pub decision: DecisionName,
    /// The change, in a sentence.
    pub sentence: String,
    /// All points it would have, in thousandths of a point.
    pub points_milli: i64,
    /// The other answers.
    pub answers: Vec<ChangedAnswerView>,
}

/// Another answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedAnswerView {
    /// The field's id.
    pub field: String,
    /// An answer that would do.
    pub example: Vec<String>,
}

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

    /// What was left open.
    #[must_use]
    pub fn missing_views(&self) -> Vec<MissingView> {
        let view = |open: &Missing| MissingView {
            criterion: open.criterion.clone(),
            reason: self.form.definition().missing_reason(open, self.language).to_owned(),
            sentence: self.missing_sentence(open),
            fields: open.fields.clone(),
            signals: open.signals.clone(),
            gave_milli: open.gave.milli(),
            could_milli: open.could.milli(),
        };
        self.missing.iter().map(view).collect()
    }

    /// The smallest changes.
    #[must_use]
    pub fn changes_view(&self) -> ChangesView {
        let answer =
            |answer: &ChangedAnswer| ChangedAnswerView { field: answer.field.clone(), example: answer.example.clone() };
        let change = |change: &Change| ChangeView {
            decision: change.decision.into(),
            sentence: self.change_sentence(change),
            points_milli: change.points.milli(),
            answers: change.answers.iter().map(answer).collect(),
        };
        ChangesView { exact: self.changes.exact, changes: self.changes.changes.iter().map(change).collect() }
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
