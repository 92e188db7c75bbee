//! How a card came about: bins, weight of evidence, information value, points, and what to beware of.

use std::fmt;

use serde::Serialize;

use super::{
    Options, Shape,
    cross::{BLOCKS, FOLDS},
    learn::{Learned, percent, three},
    rank::Area,
    rows::{Order, Rows},
    table::Problems,
};

/// How a card came about.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The column of outcomes.
    pub outcome: String,
    /// Rows that were learned from.
    pub rows: usize,
    /// How many of them were won.
    pub won: usize,
    /// The share of won rows.
    pub base_rate: f64,
    /// Rows whose outcome is open; they teach nothing.
    pub open: u64,
    /// Rows that were not asked for.
    pub passed_over: u64,
    /// What could not be read.
    pub problems: Problems,
    /// Whether anything tells won from lost better than chance does.
    pub signal: bool,
    /// How it was tried on rows it had not seen.
    pub validation: Validation,
    /// From which rows the base rate and the slope are.
    pub recalibration: Recalibration,
    /// Points that double the odds.
    pub points_to_double_odds: i64,
    /// Thousandths of points at which won is as likely as lost.
    pub even_odds_at: i64,
    /// Columns that know too much.
    pub warnings: Vec<String>,
    /// The columns, those first that say most.
    pub columns: Vec<ColumnReport>,
    /// Columns that were not learned from, and why.
    pub left_out: Vec<LeftOut>,
}

/// A column that was not learned from.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// The column.
    pub column: String,
    /// Why.
    pub why: String,
}

/// A figure with the interval of 95 % that it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The figure.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// How a card was tried on rows it had not seen.
#[derive(Clone, Debug, Serialize)]
pub struct Validation {
    /// Where the order of time is from, `unknown` where nobody said that there is one.
    order: Order,
    /// How strongly coefficients are held back.
    pub strength: f64,
    /// In how many parts the rows were dealt by chance.
    pub folds: usize,
    /// Each so many rows one took part in it.
    pub every: usize,
    /// The area under the ROC curve over rows that were not fitted.
    pub auc: Option<Interval>,
    /// The areas of later blocks of rows under fits of all before them; none without an order of time.
    pub out_of_time: Option<Vec<f64>>,
}

impl Validation {
    pub(super) fn new(rows: &Rows, strength: f64, auc: Option<Area>, blocks: Option<Vec<Area>>, every: usize) -> Self {
        let interval = |area: Area| Interval {
            value: area.value,
            low: (area.value - 1.96 * area.error).max(0.0),
            high: (area.value + 1.96 * area.error).min(1.0),
        };
        let out_of_time = blocks.map(|areas| areas.iter().map(|area| area.value).collect());
        Self { order: rows.order.clone(), strength, folds: FOLDS, every, auc: auc.map(interval), out_of_time }
    }
}

/// From which rows the base rate and the slope are.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Recalibration {
    /// Whether it is the latest part of the rows.
    pub latest: bool,
    /// How many rows.
    pub rows: usize,
    /// The slope of the outcome on the log-odds of rows that were not fitted.
    pub slope_found: f64,
    /// What log-odds were multiplied by: the slope, but never more than 1.
    pub slope_used: f64,
}

/// One column.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnReport {
    /// Its name.
    pub column: String,
    /// The field it answers.
    pub field: String,
    /// `number` or `text`.
    pub kind: &'static str,
    /// How points change along it; nothing where it gives no points.
    pub shape: Option<Shape>,
    /// Its information value: of the bins below, of finer ones where there are none.
    pub information_value: f64,
    /// How well it tells the outcome alone, on rows that were not counted.
    pub auc_alone: Option<f64>,
    /// Its bins.
    pub attributes: Vec<Attribute>,
}

/// One bin.
#[derive(Clone, Debug, Serialize)]
pub struct Attribute {
    /// What the answer is.
    pub answer: String,
    /// How many rows have it.
    pub rows: u32,
    /// How many of them were won.
    pub won: u32,
    /// The share of won rows.
    pub rate: f64,
    /// How its odds compare to those of all rows, as a logarithm.
    pub weight_of_evidence: f64,
    /// What it adds to the log-odds beside the other columns.
    pub log_odds: f64,
    /// The same in points.
    pub points: i64,
}

impl Report {
    pub(super) fn new(options: &Options, rows: &Rows, learned: &Learned, even_odds_at: i64) -> Self {
        let won = rows.won.iter().filter(|won| **won).count();
        let mut problems = rows.problems.clone();
        problems.merge(learned.chosen.problems.clone());
        Self {
            outcome: options.outcome.clone(),
            rows: rows.won.len(),
            won,
            base_rate: won as f64 / rows.won.len() as f64,
            open: rows.open,
            passed_over: rows.passed_over,
            problems,
            signal: learned.fitted.is_some(),
            validation: learned.validation.clone(),
            recalibration: learned.recalibration,
            points_to_double_odds: super::points::DOUBLING,
            even_odds_at,
            warnings: learned.chosen.warnings.clone(),
            columns: Vec::new(),
            left_out: learned.chosen.left_out.clone(),
        }
    }

    /// How the strength was chosen, in words.
    #[must_use]
    pub fn how_it_was_chosen(&self) -> String {
        let folds = format!("{FOLDS}-fold cross-validation");
        match &self.validation.order {
            Order::Unknown => format!("by {folds}; no order of time was given"),
            order => {
                let from = match order {
                    Order::Column(name) => format!("the column `{name}`"),
                    _ => "the file".to_owned(),
                };
                format!(
                    "by {folds}, among those that hold out of time (forward chaining over {BLOCKS} blocks in the order of {from})"
                )
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} rows, {} won ({} %)", self.rows, self.won, percent(self.base_rate))?;
        if self.open > 0 {
            writeln!(formatter, "{} rows with an open outcome were left out", self.open)?;
        }
        if self.passed_over > 0 {
            writeln!(formatter, "{} rows were not asked for", self.passed_over)?;
        }
        if let Some(auc) = &self.validation.auc {
            let Interval { value, low, high } = *auc;
            writeln!(formatter, "AUC on rows not fitted: {} ({} to {})", three(value), three(low), three(high))?;
        }
        if let Some(blocks) = &self.validation.out_of_time {
            let blocks: Vec<String> = blocks.iter().map(|area| three(*area)).collect();
            writeln!(formatter, "AUC of later blocks under what came before: {}", blocks.join(", "))?;
        }
        writeln!(formatter, "shrinkage {}, chosen {}", self.validation.strength, self.how_it_was_chosen())?;
        let part = if self.recalibration.latest { "the latest" } else { "all" };
        let (found, used) = (self.recalibration.slope_found, self.recalibration.slope_used);
        writeln!(
            formatter,
            "base rate from {part} {} rows; slope {found:.3}, used {used:.3}",
            self.recalibration.rows
        )?;
        let even = self.even_odds_at as f64 / 1000.0;
        writeln!(formatter, "{} points double the odds, which are even at {even}", self.points_to_double_odds)?;
        if !self.signal {
            writeln!(
                formatter,
                "\nno signal: nothing tells won from lost better than chance does; the card gives everybody the base rate"
            )?;
        }
        for warning in &self.warnings {
            writeln!(formatter, "\nwarning: {warning}")?;
        }
        for column in &self.columns {
            column.fmt(formatter)?;
        }
        if !self.left_out.is_empty() {
            writeln!(formatter, "\nleft out:")?;
        }
        for left_out in &self.left_out {
            writeln!(formatter, "  `{}`: {}", left_out.column, left_out.why)?;
        }
        Ok(())
    }
}

impl fmt::Display for ColumnReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = match self.shape {
            None => ", no points",
            Some(Shape::Rising) => ", rising",
            Some(Shape::Falling) => ", falling",
            Some(Shape::Free | Shape::Levels) => "",
        };
        let alone = self.auc_alone.map_or_else(String::new, |auc| format!(", AUC alone {}", three(auc)));
        writeln!(formatter, "\n{}: information value {}{alone}{shape}", self.column, three(self.information_value))?;
        if self.attributes.is_empty() {
            return Ok(());
        }
        let width = self.attributes.iter().map(|it| it.answer.chars().count()).max().unwrap_or(0).clamp(6, 60);
        writeln!(
            formatter,
            "  {:<width$} {:>8} {:>7} {:>7} {:>8} {:>7}",
            "answer", "rows", "won %", "WoE", "log-odds", "points"
        )?;
        for it in &self.attributes {
            let answer: String = it.answer.chars().take(60).collect();
            writeln!(
                formatter,
                "  {answer:<width$} {:>8} {:>7} {:>7.3} {:>8.3} {:>7}",
                it.rows,
                percent(it.rate),
                it.weight_of_evidence,
                it.log_odds,
                it.points
            )?;
        }
        Ok(())
    }
}
