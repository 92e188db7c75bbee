//! `leadglass pmml`: cards as PMML 4.4 Scorecards, and Scorecards as cards.

mod expect;
mod export;
mod import;

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Context;
use clap::Subcommand;
use leadglass_scoring::{Form, form_file};

use crate::settings::Settings;

/// Which way.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    way: Way,
}

#[derive(Debug, Subcommand)]
enum Way {
    /// Write a card as a PMML 4.4 Scorecard
    Export(export::Arguments),
    /// Write a Scorecard as a card file
    Import(import::Arguments),
    /// Write the points and reason codes that other evaluators must give
    Expect(expect::Arguments),
}

pub(super) fn run(arguments: &Arguments, _: &Settings) -> anyhow::Result<ExitCode> {
    let faults = &mut io::stderr().lock();
    match &arguments.way {
        Way::Export(arguments) => export::run(arguments, faults),
        Way::Import(arguments) => import::run(arguments, faults),
        Way::Expect(arguments) => expect::run(arguments, faults),
    }
}

/// A card's file and what it says; nothing where it has mistakes, which are told.
fn read_card(path: &Path, faults: &mut impl Write) -> anyhow::Result<Option<(String, Form)>> {
    let source = fs::read_to_string(path).with_context(|| format!("can't read `{}`", path.display()))?;
    match form_file::parse_card(&source) {
        Ok(file) => Ok(Some((source, file.form))),
        Err(mistakes) => {
            for mistake in mistakes {
                writeln!(faults, "{}:{mistake}", path.display())?;
            }
            Ok(None)
        }
    }
}

/// Writes to a file, or to standard output where none is named.
fn write(path: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match path {
        Some(path) => fs::write(path, text).with_context(|| format!("`{}` can't be written", path.display())),
        None => Ok(io::stdout().lock().write_all(text.as_bytes())?),
    }
}
