//! `leadglass openapi`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use crate::{api, settings::Settings};

/// Nothing to choose.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

pub(super) fn run(_: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    writeln!(io::stdout().lock(), "{}", api::document().to_pretty_json()?)?;
    Ok(ExitCode::SUCCESS)
}
