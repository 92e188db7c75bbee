//! What is learned from the data of this repository, bit for bit the same on every machine.

use std::process::Command;

use anyhow::Result;

use crate::shell;

#[derive(clap::Subcommand)]
pub enum Train {
    /// The model of micro-moments and its card, in `crates/scoring/models`
    Moments {
        /// Only compare what training gives with the files that are there
        #[arg(long)]
        check: bool,
    },
}

pub fn run(train: &Train) -> Result<()> {
    let Train::Moments { check } = train;
    let arguments: &[&str] = if *check { &["--check"] } else { &[] };
    moments(arguments)
}

/// Starts the program that learns moments.
pub fn moments(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--release", "-p", "leadglass-training", "--bin", "train-moments", "--"]);
    shell::run(command.args(arguments))
}
