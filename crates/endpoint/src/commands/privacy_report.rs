//! `leadglass privacy-report`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::report::{block_on, open};
use crate::{
    clock::{Clock, SystemClock},
    privacy,
    settings::Settings,
    store::open::Database,
};

/// Of which database.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let mut settings = settings.clone();
    settings.database = arguments.database.clone().unwrap_or(settings.database);
    let store = open(None, &settings)?;
    let text = block_on(privacy::survey(store.as_ref(), &settings, SystemClock.now()))??;
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
