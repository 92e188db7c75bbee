//! Who moves band, against another card.

use leadglass_scoring::Decision;
use leadglass_training::backtest::{Comparison, Proportion};

use super::{
    super::words::{decimal, interval, percent_or_none, significance, whole},
    Judged, Sheet, escape,
};

pub(super) fn section(comparison: &Comparison, judged: &Judged) -> String {
    let other = escape(judged.against_file.as_deref().unwrap_or("the other card"));
    let three = |number: f64| decimal(number, 3);
    let text = format!(
        "On the {} rows that both score, the AUC is {} instead of {}: a difference of {} (95 %: {}; {}). {} rows get \
         a better decision, of which {} converted, and {} a worse one, of which {} converted.",
        whole(comparison.rows),
        three(comparison.auc),
        three(comparison.against_auc),
        three(comparison.auc_difference),
        interval(comparison.auc_difference_low, comparison.auc_difference_high, three),
        escape(&significance(comparison.auc_difference_p)),
        whole(comparison.decision_up.rows),
        percent_or_none(comparison.decision_up.rate),
        whole(comparison.decision_down.rows),
        percent_or_none(comparison.decision_down.rate),
    );
    format!(
        "<section>\n<h2>Who moves band, against {other}</h2>\n<p>{text}</p>\n{}{}</section>\n",
        decisions(comparison).html(),
        grades(comparison).html(),
    )
}

fn decisions(comparison: &Comparison) -> Sheet {
    let names = Decision::ALL.map(|to| format!("now {}", to.as_str()));
    let head: Vec<&str> = ["It was"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let mut sheet = Sheet::new("Rows by both decisions, and how many converted", &head);
    for from in Decision::ALL {
        let of = comparison.decisions.iter().filter(|it| it.from == from);
        let cells = of.map(|it| (cell(&it.conversion), it.from == it.to));
        sheet.marked_row([(from.as_str().to_owned(), true)].into_iter().chain(cells));
    }
    sheet
}

fn grades(comparison: &Comparison) -> Sheet {
    // Only grades that occur, the best first.
    let is_there =
        |grade: &leadglass_scoring::Grade| comparison.grades.iter().any(|it| it.from == *grade || it.to == *grade);
    let all: Vec<_> = leadglass_training::backtest::every_grade().filter(is_there).collect();
    let names: Vec<String> = all.iter().map(|to| format!("now {}", to.as_str())).collect();
    let head: Vec<&str> = ["It was"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let mut sheet = Sheet::new("Rows by both grades, and how many converted", &head);
    for from in &all {
        let cells = all.iter().map(|to| {
            let found = comparison.grades.iter().find(|it| it.from == *from && it.to == *to);
            (found.map_or_else(|| "0".to_owned(), |it| cell(&it.conversion)), from == to)
        });
        sheet.marked_row([(from.as_str().to_owned(), true)].into_iter().chain(cells));
    }
    sheet
}

fn cell(conversion: &Proportion) -> String {
    match conversion.rows {
        0 => "0".to_owned(),
        rows => format!("{} at {}", whole(rows), percent_or_none(conversion.rate)),
    }
}
