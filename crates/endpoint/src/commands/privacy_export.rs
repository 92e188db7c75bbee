//! `leadglass privacy-export`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Context;

use super::report::{block_on, open};
use crate::{
    clock::{Clock, SystemClock},
    privacy,
    settings::Settings,
    store::open::Database,
};

/// Whose.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An e-mail address
    email: String,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let email = &arguments.email;
    let email = privacy::address(email).with_context(|| format!("`{email}` is no e-mail address"))?;
    let store = open(arguments.database.as_ref(), settings)?;
    let dossier = block_on(privacy::dossier(store.as_ref(), &email, SystemClock.now()))??;
    writeln!(io::stdout().lock(), "{}", serde_json::to_string_pretty(&dossier)?)?;
    Ok(ExitCode::SUCCESS)
}
