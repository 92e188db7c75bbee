//! Faults of a definition, told in terms of the file.

use super::reader::{Reader, nearest};
use crate::{
    condition::MAX_DEPTH,
    form::{DefinitionError, Place, Problem},
};

pub(super) fn report(reader: &mut Reader, errors: &[DefinitionError]) {
    let reading_failed = reader.has_mistakes();
    for error in errors {
        if reading_failed && (follows_from_unread(reader, &error.problem) || stands_after_unread(reader, error)) {
            continue;
        }
        let span = match (error.place, &error.problem) {
            (Place::Bands, Problem::Contradiction(low, _)) => reader.span_of_band(low),
            (place, _) => reader.span_of(place),
        };
        reader.mistake(span, error.problem.to_string(), mend(reader, error));
    }
}

/// Whether a fault is only there because something could not be read, which was reported already.
fn follows_from_unread(reader: &Reader, problem: &Problem) -> bool {
    match problem {
        Problem::MalformedId(id)
        | Problem::DuplicateId(id)
        | Problem::UnknownField(id)
        | Problem::UnknownCriterion(id) => id.is_empty(),
        Problem::UnfitTest { field, .. } | Problem::UnknownOption { field, .. } => reader.unread_fields.contains(field),
        Problem::None(_) | Problem::NoAlternatives | Problem::OutOfRange(..) | Problem::Contradiction(..) => true,
        _ => false,
    }
}

/// Whether a condition is only never asked because one before it could not be read.
fn stands_after_unread(reader: &Reader, error: &DefinitionError) -> bool {
    let is_unread = |place: &Place| match (place, error.place) {
        (Place::Condition(criterion, condition), Place::Condition(of, at)) => *criterion == of && *condition < at,
        (Place::SmallCondition(card, criterion, condition), Place::SmallCondition(of_card, of, at)) => {
            *card == of_card && *criterion == of && *condition < at
        }
        _ => false,
    };
    error.problem == Problem::Unreachable && reader.unread_conditions.iter().any(is_unread)
}

fn mend(reader: &Reader, error: &DefinitionError) -> String {
    match &error.problem {
        Problem::MalformedId(id) => {
            let mended: String = id
                .to_lowercase()
                .chars()
                .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
                .collect();
            match error.place {
                Place::Choice(..) => "write 1 to 100 characters without spaces around them".to_owned(),
                _ if mended.bytes().next().is_some_and(|first| first.is_ascii_lowercase()) => {
                    format!("write something like `{mended}`")
                }
                _ => "write something like `budget_size`".to_owned(),
            }
        }
        Problem::DuplicateId(_) if error.place == Place::Changeable => "name it once".into(),
        Problem::DuplicateId(_) => "give one of them another id".into(),
        Problem::None(what) => format!("add one {what} at least"),
        Problem::TooMany(..) => "remove some".into(),
        Problem::OutOfRange(_, range) => format!("write a number {range}"),
        Problem::Contradiction(low, high) => format!("swap them, or raise `{high}` above `{low}`"),
        Problem::UnknownField(field) => {
            let known = reader.field_ids();
            nearest(field, known.iter().map(String::as_str))
                .map_or_else(|| format!("there are {}", listed(&known)), |near| format!("did you mean `{near}`?"))
        }
        Problem::UnknownOption { field, option } => {
            let known = reader.option_ids(field);
            nearest(option, known.iter().map(String::as_str))
                .map_or_else(|| format!("there are {}", listed(&known)), |near| format!("did you mean `{near}`?"))
        }
        Problem::UnfitTest { kind, .. } => format!("such a field takes {}", tests_of(kind)),
        Problem::EmptyRange(_) => "make the lower limit the smaller one".into(),
        Problem::TooDeep => format!("use at most {MAX_DEPTH} levels of `all`, `any` and `not`"),
        Problem::NoAlternatives => "name one at least".into(),
        Problem::Unreachable => "remove it, or move it up".into(),
        Problem::HidesRequired(field) => {
            format!("add `{field}` to `asks`, or make it optional: what a moment may hide can't be required")
        }
        Problem::UnknownCriterion(id) => {
            let known = &reader.criterion_ids;
            nearest(id, known.iter().map(String::as_str))
                .map_or_else(|| format!("there are {}", listed(known)), |near| format!("did you mean `{near}`?"))
        }
        Problem::SameWeight => "remove one of them".into(),
        Problem::TwoCurrencies => "write all margins in one".into(),
        Problem::AsksLater(field) => format!("move `{field}` up, or ask for another field"),
        Problem::AsksCircumstances => "test a `field` in it".into(),
        Problem::NothingToDecay => "test a `signal` in it, or remove `half_life`".into(),
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn tests_of(kind: &str) -> &'static str {
    match kind {
        "number" | "rating" => "`present`, `at_least`, `at_most`, `more_than`, `less_than`",
        "money" => {
            "`present`, and `at_least`, `at_most`, `more_than`, `less_than` with an amount such as `\"5 000 EUR\"`"
        }
        "date" => "`present`, `days_from_today`, and `at_least`, `at_most` with a date such as `\"2026-01-31\"`",
        "select" => "`present` and `is`",
        "multi_select" => "`present`, `is`, and `at_least`, `at_most` for how many were chosen",
        "yes_no" | "consent" => "`present`, `is = true` and `is = false`",
        "email" | "website" => "`present`, `is`, `contains` and `domain`",
        _ => "`present`, `is` and `contains`",
    }
}
