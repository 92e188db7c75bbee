//! What is told: a lead with its verdict in words, and never how it came to them in secret.

use leadglass_scoring::{FormDefinition, Language, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    email,
    signature::{seconds, sign},
    slack,
};
use crate::{
    clock::to_rfc3339,
    report::Report,
    store::{Address, Event, KeptLead, Secret, Template},
};

/// The largest body, in bytes: what Standard Webhooks advises.
pub const BODY_LIMIT: usize = 20_000;

/// One message, ready to be sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// By which its receiver knows it again.
    pub id: Uuid,
    /// Of an e-mail.
    pub subject: Option<String>,
    /// The words.
    pub body: String,
    /// What it is signed with.
    pub secrets: Vec<Secret>,
    /// Whom it is for, where that is not its receiver.
    pub to: Option<Address>,
}

impl Letter {
    /// The headers by which its receiver knows that it is ours.
    #[must_use]
    pub fn headers(&self, now: Timestamp) -> [(&'static str, String); 3] {
        let id = self.id.to_string();
        let signature = sign(&self.secrets, &id, now, self.body.as_bytes());
        [("webhook-id", id), ("webhook-timestamp", seconds(now).to_string()), ("webhook-signature", signature)]
    }
}

/// A lead to tell about, with the form that has the words for it.
pub struct Subject {
    /// The lead.
    pub lead: KeptLead,
    /// The version it was scored under.
    pub definition: std::sync::Arc<FormDefinition>,
    /// The how many-eth verdict on it this is: of two messages about a lead the one with more knows better, whichever
    /// came first.
    pub verdict: usize,
    /// Whose lead it is: the id of their first one.
    pub person: Option<Uuid>,
}

/// Subject and words of a message about a lead, which may be gone by now.
#[must_use]
pub fn compose(
    template: Template,
    event: &Event,
    subject: Option<Subject>,
    language: Option<Language>,
) -> (Option<String>, String) {
    let verdict = subject.as_ref().map(|subject| subject.verdict);
    let person = subject.as_ref().and_then(|subject| subject.person);
    let report = subject.map(|subject| Report::new(subject.lead, subject.definition, language));
    match (template, report) {
        (Template::Json | Template::Confirm, report) => (None, json_body(event, report.as_ref(), verdict, person)),
        (Template::Slack, Some(report)) => (None, slack::body(event, &report).to_string()),
        (Template::Slack, None) => (None, slack::bare(event).to_string()),
        (Template::Email, report) => {
            let (subject, text) = email::words(event, report.as_ref(), language);
            (Some(subject), text)
        }
    }
}

/// A message that tells of nothing, to try a receiver with.
#[must_use]
pub fn trial(template: Template, at: Timestamp) -> (Option<String>, String) {
    let text = "leadglass reaches you here \u{2013} \u{1f44b}";
    match template {
        Template::Json => {
            let body = json!({ "type": "webhook.test", "timestamp": to_rfc3339(at), "data": { "text": text } });
            (None, body.to_string())
        }
        Template::Slack => (None, json!({ "text": text }).to_string()),
        Template::Email | Template::Confirm => (Some("leadglass".into()), text.into()),
    }
}

fn json_body(event: &Event, report: Option<&Report>, verdict: Option<usize>, person: Option<Uuid>) -> String {
    let mut data = Map::new();
    data.insert("lead".into(), json!(event.lead));
    data.insert("form".into(), json!(event.form));
    data.extend(verdict.map(|verdict| ("verdict".into(), json!(verdict))));
    data.extend(person.map(|person| ("person".into(), json!(person))));
    data.extend(report.map_or_else(Map::new, told));
    if let Some(detail) = event.detail.as_deref().and_then(|detail| serde_json::from_str::<Value>(detail).ok()) {
        data.insert("detail".into(), detail);
    }
    let mut body = json!({ "type": event.kind.as_str(), "timestamp": to_rfc3339(event.at), "data": data });
    let mut text = body.to_string();
    for longest in [1_000, 200, 0] {
        if text.len() < BODY_LIMIT {
            return text;
        }
        shorten(&mut body["data"], longest);
        text = body.to_string();
    }
    text
}

/// Cuts what people wrote; who wants all of it asks the API by the lead's id.
fn shorten(data: &mut Value, longest: usize) {
    data["is_shortened"] = json!(true);
    if longest == 0 {
        for part in ["answers", "page", "first_touch", "last_touch", "consents", "detail"] {
            data[part] = Value::Null;
        }
        return;
    }
    for part in ["answers", "page", "first_touch", "last_touch", "consents"] {
        cut(&mut data[part], longest);
    }
}

fn cut(value: &mut Value, longest: usize) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(longest) {
                text.truncate(end);
                text.push('…');
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| cut(value, longest)),
        Value::Object(values) => values.values_mut().for_each(|value| cut(value, longest)),
        _ => {}
    }
}

/// The verdict with its first reasons, then what it is about.
fn told(report: &Report) -> Map<String, Value> {
    let (short, mut long) = (report.short(), report.to_json());
    let mut data = Map::new();
    if let Value::Object(short) = short {
        // The lead has a language, too.
        let name = |name: String| if name == "language" { "reasons_language".into() } else { name };
        data.extend(short.into_iter().map(|(it, value)| (name(it), value)));
    }
    for name in [
        "channel",
        "received_at",
        "sent_at",
        "language",
        "answers",
        "moment",
        "first_touch",
        "last_touch",
        "consents",
        "page",
        "score_mismatch",
        "supersedes",
    ] {
        data.insert(name.into(), long[name].take());
    }
    data
}

#[cfg(test)]
mod tests;
