//! Python packages that a chore compares with, each set in a place of its own, exactly as its list says.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::shell;

/// A set of packages.
pub struct Venv {
    /// Its folder among the tools
    pub name: &'static str,
    /// The list, every version pinned, what they need included
    pub packages: &'static str,
}

impl Venv {
    pub fn is_there(&self) -> Result<bool> {
        let installed = fs::read(self.folder()?.join("installed.txt"));
        Ok(matches!((installed, fs::read(self.packages)), (Ok(installed), Ok(wanted)) if installed == wanted))
    }

    pub fn install(&self) -> Result<()> {
        let folder = self.folder()?;
        shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder)).with_context(|| {
            format!("Python 3.11 or later with its `venv` (Debian: python3-venv) makes the place for {}", self.name)
        })?;
        // The list is whole: what is not in it is not wanted.
        let mut command = Command::new(self.program("python")?);
        command.args([
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--quiet",
            "--no-deps",
            "-r",
            self.packages,
        ]);
        shell::run(&mut command)?;
        fs::copy(self.packages, folder.join("installed.txt"))
            .with_context(|| format!("`{}` cannot be copied", self.packages))?;
        Ok(())
    }

    /// A program of it.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        Ok(self.folder()?.join("bin").join(name))
    }

    pub fn folder(&self) -> Result<PathBuf> {
        Ok(super::folder()?.join(self.name))
    }
}
