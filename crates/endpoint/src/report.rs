//! A lead with the form that has the words for it, for whoever reads leads: the commands and the private API.

mod names;
mod view;

use std::{collections::BTreeMap, sync::Arc};

use leadglass_scoring::{Field, FieldKind, FormDefinition, Language, Touch, encoding::VersionId};
use serde_json::{Value, json};

pub use self::{
    names::{ChannelName, DecisionName, LanguageName, MomentName},
    view::{AnswerView, ConsentView, LeadLine, LeadView, MomentView, PageView, ReasonView, SignalView, TouchView},
};
use crate::{
    explain::Explained,
    store::{KeptLead, Store, StoreError},
    words::points,
};

/// The versions that leads were scored under, each read once.
pub struct Definitions<'a> {
    store: &'a dyn Store,
    read: BTreeMap<VersionId, Arc<FormDefinition>>,
}

impl<'a> Definitions<'a> {
    /// Of the leads of a store.
    #[must_use]
    pub const fn new(store: &'a dyn Store) -> Self {
        Self { store, read: BTreeMap::new() }
    }

    /// The version that a lead was scored under.
    ///
    /// # Errors
    /// Where it can't be read, or is gone.
    pub async fn of(&mut self, lead: &KeptLead) -> Result<Arc<FormDefinition>, StoreError> {
        if let Some(definition) = self.read.get(&lead.form_version) {
            return Ok(Arc::clone(definition));
        }
        let definition = self.store.definition(&lead.form, lead.form_version).await?;
        let missing = || StoreError::Failed(format!("the form of lead `{}` is missing", lead.id));
        let definition = Arc::new(definition.ok_or_else(missing)?);
        self.read.insert(lead.form_version, Arc::clone(&definition));
        Ok(definition)
    }
}

/// A lead with the form it was scored under.
pub struct Report {
    /// The lead.
    pub lead: KeptLead,
    definition: Arc<FormDefinition>,
    language: usize,
}

impl Report {
    /// In a language of the form; in its first where it does not speak the one that is wanted.
    #[must_use]
    pub fn new(lead: KeptLead, definition: Arc<FormDefinition>, language: Option<Language>) -> Self {
        let number = language.and_then(|language| definition.language_number(language)).unwrap_or(0);
        Self { lead, definition, language: number }
    }

    /// Its explanation with words.
    #[must_use]
    pub fn explained(&self) -> Explained<'_> {
        let language = self.definition.languages.get(self.language).copied();
        let Self { lead, definition, .. } = self;
        Explained::new(definition, &lead.explanation, language)
            .of_lead(lead.circumstances.moment, lead.owner.as_deref())
    }

    /// What a webhook is sent of it.
    #[must_use]
    pub fn short(&self) -> Value {
        let mut short = self.explained().short(self.lead.form_version, self.lead.card);
        short["lead"] = json!(self.lead.id);
        short
    }

    /// All that is known of it, as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        // Texts, numbers and lists of them are always JSON.
        serde_json::to_value(self.view()).unwrap_or_default()
    }

    /// The vetoes and the reasons that moved the points most.
    #[must_use]
    pub fn top_reasons(&self, most: usize) -> String {
        let explained = self.explained();
        let vetoes = self.lead.explanation.gates.iter().map(|gate| format!("veto {}", explained.gate_reason(gate)));
        let moved = explained.moved().into_iter();
        let reasons =
            moved.map(|contribution| format!("{} {}", points(contribution.points), explained.reason(contribution)));
        vetoes.chain(reasons).take(most).collect::<Vec<_>>().join(" · ")
    }

    /// The answer to the question for a name, where the form asks for it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.answer(|field| field.autocomplete.as_deref() == Some("name") || field.id == "name")
    }

    /// The first e-mail address, where the form asks for it.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.answer(|field| field.kind == FieldKind::Email)
    }

    fn answer(&self, is_it: impl Fn(&Field) -> bool) -> Option<&str> {
        let field = self.definition.fields.iter().find(|field| is_it(field))?;
        Some(self.lead.answers.first(&field.id)).filter(|answer| !answer.is_empty())
    }

    /// The name and address, as far as the form asks for them.
    #[must_use]
    pub fn who(&self) -> String {
        match (self.name(), self.email()) {
            (Some(name), Some(email)) => format!("{name} <{email}>"),
            (name, email) => name.or(email).unwrap_or_default().to_owned(),
        }
    }

    /// Questions and answers in words; a field that is gone from the form by its id.
    #[must_use]
    pub fn answers(&self) -> Vec<(String, Vec<String>)> {
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
}

/// Each part that is known, by its name.
#[must_use]
pub fn touch_parts(touch: &Touch) -> Vec<(&'static str, &str)> {
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
