//! What rustup brings by itself from `rust-toolchain.toml`, except where it is told not to (`RUSTUP_AUTO_INSTALL=0`).

use std::{path::Path, process::Command};

use anyhow::Result;

use crate::shell;

const WASM: &str = "wasm32-unknown-unknown";

pub fn plan_wasm_target() -> Result<Option<String>> {
    let root = shell::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let there = Path::new(root.trim()).join("lib/rustlib").join(WASM).exists();
    Ok((!there).then(|| format!("the target {WASM} by rustup, a few seconds")))
}

pub fn install_wasm_target() -> Result<()> {
    shell::run(Command::new("rustup").args(["target", "add", WASM]))
}

pub fn plan_linters() -> Option<String> {
    let there = |program: &str| shell::output(Command::new("cargo").args([program, "--version"])).is_ok();
    (!(there("clippy") && there("fmt"))).then(|| "clippy and rustfmt by rustup, a few seconds".to_owned())
}

pub fn install_linters() -> Result<()> {
    shell::run(Command::new("rustup").args(["component", "add", "clippy", "rustfmt"]))
}
