//! What could have been otherwise: what a lead left open, and the smallest change of its answers that would alter the
//! decision.

use leadglass_scoring::{
    Circumstances, Form, Lead,
    change::{Change, ChangedAnswer, Changes, NewAnswer, changes},
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
            let reason = self.form.definition().missing_reason(open, self.language);
            let asked = open.fields.iter().map(|field| self.label(field));
            let seen = open.signals.iter().map(|signal| format!("`{signal}` seen"));
            let by: Vec<String> = asked.chain(seen).collect();
            let gave =
                if open.gave.milli() == 0 { String::new() } else { format!(" instead of {}", points(open.gave)) };
            format!("{}{gave}  {reason} ({}), by: {}", points(open.could), open.criterion, by.join(", "))
        };
        self.missing.iter().map(line).collect()
    }

    /// The smallest changes, a line each.
    #[must_use]
    pub fn change_words(&self) -> Vec<String> {
        let line = |change: &Change| {
            let answers: Vec<String> = change.answers.iter().map(|answer| self.answer_words(answer)).collect();
            format!("{}: {} ({} points)", change.decision, answers.join(" and "), points(change.points))
        };
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
                "fields": open.fields,
                "signals": open.signals,
                "gave_milli": open.gave,
                "could_milli": open.could,
            })
        };
        let answer = |answer: &ChangedAnswer| json!({ "field": answer.field, "words": self.answer_words(answer), "example": answer.example });
        let change = |change: &Change| {
            json!({
                "decision": change.decision,
                "points_milli": change.points,
                "answers": change.answers.iter().map(answer).collect::<Vec<_>>(),
            })
        };
        let changes: Vec<Value> = self.changes.changes.iter().map(change).collect();
        (self.missing.iter().map(open).collect(), json!({ "exact": self.changes.exact, "changes": changes }))
    }

    fn label(&self, field: &str) -> String {
        let known = self.form.definition().fields.iter().find(|known| known.id == field);
        known.map_or(field, |field| field.label.get(self.language)).to_owned()
    }

    fn answer_words(&self, answer: &ChangedAnswer) -> String {
        let to = match &answer.to {
            NewAnswer::Given => "answered".into(),
            NewAnswer::NotGiven => "not answered".into(),
            NewAnswer::Option(option) => self.option(&answer.field, option),
            NewAnswer::Options { added, dropped } => {
                let with = added.iter().map(|option| format!("with {}", self.option(&answer.field, option)));
                let without = dropped.iter().map(|option| format!("without {}", self.option(&answer.field, option)));
                with.chain(without).collect::<Vec<_>>().join(", ")
            }
            NewAnswer::YesNo(yes) => if *yes { "yes" } else { "no" }.into(),
            NewAnswer::AtLeast(least) => format!("at least {least}"),
            NewAnswer::AtMost(most) => format!("at most {most}"),
            NewAnswer::Between(least, most) => format!("from {least} to {most}"),
            NewAnswer::Mentions(part) => format!("with \u{201c}{part}\u{201d} in it"),
            NewAnswer::MentionsNot(parts) => {
                format!("without \u{201c}{}\u{201d} in it", parts.join("\u{201d}, \u{201c}"))
            }
            NewAnswer::Text(text) => format!("\u{201c}{text}\u{201d}"),
            NewAnswer::NotText(text) => format!("other than \u{201c}{text}\u{201d}"),
            NewAnswer::Domain(domain) => format!("at {domain}"),
            NewAnswer::NotDomain(domain) => format!("not at {domain}"),
        };
        format!("{} {to}", self.label(&answer.field))
    }

    fn option(&self, field: &str, option: &str) -> String {
        let field = self.form.definition().fields.iter().find(|known| known.id == field);
        let known = field.and_then(|field| field.kind.options().iter().find(|known| known.id == option));
        known.map_or(option, |known| known.label.get(self.language)).to_owned()
    }
}
