//! A judgement as one page that loads nothing from anywhere.

mod moves;
mod sheet;

use leadglass_training::backtest::{Calibration, Proportion};

use self::sheet::{Sheet, escape};
use super::{
    judged::Judged,
    plots,
    words::{decimal, decimal_or_none, interval, percent, percent_or_none, points, rate, whole},
};

const STYLES: &str = include_str!("page.css");

pub(super) fn page(judged: &Judged) -> anyhow::Result<String> {
    let report = &judged.report;
    let mut sections = vec![roc(judged)?];
    if let Some(calibration) = &report.calibration {
        sections.push(calibrated(calibration)?);
    }
    sections.extend([lift(judged)?, distribution(judged)?, grades(judged)?, decisions(judged), stability(judged)]);
    let against = judged.against.as_ref().map(|it| moves::section(it, judged)).unwrap_or_default();
    let title = format!("Back-test of {}", escape(&judged.card_file));
    let notes =
        judged.notes.iter().map(|note| format!("<p>Note: {}.</p>\n", escape(note))).collect::<Vec<_>>().concat();
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLES}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{head}{notes}{figures}\
         <div class=\"plots\">\n{sections}</div>\n{against}{foot}</main>\n</body>\n</html>\n",
        head = head(judged),
        figures = figures(judged),
        sections = sections.concat(),
        foot = foot(judged),
    );
    // A number and its sign stay in one line.
    Ok(page.replace(" %", "\u{a0}%"))
}

fn head(judged: &Judged) -> String {
    let report = &judged.report;
    let conditions: Vec<String> = judged
        .conditions
        .iter()
        .map(|it| format!("<code>{}</code> is <code>{}</code>", escape(&it.column), escape(&it.value)))
        .collect();
    let of = if conditions.is_empty() { String::new() } else { format!(", rows where {}", conditions.join(", ")) };
    let left_out = match (judged.rejected, judged.without_outcome) {
        (0, 0) => String::new(),
        (rejected, open) => {
            format!(" Left out: {} rejected, {} without an outcome.", whole(rejected), whole(open))
        }
    };
    format!(
        "<p>On {}{of}. {} rows, of which {} converted by the column <code>{}</code>: {}.{left_out}</p>\n",
        escape(&judged.table),
        whole(report.rows),
        whole(report.positives),
        escape(&judged.outcome),
        percent(report.base_rate),
    )
}

fn figures(judged: &Judged) -> String {
    let report = &judged.report;
    let told = &report.discrimination;
    let three = |number: f64| decimal(number, 3);
    let ks = &told.kolmogorov_smirnov;
    let mut figures = vec![
        ("AUC", three(told.auc), format!("95 %: {}", interval(told.auc_low, told.auc_high, three))),
        ("KS", three(ks.distance), format!("from {} points on", points(ks.points))),
        ("Gini", three(told.gini), "twice the AUC, less one".to_owned()),
    ];
    if let Some(it) = &report.calibration {
        let slope = interval(it.calibration_slope_low, it.calibration_slope_high, three);
        figures.extend([
            ("Calibration slope", decimal_or_none(it.calibration_slope, 3), format!("95 %: {slope}")),
            (
                "Calibration intercept",
                decimal_or_none(it.calibration_intercept, 3),
                format!("in the large {}", decimal_or_none(it.calibration_in_the_large, 3)),
            ),
            ("ECE", three(it.ece), format!("over equal widths {}", three(it.ece_equal_width))),
            ("Brier score", three(it.brier), format!("skill {}", three(it.brier_skill))),
            ("Log loss", three(it.log_loss), String::new()),
        ]);
    }
    let chance = judged.stability.as_ref().map(|it| format!("by chance {}", three(it.psi_by_chance)));
    figures.push(("PSI", decimal_or_none(judged.psi, 3), chance.unwrap_or_default()));
    let figure = |(name, value, more): (&str, String, String)| {
        let more = if more.is_empty() { more } else { format!("<dd>{more}</dd>") };
        format!("<div><dt>{name}</dt><dd>{value}</dd>{more}</div>\n")
    };
    format!("<dl class=\"figures\">\n{}</dl>\n", figures.into_iter().map(figure).collect::<String>())
}

/// A plot with what it says and the same as a table.
fn plotted(heading: &str, text: &str, svg: &str, caption: &str, sheet: &Sheet) -> String {
    format!(
        "<section>\n<h2>{heading}</h2>\n<p>{text}</p>\n<figure>\n{svg}<figcaption>{caption}</figcaption>\n</figure>\n\
         <details><summary>{heading} as a table</summary>\n{}</details>\n</section>\n",
        sheet.html()
    )
}

fn roc(judged: &Judged) -> anyhow::Result<String> {
    let told = &judged.report.discrimination;
    let mut sheet = Sheet::new("The ROC curve by tenths", &["Points from", "Of converted", "Of the others"]);
    let (mut won, mut lost) = (0, 0);
    let negatives = judged.report.rows - judged.report.positives;
    for tenth in &judged.report.deciles {
        won += tenth.conversion.positives;
        lost += tenth.conversion.rows - tenth.conversion.positives;
        let share = |part, whole| percent_or_none(Proportion::new(part, whole).rate);
        sheet.row([points(tenth.points_from), share(won, judged.report.positives), share(lost, negatives)]);
    }
    let text = format!(
        "Of two rows of which one converted, it is the one with more points in {} of cases.",
        percent(told.auc)
    );
    let caption = "<span class=\"key main\"></span>this card, <span class=\"key grid\"></span>one that knows nothing";
    Ok(plotted("Telling apart", &text, &plots::roc(&told.roc)?, caption, &sheet))
}

fn calibrated(calibration: &Calibration) -> anyhow::Result<String> {
    let mut sheet = Sheet::new("Calibration by tenths", &["Said", "Rows", "Converted"]);
    for it in &calibration.calibration_curve {
        sheet.row([percent(it.probability), whole(it.conversion.rows), rate(&it.conversion)]);
    }
    let boldness = match (calibration.calibration_slope_low, calibration.calibration_slope_high) {
        (_, Some(high)) if high < 1.0 => " Differences between leads are overstated: the slope is below 1.",
        (Some(low), _) if low > 1.0 => " Differences between leads are understated: the slope is above 1.",
        _ => "",
    };
    let text = format!("The mean probability given was {}.{boldness}", percent(calibration.mean_probability));
    let caption = "<span class=\"key main\"></span>tenths of the rows with 95 % intervals, \
                   <span class=\"key grid\"></span>where they would be if all probabilities were true";
    Ok(plotted("Calibration", &text, &plots::calibration(&calibration.calibration_curve)?, caption, &sheet))
}

fn lift(judged: &Judged) -> anyhow::Result<String> {
    let deciles = &judged.report.deciles;
    let mut sheet =
        Sheet::new("Tenths of the rows", &["Tenth", "Points", "Rows", "Converted", "Lift", "Captured so far"]);
    for it in deciles {
        sheet.row([
            it.decile.to_string(),
            format!("{} to {}", points(it.points_from), points(it.points_to)),
            whole(it.conversion.rows),
            rate(&it.conversion),
            decimal(it.lift, 2),
            percent(it.captured),
        ]);
    }
    let text = deciles.first().map_or_else(String::new, |best| {
        format!(
            "The {} rows with the most points convert {} times as often as all do, and are {} of all conversions.",
            whole(best.conversion.rows),
            decimal(best.lift, 1),
            percent(best.captured)
        )
    });
    let caption = "<span class=\"key other\"></span>all rows alike";
    Ok(plotted("Lift", &text, &plots::lift(deciles)?, caption, &sheet))
}

fn distribution(judged: &Judged) -> anyhow::Result<String> {
    let bars = &judged.report.distribution;
    let mut sheet = Sheet::new("Rows by points", &["Points from", "below", "Converted", "Did not"]);
    for bar in bars {
        let end = |end: Option<leadglass_scoring::Points>| end.map_or_else(|| "all beyond".to_owned(), points);
        sheet.row([end(bar.points_from), end(bar.points_below), whole(bar.positives), whole(bar.negatives)]);
    }
    let text =
        "How points are spread over the rows that converted, and over those that did not, each out of their own.";
    let caption = "<span class=\"key main\"></span>converted, <span class=\"key other\"></span>did not";
    Ok(plotted("Points", text, &plots::distribution(bars)?, caption, &sheet))
}

fn grades(judged: &Judged) -> anyhow::Result<String> {
    let grades = &judged.report.grades;
    let mut sheet = Sheet::new("Conversion by grade", &["Grade", "Rows", "Share", "Converted"]);
    for it in grades {
        let of = [it.grade.as_str().to_owned(), whole(it.conversion.rows), percent(it.share), rate(&it.conversion)];
        sheet.row(of);
    }
    let text = "How many of each grade converted. The letter is fit, the digit engagement.";
    let caption = "Thin lines are 95 % intervals; <span class=\"key other\"></span>all rows";
    Ok(plotted("Grades", text, &plots::grades(grades, judged.report.base_rate)?, caption, &sheet))
}

fn decisions(judged: &Judged) -> String {
    let mut sheet = Sheet::new("Conversion by decision", &["Decision", "Rows", "Share", "Converted"]);
    for it in &judged.report.decisions {
        let of = [it.decision.as_str().to_owned(), whole(it.conversion.rows), percent(it.share), rate(&it.conversion)];
        sheet.row(of);
    }
    format!("<section>\n<h2>Decisions</h2>\n{}</section>\n", sheet.html())
}

fn stability(judged: &Judged) -> String {
    let Some(stability) = &judged.stability else { return String::new() };
    let mut sheet =
        Sheet::new("Rows by tenths of the reference", &["Points from", "Reference", "Compared", "Part of the index"]);
    for bin in &stability.bins {
        let from = bin.points_from.map_or_else(|| "fewer".to_owned(), points);
        sheet.row([from, percent(bin.reference_share), percent(bin.share), decimal(bin.part, 4)]);
    }
    let word = match stability.psi {
        psi if psi < 0.1 => "usually taken as stable",
        psi if psi < 0.25 => "usually taken as a shift to look into",
        _ => "usually taken as another population",
    };
    format!(
        "<section>\n<h2>Stability</h2>\n<p>Between {}, {} and {}, the population stability index is {}: {word}.</p>\n\
         {}</section>\n",
        escape(&judged.stability_between),
        whole(stability.reference_rows),
        whole(stability.rows),
        decimal(stability.psi, 3),
        sheet.html()
    )
}

fn foot(judged: &Judged) -> String {
    format!(
        "<section>\n<h2>How to read this</h2>\n\
         <p>Rows of equal points are never told apart: they share a rank, and lie in one tenth of the rows, that of the \
         middle one. Intervals are of 95 %: that of the AUC by DeLong (1988), those of shares by Wilson (1927), that of the \
         slope by Wald. The slope and intercept are those of the logistic regression of what came on the log odds \
         given; the ECE is the mean distance of what was said from what came, over tenths of the rows; the skill of the \
         Brier score is against saying the base rate to everyone.</p>\n\
         <p class=\"soft\">Card {}</p>\n</section>\n",
        escape(&judged.card)
    )
}
