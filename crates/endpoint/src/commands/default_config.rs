//! `leadglass default-config`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use crate::settings::{DEFAULTS, Settings};

/// None.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

pub(super) fn run(_: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    io::stdout().write_all(DEFAULTS.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
