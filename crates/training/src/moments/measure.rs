//! How good readings are.

use std::fmt::Write as _;

use leadglass_scoring::{
    Language,
    moment::{Context, Kind, Model, Moment},
};

use super::corpus::Row;

/// One text's reading beside its label.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// Of the text.
    pub language: Language,
    /// Of the text.
    pub kind: Kind,
    /// What it should be.
    pub label: Moment,
    /// What was read.
    pub best: Moment,
    /// The best's probability in per mille.
    pub highest: u16,
    /// Whether the best is told.
    pub is_told: bool,
}

/// Reads all rows.
#[must_use]
pub fn judge(model: &Model, rows: &[Row]) -> Vec<Judged> {
    let judged = rows.iter().map(|row| {
        let reading = model.read_moment(&Context::of(row.kind, &row.text));
        Judged {
            language: row.language,
            kind: row.kind,
            label: row.label,
            best: reading.best,
            highest: reading.of(reading.best),
            is_told: reading.moment().is_some(),
        }
    });
    judged.collect()
}

fn share(judged: &[Judged], of: impl Fn(Judged) -> bool, is: impl Fn(Judged) -> bool) -> f64 {
    let (all, hits) = judged
        .iter()
        .filter(|it| of(**it))
        .fold((0_u32, 0_u32), |(all, hits), it| (all + 1, hits + u32::from(is(*it))));
    f64::from(hits) / f64::from(all.max(1))
}

fn is_right(judged: Judged) -> bool {
    judged.label == judged.best
}

/// The share whose best moment is right.
#[must_use]
pub fn accuracy(judged: &[Judged]) -> f64 {
    share(judged, |_| true, is_right)
}

/// How far probabilities are from what comes true, on the mean over ten steps of probability.
#[must_use]
pub fn calibration_error(judged: &[Judged]) -> f64 {
    let mut steps = [(0_u32, 0_u32, 0_u32); 10];
    for it in judged {
        let (all, right, promised) = &mut steps[usize::from(it.highest / 100).min(9)];
        *all += 1;
        *right += u32::from(is_right(*it));
        *promised += u32::from(it.highest);
    }
    let gaps = steps.iter().map(|(_, right, promised)| (f64::from(*right) - f64::from(*promised) / 1000.0).abs());
    gaps.sum::<f64>() / f64::from(u32::try_from(judged.len().max(1)).unwrap_or(u32::MAX))
}

/// The figures as a table of markdown.
#[must_use]
pub fn table(judged: &[Judged]) -> String {
    let mut text = String::from("| what | figure |\n| --- | ---: |\n");
    let mut row = |name: &str, value: f64| {
        let _ = writeln!(text, "| {name} | {value:.3} |");
    };
    row("accuracy, forced choice", accuracy(judged));
    for language in Language::ALL {
        row(&format!("in {}", language.code()), share(judged, |it| it.language == language, is_right));
    }
    for (name, kind) in [("of messages", Kind::Message), ("of queries", Kind::Query), ("of pages", Kind::Page)] {
        row(name, share(judged, |it| it.kind == kind, is_right));
    }
    for moment in Moment::ALL {
        row(&format!("recall of {}", moment.as_str()), share(judged, |it| it.label == moment, is_right));
    }
    row("right where it is told", share(judged, |it| it.is_told, is_right));
    row("told", share(judged, |_| true, |it| it.is_told));
    row("expected calibration error", calibration_error(judged));
    text
}
