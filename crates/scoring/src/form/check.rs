//! What makes a definition a form. Every fault is found, each with its place.

mod card;
mod flow;

use super::{
    FieldIndex, FormDefinition,
    fault::{DefinitionError, Place, Problem},
};
use crate::{
    field::{Field, FieldKind},
    points::Points,
};

/// Most fields of a form.
pub const MAX_FIELDS: usize = 200;
/// Most criteria of a card; most gates, segments, offers and rules of owners.
pub const MAX_CRITERIA: usize = 1_000;

#[derive(Default)]
struct Checker {
    errors: Vec<DefinitionError>,
}

pub(super) fn check(definition: &FormDefinition, fields: &FieldIndex) -> Vec<DefinitionError> {
    let mut checker = Checker::default();
    checker.form(definition);
    checker.card(definition, fields);
    checker.flow(definition, fields);
    checker.errors
}

impl Checker {
    fn report(&mut self, place: Place, problem: Problem) {
        self.errors.push(DefinitionError { place, problem });
    }

    fn ids<'a>(&mut self, ids: impl Iterator<Item = (Place, &'a str)>) {
        let mut seen: Vec<&str> = Vec::new();
        for (place, id) in ids {
            if !is_id(id, false) {
                self.report(place, Problem::MalformedId(id.to_owned()));
            }
            if seen.contains(&id) {
                self.report(place, Problem::DuplicateId(id.to_owned()));
            }
            seen.push(id);
        }
    }

    fn count(&mut self, place: Place, what: &'static str, count: usize, most: usize) {
        if count > most {
            self.report(place, Problem::TooMany(what, most));
        }
    }

    fn form(&mut self, definition: &FormDefinition) {
        if !is_id(&definition.id, true) {
            self.report(Place::Form, Problem::MalformedId(definition.id.clone()));
        }
        if definition.languages.is_empty() {
            self.report(Place::Form, Problem::None("language"));
        }
        if definition.fields.is_empty() {
            self.report(Place::Form, Problem::None("field"));
        }
        self.count(Place::Form, "fields", definition.fields.len(), MAX_FIELDS);
        let steps = definition.steps.iter().enumerate();
        self.ids(steps.map(|(number, step)| (Place::Step(number), step.id.as_str())));
        let fields = definition.fields.iter().enumerate();
        self.ids(fields.map(|(number, field)| (Place::Field(number), field.id.as_str())));
        for (number, field) in definition.fields.iter().enumerate() {
            if usize::from(field.step) >= definition.steps.len() {
                self.report(Place::Field(number), Problem::None("step of that name"));
            }
            self.field(number, field);
        }
        self.moments(definition);
    }

    fn moments(&mut self, definition: &FormDefinition) {
        let mut seen = Vec::new();
        for (number, form) in definition.moments.iter().flatten().enumerate() {
            let place = Place::Moment(number);
            if seen.contains(&form.moment) {
                self.report(place, Problem::DuplicateId(form.moment.as_str().to_owned()));
            }
            seen.push(form.moment);
            let Some(asks) = &form.asks else { continue };
            for id in asks {
                if !definition.fields.iter().any(|field| field.id == *id) {
                    self.report(place, Problem::UnknownField(id.clone()));
                }
            }
            for field in definition.fields.iter().filter(|field| field.required && !asks.contains(&field.id)) {
                self.report(place, Problem::HidesRequired(field.id.clone()));
            }
        }
    }

    fn field(&mut self, number: usize, field: &Field) {
        let place = Place::Field(number);
        match &field.kind {
            FieldKind::ShortText(limits)
            | FieldKind::LongText(limits)
            | FieldKind::Company(limits)
            | FieldKind::Hidden(limits) => {
                if !(1..=20_000).contains(&limits.max_length) {
                    self.report(place, Problem::OutOfRange("max_length", "from 1 to 20000".into()));
                }
                self.ordered(place, ("min_length", Some(limits.min_length)), ("max_length", Some(limits.max_length)));
            }
            FieldKind::Number(limits) => {
                if limits.decimals > 6 {
                    self.report(place, Problem::OutOfRange("decimals", "from 0 to 6".into()));
                }
                self.ordered(place, ("min", limits.min), ("max", limits.max));
            }
            FieldKind::Money(limits) => {
                if limits.currencies.is_empty() {
                    self.report(place, Problem::None("currency"));
                }
                self.ordered(place, ("min", limits.min), ("max", limits.max));
            }
            FieldKind::Rating(scale) if !(2..=10).contains(&scale.max) => {
                self.report(place, Problem::OutOfRange("max", "from 2 to 10".into()));
            }
            FieldKind::MultiSelect(select) => {
                self.ordered(place, ("min", Some(select.min)), ("max", Some(select.max)));
                if usize::from(select.min) > select.options.len() {
                    self.report(place, Problem::OutOfRange("min", "the number of options or less".into()));
                }
                self.options(number, field);
            }
            FieldKind::Select(_) => self.options(number, field),
            FieldKind::Consent(consent) if !is_id(&consent.purpose, false) => {
                self.report(place, Problem::MalformedId(consent.purpose.clone()));
            }
            _ => {}
        }
    }

    fn options(&mut self, number: usize, field: &Field) {
        let options = field.kind.options();
        if options.is_empty() {
            self.report(Place::Field(number), Problem::None("option"));
        }
        self.count(Place::Field(number), "options", options.len(), 1_000);
        let mut seen: Vec<&str> = Vec::new();
        for (option, choice) in options.iter().enumerate() {
            let place = Place::Choice(number, option);
            // Options are values of the customer's own systems, so their spelling is theirs.
            if choice.id.is_empty() || choice.id.len() > 100 || choice.id.trim() != choice.id {
                self.report(place, Problem::MalformedId(choice.id.clone()));
            }
            if seen.contains(&choice.id.as_str()) {
                self.report(place, Problem::DuplicateId(choice.id.clone()));
            }
            seen.push(&choice.id);
        }
    }

    fn ordered<T: PartialOrd>(
        &mut self,
        place: Place,
        (low_name, low): (&'static str, Option<T>),
        (high_name, high): (&'static str, Option<T>),
    ) {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            self.report(place, Problem::Contradiction(low_name, high_name));
        }
    }

    fn points(&mut self, place: Place, what: &'static str, points: Points) {
        if points.milli().unsigned_abs() > Points::LIMIT.milli().unsigned_abs() {
            self.report(place, Problem::OutOfRange(what, "from -1000000 to 1000000".into()));
        }
    }
}

fn is_id(id: &str, hyphens: bool) -> bool {
    let mut letters = id.bytes();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || (hyphens && byte == b'-'))
        && id.len() <= 64
}
