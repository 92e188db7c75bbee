//! The report as one page without scripts.

use std::fmt::Write;

use super::{
    Report,
    learn::{percent, three},
};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;\
background:#fff}table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}th,td{text-align:right;padding:.2rem .6rem;\
border-bottom:1px solid #ddd}th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere}.points{table-layout:fixed}.points \
th:first-child{width:30%}.points th:last-child{width:22%}.points td:last-child{text-align:left;background:linear-gradient(#999,\
#999) center/1px no-repeat}.bar{display:block;height:.8em;background:#2a6f97}.bar.less{background:#b5541c}.beware{border-left:4px solid #b5541c;padding:.2rem 1rem}\
table:not(.points) td{text-align:left;overflow-wrap:anywhere}table:not(.points) th{text-align:left}\
@media(max-width:40rem){.points{font-size:.85rem}.points th,.points td{padding:.2rem .3rem}.points th:first-child{width:36%}\
.points th:nth-child(4),.points td:nth-child(4),.points th:nth-child(5),.points td:nth-child(5){display:none}}\
:root{color-scheme:light dark}@media(prefers-color-scheme:dark){body{color:#eee;background:#16181b}th,td{border-color:#444}}";

/// The report as one HTML page.
#[must_use]
pub fn page(report: &Report) -> String {
    let mut page = String::new();
    // Writing to memory cannot fail.
    let _ = write(&mut page, report);
    page
}

fn write(page: &mut String, report: &Report) -> std::fmt::Result {
    write!(
        page,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"generator\" content=\"leadglass fit\"><title>A fitted scorecard</title><style>{STYLE}</style><h1>A fitted scorecard</h1>"
    )?;
    let text = report.to_string();
    let summary = text.split("\n\n").next().unwrap_or_default();
    for line in summary.lines() {
        write!(page, "<p>{}</p>", escaped(line))?;
    }
    if !report.signal {
        write!(page, "<p class=\"beware\">No signal: nothing tells won from lost better than chance does.</p>")?;
    }
    for warning in &report.warnings {
        write!(page, "<p class=\"beware\">{}</p>", escaped(warning))?;
    }
    let most = report.columns.iter().flat_map(|column| &column.attributes).map(|it| it.points.unsigned_abs()).max();
    for column in &report.columns {
        write!(page, "<h2>{}</h2>", escaped(&column.column))?;
        let alone = column.auc_alone.map_or_else(String::new, |auc| format!(", AUC alone {}", three(auc)));
        write!(page, "<p>Information value {}{alone}</p>", three(column.information_value))?;
        if column.attributes.is_empty() {
            write!(page, "<p>It gives no points.</p>")?;
            continue;
        }
        write!(
            page,
            "<table class=\"points\"><tr><th>Answer<th>Rows<th>Won, %<th><abbr title=\"weight of evidence\">WoE</abbr><th>Log-odds<th>Points<th></tr>"
        )?;
        for it in &column.attributes {
            // What takes points reaches to the left of the middle, what gives some to the right
            let width = it.points.unsigned_abs() * 50 / most.unwrap_or(1).max(1);
            let (less, before) = if it.points < 0 { (" less", 50 - width) } else { ("", 50) };
            write!(
                page,
                "<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td><span class=\"bar{less}\" style=\"width:{width}%;margin-left:{before}%\"></span></tr>",
                escaped(&it.answer),
                it.rows,
                percent(it.rate),
                three(it.weight_of_evidence),
                three(it.log_odds),
                it.points
            )?;
        }
        write!(page, "</table>")?;
    }
    if !report.left_out.is_empty() {
        write!(page, "<h2>Left out</h2><table><tr><th>Column<th>Why</tr>")?;
        for left_out in &report.left_out {
            write!(page, "<tr><td>{}<td>{}</tr>", escaped(&left_out.column), escaped(&left_out.why))?;
        }
        write!(page, "</table>")?;
    }
    write!(page, "</html>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
