//! Browsers and `PostgreSQL` for the tests: from apt on Debian; elsewhere the reader is told what to install.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::shell;

/// A package of Debian, found by any of its programs.
pub struct Package {
    programs: &'static [&'static str],
    debian: &'static str,
}

pub const BROWSERS: &[Package] = &[
    Package { programs: &["chromium"], debian: "chromium" },
    Package { programs: &["chromedriver"], debian: "chromium-driver" },
    Package { programs: &["firefox-esr", "firefox"], debian: "firefox-esr" },
];

/// Safari's engine. It has no headless mode: it draws on a display that nobody sees.
pub const WEBKIT: &[Package] = &[
    Package { programs: &["WebKitWebDriver"], debian: "webkit2gtk-driver" },
    Package { programs: &["Xvfb"], debian: "xvfb" },
];

pub const POSTGRES: &[Package] = &[Package { programs: &["initdb"], debian: "postgresql" }];

pub fn plan(packages: &[Package]) -> Option<String> {
    let missing = missing(packages);
    (!missing.is_empty()).then(|| format!("{} by apt, about a minute", missing.join(", ")))
}

/// For what is done without where it can't be installed.
pub fn plan_on_debian(packages: &[Package]) -> Option<String> {
    is_debian().then(|| plan(packages)).flatten()
}

pub fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists()
}

pub fn install(packages: &[Package]) -> Result<()> {
    let missing = missing(packages);
    let by_hand = format!("install so that PATH has them, then try again: {}", missing.join(", "));
    if !is_debian() {
        bail!("this is no Debian: {by_hand}");
    }
    if let Err(error) = apt_install(&missing) {
        bail!("{error}; {by_hand}");
    }
    Ok(())
}

fn missing(packages: &[Package]) -> Vec<&'static str> {
    let absent = packages.iter().filter(|package| !package.programs.iter().any(|program| is_there(program)));
    absent.map(|package| package.debian).collect()
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian keeps the servers of PostgreSQL apart, by version
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions = versions.map(|version| version.path().join("bin"));
    std::env::split_paths(&path).chain(versions).any(|folder| folder.join(program).is_file())
}

/// Installs packages of Debian.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    // A fresh image has no package lists
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], packages].concat())
}

fn apt(arguments: &[&str]) -> Result<()> {
    let root = shell::output(Command::new("id").arg("-u"))?.trim() == "0";
    // Without a terminal nobody can type a password
    let mut command = if root { Command::new("apt-get") } else { Command::new("sudo") };
    if !root {
        command.args(["-n", "apt-get"]);
    }
    // A machine that has just started often updates itself
    let patience = ["-o", "DPkg::Lock::Timeout=300"];
    shell::run(command.args(patience).args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}
