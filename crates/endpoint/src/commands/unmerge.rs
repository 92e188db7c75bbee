//! `leadglass unmerge ID`

use std::process::ExitCode;

use anyhow::bail;
use uuid::Uuid;

use super::report::{block_on, open_writing};
use crate::{
    clock::{Clock, SystemClock},
    settings::Settings,
    store::open::Database,
};

/// Which merge.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The merge's id, as `leadglass person` shows it
    merge: Uuid,
    /// Who says so, for the journal
    #[arg(long, default_value = "the command line")]
    by: String,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open_writing(arguments.database.as_ref(), settings)?;
    let Arguments { merge, by, .. } = arguments;
    if !block_on(store.undo_merge(*merge, SystemClock.now(), by))?? {
        bail!("there is no merge `{merge}`");
    }
    println!("taken back; it stays in the journal");
    Ok(ExitCode::SUCCESS)
}
