use std::fmt::Write;

use leadglass_scoring::{Form, Timestamp, form_file};

use super::{
    judged::{Equals, Judged, Question},
    page, table,
};

const CARD: &str = r#"
id = "quote"
languages = ["en"]
heading = "Quote"
button = "Send"

[[field]]
id = "rooms"
kind = "number"
required = true
label = "Rooms"

[scorecard]
points_to_double_odds = 10
even_odds_at = 10

[bands]
fit = { a = 20, b = 10 }
engagement = { 1 = 2, 2 = 1 }
accept = 20
nurture = 10
score = { 0 = 0, 100 = 30 }

[[criterion]]
id = "size"
dimension = "fit"
reason = "Size"
  [[criterion.condition]]
  when = { field = "rooms", at_least = 3 }
  points = 20
  reason = "Three rooms and more"
  [[criterion.condition]]
  when = { field = "rooms", at_least = 2 }
  points = 10
  reason = "Two rooms"

[follow_up.accept]
heading = "Soon"
text = "We call."

[follow_up.nurture]
heading = "Soon"
text = "We write."

[follow_up.decline]
heading = "Thanks"
text = "Not now."
"#;

/// Twice as many convert with each room more; in the second half, and in part `b`, there are more of many rooms.
fn rows() -> String {
    let mut table = "rooms,part,won\n".to_owned();
    for (part, times) in [("a", 4), ("b", 2)] {
        for (rooms, won, lost) in [(1, 1, 2), (2, 1, 1), (3, 2, 1)] {
            let times = if part == "b" { times * rooms } else { times };
            for (outcome, count) in [("yes", won), ("no", lost)] {
                (0..times * count).for_each(|_| writeln!(table, "{rooms},{part},{outcome}").unwrap());
            }
        }
    }
    table
}

fn form(source: &str) -> Form {
    form_file::parse_card(source)
        .unwrap_or_else(|mistakes| {
            panic!("{}", mistakes.into_iter().map(|it| format!("{it}\n")).collect::<Vec<_>>().concat())
        })
        .form
}

fn judge<'a>(card: &'a Form, rows: &str, change: impl FnOnce(&mut Question<'a>)) -> Result<Judged, String> {
    let mut question = Question {
        card,
        against: None,
        outcome: "won",
        conditions: &[],
        reference: None,
        input: None,
        at: Timestamp::from_millis(0),
    };
    change(&mut question);
    question.judge(rows.as_bytes(), |_| {}).map_err(|error| format!("{error:#}"))
}

fn equals(column: &str, value: &str) -> Equals {
    Equals { column: column.to_owned(), value: value.to_owned() }
}

#[test]
fn true_probabilities_are_told_to_be_true() {
    let json = judge(&form(CARD), &rows(), |_| {}).unwrap().to_json().unwrap();
    assert_eq!((json["rows"].as_u64(), json["positives"].as_u64()), (Some(64), Some(34)));
    assert_eq!((json["calibration_slope"].as_f64(), json["calibration_intercept"].as_f64()), (Some(1.0), Some(0.0)));
    assert_eq!(json["ece"].as_f64(), Some(0.0));
    assert_eq!(json["grades"][0]["grade"], "A3");
    assert_eq!(json["decisions"][0]["rate"].as_f64(), Some(0.666_667));
    assert!(json["psi"].as_f64().unwrap() > 0.1, "{json}");
}

#[test]
fn conditions_choose_rows_and_those_of_reference_are_taken_from_all() {
    let conditions = [equals("part", "b")];
    let reference = equals("part", "a");
    let judged = judge(&form(CARD), &rows(), |question| {
        question.conditions = &conditions;
        question.reference = Some(&reference);
    });
    let judged = judged.unwrap();
    let stability = judged.stability.unwrap();
    assert_eq!((judged.report.rows, stability.reference_rows, stability.rows), (32, 32, 32));
    let both = [equals("part", "a"), equals("part", "b")];
    assert_eq!(judge(&form(CARD), &rows(), |question| question.conditions = &both).unwrap().report.rows, 64);
}

#[test]
fn what_the_table_has_not_is_told_with_what_it_has() {
    let ask = |conditions: &[Equals], outcome: &'static str| {
        let judged = judge(&form(CARD), &rows(), |question| {
            (question.conditions, question.outcome) = (conditions, outcome);
        });
        judged.err().unwrap()
    };
    insta::assert_snapshot!(ask(&[], "sold"), @"the table has no column `sold`; its columns are `rooms`, `part`, `won`");
    insta::assert_snapshot!(ask(&[equals("split", "a")], "won"), @"the table has no column `split`; its columns are `rooms`, `part`, `won`");
    insta::assert_snapshot!(ask(&[equals("part", "c")], "won"), @"no row has `c` in column `part`, which has `a`, `b`");
    let never = [equals("part", "a"), equals("rooms", "9")];
    insta::assert_snapshot!(ask(&never, "won"), @"no row has `9` in column `rooms`, which has `1`, `2`, `3`");
    insta::assert_snapshot!(ask(&[], "part"), @"the outcome in column `part` can't be judged by all rows; 64 rows are left out, the first of them in line 2: `part` is `a`; write 1, yes, true or won, or 0, no, false or lost: there is no row with an outcome");
    insta::assert_snapshot!(judge(&form(CARD), "rooms,won\n1,yes\n2,yes\n", |_| {}).err().unwrap(), @"the outcome in column `won` can't be judged by all rows: all 2 rows converted, so there is nothing to tell apart");
}

#[test]
fn bad_rows_are_left_out_and_told_with_their_lines() {
    let table = rows() + "many,a,yes\n3,a,maybe\n3,a\n3,b,\n";
    let judged = judge(&form(CARD), &table, |_| {}).unwrap();
    assert_eq!((judged.report.rows, judged.rejected, judged.without_outcome), (64, 3, 1));
    let lines: Vec<u64> = judged.faults.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [66, 67, 68]);
}

#[test]
fn fields_that_no_column_answers_are_noted_and_a_table_that_answers_none_is_refused() {
    let lenient = CARD.replace("required = true", "lenient = true");
    let more = lenient
        .replace("[scorecard]", "[[field]]\nid = \"floor\"\nkind = \"number\"\nlabel = \"Floor\"\n\n[scorecard]");
    let json = judge(&form(&more), &rows(), |_| {}).unwrap().to_json().unwrap();
    assert_eq!(json["notes"][0], "fields no column answers: floor");
    let told = judge(&form(&lenient), &rows().replace("rooms", "places"), |_| {}).err().unwrap();
    insta::assert_snapshot!(told, @"no column answers a field of the form: the table has `places`, `part`, `won`; the form asks `rooms`");
}

#[test]
fn a_card_without_probabilities_says_which_figures_it_lacks() {
    let judged = judge(&form(&CARD.replace("even_odds_at = 10\n", "")), &rows(), |_| {}).unwrap();
    let json = judged.to_json().unwrap();
    assert!(json["auc"].is_f64() && json["ks"].is_f64() && json["psi"].is_f64() && json.get("brier").is_none());
    assert!(json["notes"][0].as_str().unwrap().contains("even_odds_at"));
    assert!(table::Table(&judged).to_string().contains("even_odds_at"));
    assert!(!page::page(&judged).unwrap().contains("Calibration slope"));
}

#[test]
fn the_page_loads_nothing_and_lets_no_text_out() {
    let hostile = "<script>alert(1)</script>\"'&";
    let table = rows().replace("part", "<b>").replace(",a,", ",<script>alert(1)</script>&,");
    let conditions = [equals("<b>", "<script>alert(1)</script>&")];
    let other = form(&CARD.replace("accept = 20", "accept = 25"));
    let mut judged = judge(&form(CARD), &table, |question| {
        question.conditions = &conditions;
        question.against = Some(&other);
    });
    let judged = judged.as_mut().unwrap();
    for name in [&mut judged.table, &mut judged.card_file, &mut judged.outcome] {
        hostile.clone_into(name);
    }
    judged.against_file = Some(hostile.to_owned());
    let page = page::page(judged).unwrap();
    assert!(!page.contains("<script") && !page.contains("<b>"));
    for outside in ["src=", "href=", "url(", "@import", "http:", "https:"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("nurture</th>") && page.contains("<svg viewBox"));
    assert_eq!(page, page::page(judged).unwrap());
}
