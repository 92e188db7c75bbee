//! Programs from crates.io, each in a folder of its own named after its version.

use std::{borrow::Cow, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::shell;

/// A program that `cargo install` builds.
pub struct CargoProgram {
    package: &'static str,
    program: &'static str,
    version: Cow<'static, str>,
    arguments: &'static [&'static str],
    minutes: u8,
}

// 0.22 asks for a newer rustc than ours
pub const TRUNK: CargoProgram = CargoProgram {
    package: "trunk",
    program: "trunk",
    version: Cow::Borrowed("0.21.14"),
    arguments: &["--locked", "--no-default-features"],
    minutes: 4,
};

pub const CARGO_DENY: CargoProgram = CargoProgram {
    package: "cargo-deny",
    program: "cargo-deny",
    version: Cow::Borrowed("0.20.2"),
    arguments: &["--locked"],
    minutes: 5,
};

pub const GECKODRIVER: CargoProgram = CargoProgram {
    package: "geckodriver",
    program: "geckodriver",
    version: Cow::Borrowed("0.37.1"),
    arguments: &["--locked"],
    minutes: 2,
};

/// The version is that of the crate in Cargo.lock: the two speak a private format.
pub fn wasm_bindgen() -> Result<CargoProgram> {
    Ok(CargoProgram {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: Cow::Owned(locked_version("wasm-bindgen")?),
        // Its own lock file does not resolve
        arguments: &["--no-default-features"],
        minutes: 2,
    })
}

impl CargoProgram {
    pub fn plan(&self) -> Result<Option<String>> {
        if super::version(self.program)?.is_some_and(|printed| names_version(&printed, &self.version)) {
            return Ok(None);
        }
        let (package, version, minutes) = (self.package, &self.version, self.minutes);
        Ok(Some(format!(
            "{package} {version} from crates.io, about {minutes} minutes, in {}",
            self.folder()?.display()
        )))
    }

    pub fn install(&self) -> Result<()> {
        let mut command = Command::new("cargo");
        command
            .args(["install", self.package, "--version", &format!("={}", self.version), "--force", "--root"])
            .arg(self.folder()?)
            .args(self.arguments)
            // Those that share a dependency build it once
            .args(["--target-dir", "target/tools"])
            // A tool that runs for seconds must not be optimised for minutes
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
        shell::run(&mut command)
    }

    pub fn bin_folder(&self) -> Result<PathBuf> {
        Ok(self.folder()?.join("bin"))
    }

    fn folder(&self) -> Result<PathBuf> {
        Ok(super::folder()?.join(format!("{}-{}", self.program, self.version)))
    }
}

fn names_version(printed: &str, version: &str) -> bool {
    printed.split_whitespace().any(|word| word == version)
}

fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string("Cargo.lock").context("`Cargo.lock` cannot be read")?;
    version_in_lock(&lock, package)?.with_context(|| format!("`Cargo.lock` has no `{package}`"))
}

fn version_in_lock(lock: &str, package: &str) -> Result<Option<String>> {
    let lock: toml::Table = lock.parse().context("`Cargo.lock` is no TOML")?;
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let found = packages
        .filter_map(|entry| Some((entry.get("name")?.as_str()?, entry.get("version")?.as_str()?)))
        .find(|(name, _)| *name == package);
    Ok(found.map(|(_, version)| version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{names_version, version_in_lock};

    #[test]
    fn the_lock_file_says_the_version_of_a_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").unwrap().as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "trunk").unwrap(), None);
    }

    #[test]
    fn a_longer_version_is_another_version() {
        assert!(names_version("trunk 0.21.14\n", "0.21.14"));
        assert!(names_version("geckodriver 0.37.1 (abc 2026-01-01)\n\nThe source…", "0.37.1"));
        assert!(!names_version("trunk 0.21.140\n", "0.21.14"));
    }
}
