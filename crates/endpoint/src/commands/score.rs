//! `leadglass score`: validates and scores a table in bulk.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, IsTerminal, Read},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail};
use clap::Args;
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use leadglass_scoring::{Form, Language, Timestamp, form_file};
use leadglass_training::problem::Problems;

use crate::{
    bulk::{Bulk, InputFormat, OutputFormat},
    clock::{Clock, SystemClock},
    settings::Settings,
};

/// Validates and scores a table in bulk; answers to standard output, a summary to standard error.
///
/// Columns are matched to the form's fields by name: in lower case, with `_` for all but letters and digits. Cells that a
/// lenient field can't read count as missing and are told on standard error by line and column, the first hundred of them.
/// The exit code is 0 where every row was scored, 1 where some were rejected.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The form file
    form: PathBuf,
    /// The table, CSV or NDJSON, may be gzipped; `-` for standard input
    #[arg(default_value = "-")]
    table: PathBuf,
    /// How the table is written; told from its name and its first line where it is not given
    #[arg(long)]
    input: Option<InputFormat>,
    /// How answers are written
    #[arg(long, default_value = "csv")]
    output: OutputFormat,
    /// The same as `--output json`
    #[arg(long, conflicts_with = "output")]
    json: bool,
    /// Leave the reasons out
    #[arg(long)]
    no_reasons: bool,
    /// The language of the reasons; the form's first where it is not given
    #[arg(long)]
    language: Option<String>,
    /// The time to judge at, such as `2026-01-31T12:00:00Z`; now where it is not given
    #[arg(long)]
    at: Option<jiff::Timestamp>,
    /// A column that says which rows became customers (1, yes, true or won), to count them by grade
    #[arg(long, value_name = "COLUMN")]
    outcome: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Where the form or the table can't be read at all.
pub(super) fn run(args: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    let Some(form) = read_form(&args.form)? else { return Ok(ExitCode::FAILURE) };
    let bulk = Bulk {
        language: language(&form, args.language.as_deref())?,
        form: &form,
        at: args.at.map_or_else(|| SystemClock.now(), |at| Timestamp::from_millis(at.as_millisecond())),
        input: args.input.or_else(|| guess_format(&args.table)),
        output: if args.json { OutputFormat::Json } else { args.output },
        reasons: !args.no_reasons,
        outcome: args.outcome.clone(),
    };
    let bar = progress_bar();
    let (table, size) = open(&args.table)?;
    bar.set_length(size.unwrap_or(0));
    let answers = BufWriter::with_capacity(1 << 18, io::stdout().lock());
    let tally = bulk.run(bar_reader(table, &bar), answers, |rows| bar.set_message(format!("{rows} rows")));
    bar.finish_and_clear();
    let tally = match tally {
        // The reader of our answers has seen enough, as `head` does.
        Err(crate::bulk::BulkError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Ok(ExitCode::SUCCESS);
        }
        tally => tally.with_context(|| format!("can't score `{}`", args.table.display()))?,
    };
    tell_problems(&args.table, tally.problems());
    let elapsed = bar.elapsed().max(Duration::from_millis(1));
    let rows_per_second = u128::from(tally.rows()) * 1_000_000 / elapsed.as_micros().max(1);
    eprintln!("{tally}");
    eprintln!("{:.2} s, {rows_per_second} rows/s", elapsed.as_secs_f64());
    Ok(if tally.rejected() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn read_form(path: &Path) -> anyhow::Result<Option<Form>> {
    let source = std::fs::read_to_string(path).with_context(|| format!("can't read `{}`", path.display()))?;
    match form_file::parse_card(&source) {
        Ok(file) => Ok(Some(file.form)),
        Err(mistakes) => {
            for mistake in mistakes {
                eprintln!("{}:{mistake}", path.display());
            }
            Ok(None)
        }
    }
}

/// Tells what of a table is not as it should be, by line and column.
pub(super) fn tell_problems(table: &Path, problems: &Problems) {
    for problem in &problems.told {
        eprintln!("{}: {problem}", table.display());
    }
    if problems.more > 0 {
        eprintln!("{}: {} more such problems", table.display(), problems.more);
    }
}

fn language(form: &Form, tag: Option<&str>) -> anyhow::Result<usize> {
    let Some(tag) = tag else { return Ok(0) };
    let number = Language::from_tag(tag).and_then(|language| form.definition().language_number(language));
    let Some(number) = number else {
        let known: Vec<_> = form.definition().languages.iter().map(|language| language.code()).collect();
        bail!("the form does not speak `{tag}`; it speaks {}", known.join(", "));
    };
    Ok(number)
}

/// What a table's name tells; otherwise its first bytes do.
pub(super) fn guess_format(path: &Path) -> Option<InputFormat> {
    let name = path.to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".ndjson", ".jsonl", ".json"].iter().any(|ending| name.ends_with(ending)).then_some(InputFormat::Ndjson)
}

pub(super) fn progress_bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = "{bar:30} {percent:>3} %  {msg}  {elapsed}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::no_length().with_style(style)
}

/// The bytes of a table and, where it is a file, how many there are.
pub(super) type OpenTable = (Box<dyn Read>, Option<u64>);

pub(super) fn open(path: &Path) -> anyhow::Result<OpenTable> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin().lock()), None));
    }
    let file = File::open(path).with_context(|| format!("can't read `{}`", path.display()))?;
    let size = file.metadata().ok().map(|metadata| metadata.len());
    Ok((Box::new(file), size))
}

/// Progress is counted in the file's own bytes, before they are uncompressed.
pub(super) fn bar_reader(table: Box<dyn Read>, bar: &ProgressBar) -> Box<dyn BufRead> {
    let mut counted = BufReader::with_capacity(1 << 18, bar.wrap_read(table));
    let is_gzip = counted.fill_buf().is_ok_and(|bytes| bytes.starts_with(&[0x1f, 0x8b]));
    if is_gzip { Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(counted))) } else { Box::new(counted) }
}
