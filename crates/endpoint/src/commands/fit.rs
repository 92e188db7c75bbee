//! `leadglass fit`: learns a scorecard from leads and what became of them.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Args;
use flate2::read::MultiGzDecoder;
use leadglass_training::fit::{self, Fitting, Options, Table};
use memchr::memmem::find;

use super::score::tell_problems;
use crate::settings::Settings;

/// What cards and reports have that `fit` wrote.
const CARD_MARKS: &[&str] = &["\n[fitted]"];
const REPORT_MARKS: &[&str] = &["\"points_to_double_odds\"", "content=\"leadglass fit\""];

/// Learns a scorecard from a table of leads and what became of them.
///
/// The outcome is 1 or 0, yes or no, true or false, won or lost; rows where it is empty or open teach nothing. Columns
/// that only name or number the rows, or that are the outcome under another name, are left out and told. The exit code
/// is 0 where a card was written, also where there was no signal.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
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
    /// The card file to write; a file that `fit` did not write is not written over
    #[arg(long, value_name = "CARD.toml")]
    out: PathBuf,
    /// Write over any file but the table
    #[arg(long)]
    force: bool,
    /// The card's id; the table's name where it is not given
    #[arg(long)]
    id: Option<String>,
    /// A file for the report: a page where it ends in `.html`, else JSON
    #[arg(long, value_name = "FILE.html|.json")]
    report: Option<PathBuf>,
    /// The report as JSON on standard output
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    check_targets(arguments)?;
    let fitting = learned(arguments)?;
    let report = &fitting.report;
    fs::write(&arguments.out, &fitting.card).with_context(|| format!("can't write `{}`", arguments.out.display()))?;
    let json = serde_json::to_string_pretty(report)?;
    if let Some(path) = &arguments.report {
        let is_page = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html"));
        let text = if is_page { fit::page(report) } else { json.clone() };
        fs::write(path, text).with_context(|| format!("can't write `{}`", path.display()))?;
    }
    tell_problems(&arguments.table, &report.problems);
    // The report on standard output has them too, but may go to a file
    if arguments.json || !io::stdout().is_terminal() {
        for warning in &report.warnings {
            eprintln!("warning: {warning}");
        }
    }
    // Who reads our answer may have seen enough, as `head` does: an error like any other
    let mut out = io::stdout().lock();
    if arguments.json {
        writeln!(out, "{json}")?;
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
        id: arguments.id.as_deref().map_or_else(|| Ok(card_id(&arguments.table)), given_id)?,
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

/// Refuses to write over the table, and over what another program or a person wrote.
fn check_targets(arguments: &Arguments) -> anyhow::Result<()> {
    let real = |path: &Path| path.canonicalize().ok();
    let table = real(&arguments.table);
    let report = arguments.report.as_deref();
    let targets = [("--out", Some(arguments.out.as_path()), CARD_MARKS), ("--report", report, REPORT_MARKS)];
    for (option, path, marks) in targets {
        let Some((path, is)) = path.and_then(|path| Some((path, real(path)?))) else { continue };
        if Some(&is) == table.as_ref() {
            bail!("`{option} {}` is the table itself; name another file", path.display());
        }
        let text = fs::read(path).with_context(|| format!("can't read `{}`", path.display()))?;
        let is_ours = text.is_empty() || marks.iter().any(|mark| find(&text, mark.as_bytes()).is_some());
        if !is_ours && !arguments.force {
            bail!("`{}` is there already, and `fit` did not write it; `--force` writes over it", path.display());
        }
    }
    if report.is_some_and(|report| {
        *report == arguments.out || real(report).is_some_and(|it| real(&arguments.out) == Some(it))
    }) {
        bail!("`--out` and `--report` are one file; name two");
    }
    Ok(())
}

/// The table's name without its endings, as ids are written.
fn card_id(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let stem = [".csv", ".tsv", ".txt"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    let letter = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    let id: String = stem.chars().map(letter).take(60).collect();
    if id.bytes().next().is_some_and(|first| first.is_ascii_lowercase()) { id } else { format!("card{id}") }
}

fn given_id(id: &str) -> anyhow::Result<String> {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    let is_good =
        id.len() <= 64 && id.starts_with(|first: char| first.is_ascii_lowercase()) && id.bytes().all(is_letter);
    if !is_good {
        bail!("`--id {id}` is no id; write small letters, digits, `-` and `_`, a letter first, 64 at most");
    }
    Ok(id.to_owned())
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
    fn a_cards_id_is_its_tables_name_or_what_is_said() {
        for (path, id) in
            [("tables/Bank 2026.csv", "bank_2026"), ("2026.CSV.gz", "card2026"), ("a-b.tsv", "a-b"), ("v1.2", "v1_2")]
        {
            assert_eq!(card_id(Path::new(path)), id);
        }
        assert_eq!(given_id("bank-2").unwrap(), "bank-2");
        assert!(given_id("Bank").unwrap_err().to_string().starts_with("`--id Bank` is no id; "));
    }
}
