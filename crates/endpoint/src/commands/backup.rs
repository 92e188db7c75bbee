//! `leadglass backup`

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context, bail};

use crate::{
    settings::Settings,
    store::{open::Database, sqlite::backup::back_up},
};

/// What, and where to.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The new file
    file: PathBuf,
    /// The file that keeps leads
    #[arg(long, value_name = "FILE")]
    database: Option<Database>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = arguments.database.as_ref().unwrap_or(&settings.database).file("copy it, such as `pg_dump`")?;
    if !database.is_file() {
        bail!("there is no database `{}`; `leadglass serve` makes it", database.display());
    }
    if arguments.file.exists() {
        bail!("`{}` is there already, and no backup is written over; name another file", arguments.file.display());
    }
    let busy_timeout = Duration::from_millis(settings.busy_timeout_ms.into());
    let backup = back_up(database, &arguments.file, busy_timeout)
        .with_context(|| format!("`{}` can't be copied", database.display()))?;
    println!("`{}` holds {} leads in {} bytes, and is whole", arguments.file.display(), backup.leads, backup.bytes);
    Ok(ExitCode::SUCCESS)
}
