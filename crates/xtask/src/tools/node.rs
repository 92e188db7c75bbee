//! Packages from npm, at the versions of `crates/xtask/node/package-lock.json`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::shell;

const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];

pub fn plan() -> Result<Option<String>> {
    let folder = folder()?;
    // npm writes this file last
    let complete = folder.join("node_modules/.package-lock.json").exists();
    if complete && MANIFESTS.iter().all(|name| same(&committed(name), &folder.join(name))) {
        return Ok(None);
    }
    Ok(Some(format!(
        "esbuild, binaryen, axe-core, playwright-core, altcha-lib, standardwebhooks from npm, half a minute, in {}",
        folder.display()
    )))
}

pub fn install() -> Result<()> {
    ensure!(super::version("npm")?.is_some(), "`npm` is missing: install Node.js 20 or later (https://nodejs.org)");
    let folder = folder()?;
    fs::create_dir_all(&folder)?;
    for name in MANIFESTS {
        fs::copy(committed(name), folder.join(name)).with_context(|| format!("`{name}` cannot be copied"))?;
    }
    let mut command = Command::new("npm");
    command.args(["ci", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
    shell::run(&mut command)
}

pub fn bin_folder() -> Result<PathBuf> {
    Ok(folder()?.join("node_modules/.bin"))
}

pub fn folder() -> Result<PathBuf> {
    Ok(super::folder()?.join("node"))
}

fn committed(name: &str) -> PathBuf {
    Path::new("crates/xtask/node").join(name)
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}
