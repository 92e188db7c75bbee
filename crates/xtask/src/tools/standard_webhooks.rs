//! The reference implementation of Standard Webhooks for Python. That for Node is among our packages from npm.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::shell;

const PACKAGES: &str = "crates/xtask/python/standardwebhooks.txt";

pub fn plan() -> Result<Option<String>> {
    Ok((!has_packages()?).then_some("standardwebhooks from PyPI, a few seconds".to_owned()))
}

pub fn install() -> Result<()> {
    let folder = folder()?;
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
        .context("Python 3.9 or later with its `venv` (Debian: python3-venv) makes the place for it")?;
    let mut command = Command::new(python()?);
    command.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--no-deps", "-r", PACKAGES]);
    shell::run(&mut command)?;
    fs::copy(PACKAGES, folder.join("installed.txt")).with_context(|| format!("`{PACKAGES}` cannot be copied"))?;
    Ok(())
}

/// The Python that has it.
pub fn python() -> Result<PathBuf> {
    Ok(folder()?.join("bin/python"))
}

fn folder() -> Result<PathBuf> {
    Ok(super::folder()?.join("standardwebhooks"))
}

fn has_packages() -> Result<bool> {
    let installed = fs::read(folder()?.join("installed.txt"));
    Ok(matches!((installed, fs::read(PACKAGES)), (Ok(installed), Ok(wanted)) if installed == wanted))
}
