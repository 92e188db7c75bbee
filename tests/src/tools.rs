//! Where the programs and files are that the tests run and do not make.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

/// The repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// The binary under test.
///
/// # Errors
/// Where it was not built.
pub fn leadglass() -> Result<PathBuf> {
    let binary = match env::var_os("LEADGLASS_BIN") {
        Some(named) => PathBuf::from(named),
        None => repository().join("target/release/leadglass"),
    };
    ensure!(binary.is_file(), "no binary at {}; `cargo xtask build` makes it", binary.display());
    Ok(binary)
}

/// The program `name`: from the tools' folder, else from `PATH`.
///
/// # Errors
/// Where it is in neither.
pub fn program(name: &str) -> Result<PathBuf> {
    let own = folders(&format!("{name}-")).into_iter().map(|folder| folder.join("bin").join(name));
    let path = env::var_os("PATH").unwrap_or_default();
    let found = own.chain(env::split_paths(&path).map(|folder| folder.join(name))).find(|program| program.is_file());
    found.with_context(|| format!("`{name}` is not installed; `cargo xtask test` installs it"))
}

/// The packages from npm that are installed together under this name.
///
/// # Errors
/// Where they are not installed.
pub fn packages(name: &str) -> Result<PathBuf> {
    let folder = tools().context("no home folder")?.join(name).join("node_modules");
    ensure!(folder.is_dir(), "no packages at {}; `cargo xtask test` installs them", folder.display());
    Ok(folder)
}

/// The source of axe-core, which looks for what shuts people out.
///
/// # Errors
/// Where it is not installed.
pub fn axe() -> Result<String> {
    let file = packages("node")?.join("axe-core/axe.min.js");
    fs::read_to_string(&file)
        .with_context(|| format!("no axe-core at {}; `cargo xtask test` installs it", file.display()))
}

/// Folders of the tools that begin with `prefix`, the newest name first.
fn folders(prefix: &str) -> Vec<PathBuf> {
    let entries = tools().and_then(|tools| fs::read_dir(tools).ok()).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    let mut folders: Vec<_> = named.map(|entry| entry.path()).collect();
    folders.sort();
    folders.reverse();
    folders
}

/// The folder that survives a fresh clone.
fn tools() -> Option<PathBuf> {
    let named = env::var_os("LEADGLASS_TOOLS").map(PathBuf::from);
    let cache = || env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || env::home_dir().map(|home| home.join(".cache"));
    named.or_else(|| cache().or_else(home).map(|cache| cache.join("leadglass")))
}
