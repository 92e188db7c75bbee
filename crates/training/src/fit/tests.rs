//! Tables that are made up, so that it is known what there is to learn.

use std::fmt::Write;

use leadglass_scoring::{Answers, Evaluation, Form, Submission, form_file};

use super::{Fitting, Options, Table, chance::Chance, fit, logistic::chance as sigmoid, rank::area};

struct Made {
    csv: String,
    /// The true log-odds of each row.
    truth: Vec<f64>,
    won: Vec<bool>,
}

pub(super) struct Maker(Chance);

impl Maker {
    pub(super) fn new(seed: u64) -> Self {
        Self(Chance::new(seed))
    }

    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Close enough to a normal number: twelve uniform ones less six.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// `row` writes the cells of a row, each with a comma after it, and says its log-odds.
fn made(seed: u64, rows: usize, header: &str, mut row: impl FnMut(&mut Maker, &mut String) -> f64) -> Made {
    let mut maker = Maker::new(seed);
    let mut made = Made { csv: format!("{header}won\n"), truth: Vec::new(), won: Vec::new() };
    for _ in 0..rows {
        let log_odds = row(&mut maker, &mut made.csv);
        let won = maker.uniform() < sigmoid(log_odds);
        writeln!(made.csv, "{}", u8::from(won)).unwrap();
        made.truth.push(log_odds);
        made.won.push(won);
    }
    made
}

pub(super) fn options() -> Options {
    Options { outcome: "won".into(), id: "card".into(), ..Options::default() }
}

pub(super) fn fitted(csv: &str, options: &Options) -> Fitting {
    fit(&Table::read(csv.as_bytes()).unwrap(), options).unwrap()
}

pub(super) fn form(card: &str) -> Form {
    form_file::parse_card(card).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{card}")).form
}

/// The points that `scoring` gives each row of the table under the card.
pub(super) fn scored(card: &Form, csv: &str) -> Vec<i64> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let ids: Vec<String> = reader.headers().unwrap().iter().map(crate::column::field_id).collect();
    let mut points = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        let answers: Answers = ids.iter().map(String::as_str).zip(record.iter()).collect();
        match card.evaluate(&Submission { answers, ..Submission::default() }) {
            Evaluation::Scored(explanation) => points.push(explanation.points.milli() / 1000),
            Evaluation::Invalid(violations) => panic!("{violations:?} in {record:?}"),
        }
    }
    points
}

/// The area of the card on a table it was not fitted on, and that of the truth.
fn areas(fitting: &Fitting, other: &Made) -> (f64, f64) {
    let points: Vec<f64> = scored(&form(&fitting.card), &other.csv).iter().map(|points| *points as f64).collect();
    (area(&points, &other.won).unwrap().value, area(&other.truth, &other.won).unwrap().value)
}

fn mixed(seed: u64, rows: usize) -> Made {
    made(seed, rows, "size,Plan Name,noise,visits,", |maker, csv| {
        let (size, noise) = (maker.normal() * 40.0, maker.normal());
        let plan = maker.0.below(5);
        let visits = maker.0.below(8);
        let names = ["Basic", "pro \"plus\"", "team\\1", "NA", "unknown"];
        match maker.0.below(10) {
            0 => csv.push(','),
            1 => csv.push_str("?,"),
            _ => write!(csv, "{size},").unwrap(),
        }
        let name = names[plan].replace('"', "\"\"");
        write!(csv, "\"{name}\",{noise:e},{visits},").unwrap();
        -1.0 + size / 40.0 + [-1.0, 0.0, 1.0, 0.5, 0.0][plan] + if visits > 5 { 1.0 } else { 0.0 }
    })
}

#[test]
fn a_card_gives_the_points_that_the_fit_says() {
    let made = mixed(1, 4_000);
    let fitting = fitted(&made.csv, &options());
    assert!(fitting.report.signal);
    let wanted: Vec<i64> = fitting.points.iter().map(|(_, points)| *points).collect();
    assert_eq!(scored(&form(&fitting.card), &made.csv), wanted);
    assert_eq!(fitting.points[0].0, 2);
}

#[test]
fn signals_in_numbers_and_texts_are_found_and_tell_chances() {
    let fitting = fitted(&mixed(1, 6_000).csv, &options());
    let other = mixed(2, 6_000);
    let (found, true_one) = areas(&fitting, &other);
    assert!(found > true_one - 0.03, "{found:.3} of {true_one:.3}");
    let form = form(&fitting.card);
    let chances = scored(&form, &other.csv).into_iter().map(|points| {
        let points = leadglass_scoring::Points::from_milli(points * 1000);
        f64::from(form.definition().scorecard.probability(points).unwrap())
    });
    let expected = chances.sum::<f64>() / 1000.0 / 6_000.0;
    let real = other.won.iter().filter(|won| **won).count() as f64 / 6_000.0;
    assert!((expected - real).abs() < 0.02, "{expected:.3} expected, {real:.3} came");
    let noise = fitting.report.columns.iter().find(|column| column.column == "noise").unwrap();
    assert!(noise.information_value < 0.05, "{noise:?}");
}

#[test]
fn what_was_never_seen_is_scored_all_the_same() {
    let fitting = fitted(&mixed(1, 2_000).csv, &options());
    let long = "x".repeat(1_000_000);
    let csv =
        format!("size,Plan Name,noise,visits\n1e300,never seen,-1e300,9\nabc,{long},,x\n\u{7},\u{7},\u{7},\u{7}\n");
    assert_eq!(scored(&form(&fitting.card), &csv).len(), 3);
}

#[test]
fn a_table_gives_one_card_byte_for_byte() {
    let made = mixed(3, 1_500);
    let options = Options { in_order: true, recalibrate: true, ..options() };
    let (one, other) = (fitted(&made.csv, &options), fitted(&made.csv, &options));
    assert_eq!(one.card, other.card);
    assert_eq!(serde_json::to_string(&one.report).unwrap(), serde_json::to_string(&other.report).unwrap());
}

#[test]
fn where_all_is_noise_there_is_no_signal() {
    for (seed, rows, columns, base) in
        [(1, 3_000, 30, -2.0), (2, 300, 20, 0.0), (3, 1_000, 5, -1.0), (4, 5_000, 10, -4.0)]
    {
        let header = (0..columns).map(|column| format!("c{column},")).collect::<Vec<_>>().concat();
        let made = made(seed, rows, &header, |maker, csv| {
            for column in 0..columns {
                if column % 3 == 0 {
                    write!(csv, "level {},", maker.0.below(12)).unwrap();
                } else {
                    write!(csv, "{:.3},", maker.normal()).unwrap();
                }
            }
            base
        });
        let fitting = fitted(&made.csv, &options());
        assert!(!fitting.report.signal, "{seed}: {:?}", fitting.report.validation);
        assert!(fitting.report.to_string().contains("no signal"));
        let file = form_file::parse_card(&fitting.card).unwrap();
        assert!(!file.fitted.unwrap().signal);
        let card = &file.form.definition().scorecard;
        assert!(card.criteria.is_empty());
        let share = fitting.report.base_rate * 1000.0;
        let told = f64::from(card.probability(leadglass_scoring::Points::ZERO).unwrap());
        assert!((share - told).abs() <= 1.0, "{share} and {told}");
    }
}

#[test]
fn a_small_table_and_a_rare_outcome_are_learned_from() {
    let small = |seed| {
        made(seed, 300, "a,b,", |maker, csv| {
            let (a, b) = (maker.normal(), maker.normal());
            write!(csv, "{a:.4},{b:.4},").unwrap();
            1.5 * a
        })
    };
    let fitting = fitted(&small(1).csv, &options());
    let (found, true_one) = areas(&fitting, &small(2));
    assert!(fitting.report.signal && found > true_one - 0.04, "{found:.3} of {true_one:.3}");
    let rare = |seed| {
        made(seed, 15_000, "a,b,c,", |maker, csv| {
            let (a, b, c) = (maker.normal(), u32::try_from(maker.0.below(6)).unwrap(), maker.normal());
            write!(csv, "{a:.2},k{b},{c:.2},").unwrap();
            -5.5 + a + f64::from(b) / 3.0
        })
    };
    let fitting = fitted(&rare(1).csv, &options());
    let (found, true_one) = areas(&fitting, &rare(2));
    assert!(fitting.report.base_rate < 0.02);
    assert!(fitting.report.signal && found > true_one - 0.04, "{found:.3} of {true_one:.3}");
}

#[test]
fn columns_that_know_too_much_are_warned_of_or_left_out() {
    let mut maker = Maker::new(5);
    let mut csv = "id,y,part,same,paid,length,a,won\n".to_owned();
    for row in 0..2_000 {
        let (a, length) = (maker.normal(), maker.normal());
        let won = maker.uniform() < sigmoid(0.5 * a + 2.5 * length);
        let paid = if won && maker.uniform() < 0.8 { "yes" } else { "" };
        let (y, part) = (if won { "deal" } else { "none" }, ["train", "test"][row % 2]);
        writeln!(csv, "{row},{y},{part},1,{paid},{length:.3},{a:.3},{}", if won { "Won" } else { "lost" }).unwrap();
    }
    let fitting = fitted(&csv, &options());
    let left_out: Vec<&str> = fitting.report.left_out.iter().map(|it| it.column.as_str()).collect();
    assert_eq!(left_out, ["id", "y", "part", "same", "won"]);
    let warnings = fitting.report.warnings.join("\n");
    assert!(
        warnings.contains("`y` is the outcome under another name: alone it tells 1.000 of 1 (AUC); it was left out")
    );
    assert!(warnings.contains("`paid` is given in ") && warnings.contains("of them were won"), "{warnings}");
    let without = Options { exclude: vec!["paid".into()], ..options() };
    let warnings = fitted(&csv, &without).report.warnings.join("\n");
    assert!(warnings.contains("`length` is as good alone as all others together"), "{warnings}");
    let forced = Options { include: vec!["y".into()], ..options() };
    assert!(fitted(&csv, &forced).report.columns.iter().any(|column| column.column == "y"));
}

#[test]
fn a_bin_or_an_answer_that_is_there_with_one_outcome_alone_is_warned_of() {
    let mut maker = Maker::new(6);
    let mut csv = "x,stage,plan,revenue,closed_at,honest,won\n".to_owned();
    for _ in 0..4_000 {
        let won = maker.uniform() < 0.2;
        let shift = if won { 0.6 } else { 0.0 };
        let stage = if won && maker.uniform() < 0.4 { "signed" } else { ["new", "open", "called"][maker.0.below(3)] };
        let plan = if won && maker.uniform() < 0.25 { ["month", "year"][maker.0.below(2)] } else { "" };
        let revenue = if won && maker.uniform() < 0.7 { 100 + maker.0.below(8_900) } else { 0 };
        let closed = if won { format!("2026-05-{:02}", 1 + maker.0.below(28)) } else { String::new() };
        let (x, honest) = (maker.normal() + shift, maker.normal() + 1.5 * shift);
        writeln!(csv, "{x:.3},{stage},{plan},{revenue},{closed},{honest:.3},{}", u8::from(won)).unwrap();
    }
    let report = fitted(&csv, &options()).report;
    let warnings = report.warnings.join("\n");
    for told in [
        "`stage` knows the outcome where it is `signed`: ",
        "`plan` is given in ",
        "`revenue` knows the outcome where it is ",
        "`closed_at` is given in ",
    ] {
        assert!(warnings.contains(told), "{told}: {warnings}");
    }
    assert!(!warnings.contains("`x`") && !warnings.contains("`honest`"), "{warnings}");
    let closed = report.left_out.iter().find(|it| it.column == "closed_at").unwrap();
    assert!(!closed.why.contains("--time"), "{closed:?}");
}

#[test]
fn cells_and_times_that_cannot_be_read_are_told_by_line() {
    let mut made = made(9, 400, "day,a,", |maker, csv| {
        let a = maker.normal();
        write!(csv, "2026-01-{:02},{a:.3},", 1 + maker.0.below(28)).unwrap();
        2.0 * a
    })
    .csv;
    made.push_str("soon,1.5,1\n,abc,0\n2026-02-01,n/a,1\n");
    let report = fitted(&made, &Options { time: Some("day".into()), ..options() }).report;
    let told: Vec<String> = report.problems.told.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 402, column `day`: `soon` is no date; the row counts as one of the earliest",
            "line 403, column `day`: there is no time; the row counts as one of the earliest",
            "line 403, column `a`: `abc` is no number; it counts as missing",
        ]
    );
    assert!(
        report.warnings[0].starts_with("`day`: 2 rows say no date, and count as the earliest"),
        "{:?}",
        report.warnings
    );
    assert!(report.validation.out_of_time.is_some());
}

#[test]
fn open_and_unreadable_outcomes_are_counted_and_told() {
    let mut made = mixed(1, 500).csv;
    made.push_str("1,a,1,1,\n1,a,1,1,open\n1,a,1,1,perhaps\n");
    let report = fitted(&made, &options()).report;
    assert_eq!((report.rows, report.open), (500, 2));
    assert_eq!(
        report.problems.told[0].to_string(),
        "line 504, column `won`: `perhaps` is no outcome; the row was left out"
    );
}

#[test]
fn what_cannot_be_learned_from_says_why() {
    let told = |csv: &str, options: &Options| {
        let table = Table::read(csv.as_bytes());
        table.and_then(|table| fit(&table, options)).unwrap_err().to_string()
    };
    let rows = |outcome: &str| format!("a,won\n{}", format!("1,{outcome}\n2,{outcome}\n").repeat(20));
    for (csv, message) in [
        (String::new(), "line 1: there is no header; write the names of the columns there"),
        ("a,b\n1,2\n".to_owned(), "line 1: there is no column `won`; there are `a`, `b`"),
        ("a,won\n1,1\n2,0\n".to_owned(), "there are 2 rows with an outcome; 20 are needed at least"),
        (rows("1"), "column `won`: all 40 rows with an outcome are won, so there is nothing to tell apart"),
        (rows("no"), "column `won`: all 40 rows with an outcome are lost, so there is nothing to tell apart"),
        (
            rows("x"),
            "column `won`: no row says 1 or 0, yes or no, true or false, won or lost; 40 rows say `x`, which is no outcome",
        ),
        (
            rows("1") + &"3,2\n".repeat(9) + "3,later\n",
            "column `won`: all 40 rows with an outcome are won, so there is nothing to tell apart; \
             9 rows say `2`, which is no outcome; 1 row says `later`, which is no outcome",
        ),
        (
            "Age,age,won\n".to_owned() + &"1,2,1\n1,2,0\n".repeat(20),
            "the columns `Age` and `age` both stand for the field `age`; rename one of them",
        ),
    ] {
        assert_eq!(told(&csv, &options()), message);
    }
    let excluded = Options { exclude: vec!["nothing".into()], ..options() };
    assert_eq!(told(&rows("1"), &excluded), "line 1: there is no column `nothing`; there are `a`, `won`");
}

#[test]
fn later_rows_set_the_base_rate_where_it_is_asked_for() {
    let mut row = 0;
    let drifting = made(7, 6_000, "day,a,", |maker, csv| {
        row += 1;
        let a = maker.normal();
        write!(csv, "2026-01-{:02},{a:.3},", 1 + row / 250).unwrap();
        if row > 4_800 { a } else { a - 2.5 }
    });
    let options = Options { time: Some("day".into()), ..options() };
    let even = |options: &Options| fitted(&drifting.csv, options).report.even_odds_at;
    let (all, latest) = (even(&options), even(&Options { recalibrate: true, ..options.clone() }));
    assert!(latest < all - 20_000, "{latest} and {all}");
    let report = fitted(&drifting.csv, &options).report;
    assert!(report.how_it_was_chosen().contains("in the order of the column `day`"), "{}", report.how_it_was_chosen());
    assert!(report.left_out.iter().any(|left_out| left_out.column == "day"));
}
