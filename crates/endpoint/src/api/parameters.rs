//! Parameters of an address, each read by its name; what is wrong with them is told all at once.

use axum::http::HeaderMap;
use leadglass_scoring::Language;
use utoipa::IntoParams;

use crate::{
    http::preferred_languages,
    problem::{Kind, Problem, ProblemViolation},
    report::LanguageName,
};

/// The parameters of a request that were not read yet, and what was wrong with those that were.
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
    violations: Vec<ProblemViolation>,
}

impl Parameters {
    /// Of the part of an address after `?`.
    pub(super) fn of(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        Self { pairs: pairs.into_owned().collect(), violations: Vec::new() }
    }

    /// Reads a parameter. `expected` says what it can be, as the end of a sentence.
    pub(super) fn read<T>(&mut self, name: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut values = Vec::new();
        self.pairs.retain_mut(|(known, value)| {
            let is_it = known == name;
            if is_it {
                values.push(std::mem::take(value));
            }
            !is_it
        });
        let [value] = values.as_slice() else {
            if !values.is_empty() {
                self.refuse(
                    name,
                    "parameter.repeated",
                    format!("`{name}` is there {} times; send it once", values.len()),
                );
            }
            return None;
        };
        let parsed = parse(value);
        if parsed.is_none() {
            // The value is left out: it may be somebody's address.
            self.refuse(name, "parameter.malformed", format!("`{name}` can't be read: it is {expected}"));
        }
        parsed
    }

    /// Nothing is left, and nothing was wrong.
    pub(super) fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in std::mem::take(&mut self.pairs) {
            let name: String = name.chars().filter(|letter| !letter.is_control()).take(64).collect();
            let message = format!("there is no parameter `{name}` here");
            self.refuse(&name, "parameter.unknown", message);
        }
        if self.violations.is_empty() {
            return Ok(());
        }
        Err(Problem::of(Kind::ParametersInvalid, Language::En).with_violations(self.violations))
    }

    /// Says that a parameter can't be asked for here.
    pub(super) fn refuse(&mut self, name: &str, code: &'static str, message: String) {
        self.violations.push(ProblemViolation { field: name.to_owned(), code, message, limit: None });
    }
}

/// A text that is not empty and that a database can hold.
pub(super) fn text(value: &str) -> Option<String> {
    (!value.is_empty() && value.len() <= 200 && !value.contains('\0')).then(|| value.to_owned())
}

/// `true` or `false`.
pub(super) fn yes_no(value: &str) -> Option<bool> {
    value.parse().ok()
}

/// One of a list, by its name.
pub(super) fn one_of<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, value: &str) -> Option<T> {
    all.iter().copied().find(|known| name(*known) == value)
}

/// In which language.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what `asked_language` reads")]
pub(super) struct Spoken {
    /// The language of the reasons; else the first of `accept-language` that the form has, where it is asked for.
    #[param(inline)]
    language: Option<LanguageName>,
}

/// The language that is asked for by the parameter `language`.
pub(super) fn asked_language(parameters: &mut Parameters) -> Option<Language> {
    parameters.read("language", "`en`, `ru` or `ro`", |value| one_of(&Language::ALL, Language::code, value))
}

/// The languages to answer in, the best first: the one that was asked for, then those the client prefers.
pub(super) fn accepted_languages(asked: Option<Language>, headers: &HeaderMap) -> Vec<Language> {
    asked.into_iter().chain(preferred_languages(headers)).collect()
}
