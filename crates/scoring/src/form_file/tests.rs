use super::*;

const EVERY_KIND: &str = include_str!("../../tests/forms/every_kind.toml");

fn first_words(source: &str) -> Vec<String> {
    match parse(source) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_form_with_every_kind_and_every_test_has_no_mistake() {
    assert_eq!(first_words(EVERY_KIND), Vec::<String>::new());
}

#[test]
fn every_mistake_of_a_broken_file_is_told_with_its_line() {
    let source = r#"
id = "Quote Form"
languages = ["en", "de"]
heading = { en = "Quote" }
button = "Send"

[[field]]
id = "email"
kind = "e-mail"
label = "E-mail"

[[field]]
id = "size"
kind = "select"
options = [{ id = "small", label = "Small" }, { id = "small", label = "Large" }]
label = { en = "Size", ru = "Размер" }
requierd = true

[[field]]
id = "budget"
kind = "money"
currencies = ["EUR"]
min = "ten"
label = "Budget"

[bands]
fit = { a = 10, b = 40 }
engagement = { 1 = 20, 2 = 5 }
accept = 40
score = { 0 = 0, 100 = 100 }

[[criterion]]
id = "big"
dimension = "fits"
reason = "Big"
  [[criterion.condition]]
  when = { field = "sise", is = "large" }
  points = 10
  [[criterion.condition]]
  when = { field = "size", is = "smal" }
  points = 10.0001
  [[criterion.condition]]
  when = { field = "size", at_least = 3 }
  points = 1

[follow_up.accept]
heading = "Thanks"
text = "Bye"
link = { label = "Go", url = "javascript:alert(1)" }
[follow_up.nurture]
heading = "Thanks"
text = "Bye"
"#;
    let expected = [
        "2:6: the id `Quote Form` is not made of",
        "3:20: there is no language `de`; use `en`, `ru`, `ro`",
        "9:8: there is no kind `e-mail`; did you mean `email`?",
        "15:47: the id `small` is used twice",
        "16:24: `label` has a text in `ru`",
        "17:1: `field` takes no `requierd`; did you mean `required`?",
        "23:7: `min` is `ten`; write a number with at most 2 decimal places",
        "26:1: `bands` has no `nurture`",
        "34:13: there is no dimension `fits`; did you mean `\"fit\"`?",
        "36:3: the form has no field `sise`; did you mean `size`?",
        "39:3: the field `size` has no option `smal`; did you mean `small`?",
        "41:12: `points` is `10.0001`",
        "42:3: this test can't be put to `size`",
        "49:30: `javascript:alert(1)` is no address",
        "46:2: `follow_up` has no `decline`",
    ];
    let told = first_words(source);
    for (told, expected) in told.iter().zip(expected) {
        println!("{told}   [{expected}]");
    }
    for expected in expected {
        assert!(told.iter().any(|told| told.starts_with(expected)), "not told: {expected}\n{}", told.join("\n"));
    }
    assert_eq!(told.len(), expected.len(), "{}", told.join("\n"));
}

#[test]
fn a_syntax_error_is_told_with_its_line() {
    let told = first_words("id = \"quote\"\nlanguages = [\"en\"\nheading = 1\n");
    assert!(told.iter().any(|told| told.starts_with("3:") || told.starts_with("2:")), "{told:?}");
}

#[test]
fn more_than_and_less_than_are_whole_limits() {
    use crate::condition::{Condition, FieldCondition, FieldTest, Range};
    let source =
        EVERY_KIND.replace("at_least = \"10 000 EUR\"", "more_than = \"9 999.99 EUR\", less_than = \"20 000 EUR\"");
    let Ok(file) = parse(&source) else { unreachable!("the file is right") };
    let first = file.form.definition().scorecard.criteria.first().and_then(|criterion| criterion.conditions.first());
    let Some(Condition::Field(FieldCondition { test: FieldTest::Amount(range, _), .. })) =
        first.map(|first| &first.when)
    else {
        unreachable!("the first condition compares an amount")
    };
    assert_eq!(*range, Range { min: Some(1_000_000), max: Some(1_999_999) });
}

#[test]
fn an_amount_in_a_currency_that_no_answer_has_is_a_mistake_unless_rates_lead_to_it() {
    let source = EVERY_KIND.replace("at_least = \"10 000 EUR\"", "at_least = \"10 000 CHF\"");
    let told = first_words(&source);
    assert!(told.iter().any(|told| told.contains("no answer is in `CHF`: the field takes `EUR`, ")), "{told:?}");
    let source = source.replace("currency = \"EUR\"", "currency = \"CHF\"");
    assert_eq!(first_words(&source), Vec::<String>::new());
}

#[test]
fn a_signal_that_need_not_be_seen_is_a_mistake() {
    let source =
        EVERY_KIND.replace("signal = \"pricing_viewed\", at_least = 2", "signal = \"pricing_viewed\", at_least = 0");
    let told = first_words(&source);
    assert!(told.len() == 1 && told.iter().all(|told| told.contains("`at_least` is not 1 or more")), "{told:?}");
}

#[test]
fn a_moment_that_leaves_out_a_required_field_is_a_mistake() {
    let source = format!(
        "{EVERY_KIND}\n[moment.go]\nheading = \"Come by\"\nasks = [\"nmae\"]\n[moment.went]\nheading = \"x\"\n"
    );
    let told = first_words(&source);
    assert!(told.iter().any(|told| told.contains("the form has no field `nmae`")), "{told:?}");
    assert!(told.iter().any(|told| told.contains("which is required; add")), "{told:?}");
    assert!(told.iter().any(|told| told.contains("`moment` takes no `went`")), "{told:?}");
}

#[test]
fn a_card_may_lack_what_only_a_visitor_reads_but_is_no_form() {
    let card = r#"
id = "card"
languages = ["en"]

[fitted]
outcome = "won"
rows = 300
signal = false
columns = { age = "left out" }

[[field]]
id = "age"
kind = "number"
lenient = true

[bands]
fit = { a = 30, b = 0 }
engagement = { 1 = 30, 2 = 0 }
accept = 30
nurture = -15
score = { 0 = -80, 100 = 120 }
"#;
    let file = super::parse_card(card).unwrap();
    let fitted = super::Fitted { signal: false, outcome: Some("won".into()), rows: Some(300) };
    assert_eq!(file.fitted, Some(fitted));
    let lacks: Vec<_> = file.lacks.iter().map(|lack| lack.what.as_str()).collect();
    let wanted = [
        "the file has no `heading`",
        "the file has no `button`",
        "the file has no `follow_up`",
        "`field` has no `label`",
    ];
    assert_eq!(lacks.len(), 4, "{lacks:?}");
    assert!(wanted.iter().all(|lack| lacks.contains(lack)), "{lacks:?}");
    assert_eq!(super::parse(card).unwrap_err(), file.lacks);
    assert!(super::parse_card(&card.replace("accept = 30", "")).is_err());
}

#[test]
fn a_card_names_the_fields_a_person_could_change() {
    let with = |line: &str| EVERY_KIND.replace("initial = 10\n", &format!("initial = 10\n{line}\n"));
    let form = parse(&with("changeable = [\"budget\", \"news\"]")).expect("both are fields").form;
    let named = form.definition().scorecard.changeable.clone();
    assert_eq!(named, Some(vec!["budget".to_owned(), "news".to_owned()]));
    assert_ne!(form.definition().scorecard.id(), parse(EVERY_KIND).expect("right").form.definition().scorecard.id());
    let mistakes = first_words(&with("changeable = [\"bugdet\", \"news\", \"news\"]"));
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    assert!(mistakes[0].ends_with("the form has no field `bugdet`; did you mean `budget`?"), "{mistakes:?}");
    assert!(mistakes[1].ends_with("the id `news` is used twice; name it once"), "{mistakes:?}");
}

#[test]
fn a_file_that_is_no_toml_at_all_is_told_by_its_first_mistakes() {
    let noise = "= [ }\n".repeat(5_000);
    let mistakes = parse(&noise).expect_err("it is no TOML");
    assert_eq!(mistakes.len(), SYNTAX_ERRORS + 1);
    assert!(mistakes.iter().any(|mistake| mistake.what.ends_with("more mistakes begin here")), "{mistakes:?}");
    assert_eq!(mistakes[0].line, 1, "{mistakes:?}");
}
