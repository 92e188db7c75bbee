//! `leadglass backtest`: what a card is worth on leads whose outcome is known.

mod judged;
mod page;
mod plots;
mod table;
mod words;

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Args;
use leadglass_scoring::Timestamp;

use self::judged::{Equals, Judged, Question};
use super::score;
use crate::{
    bulk::InputFormat,
    clock::{Clock, SystemClock},
    settings::Settings,
};

/// The most faulty rows that are told one by one.
const TOLD_FAULTS: usize = 100;

/// Tells what a card is worth on leads whose outcome is known.
///
/// Columns are matched to the form's fields as `leadglass score` does. A row that is no lead, or whose outcome is neither
/// of the two, is told with its line on standard error and left out, and so is a row without an outcome.
///
/// Rows of equal points are never told apart: they share a rank, and lie in one tenth of the rows, that of the middle
/// one; so tenths differ in size where many rows have equal points. Rows that a gate declines rank by their points all
/// the same. In JSON, figures are plain numbers; those that nothing can be said of are null or not there.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The form file with the card
    card: PathBuf,
    /// The table, CSV or NDJSON, may be gzipped; `-` for standard input
    #[arg(value_name = "FILE")]
    table: PathBuf,
    /// The column that says what came of each row: 1, yes, true or won; 0, no, false or lost
    #[arg(long, value_name = "COLUMN")]
    outcome: String,
    /// Judge by these rows alone; of several for one column one must hold, and one for each column
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    conditions: Vec<Equals>,
    /// Another card to compare with on the same rows
    #[arg(long, value_name = "CARD")]
    against: Option<PathBuf>,
    /// Rows whose points the others' are compared with for stability, whatever `--where` says; without it the first
    /// half of the rows is compared with the second
    #[arg(long, value_name = "COLUMN=VALUE")]
    reference: Option<Equals>,
    /// Write JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Write a page with plots to this file, too
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// How the table is written; told from its name and its first line where it is not given
    #[arg(long)]
    input: Option<InputFormat>,
    /// The time to judge at, such as `2026-01-31T12:00:00Z`; now where it is not given
    #[arg(long)]
    at: Option<jiff::Timestamp>,
}

pub(super) fn run(args: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    let Some(card) = score::read_form(&args.card)? else { return Ok(ExitCode::FAILURE) };
    let against = match &args.against {
        None => None,
        Some(path) => match score::read_form(path)? {
            None => return Ok(ExitCode::FAILURE),
            against => against,
        },
    };
    let question = Question {
        card: &card,
        against: against.as_ref(),
        outcome: &args.outcome,
        conditions: &args.conditions,
        reference: args.reference.as_ref(),
        input: args.input.or_else(|| score::guess_format(&args.table)),
        at: args.at.map_or_else(|| SystemClock.now(), |at| Timestamp::from_millis(at.as_millisecond())),
    };
    let bar = score::progress_bar();
    let (table, size) = score::open(&args.table)?;
    bar.set_length(size.unwrap_or(0));
    let progress = |rows| bar.set_message(format!("{rows} rows"));
    let judged = question.judge(score::bar_reader(table, &bar), progress);
    bar.finish_and_clear();
    let mut judged = judged.with_context(|| format!("can't judge by `{}`", args.table.display()))?;
    let name = |path: &PathBuf| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    judged.table = name(&args.table);
    judged.card_file = name(&args.card);
    judged.against_file = args.against.as_ref().map(name);
    tell_faults(&judged);
    score::tell_problems(&args.table, &judged.problems);
    if let Some(path) = &args.html {
        let page = page::page(&judged)?;
        fs::write(path, page).with_context(|| format!("can't write `{}`", path.display()))?;
    }
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &judged.to_json()?)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", table::Table(&judged))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell_faults(judged: &Judged) {
    for (line, what) in judged.faults.iter().take(TOLD_FAULTS) {
        eprintln!("line {line}: {what}");
    }
    if let Some(more) = judged.faults.len().checked_sub(TOLD_FAULTS).filter(|more| *more > 0) {
        eprintln!("and {more} more rows that are left out");
    }
}

impl std::str::FromStr for Equals {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let Some((column, value)) = text.split_once('=').filter(|(column, _)| !column.is_empty()) else {
            bail!("write a column, `=` and a value, such as `split=test`");
        };
        Ok(Self { column: column.to_owned(), value: value.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests;
