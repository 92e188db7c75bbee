//! Conditions with their fields looked up, so that scoring a lead compares numbers and no names.

use super::{
    Condition, FieldCondition, FieldTest, Range, SignalCondition, TouchCondition, TouchOf, TouchTest, Weekday,
    circumstance::LocalTime,
};
use crate::{
    channel::Channel,
    circumstances::Touch,
    field::{Choice, FieldKind},
    form::FieldIndex,
    lead::Value,
    letters::{find, fold},
    mail::MailKind,
    moment::Moment,
    money::{Currency, Exchange},
    signal::Signal,
    timestamp::Timestamp,
};

/// What conditions are asked about.
pub(crate) struct Facts<'a> {
    pub values: &'a [Option<Value>],
    pub signals: &'a [Signal],
    pub at: Timestamp,
    pub channel: Option<Channel>,
    pub first_touch: Option<&'a Touch>,
    pub last_touch: Option<&'a Touch>,
    pub moment: Option<Moment>,
    pub mail: Option<MailKind>,
    pub exchange: Option<&'a Exchange>,
    pub utc_offset_minutes: i32,
}

impl Facts<'_> {
    fn local_time(&self) -> LocalTime {
        LocalTime::new(self.at, self.utc_offset_minutes)
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Bound {
    Always,
    All(Vec<Bound>),
    Any(Vec<Bound>),
    Not(Box<Bound>),
    Field(usize, Test),
    Signal(SignalCondition),
    Channel(Vec<Channel>),
    Touch(TouchCondition),
    Weekday(Vec<Weekday>),
    Hour(Range),
    Moment(Vec<Moment>),
    Mail(Vec<MailKind>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    Present,
    Options(Vec<u16>),
    YesNo(bool),
    Texts(Vec<String>),
    Contains(Vec<String>),
    Between(Range),
    Amount(Range, Currency),
    DaysFromToday(Range),
    Domain(Vec<String>),
}

impl Bound {
    pub(crate) fn holds(&self, facts: &Facts) -> bool {
        match self {
            Self::Always => true,
            Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Self::Not(part) => !part.holds(facts),
            Self::Field(slot, test) => {
                facts.values.get(*slot).and_then(Option::as_ref).is_some_and(|value| test.passes(value, facts))
            }
            Self::Signal(condition) => condition.is_seen(facts),
            Self::Channel(channels) => facts.channel.is_some_and(|channel| channels.contains(&channel)),
            Self::Touch(condition) => {
                let passes = |touch: Option<&Touch>| {
                    touch.and_then(|touch| condition.part.of(touch)).is_some_and(|text| condition.test.passes(text))
                };
                (condition.of != TouchOf::Last && passes(facts.first_touch))
                    || (condition.of != TouchOf::First && passes(facts.last_touch))
            }
            Self::Weekday(days) => days.iter().any(|day| facts.local_time().is_on(*day)),
            Self::Hour(range) => range.contains(facts.local_time().hour()),
            Self::Moment(moments) => facts.moment.is_some_and(|moment| moments.contains(&moment)),
            Self::Mail(kinds) => facts.mail.is_some_and(|kind| kinds.contains(&kind)),
        }
    }
}

impl Bound {
    /// The tests of the field at this place, each once.
    pub(crate) fn tests_of<'b>(&'b self, slot: usize, found: &mut Vec<&'b Test>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.tests_of(slot, found)),
            Self::Not(part) => part.tests_of(slot, found),
            Self::Field(of, test) if *of == slot && !found.contains(&test) => found.push(test),
            _ => {}
        }
    }
}

impl SignalCondition {
    pub(crate) fn is_seen(&self, facts: &Facts) -> bool {
        let is_recent =
            |signal: &&Signal| self.within_ms.is_none_or(|within| facts.at.millis_since(signal.at) <= within);
        let seen = facts.signals.iter().filter(|signal| signal.name == self.signal).filter(is_recent);
        seen.take(usize::from(self.at_least)).count() == usize::from(self.at_least)
    }
}

impl Test {
    pub(crate) fn passes(&self, value: &Value, facts: &Facts) -> bool {
        match (self, value) {
            (Self::Present, Value::Consent(given)) => *given,
            (Self::Present, _) => true,
            (Self::Options(options), Value::Choice(chosen)) => options.contains(chosen),
            (Self::Options(options), Value::Choices(chosen)) => chosen.iter().any(|chosen| options.contains(chosen)),
            (Self::YesNo(wanted), Value::YesNo(given) | Value::Consent(given)) => wanted == given,
            (Self::Texts(texts), _) => value.as_text().is_some_and(|text| {
                let folded = fold(text);
                texts.contains(&folded)
            }),
            (Self::Contains(parts), _) => value.as_text().is_some_and(|text| {
                let folded = fold(text);
                parts.iter().any(|part| find(&folded, part).is_some())
            }),
            (Self::Between(range), Value::Number(number)) => range.contains(*number),
            (Self::Between(range), Value::Rating(mark)) => range.contains(i64::from(*mark)),
            (Self::Between(range), Value::Date(date)) => range.contains(i64::from(date.days())),
            (Self::Between(range), Value::Choices(chosen)) => {
                range.contains(i64::try_from(chosen.len()).unwrap_or(i64::MAX))
            }
            (Self::Amount(range, currency), Value::Money(money)) => {
                if money.currency == *currency {
                    return range.contains(money.minor);
                }
                let exchange = facts.exchange.filter(|exchange| exchange.into == *currency);
                exchange.and_then(|exchange| exchange.convert(*money)).is_some_and(|minor| range.contains(minor))
            }
            (Self::DaysFromToday(range), Value::Date(date)) => {
                let days = i64::from(date.days()).saturating_sub(i64::from(facts.at.date().days()));
                range.contains(days)
            }
            (Self::Domain(domains), Value::Email(address)) => is_below(address.domain(), domains),
            (Self::Domain(domains), Value::Website(address)) => is_below(address.host(), domains),
            _ => false,
        }
    }
}

fn is_below(host: &str, domains: &[String]) -> bool {
    domains
        .iter()
        .any(|domain| host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Why a condition cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BindError {
    UnknownField(String),
    UnknownOption { field: String, option: String },
    UnfitTest { field: String, kind: &'static str },
    EmptyRange { field: String },
    TooDeep,
    NoAlternatives,
    CountsNothing,
    NoTime,
    NoHour,
}

pub(crate) fn bind(condition: &Condition, fields: &FieldIndex, depth: usize) -> Result<Bound, BindError> {
    if depth > super::MAX_DEPTH {
        return Err(BindError::TooDeep);
    }
    let bind_all = |parts: &[Condition]| -> Result<Vec<Bound>, BindError> {
        if parts.is_empty() {
            return Err(BindError::NoAlternatives);
        }
        parts.iter().map(|part| bind(part, fields, depth.saturating_add(1))).collect()
    };
    Ok(match condition {
        Condition::Always => Bound::Always,
        Condition::All(parts) => Bound::All(bind_all(parts)?),
        Condition::Any(parts) => Bound::Any(bind_all(parts)?),
        Condition::Not(part) => Bound::Not(Box::new(bind(part, fields, depth.saturating_add(1))?)),
        // Seen not once or more would hold always.
        Condition::Signal(signal) if signal.at_least == 0 => return Err(BindError::CountsNothing),
        Condition::Signal(SignalCondition { within_ms: Some(0), .. }) => return Err(BindError::NoTime),
        Condition::Signal(signal) => Bound::Signal(signal.clone()),
        Condition::Channel(channels) => Bound::Channel(some(channels)?),
        Condition::Moment(moments) => Bound::Moment(some(moments)?),
        Condition::Mail(kinds) => Bound::Mail(some(kinds)?),
        Condition::Weekday(days) => Bound::Weekday(some(days)?),
        Condition::Hour(range) => {
            if !(0..24).any(|hour| range.contains(hour)) {
                return Err(BindError::NoHour);
            }
            Bound::Hour(*range)
        }
        Condition::Touch(touch) => {
            let test = match &touch.test {
                TouchTest::Present => TouchTest::Present,
                TouchTest::Is(texts) => TouchTest::Is(folded(texts)?),
                TouchTest::Contains(parts) => TouchTest::Contains(folded(parts)?),
            };
            Bound::Touch(TouchCondition { test, ..touch.clone() })
        }
        Condition::Field(FieldCondition { field, test }) => {
            let Some((slot, kind)) = fields.get(field) else {
                return Err(BindError::UnknownField(field.clone()));
            };
            Bound::Field(slot, bind_test(field, kind, test)?)
        }
    })
}

fn some<T: Clone>(alternatives: &[T]) -> Result<Vec<T>, BindError> {
    if alternatives.is_empty() { Err(BindError::NoAlternatives) } else { Ok(alternatives.to_vec()) }
}

fn folded(texts: &[String]) -> Result<Vec<String>, BindError> {
    Ok(some(texts)?.iter().map(|text| fold(text)).collect())
}

fn bind_test(field: &str, kind: &FieldKind, test: &FieldTest) -> Result<Test, BindError> {
    use FieldKind as K;
    let unfit = || BindError::UnfitTest { field: field.to_owned(), kind: kind.name() };
    let ordered = |range: Range| match range {
        Range { min: Some(min), max: Some(max) } if min > max => Err(BindError::EmptyRange { field: field.to_owned() }),
        range => Ok(range),
    };
    let is_text = matches!(
        kind,
        K::ShortText(_) | K::LongText(_) | K::Company(_) | K::Hidden(_) | K::Email | K::Website | K::Phone(_)
    );
    Ok(match test {
        FieldTest::Present => Test::Present,
        FieldTest::Is(wanted) => match kind {
            K::Select(_) | K::MultiSelect(_) => Test::Options(option_numbers(field, kind.options(), wanted)?),
            K::YesNo | K::Consent(_) => match wanted.as_slice() {
                [only] if only == "yes" || only == "no" => Test::YesNo(only == "yes"),
                _ => return Err(unfit()),
            },
            _ if is_text => Test::Texts(folded(wanted)?),
            _ => return Err(unfit()),
        },
        FieldTest::Contains(parts) if is_text => Test::Contains(folded(parts)?),
        FieldTest::Between(range) if matches!(kind, K::Number(_) | K::Rating(_) | K::MultiSelect(_)) => {
            Test::Between(ordered(*range)?)
        }
        FieldTest::Amount(range, currency) if matches!(kind, K::Money(_)) => Test::Amount(ordered(*range)?, *currency),
        FieldTest::Date(range) if matches!(kind, K::Date(_)) => Test::Between(ordered(*range)?),
        FieldTest::DaysFromToday(range) if matches!(kind, K::Date(_)) => Test::DaysFromToday(ordered(*range)?),
        FieldTest::Domain(domains) if matches!(kind, K::Email | K::Website) => Test::Domain(folded(domains)?),
        _ => return Err(unfit()),
    })
}

fn option_numbers(field: &str, options: &[Choice], wanted: &[String]) -> Result<Vec<u16>, BindError> {
    if wanted.is_empty() {
        return Err(BindError::NoAlternatives);
    }
    let number_of = |id: &String| {
        options
            .iter()
            .position(|option| option.id == *id)
            .and_then(|index| u16::try_from(index).ok())
            .ok_or_else(|| BindError::UnknownOption { field: field.to_owned(), option: id.clone() })
    };
    wanted.iter().map(number_of).collect()
}

/// The signals whose sight can make the condition true; their latest time is what engagement decays from.
pub(crate) fn signals_named(condition: &Condition, names: &mut Vec<String>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| signals_named(part, names)),
        Condition::Signal(signal) => names.push(signal.signal.clone()),
        _ => {}
    }
}
