//! `leadglass restore`

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};

use crate::{
    clock::{Clock, SystemClock},
    settings::Settings,
    store::{
        open::Database,
        sqlite::backup::{erased_in, restore},
    },
};

/// What, and where to.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A file that `leadglass backup` made
    file: PathBuf,
    /// Where the database is put
    #[arg(long, value_name = "FILE")]
    database: Option<Database>,
    /// Put a database that is there aside, under another name, rather than to refuse
    #[arg(long)]
    replace: bool,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = arguments.database.as_ref().unwrap_or(&settings.database);
    let database = database.file("put a copy back, such as `pg_restore`")?;
    if !arguments.file.is_file() {
        bail!("there is no file `{}`", arguments.file.display());
    }
    let is_there = database.exists();
    if is_there && !arguments.replace {
        bail!("`{}` is there already; with `--replace` it is put aside first", database.display());
    }
    let mut aside = database.as_os_str().to_owned();
    aside.push(format!(".replaced-{}", SystemClock.now().as_millis()));
    let aside = PathBuf::from(aside);
    let backup = restore(&arguments.file, database, is_there.then_some(aside.as_path()))
        .with_context(|| format!("`{}` can't be put back", arguments.file.display()))?;
    println!("`{}` holds {} leads", database.display(), backup.leads);
    if is_there {
        println!("what was there is `{}`", aside.display());
        let erased = erased_in(&aside, database)?;
        if !erased.is_empty() {
            eprintln!("These had been erased since and are back with the copy; erase them again:");
        }
        for lead in erased {
            println!("leadglass erase {lead}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
