//! What makes a definition a form. Every fault is found, each with its place.

use std::fmt;

use super::{FieldIndex, FormDefinition};
use crate::{
    condition::{self, BindError, Condition},
    field::{Field, FieldKind},
    points::Points,
    score::{BoundCard, BoundCriterion, BoundGate, BoundScoredCondition},
    scorecard::Criterion,
};

/// Most fields of a form.
pub const MAX_FIELDS: usize = 200;
/// Most criteria, and most gates, of a card.
pub const MAX_CRITERIA: usize = 1_000;

/// A fault of a definition and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: Problem,
}

/// A part of a definition, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The form as a whole.
    Form,
    /// A step.
    Step(usize),
    /// A field.
    Field(usize),
    /// An option of a field.
    Choice(usize, usize),
    /// A criterion.
    Criterion(usize),
    /// A condition of a criterion.
    Condition(usize, usize),
    /// A gate.
    Gate(usize),
    /// What the form becomes for a moment.
    Moment(usize),
    /// The bands.
    Bands,
    /// The scorecard's other settings.
    Scorecard,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from_one = |number: &usize| number.saturating_add(1);
        match self {
            Self::Form => formatter.write_str("form"),
            Self::Step(step) => write!(formatter, "step {}", from_one(step)),
            Self::Field(field) => write!(formatter, "field {}", from_one(field)),
            Self::Choice(field, option) => {
                write!(formatter, "field {}, option {}", from_one(field), from_one(option))
            }
            Self::Criterion(criterion) => write!(formatter, "criterion {}", from_one(criterion)),
            Self::Condition(criterion, condition) => {
                write!(formatter, "criterion {}, condition {}", from_one(criterion), from_one(condition))
            }
            Self::Gate(gate) => write!(formatter, "gate {}", from_one(gate)),
            Self::Moment(moment) => write!(formatter, "moment {}", from_one(moment)),
            Self::Bands => formatter.write_str("bands"),
            Self::Scorecard => formatter.write_str("scorecard"),
        }
    }
}

/// What can be wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// An id that is empty, too long, or has other characters than lower-case letters, digits, `_` (and `-` in a form's).
    MalformedId(String),
    /// Two of a kind have one id.
    DuplicateId(String),
    /// Nothing of what there must be one at least.
    None(&'static str),
    /// More of something than is taken.
    TooMany(&'static str, usize),
    /// A number out of its range.
    OutOfRange(&'static str, String),
    /// A smaller limit above its greater one.
    Contradiction(&'static str, &'static str),
    /// A condition names a field the form has not.
    UnknownField(String),
    /// A condition names an option the field has not.
    UnknownOption {
        /// The field.
        field: String,
        /// What it names.
        option: String,
    },
    /// A test that answers of this kind can't be put to.
    UnfitTest {
        /// The field.
        field: String,
        /// Its kind.
        kind: &'static str,
    },
    /// A range that nothing lies in.
    EmptyRange(String),
    /// Conditions nested too deep.
    TooDeep,
    /// `all`, `any` or a list of values with nothing in it.
    NoAlternatives,
    /// A condition after one that always holds.
    Unreachable,
    /// A moment that does not ask for a field without which nobody can send.
    HidesRequired(String),
    /// A half-life on a condition that names no signal.
    NothingToDecay,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MalformedId(id) => write!(
                formatter,
                "the id `{id}` is not made of 1 to 64 lower-case letters, digits and `_`, beginning with a letter"
            ),
            Self::DuplicateId(id) => write!(formatter, "the id `{id}` is used twice"),
            Self::None(what) => write!(formatter, "there is no {what}"),
            Self::TooMany(what, most) => write!(formatter, "there are more than {most} {what}"),
            Self::OutOfRange(what, range) => write!(formatter, "`{what}` is not {range}"),
            Self::Contradiction(low, high) => write!(formatter, "`{low}` is above `{high}`"),
            Self::UnknownField(field) => write!(formatter, "the form has no field `{field}`"),
            Self::UnknownOption { field, option } => write!(formatter, "the field `{field}` has no option `{option}`"),
            Self::UnfitTest { field, kind } => {
                write!(formatter, "this test can't be put to `{field}`, which is of kind `{kind}`")
            }
            Self::EmptyRange(field) => write!(formatter, "no answer to `{field}` lies in this range"),
            Self::TooDeep => write!(formatter, "conditions are nested more than {} deep", condition::MAX_DEPTH),
            Self::NoAlternatives => formatter.write_str("the list is empty"),
            Self::Unreachable => formatter.write_str("it is never asked: the condition before it always holds"),
            Self::HidesRequired(field) => write!(formatter, "it leaves out `{field}`, which is required"),
            Self::NothingToDecay => formatter.write_str("it has a half-life but names no signal to decay from"),
        }
    }
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.problem)
    }
}

impl std::error::Error for DefinitionError {}

impl From<BindError> for Problem {
    fn from(error: BindError) -> Self {
        match error {
            BindError::UnknownField(field) => Self::UnknownField(field),
            BindError::UnknownOption { field, option } => Self::UnknownOption { field, option },
            BindError::UnfitTest { field, kind } => Self::UnfitTest { field, kind },
            BindError::EmptyRange { field } => Self::EmptyRange(field),
            BindError::TooDeep => Self::TooDeep,
            BindError::NoAlternatives => Self::NoAlternatives,
            BindError::CountsNothing => Self::OutOfRange("at_least", "1 or more".into()),
        }
    }
}

#[derive(Default)]
struct Checker {
    errors: Vec<DefinitionError>,
}

pub(super) fn check(definition: &FormDefinition, fields: &FieldIndex) -> Result<BoundCard, Vec<DefinitionError>> {
    let mut checker = Checker::default();
    checker.form(definition);
    let card = checker.card(definition, fields);
    if checker.errors.is_empty() { Ok(card) } else { Err(checker.errors) }
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

    fn card(&mut self, definition: &FormDefinition, fields: &FieldIndex) -> BoundCard {
        let card = &definition.scorecard;
        self.points(Place::Scorecard, "initial", card.initial);
        self.points(Place::Scorecard, "even_odds_at", card.even_odds_at.unwrap_or_default());
        if card.doubling <= Points::ZERO || card.doubling > Points::LIMIT {
            self.report(Place::Scorecard, Problem::OutOfRange("points_to_double_odds", "above 0".into()));
        }
        self.count(Place::Scorecard, "criteria", card.criteria.len(), MAX_CRITERIA);
        self.count(Place::Scorecard, "gates", card.gates.len(), MAX_CRITERIA);
        self.bands(definition);
        let criteria = card.criteria.iter().enumerate().map(|(number, it)| (Place::Criterion(number), it.id.as_str()));
        let gates = card.gates.iter().enumerate().map(|(number, it)| (Place::Gate(number), it.id.as_str()));
        self.ids(criteria.chain(gates));
        BoundCard {
            criteria: card
                .criteria
                .iter()
                .enumerate()
                .map(|(number, criterion)| self.criterion(number, criterion, fields))
                .collect(),
            gates: card
                .gates
                .iter()
                .enumerate()
                .map(|(number, gate)| BoundGate { when: self.bind(Place::Gate(number), &gate.when, fields) })
                .collect(),
        }
    }

    fn bands(&mut self, definition: &FormDefinition) {
        let bands = &definition.scorecard.bands;
        self.ordered(Place::Bands, ("fit_b", Some(bands.fit_b)), ("fit_a", Some(bands.fit_a)));
        let engagement = (bands.engagement_2, bands.engagement_1);
        self.ordered(Place::Bands, ("engagement_2", Some(engagement.0)), ("engagement_1", Some(engagement.1)));
        self.ordered(Place::Bands, ("nurture", Some(bands.nurture)), ("accept", Some(bands.accept)));
        if bands.score_0 >= bands.score_100 {
            self.report(Place::Bands, Problem::Contradiction("score_0", "score_100"));
        }
    }

    fn criterion(&mut self, number: usize, criterion: &Criterion, fields: &FieldIndex) -> BoundCriterion {
        if criterion.conditions.is_empty() {
            self.report(Place::Criterion(number), Problem::None("condition"));
        }
        if criterion.half_life_ms == Some(0) {
            self.report(Place::Criterion(number), Problem::OutOfRange("half_life", "longer than nothing".into()));
        }
        let mut always = false;
        let mut conditions = Vec::with_capacity(criterion.conditions.len());
        for (index, condition) in criterion.conditions.iter().enumerate() {
            let place = Place::Condition(number, index);
            if always {
                self.report(place, Problem::Unreachable);
            }
            always |= condition.when == Condition::Always;
            self.points(place, "points", condition.points);
            let mut signals = Vec::new();
            if criterion.half_life_ms.is_some() {
                condition::signals_named(&condition.when, &mut signals);
                if signals.is_empty() && condition.when != Condition::Always {
                    self.report(place, Problem::NothingToDecay);
                }
            }
            conditions.push(BoundScoredCondition { when: self.bind(place, &condition.when, fields), signals });
        }
        BoundCriterion { conditions }
    }

    fn bind(&mut self, place: Place, condition: &Condition, fields: &FieldIndex) -> condition::Bound {
        condition::bind(condition, fields, 1).unwrap_or_else(|error| {
            self.report(place, error.into());
            condition::Bound::Always
        })
    }
}

fn is_id(id: &str, hyphens: bool) -> bool {
    let mut letters = id.bytes();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || (hyphens && byte == b'-'))
        && id.len() <= 64
}
