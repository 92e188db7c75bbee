//! `leadglass score` over tables that are as they should be, and as they come.

use std::{fs, path::Path};

use serde_json::Value;

use super::harness::{FORM, run};

const HEADER: &str = "Name,email,Budget,message,agree\n";
const GOOD: &str = "Ana Pop,ana@pop.example,12000,a roof,yes\n";

/// The exit code, the answers, and what was said beside them.
fn scored(table: impl AsRef<[u8]>, name: &str, options: &[&str]) -> (i32, Vec<Value>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(Path::new(&path("form.toml")), FORM).unwrap();
    fs::write(Path::new(&path(name)), table).unwrap();
    let (form, table) = (path("form.toml"), path(name));
    let mut arguments = vec!["score", &form, &table, "--json", "--at", "2026-01-31T12:00:00Z"];
    arguments.extend(options);
    let (code, answers, said) = run(&arguments);
    (code, answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), said)
}

/// The line of each answer and its score, or what is wrong with the row.
fn told(answers: &[Value]) -> Vec<(u64, String)> {
    let what = |answer: &Value| answer["error"].as_str().map_or_else(|| answer["score"].to_string(), str::to_owned);
    answers.iter().map(|answer| (answer["line"].as_u64().unwrap(), what(answer))).collect()
}

fn csv(rows: &str) -> Vec<(u64, String)> {
    let (code, answers, said) = scored(format!("{HEADER}{rows}"), "leads.csv", &[]);
    assert_eq!(code, i32::from(answers.iter().any(|answer| answer["error"].is_string())), "{said}");
    told(&answers)
}

fn line(number: u64, what: &str) -> (u64, String) {
    (number, what.to_owned())
}

#[test]
fn a_row_is_scored_with_its_reasons_by_how_much_they_moved_it() {
    let (code, answers, _) = scored(format!("{HEADER}{GOOD}"), "leads.csv", &[]);
    assert_eq!(code, 0);
    let expected = r#"[{"line":2,"score":56,"grade":"A3","decision":"accept","points":47500,"fit":47500,"engagement":0,
        "contributions":[{"criterion":"budget_size","points":40000,"reason":"Budget of 10 000 € or more"},
        {"criterion":"own_domain","points":7500,"reason":"Address at a domain of their own"}]}]"#;
    assert_eq!(Value::from(answers), serde_json::from_str::<Value>(expected).unwrap());
    let (_, answers, _) =
        scored(format!("{HEADER}{}", GOOD.replace("a roof", "a vacancy")), "leads.csv", &["--no-reasons"]);
    let expected = r#"[{"line":2,"score":56,"grade":"A3","decision":"decline","points":47500,"fit":47500,
        "engagement":0,"gates":["looks_for_a_job"]}]"#;
    assert_eq!(Value::from(answers), serde_json::from_str::<Value>(expected).unwrap());
}

#[test]
fn a_card_that_says_where_odds_are_even_gives_a_probability() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let form = FORM.replace("initial = 0", "initial = 0\neven_odds_at = 47.5");
    fs::write(path("form.toml"), form).unwrap();
    fs::write(path("leads.csv"), format!("{HEADER}{GOOD}")).unwrap();
    let (_, answers, _) = run(&["score", &path("form.toml"), &path("leads.csv"), "--json"]);
    let answer: Value = serde_json::from_str(&answers).unwrap();
    assert_eq!(answer["probability"], 500);
    let (_, answers, _) = run(&["score", &path("form.toml"), &path("leads.csv")]);
    assert_eq!(
        answers,
        "line,score,grade,decision,points,reasons,error\n2,56,A3,accept,47.500,\
         Budget of 10 000 € or more (40.000); Address at a domain of their own (7.500),\n"
    );
}

#[test]
fn a_ragged_row_and_a_wrong_type_are_named_and_the_rest_is_scored() {
    assert_eq!(
        csv(&format!("Ana,ana@pop.example\n{GOOD}Ana,ana@pop.example,much,,yes,more\n\nAna,ana,much,,maybe\n{GOOD}")),
        [
            line(2, "the row has 2 cells and the header 5: none for `Budget`"),
            line(3, "56"),
            line(4, "the row has 6 cells and the header 5: does one need quotes?"),
            line(6, "`email`: email.missing_at, `budget`: number.malformed, `agree`: yes_no.malformed"),
            line(7, "56"),
        ]
    );
}

#[test]
fn a_cell_may_have_lines_and_a_quote_left_open_costs_its_own_line() {
    let lines = "Ana,ana@pop.example,,\"one,\r\ntwo \"\"2\"\"\",yes\r\n";
    assert_eq!(
        csv(&format!("{lines}{GOOD}Ana,ana@pop.example,,\"open,yes\n{GOOD}Ana,\"ana@pop.example\",,,yes\n")),
        [
            line(2, "22"),
            line(4, "56"),
            line(5, "the row has 7 cells and the header 5: does one need quotes?"),
            line(6, "56"),
            line(7, "22"),
        ]
    );
    assert_eq!(csv(&format!("\"open\n{GOOD}")), [line(2, "a quote is left open"), line(3, "56")]);
}

#[test]
fn a_cell_of_a_million_characters_is_refused_by_its_field() {
    let long = "x".repeat(1_000_000);
    for cell in [long.clone(), format!("\"{long},\"")] {
        assert_eq!(
            csv(&format!("{GOOD}Ana,ana@pop.example,1,{cell},yes\n{GOOD}")),
            [line(2, "56"), line(3, "`message`: text.too_long (2000)"), line(4, "56")]
        );
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_name_and_utf_16_is_told() {
    let (code, answers, _) = scored(format!("\u{feff}{HEADER}{GOOD}"), "leads.csv", &[]);
    assert_eq!((code, told(&answers)), (0, vec![line(2, "56")]));
    let utf_16: Vec<u8> = format!("\u{feff}{HEADER}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (code, _, said) = scored(utf_16, "leads.csv", &[]);
    assert_eq!(code, 1);
    assert!(said.contains("the table is written in UTF-16; save it as UTF-8"), "{said}");
}

#[test]
fn bytes_that_are_no_text_are_named_by_their_column_and_matter_where_it_is_asked() {
    let row = |name: &[u8], note: &[u8]| [name, b",ana@pop.example,,,yes,", note, b"\n"].concat();
    let table = [
        b"name,email,budget,message,agree,note\n".to_vec(),
        row(b"Ana", b"caf\xe9"),
        row(b"Zo\xeb", b""),
        row("Zoë".as_bytes(), b""),
    ];
    let (_, answers, said) = scored(table.concat(), "leads.csv", &[]);
    assert_eq!(told(&answers), [line(2, "22"), line(3, "the column `name` is not UTF-8"), line(4, "22")]);
    assert!(said.contains("columns no field asks for: note"), "{said}");
}

#[test]
fn a_missing_column_is_named_with_those_that_are_there() {
    let (code, answers, said) = scored("name,mail\nAna,ana@pop.example\n", "leads.csv", &[]);
    assert_eq!((code, answers.len()), (1, 0));
    assert!(said.contains("no column `email`, which the form requires; its columns are `name`, `mail`"), "{said}");
    let (code, _, said) = scored("", "leads.csv", &[]);
    assert_eq!(code, 1);
    assert!(said.contains("no column `name`"), "{said}");
}

#[test]
fn what_parts_cells_is_told_by_the_header_and_what_no_column_answers_is_named() {
    let table = format!("{HEADER}{GOOD}");
    for delimiter in [";", "\t", "|"] {
        let (code, answers, said) = scored(table.replace(',', delimiter).replace("Name", " Name "), "leads.csv", &[]);
        assert_eq!((code, told(&answers)), (0, vec![line(2, "56")]), "{said}");
        let (code, answers, said) = scored(table.replace(',', delimiter), "leads.csv", &["--input", "csv"]);
        assert_eq!((code, answers.len()), (1, 0), "{said}");
    }
    let (_, _, said) = scored(table.replace("Budget", "Money"), "leads.csv", &[]);
    assert!(said.contains("columns no field asks for: Money\nfields no column answers: budget"), "{said}");
}

#[test]
fn lines_of_json_are_rows() {
    let good = r#"{"name": "Ana Pop", "email": "ana@pop.example", "budget": 12000, "agree": true}"#;
    let rows = format!("{good}\n\n{{\"name\": }}\n{{\"name\": {{\"first\": \"Ana\"}}}}\n{good}");
    let (_, answers, _) = scored(rows, "leads.ndjson", &[]);
    assert_eq!(
        told(&answers),
        [
            line(1, "56"),
            line(3, "the line is not a JSON object (column 10)"),
            line(4, "`name` is neither a text, a number, nor a list of them"),
            line(5, "56"),
        ]
    );
}

#[test]
fn many_rows_keep_their_order_and_lines_whatever_is_between() {
    let mut table = HEADER.to_owned();
    let mut lines = 1;
    let mut expected = Vec::new();
    for number in 0..30_000_u64 {
        let (row, length) = match number % 7 {
            0 => ("Ana,ana@pop.example,,\"two\nlines\",yes\n".to_owned(), 2),
            1 => (format!("\n{GOOD}"), 2),
            _ => (GOOD.to_owned(), 1),
        };
        expected.push((lines + 1 + u64::from(number % 7 == 1), if number % 7 == 0 { "22" } else { "56" }.to_owned()));
        table.push_str(&row);
        lines += length;
    }
    let (code, answers, _) = scored(table, "leads.csv", &["--no-reasons"]);
    assert_eq!(code, 0);
    assert_eq!(told(&answers), expected);
}
