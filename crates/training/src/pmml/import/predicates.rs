//! The predicates of attributes as conditions.

use leadglass_scoring::condition::{Condition, FieldCondition, FieldTest, MAX_DEPTH};

use super::{
    Problems,
    inputs::{Input, Operator, View},
    truth::{MAX_PARTS, Truth, depth},
};
use crate::pmml::xml::Element;

/// The names of predicates.
const PREDICATES: &[&str] = &["SimplePredicate", "SimpleSetPredicate", "CompoundPredicate", "True", "False"];

/// The predicate among an element's children.
pub(super) fn of(element: &Element) -> Option<&Element> {
    element.children.iter().find(|child| PREDICATES.contains(&child.name.as_str()))
}

/// What fields are compared with: name and value.
pub(super) fn constants<'e>(predicate: &'e Element, into: &mut Vec<(&'e str, String)>) {
    if let Some(field) = predicate.get("field") {
        let values = match predicate.find("Array") {
            Some(array) => items(array).unwrap_or_default(),
            None => predicate.get("value").map(str::to_owned).into_iter().collect(),
        };
        // A field that is only asked for being there is a field too.
        into.extend(values.into_iter().map(Some).chain([None]).map(|value| (field, value.unwrap_or_default())));
    }
    predicate.children.iter().for_each(|child| constants(child, into));
}

/// When the predicate is true.
pub(super) fn condition(predicate: &Element, inputs: &[Input], problems: &mut Problems) -> Option<Condition> {
    let truth = truth(predicate, inputs, problems)?;
    let deep = depth(&truth.holds);
    if deep > MAX_DEPTH {
        let what = format!("the predicate becomes {deep} levels of `all`, `any` and `not`");
        problems.add(predicate.spot, what, format!("write it with less; {MAX_DEPTH} are taken"));
        return None;
    }
    Some(truth.holds)
}

fn truth(predicate: &Element, inputs: &[Input], problems: &mut Problems) -> Option<Truth> {
    let read = match predicate.name.as_str() {
        "True" => Ok(Truth::always()),
        "False" => Ok(Truth::always().opposite()),
        "SimplePredicate" => simple(predicate, inputs),
        "SimpleSetPredicate" => set(predicate, inputs),
        _ => return compound(predicate, inputs, problems),
    };
    match read {
        Ok(truth) => Some(truth),
        Err((what, mend)) => {
            problems.add(predicate.spot, what, mend);
            None
        }
    }
}

type Told = (String, &'static str);

/// A field, or one that is derived from it.
struct Asked<'i> {
    input: &'i Input,
    view: Option<&'i View>,
}

impl Asked<'_> {
    fn truth(&self, operator: Operator, constant: &str) -> Result<Truth, String> {
        match self.view {
            Some(view) if operator == Operator::Equal => self.input.viewed(view, constant),
            Some(view) => Err(format!("`{}` is no number to compare by size", view.name)),
            None => self.input.asked(operator, constant),
        }
    }
}

fn input<'i>(predicate: &Element, inputs: &'i [Input]) -> Result<Asked<'i>, Told> {
    let name = predicate.get("field").unwrap_or_default();
    let asked = |input: &'i Input| {
        let view = input.views.iter().find(|view| view.name == name);
        (view.is_some() || input.name == name).then_some(Asked { input, view })
    };
    inputs.iter().find_map(asked).ok_or_else(|| {
        (format!("the field `{name}` is none that can be read"), "see what is said of it, or declare it")
    })
}

fn simple(predicate: &Element, inputs: &[Input]) -> Result<Truth, Told> {
    const VALUE: &str = "write a `value` of the field's type";
    let input = input(predicate, inputs)?;
    let operator = predicate.get("operator").unwrap_or_default();
    match (operator, input.view) {
        ("isMissing", None) => return Ok(input.input.is_missing()),
        ("isNotMissing", None) => return Ok(input.input.is_missing().opposite()),
        ("isMissing" | "isNotMissing", Some(view)) => {
            return Err((format!("whether `{}`, which is derived, is missing", view.name), "ask the field itself"));
        }
        _ => {}
    }
    let value = predicate.get("value").ok_or_else(|| (format!("`{operator}` has no `value`"), VALUE))?;
    let asked = |operator| input.truth(operator, value).map_err(|what| (what, VALUE));
    Ok(match operator {
        "equal" => asked(Operator::Equal)?,
        "notEqual" => asked(Operator::Equal)?.opposite(),
        "lessThan" => asked(Operator::Below)?,
        "lessOrEqual" => asked(Operator::AtMost)?,
        "greaterThan" => asked(Operator::AtMost)?.opposite(),
        "greaterOrEqual" => asked(Operator::Below)?.opposite(),
        other => return Err((format!("there is no operator `{other}`"), "use one of PMML's SimplePredicate")),
    })
}

fn set(predicate: &Element, inputs: &[Input]) -> Result<Truth, Told> {
    const ARRAY: &str = "write `<Array type=\"string\">\"a\" \"b\"</Array>` in it";
    let input = input(predicate, inputs)?;
    let array = predicate.find("Array").ok_or_else(|| ("the set has no array".to_owned(), ARRAY))?;
    let items = items(array).ok_or_else(|| ("the array has a quote that does not end".to_owned(), ARRAY))?;
    if array.get("n").is_some_and(|count| count.trim().parse() != Ok(items.len())) {
        let what = format!("the array says `n=\"{}\"` and has {}", array.get("n").unwrap_or_default(), items.len());
        return Err((what, "put values with spaces in quotes"));
    }
    let truths = items.iter().map(|item| input.truth(Operator::Equal, item));
    let truths = truths.collect::<Result<Vec<_>, _>>().map_err(|what| (what, "write values of the field's type"))?;
    if truths.is_empty() {
        return Err(("the set is empty".into(), "name one value at least"));
    }
    let is_in = merged(Truth::or(truths));
    match predicate.get("booleanOperator") {
        Some("isIn") => Ok(is_in),
        Some("isNotIn") => Ok(is_in.opposite()),
        other => Err((format!("`booleanOperator` is `{}`", other.unwrap_or_default()), "use `isIn` or `isNotIn`")),
    }
}

/// One test of several values rather than several of one.
fn merged(truth: Truth) -> Truth {
    let Condition::Any(parts) = &truth.holds else { return truth };
    let mut values = Vec::new();
    let mut tested = None;
    for part in parts {
        let Condition::Field(FieldCondition { field, test: FieldTest::Is(one) }) = part else { return truth };
        values.extend(one.iter().cloned());
        tested = Some(field.clone());
    }
    let Some(field) = tested else { return truth };
    // They fail together where each of them does, and what else is asked for that stays.
    let is_part = |condition: &Condition| matches!(condition, Condition::Not(part) if parts.contains(part));
    let rest = match &truth.fails {
        Condition::All(fails) => fails.iter().filter(|it| !is_part(it)).cloned().collect(),
        _ => return truth,
    };
    let is = Condition::Field(FieldCondition { field, test: FieldTest::Is(values) });
    let is_not = super::truth::not(is.clone());
    Truth { holds: is, fails: super::truth::all([rest, vec![is_not]].concat()) }
}

fn compound(predicate: &Element, inputs: &[Input], problems: &mut Problems) -> Option<Truth> {
    let parts: Vec<&Element> =
        predicate.children.iter().filter(|child| PREDICATES.contains(&child.name.as_str())).collect();
    if parts.is_empty() {
        problems.add(predicate.spot, "the compound predicate is empty", "put predicates in it");
        return None;
    }
    // Each is read, so that all mistakes are told.
    let truths: Vec<Option<Truth>> = parts.into_iter().map(|part| truth(part, inputs, problems)).collect();
    let truths: Vec<Truth> = truths.into_iter().collect::<Option<_>>()?;
    let mut within_bounds = |truth: Truth| {
        if truth.parts() <= MAX_PARTS {
            return Some(truth);
        }
        problems.add(predicate.spot, "the predicate has too many parts", "split it into several attributes");
        None
    };
    match predicate.get("booleanOperator") {
        Some("and") => within_bounds(Truth::and(truths)),
        Some("or") => within_bounds(Truth::or(truths)),
        Some("xor") => {
            let mut truths = truths.into_iter();
            let first = truths.next()?;
            truths.try_fold(first, |one, other| within_bounds(one.xor(&other)))
        }
        Some("surrogate") => {
            let mut truths = truths.into_iter().rev();
            let last = truths.next()?;
            truths.try_fold(last, |other, one| within_bounds(one.or_else(other)))
        }
        other => {
            let what = format!("`booleanOperator` is `{}`", other.unwrap_or_default());
            problems.add(predicate.spot, what, "use `and`, `or`, `xor` or `surrogate`");
            None
        }
    }
}

/// The items of an array: parted by white space, in quotes where they hold some, a quote in quotes after a backslash.
fn items(array: &Element) -> Option<Vec<String>> {
    let mut items = Vec::new();
    let mut letters = array.text.chars().peekable();
    while let Some(first) = letters.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut item = String::new();
        if first != '"' {
            item.push(first);
            while let Some(letter) = letters.next_if(|letter| !letter.is_whitespace()) {
                item.push(letter);
            }
            items.push(item);
            continue;
        }
        loop {
            match letters.next()? {
                '"' => break,
                '\\' => item.push(letters.next_if_eq(&'"').unwrap_or('\\')),
                letter => item.push(letter),
            }
        }
        items.push(item);
    }
    Some(items)
}
