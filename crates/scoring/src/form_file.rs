//! Form files: one TOML file a form. Every mistake is found, with its line and how to mend it.
//!
//! A card file is a form file that lacks what only a visitor reads: it scores leads, but can't be served.

mod card;
mod circumstances;
mod conditions;
mod confirmation;
mod countries;
mod criteria;
mod fields;
mod flow;
mod moments;
mod offers;
mod phone;
mod problems;
mod reader;
mod segments;
mod small_cards;
mod values;
mod warnings;

use std::{collections::BTreeMap, fmt};

use self::{
    flow::Conditions,
    reader::{Reader, Section},
};
use crate::{
    form::{FollowUp, FollowUps, Form, FormDefinition, Link, Place, Step},
    language::{Language, LocalText},
    money::Exchange,
};

/// What a form file says.
#[derive(Clone, Debug)]
pub struct FormFile {
    /// The form, checked.
    pub form: Form,
    /// What works but is likely not meant.
    pub warnings: Vec<Mistake>,
    /// What a card file lacks to be served to visitors.
    pub lacks: Vec<Mistake>,
    /// What `leadglass fit` noted of the table that the card was learned from; no part of the card.
    pub fitted: Option<Fitted>,
}

/// The table `[fitted]` of a card file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// Whether there was anything to learn. Without it everybody has the same points.
    pub signal: bool,
    /// The column that told what became of each lead.
    pub outcome: Option<String>,
    /// How many rows it was learned from.
    pub rows: Option<u64>,
}

/// A mistake in a form file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}; {}", self.line, self.column, self.what, self.mend)
    }
}

/// Reads a form file.
///
/// # Errors
/// Every mistake, in the order of the lines.
pub fn parse(source: &str) -> Result<FormFile, Vec<Mistake>> {
    match read(source) {
        Ok(file) if file.lacks.is_empty() => Ok(file),
        Ok(file) => Err(file.lacks),
        Err(Faults { mut mistakes, lacks }) => {
            mistakes.extend(lacks);
            mistakes.sort();
            Err(mistakes)
        }
    }
}

/// Reads a card file: a form file in which `heading`, `button`, `follow_up` and the fields' `label`s may be left out.
///
/// # Errors
/// Every mistake, in the order of the lines; not what it lacks of a form.
pub fn parse_card(source: &str) -> Result<FormFile, Vec<Mistake>> {
    read(source).map_err(|faults| faults.mistakes)
}

/// Whether a file is that of a card, right or wrong: it has nothing of what only a visitor reads.
#[must_use]
pub fn is_card(source: &str) -> bool {
    let (document, _) = toml::de::DeTable::parse_recoverable(source);
    !["heading", "button", "follow_up"].iter().any(|key| document.get_ref().contains_key(*key))
}

/// Syntax errors that are told: most of those that follow come of the first.
const SYNTAX_ERRORS: usize = 20;

/// Why a file says nothing.
struct Faults {
    /// Those that no card may have, in the order of the lines.
    mistakes: Vec<Mistake>,
    /// What it lacks beside them to be served to visitors.
    lacks: Vec<Mistake>,
}

/// What the file says; without mistakes only.
fn read(source: &str) -> Result<FormFile, Faults> {
    let (document, syntax_errors) = toml::de::DeTable::parse_recoverable(source);
    let mut reader = Reader::new(source);
    for error in syntax_errors.iter().take(SYNTAX_ERRORS) {
        let span = error.span().unwrap_or_default();
        reader.mistake(span, error.message().to_lowercase(), "see https://toml.io for how TOML is written");
    }
    if let Some(next) = syntax_errors.get(SYNTAX_ERRORS) {
        let more = syntax_errors.len().saturating_sub(SYNTAX_ERRORS);
        reader.mistake(
            next.span().unwrap_or_default(),
            format!("{more} more mistakes begin here"),
            "mend those above first",
        );
    }
    if !syntax_errors.is_empty() {
        // What follows a syntax error is read as something else than it is meant.
        return Err(Faults { mistakes: reader.into_mistakes(), lacks: Vec::new() });
    }
    let root = Section::new("the file", document.span(), document.get_ref());
    let (definition, fitted) = read_form(&mut reader, root);
    let checked = Form::new(definition);
    if let Err(errors) = &checked {
        problems::report(&mut reader, errors);
    }
    if let Ok(form) = &checked
        && !reader.has_mistakes()
    {
        warnings::find(&mut reader, form.definition(), form.fields());
    }
    let (warnings, mut lacks) = (reader.take_warnings(), reader.take_lacks());
    lacks.sort();
    match checked {
        Ok(form) if !reader.has_mistakes() => Ok(FormFile { form, warnings, lacks, fitted }),
        _ => Err(Faults { mistakes: reader.into_mistakes(), lacks }),
    }
}

/// What `leadglass fit` notes. It may note more than is read here.
fn fitted(reader: &mut Reader, root: &mut Section) -> Option<Fitted> {
    let mut section = reader.section(root, "fitted")?;
    let signal = reader.flag(&mut section, "signal").unwrap_or(true);
    let outcome = reader.text(&mut section, "outcome").map(|(outcome, _)| outcome);
    Some(Fitted { signal, outcome, rows: reader.whole(&mut section, "rows") })
}

fn read_form(reader: &mut Reader, mut root: Section) -> (FormDefinition, Option<Fitted>) {
    reader.remember(Place::Form, root.value_span("id"));
    let id = reader.required_text(&mut root, "id");
    reader.languages = languages(reader, &mut root);
    let heading = reader.visitor_words(&mut root, "heading");
    let intro = reader.local(&mut root, "intro");
    let button = reader.visitor_words(&mut root, "button");
    let mut conditions = Conditions::default();
    let steps = steps(reader, &mut root, &mut conditions);
    let fields = fields::read(reader, &mut root, &steps, &mut conditions);
    let kinds: BTreeMap<_, _> = fields.iter().map(|field| (field.id.clone(), field.kind.clone())).collect();
    let flow = flow::read(reader, &mut root, conditions, &kinds);
    let card = card::read(reader, &mut root, &kinds);
    let follow_ups = follow_ups(reader, &mut root);
    let moments = moments::read(reader, &mut root);
    let confirmation = confirmation::read(reader, &mut root, &kinds);
    foreign_amounts(reader, card.card.exchange.as_ref());
    let fitted = fitted(reader, &mut root);
    reader.finish(&root);
    let definition = FormDefinition {
        id,
        languages: reader.languages.clone(),
        heading,
        intro,
        steps,
        fields,
        button,
        follow_ups,
        scorecard: card.card,
        reasons: card.reasons,
        moments,
        offers: card.offers,
        flow,
        confirmation,
    };
    (definition, fitted)
}

/// An amount that no answer can be compared with decides nothing, and nobody would see it.
fn foreign_amounts(reader: &mut Reader, exchange: Option<&Exchange>) {
    for (span, currency, taken) in std::mem::take(&mut reader.foreign_amounts) {
        let is_exchanged = exchange.is_some_and(|exchange| {
            exchange.into == currency && exchange.rates.iter().any(|rate| taken.contains(&rate.from))
        });
        if !is_exchanged && !taken.is_empty() {
            let taken = taken.iter().map(|currency| format!("`{}`", currency.as_str())).collect::<Vec<_>>().join(", ");
            let currency = currency.as_str();
            let mend = format!("write the amount in {taken}, or `exchange` rates into `{currency}` in `[scorecard]`");
            reader.mistake(span, format!("no answer is in `{currency}`: the field takes {taken}"), mend);
        }
    }
}

fn languages(reader: &mut Reader, root: &mut Section) -> Vec<Language> {
    let known = || Language::ALL.map(|language| format!("`{}`", language.code())).join(", ");
    let mut languages = Vec::new();
    for (code, span) in reader.texts(root, "languages") {
        match Language::ALL.into_iter().find(|language| language.code() == code) {
            Some(language) if languages.contains(&language) => {
                reader.mistake(span, format!("the language `{code}` is named twice"), "name it once");
            }
            Some(language) => languages.push(language),
            None => reader.mistake(span, format!("there is no language `{code}`"), format!("use {}", known())),
        }
    }
    if languages.is_empty() && !reader.has_mistakes() {
        reader.missing(root, "languages", &format!("such as `[\"en\"]`; there are {}", known()));
    }
    languages
}

fn steps<'a>(reader: &mut Reader, root: &mut Section<'a>, conditions: &mut Conditions<'a>) -> Vec<Step> {
    let mut steps = Vec::new();
    for mut section in reader.sections(root, "step") {
        reader.remember(Place::Step(steps.len()), section.span());
        let id = reader.required_text(&mut section, "id");
        let title = reader.local(&mut section, "title");
        conditions.take_of_step(&mut section, steps.len());
        reader.finish(&section);
        steps.push(Step { id, title });
    }
    if steps.is_empty() {
        steps.push(Step { id: "main".into(), title: None });
    }
    steps
}

fn follow_ups(reader: &mut Reader, root: &mut Section) -> FollowUps {
    let mut section = reader.visitor_section(root, "follow_up", "with `accept`, `nurture` and `decline`");
    let mut follow_up = |decision: &'static str| {
        let Some(parent) = section.as_mut() else { return nothing_follows() };
        let Some(mut section) = reader.visitor_section(parent, decision, "with `heading` and `text`") else {
            return nothing_follows();
        };
        let heading = reader.required_local(&mut section, "heading");
        let text = reader.required_local(&mut section, "text");
        let link = link(reader, &mut section, "link");
        reader.finish(&section);
        FollowUp { heading, text, link }
    };
    let follow_ups =
        FollowUps { accept: follow_up("accept"), nurture: follow_up("nurture"), decline: follow_up("decline") };
    if let Some(section) = section {
        reader.finish(&section);
    }
    follow_ups
}

fn link(reader: &mut Reader, section: &mut Section, key: &'static str) -> Option<Link> {
    let mut section = reader.section(section, key)?;
    let label = reader.required_local(&mut section, "label");
    let url = urls(reader, &mut section);
    reader.finish(&section);
    Some(Link { label, url })
}

/// Links lead where a page may send a visitor: scripts and data are no such place.
fn urls(reader: &mut Reader, section: &mut Section) -> LocalText {
    let span = section.value_span("url");
    let url = reader.required_local(section, "url");
    let is_safe = |url: &str| {
        let scheme = ["https://", "http://", "tel:", "mailto:"];
        let is_path = url.starts_with('/') && !url.starts_with("//");
        let is_clean = !url.chars().any(|letter| letter.is_control() || letter.is_whitespace() || letter == '\\');
        is_clean && (is_path || scheme.iter().any(|scheme| url.starts_with(scheme)))
    };
    for language in 0..url.count() {
        let url = url.get(language);
        if !url.is_empty() && !is_safe(url) {
            reader.mistake(
                span.clone(),
                format!("`{url}` is no address to lead a visitor to"),
                "begin it with `https://`, `http://`, `tel:`, `mailto:` or `/`",
            );
        }
    }
    url
}

fn nothing_follows() -> FollowUp {
    FollowUp { heading: LocalText::default(), text: LocalText::default(), link: None }
}

#[cfg(test)]
mod card_tests;
#[cfg(test)]
mod tests;
