//! What follows from conditions without asking anybody. What is said holds; not all that holds is said.

use std::cell::Cell;

use crate::{
    condition::{Condition, FieldCondition, FieldTest, Range, SignalCondition, TouchCondition, TouchOf, TouchTest},
    field::{DateLimit, FieldKind},
    form::FieldIndex,
    letters::fold,
};

/// The whole numbers, open to both sides.
type Span = (i128, i128);

/// Most questions that are followed up for one file; conditions that nobody would write could take for ever.
const PATIENCE: u32 = 1_000_000;

pub(super) struct Logic<'f> {
    fields: &'f FieldIndex,
    patience: Cell<u32>,
}

impl<'f> Logic<'f> {
    pub(super) const fn new(fields: &'f FieldIndex) -> Self {
        Self { fields, patience: Cell::new(PATIENCE) }
    }

    fn is_patient(&self) -> bool {
        self.patience.set(self.patience.get().saturating_sub(1));
        self.patience.get() > 0
    }

    /// Whether no lead can pass.
    pub(super) fn never(&self, condition: &Condition) -> bool {
        match condition {
            _ if !self.is_patient() => false,
            Condition::Any(parts) => parts.iter().all(|part| self.never(part)),
            Condition::All(parts) => {
                let contradicts = |(index, part): (usize, &Condition)| {
                    parts.iter().skip(index.saturating_add(1)).any(|other| self.excludes(part, other))
                };
                parts.iter().any(|part| self.never(part)) || parts.iter().enumerate().any(contradicts)
            }
            Condition::Not(part) => self.always(part),
            Condition::Field(FieldCondition { field, test }) => {
                let span = range_of(test).map(|range| self.clipped(field, test, range));
                span.is_some_and(|(min, max)| min > max)
            }
            _ => false,
        }
    }

    pub(super) fn always(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Always => true,
            Condition::Any(parts) => {
                parts.iter().any(|part| self.always(part)) || self.exhaust(&parts.iter().collect::<Vec<_>>())
            }
            Condition::All(parts) => parts.iter().all(|part| self.always(part)),
            Condition::Not(part) => self.never(part),
            _ => false,
        }
    }

    /// Whether one of the conditions always holds because another fails, such as an answer's being there and its not.
    pub(super) fn exhaust(&self, conditions: &[&Condition]) -> bool {
        conditions.iter().any(|one| match one {
            Condition::Not(part) => conditions.iter().any(|other| self.implies(part, other)),
            _ => false,
        })
    }

    /// Whether two ranges of one field have numbers in common, and each some that the other has not.
    pub(super) fn overlap(&self, one: &Condition, other: &Condition) -> bool {
        let (Condition::Field(one), Condition::Field(other)) = (one, other) else { return false };
        let (Some(range), Some(other_range)) = (range_of(&one.test), range_of(&other.test)) else { return false };
        if one.field != other.field || !is_of_one_scale(&one.test, &other.test) {
            return false;
        }
        let span = self.clipped(&one.field, &one.test, range);
        let other = self.clipped(&one.field, &other.test, other_range);
        !is_empty(clip(span, other)) && !covers(&[other], span) && !covers(&[span], other)
    }

    /// Whether one of `before` holds wherever the condition does.
    pub(super) fn covered(&self, condition: &Condition, before: &[&Condition]) -> bool {
        if self.exhaust(before) || before.iter().any(|before| self.implies(condition, before)) {
            return true;
        }
        match condition {
            Condition::Any(parts) => parts.iter().all(|part| self.covered(part, before)),
            Condition::All(parts) => parts.iter().any(|part| self.covered(part, before)),
            Condition::Hour(range) => {
                let mut hours = (0..24).filter(|hour| range.contains(*hour));
                let single = |hour| Condition::Hour(Range { min: Some(hour), max: Some(hour) });
                hours.all(|hour| before.iter().any(|before| self.implies(&single(hour), before)))
            }
            Condition::Field(FieldCondition { field, test }) if range_of(test).is_some() => {
                let span = range_of(test).map(|range| self.clipped(field, test, range));
                let mut spans = Vec::new();
                for before in before {
                    spans_of(before, field, test, &mut spans);
                }
                span.is_some_and(|span| covers(&spans, span))
            }
            _ => {
                let alternatives = alternatives(condition);
                alternatives.len() > 1
                    && alternatives.iter().all(|(_, single)| before.iter().any(|before| self.implies(single, before)))
            }
        }
    }

    /// The alternatives of a condition for which one of `before` holds wherever they do.
    pub(super) fn taken(&self, condition: &Condition, before: &[&Condition]) -> Vec<String> {
        if let Condition::Any(parts) = condition {
            return parts.iter().flat_map(|part| self.taken(part, before)).collect();
        }
        let taken = |single: &Condition| before.iter().any(|before| self.implies(single, before));
        alternatives(condition).into_iter().filter(|(_, single)| taken(single)).map(|(name, _)| name).collect()
    }

    /// Whether `other` holds wherever `one` does.
    fn implies(&self, one: &Condition, other: &Condition) -> bool {
        use Condition as C;
        if !self.is_patient() {
            return false;
        }
        if one == other || self.always(other) || self.never(one) {
            return true;
        }
        match (one, other) {
            (C::Any(parts), _) => parts.iter().all(|part| self.implies(part, other)),
            (_, C::All(parts)) => parts.iter().all(|part| self.implies(one, part)),
            (_, C::Any(parts)) if parts.iter().any(|part| self.implies(one, part)) => true,
            (C::All(parts), _) => parts.iter().any(|part| self.implies(part, other)),
            (C::Not(one), C::Not(other)) => self.implies(other, one),
            (_, C::Not(part)) => self.excludes(one, part),
            (C::Channel(one), C::Channel(other)) => is_within(one, other),
            (C::Moment(one), C::Moment(other)) => is_within(one, other),
            (C::Mail(one), C::Mail(other)) => is_within(one, other),
            (C::Weekday(one), C::Weekday(other)) => is_within(one, other),
            (C::Hour(one), C::Hour(other)) => covers(&[span(*other)], clip(span(*one), (0, 23))),
            (C::Signal(one), C::Signal(other)) => signal_implies(one, other),
            (C::Touch(one), C::Touch(other)) => touch_implies(one, other),
            (C::Field(one), C::Field(other)) if one.field == other.field => self.field_implies(one, other),
            _ => false,
        }
    }

    fn field_implies(&self, one: &FieldCondition, other: &FieldCondition) -> bool {
        use FieldTest as T;
        match (&one.test, &other.test) {
            // Whoever was asked for consent and gave none has answered no.
            (_, T::Present) => !matches!(self.kind(&one.field), Some(FieldKind::Consent(_))),
            (T::Is(texts), T::Is(others)) => is_within(&self.told_apart(one, texts), &self.told_apart(one, others)),
            (T::Is(texts) | T::Contains(texts), T::Contains(parts)) => {
                let parts = folded(parts);
                folded(texts).iter().all(|text| parts.iter().any(|part| text.contains(part.as_str())))
            }
            (T::Domain(one), T::Domain(other)) => {
                let other = folded(other);
                let below = |host: &String, domain: &String| {
                    host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                };
                folded(one).iter().all(|host| other.iter().any(|domain| below(host, domain)))
            }
            (test, other_test) if is_of_one_scale(test, other_test) => {
                let (range, other) = (range_of(test).unwrap_or_default(), range_of(other_test).unwrap_or_default());
                covers(&[span(other)], self.clipped(&one.field, test, range))
            }
            _ => false,
        }
    }

    /// Whether no lead passes both.
    fn excludes(&self, one: &Condition, other: &Condition) -> bool {
        use Condition as C;
        match (one, other) {
            _ if !self.is_patient() => false,
            (C::Not(part), whole) | (whole, C::Not(part)) if self.implies(whole, part) => true,
            (C::Any(parts), other) | (other, C::Any(parts)) => parts.iter().all(|part| self.excludes(part, other)),
            (C::All(parts), other) | (other, C::All(parts)) => parts.iter().any(|part| self.excludes(part, other)),
            (C::Channel(one), C::Channel(other)) => !one.iter().any(|it| other.contains(it)),
            (C::Moment(one), C::Moment(other)) => !one.iter().any(|it| other.contains(it)),
            (C::Mail(one), C::Mail(other)) => !one.iter().any(|it| other.contains(it)),
            (C::Weekday(one), C::Weekday(other)) => !one.iter().any(|it| other.contains(it)),
            (C::Hour(one), C::Hour(other)) => is_empty(clip(span(*one), span(*other))),
            (C::Field(one), C::Field(other)) if one.field == other.field => self.field_excludes(one, other),
            _ => false,
        }
    }

    fn field_excludes(&self, one: &FieldCondition, other: &FieldCondition) -> bool {
        let takes_several = matches!(self.kind(&one.field), Some(FieldKind::MultiSelect(_)));
        match (&one.test, &other.test) {
            (FieldTest::Is(texts), FieldTest::Is(others)) => {
                let others = self.told_apart(one, others);
                !takes_several && !self.told_apart(one, texts).iter().any(|it| others.contains(it))
            }
            (test, other_test) if is_of_one_scale(test, other_test) => {
                let (range, other) = (range_of(test).unwrap_or_default(), range_of(other_test).unwrap_or_default());
                is_empty(clip(span(range), span(other)))
            }
            _ => false,
        }
    }

    /// Answers as they are compared: options by their exact ids, texts without regard to case.
    fn told_apart(&self, condition: &FieldCondition, answers: &[String]) -> Vec<String> {
        let has_options = self.kind(&condition.field).is_some_and(|kind| !kind.options().is_empty());
        if has_options { answers.to_vec() } else { folded(answers) }
    }

    fn kind(&self, field: &str) -> Option<&FieldKind> {
        self.fields.get(field).map(|(_, kind)| kind)
    }

    /// What is left of a range by what the field takes.
    fn clipped(&self, field: &str, test: &FieldTest, range: Range) -> Span {
        let days = |limit: &Option<DateLimit>| match (limit, test) {
            (Some(DateLimit::On(date)), FieldTest::Date(_)) => Some(i64::from(date.days())),
            (Some(DateLimit::FromToday(days)), FieldTest::DaysFromToday(_)) => Some(i64::from(*days)),
            _ => None,
        };
        let takes = match self.kind(field) {
            Some(FieldKind::Number(limits)) => Range { min: limits.min, max: limits.max },
            Some(FieldKind::Rating(scale)) => Range { min: Some(1), max: Some(i64::from(scale.max)) },
            Some(FieldKind::MultiSelect(select)) => {
                let count = i64::try_from(select.options.len()).unwrap_or(i64::MAX);
                Range { min: Some(1), max: Some(count.min(i64::from(select.max))) }
            }
            Some(FieldKind::Date(limits)) => Range { min: days(&limits.min), max: days(&limits.max) },
            _ => Range::default(),
        };
        clip(span(range), span(takes))
    }
}

/// Its alternatives one by one, with their names.
fn alternatives(condition: &Condition) -> Vec<(String, Condition)> {
    let field = |field: &String, texts: &[String], test: fn(Vec<String>) -> FieldTest| {
        let single = |text: &String| {
            let test = test(vec![text.clone()]);
            (text.clone(), Condition::Field(FieldCondition { field: field.clone(), test }))
        };
        texts.iter().map(single).collect()
    };
    let touch = |touch: &TouchCondition, texts: &[String], test: fn(Vec<String>) -> TouchTest| {
        let single = |text: &String| {
            (text.clone(), Condition::Touch(TouchCondition { test: test(vec![text.clone()]), ..touch.clone() }))
        };
        texts.iter().map(single).collect()
    };
    match condition {
        Condition::Field(FieldCondition { field: id, test }) => match test {
            FieldTest::Is(texts) => field(id, texts, FieldTest::Is),
            FieldTest::Contains(texts) => field(id, texts, FieldTest::Contains),
            FieldTest::Domain(texts) => field(id, texts, FieldTest::Domain),
            _ => Vec::new(),
        },
        Condition::Touch(condition) => match &condition.test {
            TouchTest::Is(texts) => touch(condition, texts, TouchTest::Is),
            TouchTest::Contains(texts) => touch(condition, texts, TouchTest::Contains),
            TouchTest::Present => Vec::new(),
        },
        Condition::Channel(all) => {
            all.iter().map(|it| (it.as_str().to_owned(), Condition::Channel(vec![*it]))).collect()
        }
        Condition::Moment(all) => all.iter().map(|it| (it.as_str().to_owned(), Condition::Moment(vec![*it]))).collect(),
        Condition::Mail(all) => all.iter().map(|it| (it.as_str().to_owned(), Condition::Mail(vec![*it]))).collect(),
        Condition::Weekday(all) => {
            all.iter().map(|it| (format!("{it:?}").to_lowercase(), Condition::Weekday(vec![*it]))).collect()
        }
        _ => Vec::new(),
    }
}

fn signal_implies(one: &SignalCondition, other: &SignalCondition) -> bool {
    one.signal == other.signal
        && one.at_least >= other.at_least
        && other.within_ms.is_none_or(|within| one.within_ms.is_some_and(|one| one <= within))
}

fn touch_implies(one: &TouchCondition, other: &TouchCondition) -> bool {
    if one.part != other.part || !(one.of == other.of || other.of == TouchOf::Any) {
        return false;
    }
    match (&one.test, &other.test) {
        (_, TouchTest::Present) => true,
        (TouchTest::Is(one), TouchTest::Is(other)) => is_within(&folded(one), &folded(other)),
        (TouchTest::Is(texts) | TouchTest::Contains(texts), TouchTest::Contains(parts)) => {
            let parts = folded(parts);
            folded(texts).iter().all(|text| parts.iter().any(|part| text.contains(part.as_str())))
        }
        _ => false,
    }
}

fn folded(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| fold(text)).collect()
}

fn is_within<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.iter().all(|it| other.contains(it))
}

const fn range_of(test: &FieldTest) -> Option<Range> {
    match test {
        FieldTest::Between(range)
        | FieldTest::Amount(range, _)
        | FieldTest::Date(range)
        | FieldTest::DaysFromToday(range) => Some(*range),
        _ => None,
    }
}

fn is_of_one_scale(one: &FieldTest, other: &FieldTest) -> bool {
    use FieldTest as T;
    match (one, other) {
        (T::Between(_), T::Between(_)) | (T::Date(_), T::Date(_)) | (T::DaysFromToday(_), T::DaysFromToday(_)) => true,
        (T::Amount(_, one), T::Amount(_, other)) => one == other,
        _ => false,
    }
}

/// The ranges of this scale of this field that a condition holds in, whatever else.
fn spans_of(condition: &Condition, field: &str, scale: &FieldTest, spans: &mut Vec<Span>) {
    match condition {
        Condition::Any(parts) => {
            for part in parts {
                spans_of(part, field, scale, spans);
            }
        }
        Condition::Field(condition) if condition.field == field && is_of_one_scale(&condition.test, scale) => {
            spans.extend(range_of(&condition.test).map(span));
        }
        _ => {}
    }
}

fn span(range: Range) -> Span {
    (range.min.map_or(i128::MIN, i128::from), range.max.map_or(i128::MAX, i128::from))
}

fn clip(one: Span, other: Span) -> Span {
    (one.0.max(other.0), one.1.min(other.1))
}

const fn is_empty(span: Span) -> bool {
    span.0 > span.1
}

/// Whether every number of `span` lies in one of `spans`.
fn covers(spans: &[Span], span: Span) -> bool {
    let mut from = span.0;
    // Each turn uses up one of them at least.
    for _ in 0..=spans.len() {
        if from > span.1 {
            return true;
        }
        let reach = spans.iter().filter(|(min, max)| *min <= from && from <= *max).map(|(_, max)| *max).max();
        match reach {
            Some(reach) if reach >= span.1 => return true,
            Some(reach) => from = reach.saturating_add(1),
            None => return false,
        }
    }
    false
}
