//! `leadglass fit`: learns a scorecard from leads and what became of them.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Args;
use flate2::read::MultiGzDecoder;
use leadglass_training::fit::{self, Fitting, Options, Table};

use crate::settings::Settings;

/// Learns a scorecard from a table of leads and what became of them.
///
/// The outcome is 1 or 0, yes or no, true or false, won or lost; rows where it is empty or open teach nothing. Columns
/// that only name or number the rows, or that are the outcome under another name, are left out and told. The exit code
/// is 0 where a card was written, also where there was no signal.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The table, CSV with a header, may be gzipped
    #[arg(value_name = "FILE.csv")]
    table: PathBuf,
    /// The column that says what became of each lead
    #[arg(long, value_name = "COLUMN")]
    outcome: String,
    /// The column by whose order leads came in: numbers, dates, or texts that sort
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// The rows stand in the order in which leads came in
    #[arg(long, conflicts_with = "time")]
    in_order: bool,
    /// A column not to learn from; may be repeated
    #[arg(long, value_name = "COLUMN")]
    exclude: Vec<String>,
    /// A column to learn from though it looks useless or too good; may be repeated
    #[arg(long, value_name = "COLUMN")]
    include: Vec<String>,
    /// Learn only from rows with this value; may be repeated, for one column any of its values will do
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    only: Vec<String>,
    /// Take base rate and slope from the latest fifth of the rows
    #[arg(long)]
    recalibrate: bool,
    /// The card file to write
    #[arg(long, value_name = "CARD.toml")]
    out: PathBuf,
    /// A file for the report: a page where it ends in `.html`, else JSON
    #[arg(long, value_name = "FILE.html|.json")]
    report: Option<PathBuf>,
    /// The report as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    let fitting = learned(arguments)?;
    let report = &fitting.report;
    std::fs::write(&arguments.out, &fitting.card)
        .with_context(|| format!("can't write `{}`", arguments.out.display()))?;
    let json = serde_json::to_string_pretty(report)?;
    if let Some(path) = &arguments.report {
        let is_page = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html"));
        let text = if is_page { fit::page(report) } else { json.clone() };
        std::fs::write(path, text).with_context(|| format!("can't write `{}`", path.display()))?;
    }
    for problem in &report.problems.told {
        eprintln!("{}: {problem}", arguments.table.display());
    }
    if report.problems.more > 0 {
        eprintln!("{}: {} more such problems", arguments.table.display(), report.problems.more);
    }
    // Who reads our answer may have seen enough, as `head` does: an error like any other
    let mut out = io::stdout().lock();
    if arguments.json {
        writeln!(out, "{json}")?;
        for warning in &report.warnings {
            eprintln!("warning: {warning}");
        }
        if !report.signal {
            eprintln!("no signal");
        }
    } else {
        write!(out, "{report}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn learned(arguments: &Arguments) -> anyhow::Result<Fitting> {
    let path = arguments.table.display();
    let options = Options {
        outcome: arguments.outcome.clone(),
        time: arguments.time.clone(),
        in_order: arguments.in_order,
        exclude: arguments.exclude.clone(),
        include: arguments.include.clone(),
        only: arguments.only.iter().map(|text| condition(text)).collect::<anyhow::Result<_>>()?,
        recalibrate: arguments.recalibrate,
        id: card_id(&arguments.out),
    };
    let table = Table::read(open(&arguments.table)?).with_context(|| format!("can't read `{path}`"))?;
    fit::fit(&table, &options).with_context(|| format!("can't learn from `{path}`"))
}

fn condition(text: &str) -> anyhow::Result<(String, String)> {
    let Some((column, value)) = text.split_once('=') else {
        bail!("`--where {text}` has no `=`; write it like `--where part=train`");
    };
    Ok((column.trim().to_owned(), value.trim().to_owned()))
}

/// The file's name, as ids are written.
fn card_id(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let letter = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    let id: String = stem.chars().map(letter).take(60).collect();
    if id.bytes().next().is_some_and(|first| first.is_ascii_lowercase()) { id } else { format!("card{id}") }
}

fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    let file = File::open(path).with_context(|| format!("can't read `{}`", path.display()))?;
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let is_gzip = reader.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_gzip {
        Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(reader)))
    } else {
        Box::new(reader)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cards_id_is_its_files_name() {
        for (path, id) in [("cards/Bank 2026.toml", "bank_2026"), ("2026.toml", "card2026"), ("a-b.toml", "a-b")] {
            assert_eq!(card_id(Path::new(path)), id);
        }
    }
}
