//! `leadglass export FILE`

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use leadglass_scoring::{Decision, Language};

use super::{
    leads::decision,
    report::{block_on, open},
};
use crate::{
    export::{Columns, Format, Pages, csv::Csv, ndjson::Ndjson, parquet::Parquet},
    settings::Settings,
    store::{LeadQuery, Store, open::Database},
};

/// Write all leads into a file: CSV that is safe in a spreadsheet, lines of JSON, or Parquet.
///
/// The latest come first. A file that is there already is not written over.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file; its ending says what it is: `.csv`, `.ndjson` or `.parquet`
    #[arg(value_name = "FILE.csv|.ndjson|.parquet")]
    file: PathBuf,
    /// Only of this form
    #[arg(long)]
    form: Option<String>,
    /// Only with this decision: `accept`, `nurture` or `decline`
    #[arg(long, value_parser = decision)]
    decision: Option<Decision>,
    /// The language of the reasons
    #[arg(long, value_parser = super::report::language)]
    language: Option<Language>,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let path = &arguments.file;
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !["csv", "ndjson", "parquet"].contains(&ending) {
        bail!("`{}` ends in none of `.csv`, `.ndjson` and `.parquet`", path.display());
    }
    let store = open(arguments.database.as_ref(), settings)?;
    let store = store.as_ref();
    let columns = || block_on(Columns::read(store, arguments.form.as_deref()));
    match ending {
        "csv" => write(arguments, store, Csv(columns()??)),
        "ndjson" => write(arguments, store, Ndjson),
        _ => write(arguments, store, Parquet::new(columns()??)?),
    }
    .with_context(|| format!("`{}` can't be written", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn write(arguments: &Arguments, store: &dyn Store, format: impl Format) -> anyhow::Result<()> {
    let path = &arguments.file;
    let query = LeadQuery { form: arguments.form.clone(), decision: arguments.decision, ..LeadQuery::default() };
    let mut pages = Pages::new(store, query, arguments.language, format);
    let file = new_file(path)?;
    let written = block_on(async {
        let mut out = BufWriter::new(file);
        while let Some(bytes) = pages.next().await? {
            out.write_all(&bytes)?;
        }
        out.flush()
    })?;
    if written.is_err() {
        // Half of the leads must not be taken for all of them.
        let _ = std::fs::remove_file(path);
    }
    Ok(written?)
}

/// Only its owner can read what people said of themselves.
fn new_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
