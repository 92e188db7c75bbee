//! The reader of moments: its figures, its speed native and in wasm, and its peers.

use std::{path::Path, process::Command};

use anyhow::Result;

use crate::{shell, tools, train};

const SOURCES: &str = "tests/bench/moments";
const OUTPUT: &str = "target/bench/moments";
const MODEL: &str = "crates/scoring/models/moments.bin";
/// The tables of peers, which the model card tells from the next training on.
const PEERS: &str = "crates/scoring/models/peers.md";
const DEV: &str = "crates/training/data/moments/dev";

/// Figures and speed of the model that is there, then peers of Python in an environment of their own.
pub fn run(quick: bool) -> Result<()> {
    train::moments(&["--figures"])?;
    wasm()?;
    let environment = tools::folder()?.join("bench-moments");
    let python = environment.join("bin/python");
    if !python.exists() {
        shell::run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    shell::run(Command::new(&python).args(install).arg(format!("{SOURCES}/requirements.txt")))?;
    // Its weights alone: what it would install besides is not used
    let minilm = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"];
    shell::run(Command::new(&python).args(minilm).arg(format!("{SOURCES}/minilm.txt")))?;
    let mut peers = Command::new(&python);
    peers.arg(format!("{SOURCES}/peers.py")).arg("target/release/train-moments").arg(if quick {
        "--quick"
    } else {
        PEERS
    });
    shell::run(peers.env("OMP_NUM_THREADS", "1").env("OPENBLAS_NUM_THREADS", "1"))
}

/// The time in wasm, compiled with the widget's options: the widget itself has no way in that reads one text and no more.
fn wasm() -> Result<()> {
    tools::install(tools::FOR_BUILD)?;
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "--target", "wasm32-unknown-unknown", "--manifest-path"]);
    shell::run(cargo.arg(format!("{SOURCES}/wasm/Cargo.toml")).args(["--target-dir", OUTPUT]))?;
    let module = Path::new(OUTPUT).join("wasm32-unknown-unknown/release/leadglass_moments_bench.wasm");
    let bound = Path::new(OUTPUT).join("bound");
    let mut bind = tools::command("wasm-bindgen")?;
    shell::run(bind.arg(module).args(["--target", "nodejs", "--out-name", "reader", "--out-dir"]).arg(&bound))?;
    let mut node = tools::command("node")?;
    shell::run(node.arg(format!("{SOURCES}/wasm.mjs")).arg(bound).args([MODEL, DEV]))
}
