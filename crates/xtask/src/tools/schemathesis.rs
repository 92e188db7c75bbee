//! Schemathesis, which asks an API everything its description allows and forbids, from the Python registry.

use std::path::PathBuf;

use anyhow::Result;

use super::venv::Venv;

const VENV: Venv = Venv { name: "schemathesis", packages: "crates/xtask/python/schemathesis.txt" };

pub fn plan() -> Result<Option<String>> {
    let folder = VENV.folder()?;
    let plan = || format!("schemathesis from PyPI, half a minute, in {}", folder.display());
    Ok((!VENV.is_there()?).then(plan))
}

pub fn install() -> Result<()> {
    VENV.install()
}

/// The program.
pub fn program() -> Result<PathBuf> {
    VENV.program("schemathesis")
}
