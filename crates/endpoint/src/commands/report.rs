//! A lead in words and in JSON, for the commands that show leads.

use std::{collections::BTreeMap, path::Path, sync::Arc};

pub(super) use crate::words::points;
use anyhow::{Context, bail};
use leadglass_scoring::{Field, FieldKind, FormDefinition, Language, Touch, encoding::VersionId};
use serde_json::{Map, Value, json};

use crate::{
    clock::to_rfc3339,
    explain::Explained,
    settings::Settings,
    store::{Consent, FormStore, KeptLead, sqlite::Sqlite},
};

pub(super) fn open(database: Option<&Path>, settings: &Settings) -> anyhow::Result<Sqlite> {
    let path = database.unwrap_or(&settings.database);
    if !path.exists() {
        bail!("there is no database `{}`; `leadglass serve` makes it, and `--database` names another", path.display());
    }
    Sqlite::open_reading(path, &settings.workspace)
        .with_context(|| format!("the database `{}` can't be read", path.display()))
}

pub(super) fn block_on<F: Future>(future: F) -> anyhow::Result<F::Output> {
    Ok(tokio::runtime::Builder::new_current_thread().build()?.block_on(future))
}

pub(super) fn language(tag: &str) -> Result<Language, String> {
    let known = || Language::ALL.map(Language::code).join(", ");
    Language::from_tag(tag).ok_or_else(|| format!("there are {}", known()))
}

/// The versions that leads were scored under, each read once.
pub(super) struct Definitions<'a> {
    store: &'a Sqlite,
    read: BTreeMap<VersionId, Arc<FormDefinition>>,
}

impl<'a> Definitions<'a> {
    pub(super) fn new(store: &'a Sqlite) -> Self {
        Self { store, read: BTreeMap::new() }
    }

    pub(super) fn of(&mut self, lead: &KeptLead) -> anyhow::Result<Arc<FormDefinition>> {
        if let Some(definition) = self.read.get(&lead.form_version) {
            return Ok(Arc::clone(definition));
        }
        let definition = block_on(self.store.definition(&lead.form, lead.form_version))??;
        let definition = Arc::new(definition.with_context(|| format!("the form of lead `{}` is missing", lead.id))?);
        self.read.insert(lead.form_version, Arc::clone(&definition));
        Ok(definition)
    }
}

/// A lead with the form it was scored under.
pub(crate) struct Report {
    pub(crate) lead: KeptLead,
    definition: Arc<FormDefinition>,
    language: usize,
}

impl Report {
    pub(crate) fn new(lead: KeptLead, definition: Arc<FormDefinition>, language: Option<Language>) -> Self {
        let number = language.and_then(|language| definition.language_number(language)).unwrap_or(0);
        Self { lead, definition, language: number }
    }

    pub(crate) fn explained(&self) -> Explained<'_> {
        let language = self.definition.languages.get(self.language).copied();
        let Self { lead, definition, .. } = self;
        Explained::new(definition, &lead.explanation, language)
            .of_lead(lead.circumstances.moment, lead.owner.as_deref())
    }

    /// What a webhook is sent of it.
    pub(crate) fn short(&self) -> Value {
        let mut short = self.explained().short(self.lead.form_version, self.lead.card);
        short["lead"] = json!(self.lead.id);
        short
    }

    /// The vetoes and the reasons that moved the points most.
    pub(crate) fn top_reasons(&self, most: usize) -> String {
        let explained = self.explained();
        let vetoes = self.lead.explanation.gates.iter().map(|gate| format!("veto {}", explained.gate_reason(gate)));
        let moved = explained.moved().into_iter();
        let reasons =
            moved.map(|contribution| format!("{} {}", points(contribution.points), explained.reason(contribution)));
        vetoes.chain(reasons).take(most).collect::<Vec<_>>().join(" · ")
    }

    /// The name and address, as far as the form asks for them.
    pub(crate) fn who(&self) -> String {
        let is_name = |field: &&Field| field.autocomplete.as_deref() == Some("name") || field.id == "name";
        let is_email = |field: &&Field| field.kind == FieldKind::Email;
        let fields = &self.definition.fields;
        let name = fields.iter().find(is_name).map_or("", |field| self.lead.answers.first(&field.id));
        let email = fields.iter().find(is_email).map_or("", |field| self.lead.answers.first(&field.id));
        match (name, email) {
            (name, "") => name.to_owned(),
            ("", email) => email.to_owned(),
            (name, email) => format!("{name} <{email}>"),
        }
    }

    /// Questions and answers in words; a field that is gone from the form by its id.
    pub(crate) fn answers(&self) -> Vec<(String, Vec<String>)> {
        let words = |(id, values): (&str, &[String])| {
            let field = self.definition.fields.iter().find(|field| field.id == id);
            let label = field.map_or(id, |field| field.label.get(self.language)).to_owned();
            let option = |value: &String| {
                let options = field.map_or(&[][..], |field| field.kind.options());
                let option = options.iter().find(|option| option.id == *value);
                option.map_or_else(|| value.clone(), |option| option.label.get(self.language).to_owned())
            };
            (label, values.iter().map(option).collect())
        };
        let order = |id: &str| self.definition.fields.iter().position(|field| field.id == id);
        let mut answers: Vec<_> = self.lead.answers.iter().collect();
        answers.sort_by_key(|(id, _)| order(id).unwrap_or(usize::MAX));
        answers.into_iter().map(words).collect()
    }

    pub(crate) fn to_json(&self) -> Value {
        let lead = &self.lead;
        let signals: Vec<Value> =
            lead.circumstances.signals.iter().map(|it| json!({ "name": it.name, "at": to_rfc3339(it.at) })).collect();
        let mut json = json!({
            "id": lead.id,
            "form": lead.form,
            "channel": lead.channel,
            "received_at": to_rfc3339(lead.received_at),
            "sent_at": lead.sent_at.map(to_rfc3339),
            "language": lead.language.code(),
        });
        let rest = json!({
            "score_mismatch": lead.score_mismatch,
            "held": lead.held,
            "signs": super::quarantine::codes(&lead.signs),
            "duplicate_of": lead.duplicate_of,
            "answers": self.answers_json(),
            "signals": signals,
            "first_touch": lead.circumstances.first_touch.as_ref().map(touch_json),
            "last_touch": lead.circumstances.last_touch.as_ref().map(touch_json),
            "moment": lead.circumstances.moment,
            "consents": lead.consents.iter().map(consent_json).collect::<Vec<_>>(),
            "page": { "url": lead.page.url, "referrer": lead.page.referrer },
            "form_version": lead.form_version.to_string(),
            "shown_version": lead.shown_version.to_string(),
            "card": lead.card.to_string(),
            "engine": lead.engine,
        });
        if let (Value::Object(json), Value::Object(rest)) = (&mut json, rest) {
            json.extend(self.explained().long());
            json.extend(rest);
        }
        json
    }

    /// One text an answer; a list where a field takes several options.
    fn answers_json(&self) -> Value {
        let takes_several = |id: &str| {
            let field = self.definition.fields.iter().find(|field| field.id == id);
            field.is_some_and(|field| matches!(field.kind, FieldKind::MultiSelect(_)))
        };
        let answers = self.lead.answers.iter().map(|(id, values)| {
            let value = if takes_several(id) { json!(values) } else { json!(values.first()) };
            (id.to_owned(), value)
        });
        Value::Object(answers.collect::<Map<_, _>>())
    }
}

/// Each part that is known, by its name.
pub(super) fn touch_parts(touch: &Touch) -> Vec<(&'static str, &str)> {
    let parts = [
        ("source", &touch.source),
        ("medium", &touch.medium),
        ("campaign", &touch.campaign),
        ("term", &touch.term),
        ("content", &touch.content),
        ("referrer", &touch.referrer),
        ("landing_page", &touch.landing_page),
    ];
    parts.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect()
}

fn touch_json(touch: &Touch) -> Value {
    let mut parts: Map<String, Value> =
        touch_parts(touch).into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    if let Some(at) = touch.at {
        parts.insert("at".into(), json!(to_rfc3339(at)));
    }
    Value::Object(parts)
}

fn consent_json(consent: &Consent) -> Value {
    json!({
        "purpose": consent.purpose,
        "wording": consent.wording,
        "sha256": consent.sha256.to_string(),
        "language": consent.language.code(),
        "given_at": to_rfc3339(consent.given_at),
    })
}
