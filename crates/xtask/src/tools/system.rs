//! Browsers for the tests: from apt on Debian; elsewhere the reader is told what to install.

use std::{path::Path, process::Command};

use anyhow::{Result, bail};

use crate::shell;

struct Browser {
    programs: &'static [&'static str],
    debian: &'static str,
}

const BROWSERS: [Browser; 3] = [
    Browser { programs: &["chromium"], debian: "chromium" },
    Browser { programs: &["chromedriver"], debian: "chromium-driver" },
    Browser { programs: &["firefox-esr", "firefox"], debian: "firefox-esr" },
];

pub fn plan() -> Option<String> {
    let missing = missing();
    (!missing.is_empty()).then(|| format!("{} by apt, about a minute", missing.join(", ")))
}

pub fn install() -> Result<()> {
    let missing = missing();
    let by_hand = format!("install so that PATH has them, then try again: {}", missing.join(", "));
    if !Path::new("/etc/debian_version").exists() {
        bail!("this is no Debian: {by_hand}");
    }
    if let Err(error) = apt_install(&missing) {
        bail!("{error}; {by_hand}");
    }
    Ok(())
}

fn missing() -> Vec<&'static str> {
    let absent = BROWSERS.iter().filter(|browser| !browser.programs.iter().any(|program| on_path(program)));
    absent.map(|browser| browser.debian).collect()
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
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
    shell::run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}
