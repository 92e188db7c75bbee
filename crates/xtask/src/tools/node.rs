//! Packages from npm, at the versions of lock files among the sources.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::shell;

const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];

/// Packages that are installed together.
pub struct Packages {
    /// Their folder among the tools
    name: &'static str,
    /// Where their manifests are
    manifests: &'static str,
    what: &'static str,
    /// Of npm
    arguments: &'static [&'static str],
}

/// For the build and the tests.
pub const NODE: Packages = Packages {
    name: "node",
    manifests: "crates/xtask/node",
    what: "esbuild, binaryen, axe-core, playwright-core, altcha-lib, standardwebhooks",
    arguments: &[],
};

/// What real pages bring along.
pub const HOSTS: Packages = Packages {
    name: "hosts",
    manifests: "tests/hosts",
    what: "React, Vue, Bootstrap, Beer CSS, Bulma, Foundation, Tailwind, the letters of Inter",
    // Of Foundation only the style sheet is served
    arguments: &["--legacy-peer-deps"],
};

impl Packages {
    pub fn plan(&self) -> Result<Option<String>> {
        let folder = self.folder()?;
        // npm writes this file last
        let complete = folder.join("node_modules/.package-lock.json").exists();
        if complete && MANIFESTS.iter().all(|name| same(&self.committed(name), &folder.join(name))) {
            return Ok(None);
        }
        Ok(Some(format!("{} from npm, half a minute, in {}", self.what, folder.display())))
    }

    pub fn install(&self) -> Result<()> {
        ensure!(super::version("npm")?.is_some(), "`npm` is missing: install Node.js 20 or later (https://nodejs.org)");
        let folder = self.folder()?;
        fs::create_dir_all(&folder)?;
        for name in MANIFESTS {
            fs::copy(self.committed(name), folder.join(name)).with_context(|| format!("`{name}` cannot be copied"))?;
        }
        let mut command = Command::new("npm");
        command.args(["ci", "--no-audit", "--no-fund"]).args(self.arguments).arg("--prefix").arg(&folder);
        shell::run(&mut command)
    }

    pub fn bin_folder(&self) -> Result<PathBuf> {
        Ok(self.folder()?.join("node_modules/.bin"))
    }

    pub fn folder(&self) -> Result<PathBuf> {
        Ok(super::folder()?.join(self.name))
    }

    fn committed(&self, name: &str) -> PathBuf {
        Path::new(self.manifests).join(name)
    }
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}
