//! JPMML, an evaluator of PMML that nobody here wrote, from the Python registry; it needs Java.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use super::system;
use crate::shell;

const PACKAGES: &str = "crates/xtask/python/requirements.txt";

pub fn plan() -> Result<Option<String>> {
    let mut plans = Vec::new();
    if !has_java() {
        plans.push("Java (default-jre-headless) by apt, about a minute".to_owned());
    }
    if !has_packages()? {
        plans.push(format!("JPMML from PyPI, half a minute, in {}", folder()?.display()));
    }
    Ok((!plans.is_empty()).then(|| plans.join("; ")))
}

pub fn install() -> Result<()> {
    if !has_java() {
        let by_hand = "JPMML needs Java 11 or later: install it so that PATH has `java`, then try again";
        if !Path::new("/etc/debian_version").exists() {
            bail!("{by_hand}");
        }
        let installed = system::apt_install(&["default-jre-headless"]);
        ensure!(installed.is_ok() && has_java(), "{by_hand}");
    }
    if has_packages()? {
        return Ok(());
    }
    let folder = folder()?;
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
        .context("Python 3.11 or later with its `venv` (Debian: python3-venv) makes the place for JPMML")?;
    // Its other backends and what they need are left out.
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
    Ok(super::folder()?.join("jpmml"))
}

fn has_packages() -> Result<bool> {
    let installed = fs::read(folder()?.join("installed.txt"));
    Ok(matches!((installed, fs::read(PACKAGES)), (Ok(installed), Ok(wanted)) if installed == wanted))
}

fn has_java() -> bool {
    shell::output(Command::new("java").arg("-version")).is_ok()
}
