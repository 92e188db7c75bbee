//! `leadglass add FORM FIELD=VALUE …`

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use leadglass_form::messages::violation_message;
use leadglass_scoring::{Channel, Form, Language, Violation, encoding::VersionId};
use uuid::Uuid;

use super::{
    lead,
    report::{block_on, form_of, open_or_make},
};
use crate::{
    assets::Assets,
    clock::{Clock, Ids, SystemClock, SystemIds, derived_id},
    forms::LiveForm,
    intake::{self, Refusal},
    receipt::Receipt,
    settings::Settings,
    state::State,
    store::open::Database,
    submission::Submission,
};

/// How a lead comes that somebody types in.
const CHANNELS: [Channel; 4] = [Channel::Call, Channel::Visit, Channel::Referral, Channel::Email];

/// Type in a lead that phoned, walked in, was sent by somebody or wrote.
///
/// It goes through the same door as a form's answers: it is validated, scored and explained, and others are told of it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The form's id
    form: String,
    /// Answers by the field's id; a field that takes several is named several times, a consent that was given is `yes`
    #[arg(value_name = "FIELD=VALUE", required = true, value_parser = answer)]
    answers: Vec<(String, String)>,
    /// How they came: `call`, `visit`, `referral` or `email`
    #[arg(long, value_parser = channel)]
    channel: Channel,
    /// What stands for this lead, such as the number of the call: typed in again under it, it is one lead
    #[arg(long)]
    key: Option<String>,
    /// The language they spoke; the form's first where it is not given
    #[arg(long, value_parser = super::report::language)]
    language: Option<Language>,
    /// The folder of form files
    #[arg(long, value_name = "DIR")]
    forms: Option<PathBuf>,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
    /// The verdict as JSON
    #[arg(long)]
    json: bool,
}

fn answer(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("an answer is `FIELD=VALUE`")?;
    Ok((field.trim().to_owned(), value.to_owned()))
}

fn channel(name: &str) -> Result<Channel, String> {
    let known = || CHANNELS.map(|channel| format!("`{}`", channel.as_str())).join(", ");
    CHANNELS.into_iter().find(|channel| channel.as_str() == name).ok_or_else(|| format!("there are {}", known()))
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let form = form_of(arguments.forms.as_deref().unwrap_or(&settings.forms), &arguments.form)?;
    let mut faults = unknown(&form, &arguments.answers);
    let mut settings = settings.clone();
    settings.database = arguments.database.clone().unwrap_or(settings.database);
    let database = settings.database.clone();
    let submission = submission(arguments);
    let language = language(&form, arguments.language);
    if faults.is_empty() {
        let store = open_or_make(None, &settings)?;
        let state = State::new(settings.clone(), store, Arc::new(SystemClock), Arc::new(SystemIds), Assets::load()?);
        block_on(state.forms.serve(vec![form], state.store.as_ref(), SystemClock.now()))??;
        let live = state.forms.get(&arguments.form).context("the form is not served")?;
        match block_on(intake::take(&state, &live, &live.shown, submission, language))? {
            Ok(taken) => {
                let receipt: Receipt = serde_json::from_slice(&taken.receipt).context("the receipt can't be read")?;
                if !taken.is_new {
                    eprintln!("it was typed in before under this key; nothing is kept anew");
                }
                return lead::run(&lead::Arguments::of(receipt.id, language, database, arguments.json), &settings);
            }
            Err(Refusal::Invalid(violations)) => faults = broken(&live, &violations),
            Err(Refusal::KeyReused) => bail!("the key stands for another lead; type this one in under another key"),
            Err(Refusal::Store(error)) => return Err(error.into()),
        }
    }
    for fault in faults {
        eprintln!("{fault}");
    }
    eprintln!("nothing is kept");
    Ok(ExitCode::FAILURE)
}

fn submission(arguments: &Arguments) -> Submission {
    let key = arguments.key.as_deref().map_or_else(|| SystemIds.random(), |key| key_of(&arguments.form, key));
    let language = arguments.language.map(|language| language.code().to_owned());
    Submission { language, ..Submission::new(key, arguments.channel, arguments.answers.iter().cloned().collect()) }
}

/// A key as programs have it, or any words, which are another key for another form.
fn key_of(form: &str, words: &str) -> Uuid {
    words.parse().unwrap_or_else(|_| derived_id(VersionId::of(format!("add\0{form}\0{words}").as_bytes()).as_bytes()))
}

fn language(form: &Form, spoken: Option<Language>) -> Language {
    let definition = form.definition();
    let known = spoken.filter(|language| definition.language_number(*language).is_some());
    known.or_else(|| definition.languages.first().copied()).unwrap_or(Language::En)
}

/// A mistyped field must not be taken for an answer that was not given.
fn unknown(form: &Form, answers: &[(String, String)]) -> Vec<String> {
    let known: Vec<String> = form.definition().fields.iter().map(|field| format!("`{}`", field.id)).collect();
    let is_unknown = |field: &&String| form.fields().get(field).is_none();
    let mut fields: Vec<&String> = answers.iter().map(|(field, _)| field).filter(is_unknown).collect();
    fields.dedup();
    fields.into_iter().map(|field| format!("`{field}` is no field of the form; it has {}", known.join(", "))).collect()
}

fn broken(live: &LiveForm, violations: &[Violation]) -> Vec<String> {
    let definition = live.full.definition();
    let number = definition.language_number(Language::En).unwrap_or(0);
    let told = violations.iter().map(|violation| {
        let code = violation.code.as_str();
        match definition.fields.iter().find(|field| field.id == violation.field) {
            Some(field) => {
                format!("`{}`: {} ({code})", field.id, violation_message(Language::En, field, violation, number))
            }
            None => format!("`{}`: {code}", violation.field),
        }
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_a_key_of_their_form_and_a_uuid_is_itself() {
        let uuid = "0191d3c0-0000-4000-8000-000000000001";
        assert_eq!(key_of("quote", uuid).to_string(), uuid);
        assert_eq!(key_of("quote", "call 118"), key_of("quote", "call 118"));
        assert_ne!(key_of("quote", "call 118"), key_of("quote", "call 119"));
        assert_ne!(key_of("quote", "call 118"), key_of("visit", "call 118"));
    }

    #[test]
    fn an_answer_is_all_that_follows_the_first_sign_of_equality() {
        assert_eq!(answer("message=a=b").unwrap(), ("message".to_owned(), "a=b".to_owned()));
        assert!(answer("message").is_err());
    }
}
