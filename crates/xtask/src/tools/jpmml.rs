//! JPMML, an evaluator of PMML that nobody here wrote, from the Python registry; it needs Java.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail, ensure};

use super::{system, venv::Venv};
use crate::shell;

// Its other backends and what they need are left out.
const VENV: Venv = Venv { name: "jpmml", packages: "crates/xtask/python/requirements.txt" };

pub fn plan() -> Result<Option<String>> {
    let mut plans = Vec::new();
    if !has_java() {
        plans.push("Java (default-jre-headless) by apt, about a minute".to_owned());
    }
    if !VENV.is_there()? {
        plans.push(format!("JPMML from PyPI, half a minute, in {}", VENV.folder()?.display()));
    }
    Ok((!plans.is_empty()).then(|| plans.join("; ")))
}

pub fn install() -> Result<()> {
    if !has_java() {
        let by_hand = "JPMML needs Java 11 or later: install it so that PATH has `java`, then try again";
        if !system::is_debian() {
            bail!("{by_hand}");
        }
        let installed = system::apt_install(&["default-jre-headless"]);
        ensure!(installed.is_ok() && has_java(), "{by_hand}");
    }
    if VENV.is_there()? {
        return Ok(());
    }
    VENV.install()
}

/// The Python that has it.
pub fn python() -> Result<PathBuf> {
    VENV.program("python")
}

fn has_java() -> bool {
    shell::output(Command::new("java").arg("-version")).is_ok()
}
