//! Tables as people have them.

use std::fmt::Write;

use super::{
    Options, Report, Table, fit,
    tests::{Maker, fitted, form, options, scored},
};

/// Rows of which each is won the sooner the greater `visits` is; `cells` writes what stands before.
fn table(header: &str, rows: usize, mut cells: impl FnMut(usize, &mut String)) -> String {
    let mut maker = Maker::new(11);
    let mut csv = format!("{header}visits,won\n");
    for row in 0..rows {
        cells(row, &mut csv);
        let visits = row % 10;
        writeln!(csv, "{visits},{}", u8::from(maker.uniform() * 10.0 < visits as f64)).unwrap();
    }
    csv
}

fn why<'r>(report: &'r Report, column: &str) -> &'r str {
    report.left_out.iter().find(|it| it.column == column).map_or("", |it| &it.why)
}

#[test]
fn dates_are_no_reason_and_give_the_order_of_time_with_hours_too() {
    let csv = table("day,", 1_000, |row, csv| {
        write!(csv, "{:02}.01.2026 {:02}:30,", 1 + row % 28, row % 24).unwrap();
    });
    let report = fitted(&csv, &options()).report;
    assert!(why(&report, "day").contains("`--time day`"), "{:?}", report.left_out);
    let report = fitted(&csv, &Options { time: Some("day".into()), ..options() }).report;
    assert!(report.validation.out_of_time.is_some() && report.signal);
    let sorted = super::rows::dated("31.12.2025 23:59") < super::rows::dated("01.01.2026 00:01");
    assert!(sorted && super::rows::dated("2026-01-01T10:00:00.5Z").is_some());
    assert_eq!((super::rows::dated("2026-01-01 noon"), super::rows::dated("12")), (None, None));
}

#[test]
fn a_few_cells_that_are_no_numbers_make_no_names_of_the_others() {
    let csv = table("size,", 1_000, |row, csv| match row % 50 {
        0 => csv.push_str("n/a,"),
        1 => csv.push_str("about 70,"),
        _ => write!(csv, "{},", row * 37 % 991).unwrap(),
    });
    let fitting = fitted(&csv, &options());
    let size = fitting.report.columns.iter().find(|column| column.column == "size").unwrap();
    assert_eq!(size.kind, "number");
    assert!(fitting.report.warnings.iter().any(|it| it.contains("20 rows say something else, such as `about 70`")));
    let wanted: Vec<i64> = fitting.points.iter().map(|(_, points)| *points).collect();
    assert_eq!(scored(&form(&fitting.card), &csv), wanted);
}

#[test]
fn names_of_columns_in_any_alphabet_and_texts_of_several_lines_are_learned_from() {
    let csv = table("Источник лида,2nd choice,", 2_000, |row, csv| {
        let source = ["сайт\nформа", "звонок", "\"\"рекомендация\"\""][row % 10 / 4];
        write!(csv, "\"{source}\",{},", row % 3).unwrap();
    });
    let fitting = fitted(&csv, &Options { exclude: vec!["visits".into()], ..options() });
    assert_eq!(fitting.report.left_out.len(), 2, "{:?}", fitting.report.left_out);
    let source = fitting.report.columns.iter().find(|it| it.field == "istochnik_lida").unwrap();
    assert!(source.attributes.iter().any(|it| it.answer.contains("сайт\nформа")), "{source:?}");
    let wanted: Vec<i64> = fitting.points.iter().map(|(_, points)| *points).collect();
    assert_eq!(scored(&form(&fitting.card), &csv), wanted);
}

#[test]
fn tables_of_other_encodings_are_told_and_not_half_read() {
    let told = |bytes: &[u8]| Table::read(bytes).err().map(|error| error.to_string()).unwrap_or_default();
    let message = "line 1: the table is not UTF-8; save it as UTF-8 (in spreadsheets, `CSV UTF-8`)";
    assert_eq!(told(b"Gr\xf6\xdfe,won\n1,1\n"), message);
    assert_eq!(told(b"\xff\xfea\0,\0w\0\n\0"), message);
    let rows = b"town,won\nOrh\xe9i,1\nB\xe3l\xfei,0\n";
    let second = "none of its 2 rows can be read: line 2, column `town`: it is not UTF-8, so the row was left out; \
                  save the table as UTF-8";
    assert_eq!(told(rows), second);
}

#[test]
fn an_outcome_is_read_as_it_is_usually_written() {
    for (won, lost) in [("TRUE", "FALSE"), ("Y", "N"), ("converted", "not converted"), ("да", "нет"), ("1.0", "0.0")]
    {
        let csv = table("", 400, |_, _| {});
        let said = csv.lines().skip(1).map(|row| {
            let (visits, outcome) = row.split_once(',').unwrap();
            [visits, if outcome == "1" { won } else { lost }].join(",")
        });
        let csv = ["visits,won".to_owned()].into_iter().chain(said).collect::<Vec<_>>().join("\n");
        let fitting = fit(&Table::read(csv.as_bytes()).unwrap(), &options()).unwrap();
        assert!(fitting.report.signal && fitting.report.rows == 400, "{won}");
    }
}

#[test]
fn of_more_columns_than_are_learned_from_the_choice_is_judged_too() {
    let wide = |speaking: &str| {
        let mut maker = Maker::new(5);
        let names: Vec<String> = (0..140).map(|number| format!("c{number}")).collect();
        let mut csv = format!("{},won\n", names.join(","));
        for _ in 0..1_200 {
            let mut chance = 0.2;
            for name in &names {
                let level = maker.uniform() < 0.5;
                chance += if name == speaking && level { 0.3 } else { 0.0 };
                write!(csv, "{},", u8::from(level)).unwrap();
            }
            writeln!(csv, "{}", u8::from(maker.uniform() < chance)).unwrap();
        }
        csv
    };
    for options in [options(), Options { in_order: true, ..options() }] {
        let report = fitted(&wide(""), &options).report;
        assert!(!report.signal, "{:?}", report.validation.auc);
        // And the outcome
        assert_eq!(report.left_out.len(), 40 + 1);
        let report = fitted(&wide("c137"), &options).report;
        assert!(report.signal && report.columns[0].column == "c137", "{:?}", report.validation.auc);
    }
}
