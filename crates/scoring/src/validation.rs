//! Validation: from untrusted answers to a lead, or to every broken rule.

pub mod date;
pub mod email;
pub mod number;
pub mod phone;
pub mod website;

use self::{
    email::EmailAddress,
    number::{NumberError, digits, format_scaled, parse_rounded, parse_scaled},
    phone::{NationalPlan, PhoneNumber},
    website::WebAddress,
};
use crate::{
    answers::Answers,
    field::{
        Choice, DateLimits, Field, FieldKind, MoneyLimits, MultiSelectOptions, NumberLimits, SelectOptions, TextLimits,
    },
    form::Form,
    lead::{Lead, Value},
    letters::{count, is_of_word, trim},
    money::{Currency, Money},
    timestamp::Timestamp,
    violation::{Violation, ViolationCode},
};

/// A broken rule and the limit that was passed.
type Broken = (ViolationCode, Option<String>);

/// Reads answers to a form at the time `at`. Answers to fields the form has not, or does not ask for after the answers
/// before, are ignored.
///
/// # Errors
/// Every violation, in the order of the fields; at most one a field.
pub fn validate(form: &Form, answers: &Answers, at: Timestamp) -> Result<Lead, Vec<Violation>> {
    let mut lead = Lead::default();
    let answer = |_, field: &Field, given: &mut Vec<_>| given.extend(answers.get(&field.id).iter().map(String::as_str));
    validate_into(form, at, &mut lead, answer)?;
    Ok(lead)
}

/// Reads answers into a lead whose memory is used again, as for the rows of a table. `answer` adds what was given to
/// the field at a place of the form.
///
/// # Errors
/// Every violation, in the order of the fields; at most one a field. The lead is then empty.
pub fn validate_into<'a>(
    form: &Form,
    at: Timestamp,
    lead: &mut Lead,
    mut answer: impl FnMut(usize, &Field, &mut Vec<&'a str>),
) -> Result<(), Vec<Violation>> {
    let fields = &form.definition().fields;
    let mut values = std::mem::take(lead).into_values();
    values.clear();
    values.reserve_exact(fields.len());
    let mut violations = Vec::new();
    let mut given = Vec::new();
    for (slot, field) in fields.iter().enumerate() {
        if !form.asks(slot, &values, at) {
            values.push(None);
            continue;
        }
        given.clear();
        answer(slot, field, &mut given);
        values.push(validate_field(field, &given, at).unwrap_or_else(|violation| {
            violations.push(violation);
            None
        }));
    }
    if violations.is_empty() {
        *lead = Lead::new(values);
        Ok(())
    } else {
        Err(violations)
    }
}

/// Reads the answer to one field: `None` where there is none and none is needed.
///
/// # Errors
/// The broken rule.
pub fn validate_field<S: AsRef<str>>(field: &Field, values: &[S], at: Timestamp) -> Result<Option<Value>, Violation> {
    let read = |given: &[&str]| match field.lenient {
        Some(true) => Ok(read_leniently(field, given, at)),
        _ => read(field, given, at),
    };
    let result = match values {
        [] => read(&[]),
        [only] => match trim(only.as_ref()) {
            "" => read(&[]),
            given => read(&[given]),
        },
        several => {
            let given: Vec<&str> =
                several.iter().map(|value| trim(value.as_ref())).filter(|it| !it.is_empty()).collect();
            read(&given)
        }
    };
    result.map_err(|(code, limit)| Violation { field: field.id.clone(), code, limit })
}

/// What can be read of the answer to a field that takes it as it is.
fn read_leniently(field: &Field, given: &[&str], at: Timestamp) -> Option<Value> {
    if let (FieldKind::Number(limits), [only]) = (&field.kind, given) {
        return parse_rounded(only, limits.decimals).map(Value::Number);
    }
    // What can't be read is as if it had not been given.
    read(field, given, at).or_else(|_| read(field, &[], at)).ok().flatten()
}

fn read(field: &Field, given: &[&str], at: Timestamp) -> Result<Option<Value>, Broken> {
    if let FieldKind::Consent(_) = field.kind {
        return consent(field, given);
    }
    let [first, more @ ..] = given else {
        return none(field);
    };
    let takes_several = match &field.kind {
        FieldKind::MultiSelect(_) | FieldKind::Money(_) => true,
        FieldKind::Phone(plan) => plan.as_ref().is_some_and(NationalPlan::is_chosen),
        _ => false,
    };
    if !takes_several && !more.is_empty() {
        return Err((ViolationCode::Repeated, None));
    }
    let value = match &field.kind {
        FieldKind::ShortText(limits) | FieldKind::Company(limits) | FieldKind::Hidden(limits) => {
            Value::Text(text(first, *limits, false)?)
        }
        FieldKind::LongText(limits) => Value::Text(text(first, *limits, true)?),
        FieldKind::Email => Value::Email(EmailAddress::parse(first).map_err(|code| (code, None))?),
        FieldKind::Phone(plan) => match phone(first, more, plan.as_ref()).map_err(|code| (code, None))? {
            Some(number) => Value::Phone(number),
            None => return none(field),
        },
        FieldKind::Number(limits) => Value::Number(number(first, *limits)?),
        FieldKind::Money(limits) => match money(first, more, limits)? {
            Some(money) => Value::Money(money),
            None => return none(field),
        },
        FieldKind::Date(limits) => date_within(first, *limits, at)?,
        FieldKind::Select(select) => choice(first, select)?,
        FieldKind::MultiSelect(select) => choices(given, select)?,
        FieldKind::Rating(scale) => match first.parse::<u8>() {
            Ok(mark) if (1..=scale.max).contains(&mark) => Value::Rating(mark),
            _ => return Err((ViolationCode::RatingOutOfRange, Some(digits(scale.max.into(), 1)))),
        },
        FieldKind::YesNo | FieldKind::Consent(_) => {
            Value::YesNo(yes_no(first).ok_or((ViolationCode::YesNoMalformed, None))?)
        }
        FieldKind::Website => Value::Website(WebAddress::parse(first).ok_or((ViolationCode::WebsiteMalformed, None))?),
    };
    Ok(Some(value))
}

/// What it means that there is no answer.
fn none(field: &Field) -> Result<Option<Value>, Broken> {
    if field.required { Err((ViolationCode::Required, None)) } else { Ok(None) }
}

/// A number, and the country that was chosen beside it. A country alone, as an untouched pair of inputs sends it, is no
/// answer.
fn phone(first: &str, more: &[&str], plan: Option<&NationalPlan>) -> Result<Option<PhoneNumber>, ViolationCode> {
    let number = match (plan, more) {
        (Some(plan), []) if plan.is_choice(first) => return Ok(None),
        (Some(plan), [chosen]) => PhoneNumber::parse_in(first, plan, chosen),
        (_, []) => PhoneNumber::parse(first, plan),
        _ => Err(ViolationCode::Repeated),
    };
    number.map(Some)
}

fn consent(field: &Field, given: &[&str]) -> Result<Option<Value>, Broken> {
    let given = match given {
        [] => Some(false),
        [only] => yes_no(only),
        _ => return Err((ViolationCode::Repeated, None)),
    };
    match given {
        Some(true) => Ok(Some(Value::Consent(true))),
        Some(false) if field.required => Err((ViolationCode::ConsentRequired, None)),
        Some(false) => Ok(Some(Value::Consent(false))),
        None => Err((ViolationCode::YesNoMalformed, None)),
    }
}

fn yes_no(text: &str) -> Option<bool> {
    let is = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["yes", "true", "on", "1"]) {
        Some(true)
    } else if is(["no", "false", "off", "0"]) {
        Some(false)
    } else {
        None
    }
}

fn text(given: &str, limits: TextLimits, several_lines: bool) -> Result<String, Broken> {
    // Browsers send line breaks as CR LF (HTML standard, "Constructing the entry list"); one way to write them is kept.
    let mut lines = given.split('\r');
    let mut text = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        text.push('\n');
        text.push_str(line.strip_prefix('\n').unwrap_or(line));
    }
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let is_allowed = |letter: char| !letter.is_control() || (several_lines && matches!(letter, '\n' | '\t'));
    if !is_plain && !text.chars().all(is_allowed) {
        return Err((ViolationCode::TextControlCharacter, None));
    }
    let length = count(&text);
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    if length < limits.min_length {
        return Err((ViolationCode::TextTooShort, Some(digits(limits.min_length.into(), 1))));
    }
    if length > limits.max_length {
        return Err((ViolationCode::TextTooLong, Some(digits(limits.max_length.into(), 1))));
    }
    Ok(text)
}

fn number(given: &str, limits: NumberLimits) -> Result<i64, Broken> {
    let value = parse_scaled(given, limits.decimals).map_err(|error| match error {
        NumberError::Malformed => (ViolationCode::NumberMalformed, None),
        NumberError::TooPrecise => (ViolationCode::NumberTooPrecise, Some(digits(limits.decimals.into(), 1))),
        NumberError::OutOfRange => {
            let limit = limits.max.unwrap_or(i64::MAX);
            (ViolationCode::NumberTooLarge, Some(format_scaled(limit, limits.decimals)))
        }
    })?;
    if let Some(min) = limits.min.filter(|min| value < *min) {
        return Err((ViolationCode::NumberTooSmall, Some(format_scaled(min, limits.decimals))));
    }
    if let Some(max) = limits.max.filter(|max| value > *max) {
        return Err((ViolationCode::NumberTooLarge, Some(format_scaled(max, limits.decimals))));
    }
    Ok(value)
}

/// An amount with its currency after it, before it, or as a second value; the first currency where it is not named.
/// A currency alone, as an untouched pair of inputs sends it, is no answer.
fn money(first: &str, more: &[&str], limits: &MoneyLimits) -> Result<Option<Money>, Broken> {
    let unknown = || {
        let known: Vec<&str> = limits.currencies.iter().map(Currency::as_str).collect();
        (ViolationCode::MoneyCurrencyUnknown, Some(known.join(", ")))
    };
    let find = |word: &str| limits.currencies.iter().copied().find(|currency| currency.is_called(word));
    let named = match more {
        [] => None,
        [word] => Some(find(word).ok_or_else(unknown)?),
        _ => return Err((ViolationCode::Repeated, None)),
    };
    let is_word = |letter: char| {
        (is_of_word(letter) && !letter.is_ascii_digit()) || matches!(letter, '€' | '$' | '£' | '₽' | '₴' | '₸')
    };
    if more.is_empty() && find(first).is_some() {
        return Ok(None);
    }
    let after = first.find(is_word).filter(|at| *at > 0);
    let (amount, word) = if let Some(at) = after {
        first.split_at_checked(at).unwrap_or((first, ""))
    } else {
        let end = first.find(|letter: char| !is_word(letter)).unwrap_or(first.len());
        let (word, amount) = first.split_at_checked(end).unwrap_or(("", first));
        (amount, word)
    };
    let currency = match (word.trim(), named) {
        ("", Some(named)) => named,
        ("", None) => limits.currencies.first().copied().ok_or_else(unknown)?,
        (word, _) => find(word).ok_or_else(|| {
            if amount.contains(|letter: char| letter.is_ascii_digit()) {
                unknown()
            } else {
                (ViolationCode::NumberMalformed, None)
            }
        })?,
    };
    let in_first = limits.currencies.first() == Some(&currency);
    let bounds = if in_first { (limits.min, limits.max) } else { (limits.min.map(i64::signum), None) };
    let decimals = currency.decimals();
    let with_currency = |(code, limit): Broken| {
        let limit = limit.map(|limit| match code {
            ViolationCode::NumberTooPrecise => limit,
            _ => [&limit, " ", currency.as_str()].concat(),
        });
        (code, limit)
    };
    let minor =
        number(amount.trim(), NumberLimits { decimals, min: bounds.0, max: bounds.1 }).map_err(with_currency)?;
    Ok(Some(Money { minor, currency }))
}

fn date_within(given: &str, limits: DateLimits, at: Timestamp) -> Result<Value, Broken> {
    let date = date::parse(given).map_err(|code| (code, None))?;
    let today = at.date();
    if let Some(min) = limits.min.map(|limit| limit.resolve(today)).filter(|min| date < *min) {
        return Err((ViolationCode::DateTooEarly, Some(min.to_iso())));
    }
    if let Some(max) = limits.max.map(|limit| limit.resolve(today)).filter(|max| date > *max) {
        return Err((ViolationCode::DateTooLate, Some(max.to_iso())));
    }
    Ok(Value::Date(date))
}

fn choice(given: &str, select: &SelectOptions) -> Result<Value, Broken> {
    // Ids are often of one length; their last letters tell most of them apart without a call to compare them.
    let last = given.as_bytes().last();
    let is_given = |option: &Choice| option.id.as_bytes().last() == last && option.id == given;
    let index = select.options.iter().position(is_given);
    let number = index.and_then(|index| u16::try_from(index).ok());
    number.map(Value::Choice).ok_or((ViolationCode::ChoiceUnknown, None))
}

fn choices(given: &[&str], select: &MultiSelectOptions) -> Result<Value, Broken> {
    let mut chosen = Vec::with_capacity(given.len().min(select.options.len()));
    for (number, option) in (0_u16..).zip(&select.options) {
        if given.contains(&option.id.as_str()) {
            chosen.push(number);
        }
    }
    let is_known = |id: &&str| select.options.iter().any(|option| option.id == **id);
    if !given.iter().all(is_known) {
        return Err((ViolationCode::ChoiceUnknown, None));
    }
    if chosen.len() < usize::from(select.min) {
        return Err((ViolationCode::ChoiceTooFew, Some(digits(select.min.into(), 1))));
    }
    if chosen.len() > usize::from(select.max) {
        return Err((ViolationCode::ChoiceTooMany, Some(digits(select.max.into(), 1))));
    }
    Ok(Value::Choices(chosen))
}
