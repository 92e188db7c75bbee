//! Fitting: from a table of leads and what became of them to a scorecard that a person can read and edit.
//!
//! Each column is put into fine bins; a logistic regression gives every bin its log-odds, held back by a prior by which
//! neighbouring bins are alike (Ridge on differences: Hoerl and Kennard 1970, Whittaker 1923). How strongly is chosen by
//! cross-validation. Then bins are joined where that loses next to nothing, and log-odds become whole points.
//!
//! Where nothing beats chance, the card has no criterion and says so.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of rows and sizes of numbers, where the last digits do not matter"
)]

mod algebra;
mod bins;
mod calibrate;
mod card;
mod chance;
mod cross;
mod html;
mod learn;
mod logistic;
mod merge;
mod points;
mod rank;
mod report;
mod rows;
mod suspect;
mod table;
mod variable;

#[cfg(test)]
mod odd_tests;
#[cfg(test)]
mod tests;

use std::io;

pub use self::{
    html::page,
    merge::Shape,
    report::{Attribute, ColumnReport, Interval, LeftOut, Recalibration, Report, Validation},
    table::{Problem, Problems, Table},
};

/// What is to be learned.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The column that says what became of each lead.
    pub outcome: String,
    /// The column by whose order rows came in.
    pub time: Option<String>,
    /// Whether the rows stand in the order in which they came in.
    pub in_order: bool,
    /// Columns that are not learned from.
    pub exclude: Vec<String>,
    /// Columns that are learned from though they look useless or too good.
    pub include: Vec<String>,
    /// Columns with a value that rows must have: any of those named for one column, and one for each column.
    pub only: Vec<(String, String)>,
    /// Whether the base rate and slope are taken from the latest part of the rows.
    pub recalibrate: bool,
    /// The card's id.
    pub id: String,
}

/// What was learned.
#[derive(Clone, Debug)]
pub struct Fitting {
    /// The card file.
    pub card: String,
    /// How it came about.
    pub report: Report,
    /// The line of each row that was learned from, and the points that the card gives it.
    pub points: Vec<(u64, i64)>,
}

/// Why nothing can be learned from a table.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The header is written in another encoding.
    #[error("line 1: the table is not UTF-8; save it as UTF-8 (in spreadsheets, `CSV UTF-8`)")]
    NotUtf8,
    /// The first line names no column.
    #[error("line 1: there is no header; write the names of the columns there")]
    NoHeader,
    /// Two columns are told apart by nothing.
    #[error("columns {first} and {second} are both named `{name}`; rename one of them")]
    TwinColumns {
        /// Their name.
        name: String,
        /// The first, from 1.
        first: usize,
        /// The second.
        second: usize,
    },
    /// A column that was named is not there.
    #[error("line 1: there is no column `{name}`; there are {}", listed(known))]
    NoColumn {
        /// What was asked for.
        name: String,
        /// The table's columns.
        known: Vec<String>,
    },
    /// No row has an outcome.
    #[error("column `{column}`: no row says 1 or 0, yes or no, true or false, won or lost{strange}")]
    NoOutcome {
        /// The column.
        column: String,
        /// What it says instead, with how many rows say it; empty where it says nothing.
        strange: String,
    },
    /// There are rows, but none that can be read.
    #[error("none of its {rows} rows can be read: {first}")]
    NoRow {
        /// How many there are.
        rows: u64,
        /// What is wrong with the first.
        first: String,
    },
    /// All rows have the same outcome.
    #[error("column `{column}`: all {rows} rows with an outcome are {is}, so there is nothing to tell apart{strange}")]
    OneOutcome {
        /// The column.
        column: String,
        /// How many rows there are.
        rows: usize,
        /// `won` or `lost`.
        is: &'static str,
        /// What other rows say that is no outcome.
        strange: String,
    },
    /// There are too few rows.
    #[error("there are {rows} rows with an outcome; {least} are needed at least{strange}")]
    TooFewRows {
        /// How many there are.
        rows: usize,
        /// How many there must be.
        least: usize,
        /// What other rows say that is no outcome.
        strange: String,
    },
    /// Two columns would be one field.
    #[error("the columns `{first}` and `{second}` both stand for the field `{field}`; rename one of them")]
    TwinFields {
        /// The first column.
        first: String,
        /// The second.
        second: String,
        /// The field's id.
        field: String,
    },
    /// No column is left to learn from.
    #[error("no column is left to learn from: {why}")]
    NoColumns {
        /// Why each was left out.
        why: String,
    },
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Learns a card from a table.
///
/// # Errors
/// Where a column that was named is not there, or there are not enough rows of both outcomes.
pub fn fit(table: &Table, options: &Options) -> Result<Fitting, FitError> {
    let rows = rows::Rows::choose(table, options)?;
    let chosen = learn::choose_columns(table, options, &rows)?;
    let learned = learn::learn(options, &rows, chosen);
    Ok(points::into_card(options, &rows, &learned))
}
