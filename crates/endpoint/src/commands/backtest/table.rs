//! A judgement for a terminal.

use std::fmt;

use leadglass_scoring::Decision;
use leadglass_training::backtest::{Comparison, Proportion, Stability};

use super::{
    judged::Judged,
    words::{decimal, decimal_or_none, interval, percent, percent_or_none, points, rate, significance, whole},
};

pub(super) struct Table<'a>(pub(super) &'a Judged);

type Out<'a, 'b> = &'a mut fmt::Formatter<'b>;

impl fmt::Display for Table<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let judged = self.0;
        head(out, judged)?;
        figures(out, judged)?;
        writeln!(out, "\ndecile  points from       to     rows  converted    lift  captured  probability")?;
        for it in &judged.report.deciles {
            writeln!(
                out,
                "{:>6}  {:>11} {:>8} {:>8} {:>10} {:>7} {:>9} {:>12}",
                it.decile,
                points(it.points_from),
                points(it.points_to),
                whole(it.conversion.rows),
                percent_or_none(it.conversion.rate),
                decimal(it.lift, 2),
                percent(it.captured),
                percent_or_none(it.mean_probability),
            )?;
        }
        let grades = judged.report.grades.iter().map(|it| (it.grade.as_str(), it.share, &it.conversion));
        bands(out, "grade", grades)?;
        let decisions = judged.report.decisions.iter().map(|it| (it.decision.as_str(), it.share, &it.conversion));
        bands(out, "decision", decisions)?;
        if let Some(stability) = &judged.stability {
            stable(out, stability, &judged.stability_between)?;
        }
        if let Some(comparison) = &judged.against {
            moves(out, comparison, judged.against_file.as_deref().unwrap_or_default())?;
        }
        if !judged.notes.is_empty() {
            writeln!(out)?;
        }
        judged.notes.iter().try_for_each(|note| writeln!(out, "note: {note}"))
    }
}

fn head(out: Out, judged: &Judged) -> fmt::Result {
    let shown = |text: &str| text.escape_debug().to_string();
    write!(out, "{} on {}, outcome `{}`", shown(&judged.card_file), shown(&judged.table), shown(&judged.outcome))?;
    for condition in &judged.conditions {
        write!(out, ", {}={}", shown(&condition.column), shown(&condition.value))?;
    }
    let report = &judged.report;
    let (rows, positives) = (whole(report.rows), whole(report.positives));
    writeln!(out, "\n{rows} rows, of which {positives} converted ({})", percent(report.base_rate))?;
    if judged.rejected + judged.without_outcome > 0 {
        let (rejected, open) = (whole(judged.rejected), whole(judged.without_outcome));
        writeln!(out, "left out: {rejected} rejected, {open} without an outcome")?;
    }
    writeln!(out)
}

fn figures(out: Out, judged: &Judged) -> fmt::Result {
    let four = |number: f64| decimal(number, 4);
    let mut line = |name: &str, value: String, more: String| {
        let text = format!("{name:<24} {value:>8}  {more}");
        writeln!(out, "{}", text.trim_end())
    };
    let told = &judged.report.discrimination;
    line("AUC", four(told.auc), format!("95 %: {}", interval(told.auc_low, told.auc_high, four)))?;
    line("Gini", four(told.gini), String::new())?;
    let ks = &told.kolmogorov_smirnov;
    line("KS", four(ks.distance), format!("taking rows from {} points on", points(ks.points)))?;
    if let Some(it) = &judged.report.calibration {
        line("Brier score", four(it.brier), format!("skill {}", four(it.brier_skill)))?;
        line("log loss", four(it.log_loss), String::new())?;
        let slope = interval(it.calibration_slope_low, it.calibration_slope_high, four);
        line("calibration slope", decimal_or_none(it.calibration_slope, 4), format!("95 %: {slope}"))?;
        let large = decimal_or_none(it.calibration_in_the_large, 4);
        line("calibration intercept", decimal_or_none(it.calibration_intercept, 4), format!("in the large {large}"))?;
        line("ECE", four(it.ece), format!("over equal widths {}", four(it.ece_equal_width)))?;
        line("mean probability", percent(it.mean_probability), String::new())?;
    }
    line("PSI", decimal_or_none(judged.psi, 4), format!("between {}", judged.stability_between))
}

fn bands<'a>(out: Out, name: &str, rows: impl Iterator<Item = (&'static str, f64, &'a Proportion)>) -> fmt::Result {
    writeln!(out, "\n{name:<8}     rows    share  converted")?;
    for (band, share, conversion) in rows {
        writeln!(out, "{band:<8} {:>8} {:>8}  {}", whole(conversion.rows), percent(share), rate(conversion))?;
    }
    Ok(())
}

fn stable(out: Out, stability: &Stability, between: &str) -> fmt::Result {
    writeln!(
        out,
        "\nstability between {between}: {} and {} rows; by chance alone the index would be {}",
        whole(stability.reference_rows),
        whole(stability.rows),
        decimal(stability.psi_by_chance, 4)
    )?;
    writeln!(out, "points from  reference      rows    part")?;
    for bin in &stability.bins {
        let from = bin.points_from.map_or_else(|| "fewer".to_owned(), points);
        let (reference, share) = (percent(bin.reference_share), percent(bin.share));
        writeln!(out, "{from:>11} {reference:>10} {share:>9} {:>7}", decimal(bin.part, 4))?;
    }
    Ok(())
}

fn moves(out: Out, comparison: &Comparison, name: &str) -> fmt::Result {
    let four = |number: f64| decimal(number, 4);
    let ends = interval(comparison.auc_difference_low, comparison.auc_difference_high, four);
    writeln!(
        out,
        "\nagainst {} on {} rows: AUC {} instead of {}, difference {} (95 %: {ends}; {})",
        name.escape_debug(),
        whole(comparison.rows),
        four(comparison.auc),
        four(comparison.against_auc),
        four(comparison.auc_difference),
        significance(comparison.auc_difference_p),
    )?;
    writeln!(
        out,
        "{} rows get a better decision, of which {} converted",
        whole(comparison.decision_up.rows),
        percent_or_none(comparison.decision_up.rate)
    )?;
    writeln!(
        out,
        "{} rows get a worse one, of which {} converted",
        whole(comparison.decision_down.rows),
        percent_or_none(comparison.decision_down.rate)
    )?;
    write!(out, "\nit was, is now")?;
    Decision::ALL.iter().try_for_each(|to| write!(out, " {:>20}", to.as_str()))?;
    for from in Decision::ALL {
        write!(out, "\n{:<14}", from.as_str())?;
        for cell in comparison.decisions.iter().filter(|it| it.from == from) {
            let told = format!("{} at {}", whole(cell.conversion.rows), percent_or_none(cell.conversion.rate));
            write!(out, " {:>20}", if cell.conversion.rows == 0 { "0".to_owned() } else { told })?;
        }
    }
    writeln!(out, "\n\nit was  is now      rows  converted")?;
    for cell in comparison.grades.iter().filter(|it| it.from != it.to) {
        let (from, to) = (cell.from.as_str(), cell.to.as_str());
        writeln!(out, "{from:<7} {to:<6} {:>9}  {}", whole(cell.conversion.rows), rate(&cell.conversion))?;
    }
    Ok(())
}
