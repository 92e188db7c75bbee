//! Logic as predicates and as expressions.

use super::logic::{Asked, Logic, Test};
use crate::pmml::xml::Element;

/// Whether predicates of one field can say it: expressions have regular expressions, and Scorecards want all
/// predicates of a characteristic to test one field.
pub(super) fn is_of_one_field(conditions: &[Logic]) -> bool {
    let mut tests = Vec::new();
    for condition in conditions {
        condition.tests(&mut tests);
    }
    let plain = tests.iter().all(|test| !matches!(test.asked, Asked::Matches(_) | Asked::NotMatches(_)));
    plain && tests.windows(2).all(|pair| matches!(pair, [one, other] if one.field == other.field))
}

/// True exactly where the logic is; false or unknown elsewhere.
pub(super) fn predicate(logic: &Logic) -> Element {
    match logic {
        Logic::True => Element::new("True"),
        Logic::False => Element::new("False"),
        Logic::All(parts) => compound("and", parts.iter().map(predicate)),
        Logic::Any(parts) => compound("or", parts.iter().map(predicate)),
        Logic::Test(test) => simple(test),
    }
}

fn compound(operator: &str, parts: impl Iterator<Item = Element>) -> Element {
    Element::new("CompoundPredicate").with("booleanOperator", operator).children(parts)
}

fn simple(test: &Test) -> Element {
    let of = |operator: &str| Element::new("SimplePredicate").with("field", &test.field).with("operator", operator);
    let set = |operator: &str, values: &[String]| {
        let quoted: Vec<_> = values.iter().map(|value| format!("\"{value}\"")).collect();
        let array = Element::new("Array").with("n", values.len().to_string()).with("type", test.data_type);
        Element::new("SimpleSetPredicate")
            .with("field", &test.field)
            .with("booleanOperator", operator)
            .child(array.text(quoted.join(" ")))
    };
    // Evaluators differ in how they read these within an array.
    let is_plain = |values: &[String]| !values.iter().any(|value| value.contains(['"', '\\']));
    match &test.asked {
        Asked::Missing => of("isMissing"),
        Asked::Known => of("isNotMissing"),
        Asked::Compared(operator, value) => of(operator).with("value", value),
        Asked::In(values) => match values.as_slice() {
            [only] => of("equal").with("value", only),
            values if is_plain(values) => set("isIn", values),
            values => compound("or", values.iter().map(|value| of("equal").with("value", value))),
        },
        Asked::NotIn(values) => match values.as_slice() {
            [only] => of("notEqual").with("value", only),
            values if is_plain(values) => set("isNotIn", values),
            values => compound("and", values.iter().map(|value| of("notEqual").with("value", value))),
        },
        // `is_of_one_field` keeps these out.
        Asked::Matches(_) | Asked::NotMatches(_) => Element::new("False"),
    }
}

/// An expression that gives the number of the first condition that holds, from 1; 0 where none does.
pub(super) fn first_that_holds(conditions: &[Logic]) -> Element {
    let number = |number: usize| Element::new("Constant").with("dataType", "integer").text(number.to_string());
    let numbered = conditions.iter().enumerate().rev();
    numbered.fold(number(0), |otherwise, (index, condition)| match condition {
        Logic::True => number(index + 1),
        Logic::False => otherwise,
        condition => function("if", [expression(condition), number(index + 1), otherwise]),
    })
}

fn function(name: &str, arguments: impl IntoIterator<Item = Element>) -> Element {
    Element::new("Apply").with("function", name).children(arguments)
}

/// Never unknown: a comparison with what is missing is mapped to false.
fn expression(logic: &Logic) -> Element {
    match logic {
        Logic::True | Logic::False => {
            Element::new("Constant").with("dataType", "boolean").text((*logic == Logic::True).to_string())
        }
        Logic::All(parts) => function("and", parts.iter().map(expression)),
        Logic::Any(parts) => function("or", parts.iter().map(expression)),
        Logic::Test(test) => {
            let field = || Element::new("FieldRef").with("field", &test.field);
            let constant = |value: &String| Element::new("Constant").with("dataType", test.data_type).text(value);
            let compared = |name: &str, values: &[String]| {
                let call = Element::new("Apply").with("function", name).with("mapMissingTo", "false");
                call.child(field()).children(values.iter().map(constant))
            };
            match &test.asked {
                Asked::Missing => function("isMissing", [field()]),
                Asked::Known => function("isNotMissing", [field()]),
                Asked::Compared(operator, value) => compared(operator, std::slice::from_ref(value)),
                Asked::In(values) => compared("isIn", values),
                Asked::NotIn(values) => compared("isNotIn", values),
                Asked::Matches(pattern) => compared("matches", std::slice::from_ref(pattern)),
                Asked::NotMatches(pattern) => function("not", [compared("matches", std::slice::from_ref(pattern))]),
            }
        }
    }
}
