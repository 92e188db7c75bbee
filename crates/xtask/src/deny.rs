//! Licences, duplicates and origins of everything we depend on.

use anyhow::Result;

use crate::{shell, tools};

pub fn run() -> Result<()> {
    tools::install(&[tools::Tool::CargoDeny])?;
    // Not `advisories`: that database is a git repository, and a build machine may reach package registries only
    shell::run(tools::command("cargo-deny")?.args(["--locked", "check", "licenses", "bans", "sources"]))
}
