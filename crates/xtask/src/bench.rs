//! Side by side with what people would pick instead, in one run on one machine.

mod ingest;
mod moments;
mod score;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{build, server::Server, shell, tools};

const SOURCES: &str = "tests/bench/form";
const OUTPUT: &str = "target/bench/form";

#[derive(clap::Subcommand)]
pub enum Bench {
    /// The same six questions as plain HTML, by hand on Preact, and in four form libraries
    Form {
        /// Measured rounds; one more comes before them
        #[arg(long, default_value_t = 7)]
        runs: u8,
        /// How many times slower the processor is made
        #[arg(long, default_value_t = 4)]
        cpu: u8,
        /// The network that the browser pretends to have
        #[arg(long, default_value = "slow-4g", value_parser = ["slow-4g", "none"])]
        network: String,
    },
    /// Ten criteria over a thousand leads, in leadglass and in rules engines; and whole tables
    Score {
        /// Rows of each table
        #[arg(long, default_value_t = 2_000_000)]
        rows: usize,
    },
    /// Durable leads a second, beside plain axum, the store alone and a service on Node
    Ingest(ingest::Arguments),
    /// Micro-moments beside TF-IDF, fastText and sentence embeddings, trained on the same texts
    Moments {
        /// Without the sentence embeddings, which take long
        #[arg(long)]
        quick: bool,
    },
}

pub fn run(bench: &Bench) -> Result<()> {
    match bench {
        Bench::Form { runs, cpu, network } => form(*runs, *cpu, network),
        Bench::Score { rows } => score::run(*rows),
        Bench::Ingest(arguments) => ingest::run(arguments),
        Bench::Moments { quick } => moments::run(*quick),
    }
}

fn form(runs: u8, cpu: u8, network: &str) -> Result<()> {
    tools::install(&[tools::Tool::Browsers])?;
    build::run()?;

    let packages = install_packages(SOURCES, OUTPUT)?;
    let modules = packages.join("node_modules");
    let pages = format!("{OUTPUT}/pages");
    shell::run(node("build.mjs")?.arg(&pages).env("NODE_PATH", &modules))?;

    let server = Server::start(&format!("{SOURCES}/forms"))?;
    shell::run(
        node("measure.mjs")?
            .args(["--pages", &pages, "--leadglass", &format!("http://{}", server.address)])
            .args(["--out", &format!("{OUTPUT}/results.json"), "--network", network])
            .args(["--runs", &runs.to_string(), "--cpu", &cpu.to_string()]),
    )
}

/// Packages from npm, at the versions of the lock file among the sources.
fn install_packages(sources: &str, output: &str) -> Result<PathBuf> {
    let packages = std::env::current_dir()?.join(output).join("packages");
    fs::create_dir_all(&packages)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(Path::new(sources).join(name), packages.join(name)).with_context(|| format!("`{name}`"))?;
    }
    // Written last, so that it is there only where all of this lock file is
    let (wanted, installed) = (fs::read(packages.join("package-lock.json"))?, packages.join("installed"));
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(packages);
    }
    shell::run(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--prefix"]).arg(&packages))?;
    fs::write(installed, wanted)?;
    Ok(packages)
}

fn node(script: &str) -> Result<Command> {
    let mut command = tools::command("node")?;
    command.arg(format!("{SOURCES}/{script}"));
    Ok(command)
}
