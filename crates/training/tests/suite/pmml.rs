//! Cards to PMML and back.

mod export;
mod import;
mod logic;

use leadglass_scoring::{Answers, Circumstances, Explanation, Form, Timestamp, form_file, score, validate};

const EVERY_TEST: &str = include_str!("../pmml/every-test.toml");
const FITTED: &str = include_str!("../pmml/fitted.toml");
const LENIENT: &str = include_str!("../pmml/lenient.toml");
const EVERY_KIND: &str = include_str!("../../../scoring/tests/forms/every_kind.toml");
const BANK: &str = include_str!("../../../endpoint/examples/bank-marketing/form.toml");
const SPEC_EXAMPLE: &str = include_str!("../pmml/spec-example.pmml");

const NOON: Timestamp = Timestamp::from_millis(1_795_262_400_000);

fn form(source: &str) -> Form {
    form_file::parse_card(source).unwrap_or_else(|mistakes| panic!("{}", told(&mistakes))).form
}

fn told<T: ToString>(mistakes: &[T]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn explained(form: &Form, answers: &[(&str, &str)]) -> Explanation {
    let answers: Answers = answers.iter().copied().collect();
    let lead = validate(form, &answers, NOON).unwrap_or_else(|violations| panic!("{violations:?}"));
    score(form, &lead, &Circumstances::at(NOON))
}
