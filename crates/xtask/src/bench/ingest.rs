//! Leads a second that are on the disk when their senders hear so, beside what people would take instead, on the same
//! cores in the same run; how long they wait; what is kept of the memory when the disk can't follow; what a million of
//! them cost; and how long a start takes.

#[path = "../../../endpoint/src/testing/postgres.rs"]
#[expect(dead_code, reason = "tests do more with it")]
mod cluster;
mod half_load;
mod million;
mod peers;
mod program;
mod rates;
mod throttled;

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use self::program::Program;
use super::install_packages;
use crate::{build, server::PROGRAM, shell, start, tools};

const SOURCES: &str = "tests/bench/ingest";
const OUTPUT: &str = "target/bench/ingest";
const PARTS: &str = "target/release/leadglass-ingest-bench";
const SUBMISSIONS: &str = "/v1/forms/ingest/submissions";
/// Nobody is held back for sending too much from one address, as no load is that comes from many.
const SETTINGS: [(&str, &str); 6] = [
    ("LEADGLASS_PRIVATE_LISTEN", "off"),
    ("LEADGLASS_ADDRESS_RATE_PER_MINUTE", "0"),
    ("LEADGLASS_ADDRESS_CONNECTIONS_LIMIT", "0"),
    ("LEADGLASS_TOTAL_RATE_PER_MINUTE", "0"),
    ("LEADGLASS_FORM_RATE_PER_MINUTE", "0"),
    ("LEADGLASS_LOG", "warn"),
];

#[derive(clap::Args)]
pub struct Arguments {
    /// Measured rounds; each measures everybody, one after another [default: 3, quick: 1]
    #[arg(long)]
    rounds: Option<u8>,
    /// How long each is measured in a round [default: 10, quick: 3]
    #[arg(long)]
    seconds: Option<u64>,
    /// Connections that send at a time
    #[arg(long, default_value_t = 256)]
    connections: u32,
    /// How long the writer is held back [default: 60, quick: 10]
    #[arg(long)]
    throttled_seconds: Option<u64>,
    /// Leads that lists and exports are read from [default: 1000000, quick: 100000]
    #[arg(long)]
    leads: Option<u64>,
    /// Short times: that it works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Only these parts
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Measure what was built before
    #[arg(long)]
    built: bool,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Leads a second, beside peers
    Rates,
    /// Directus as one more of them; it takes minutes to install
    Directus,
    /// How long leads wait at half of that
    Latency,
    /// Memory while the writer is held back
    Throttled,
    /// Lists and exports of many leads
    Million,
    /// Start, idle memory, size
    Start,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    tools::install(&[tools::Tool::Postgres])?;
    if !arguments.built {
        build::run()?;
        let build = ["build", "--release", "--locked", "--package", "leadglass-ingest-bench"];
        shell::run(Command::new("cargo").args(build))?;
    }
    let bench = Bench::of(arguments)?;
    println!("Load of the machine before: {}", fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let is_wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let mut results = json!({});
    if is_wanted(Part::Rates) || is_wanted(Part::Directus) {
        results["rates"] = bench.rates()?;
    }
    if is_wanted(Part::Latency) {
        results["half_load"] = bench.half_load(results["rates"]["leadglass"].as_f64())?;
    }
    if is_wanted(Part::Throttled) {
        results["throttled"] = bench.throttled()?;
    }
    if is_wanted(Part::Million) {
        results["million"] = bench.million()?;
    }
    if is_wanted(Part::Start) {
        results["start"] = start::measure(PROGRAM, &format!("{SOURCES}/form.toml"), &bench.folder)?.told();
    }
    fs::write(Path::new(OUTPUT).join("results.json"), format!("{results:#}\n"))?;
    Ok(())
}

struct Bench {
    rounds: u8,
    seconds: u64,
    throttled_seconds: u64,
    leads: u64,
    connections: u32,
    packages: PathBuf,
    directus: Option<PathBuf>,
    folder: PathBuf,
}

impl Bench {
    fn of(arguments: &Arguments) -> Result<Self> {
        let usual = |whole, quick| if arguments.quick { quick } else { whole };
        let is_wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
        let needs_peers = is_wanted(Part::Rates) || is_wanted(Part::Directus);
        let packages = if needs_peers { install_packages(SOURCES, OUTPUT)? } else { PathBuf::new() };
        let install = || install_packages(&format!("{SOURCES}/directus"), &format!("{OUTPUT}/directus"));
        let directus = is_wanted(Part::Directus).then(install).transpose()?;
        Ok(Self {
            rounds: arguments.rounds.unwrap_or(if arguments.quick { 1 } else { 3 }),
            seconds: arguments.seconds.unwrap_or(usual(10, 3)),
            throttled_seconds: arguments.throttled_seconds.unwrap_or(usual(60, 10)),
            leads: arguments.leads.unwrap_or(usual(1_000_000, 100_000)),
            connections: arguments.connections,
            packages,
            directus,
            folder: start::fresh(Path::new(OUTPUT).join("run"))?,
        })
    }

    /// The server over a database.
    fn serve(&self, database: &str, more: &[(&str, &str)]) -> Result<Program> {
        let forms = start::fresh(self.folder.join("forms"))?;
        fs::copy(format!("{SOURCES}/form.toml"), forms.join("ingest.toml"))?;
        let address = free_address()?;
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--listen", &address, "--database", database, "--forms"]);
        Program::start(command.arg(forms).envs(SETTINGS).envs(more.iter().copied()), &address, "/readyz")
    }

    /// A file for a database, which is not there yet.
    fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn load(&self, server: &Program, path: &str) -> Command {
        load(server, path, self.seconds, self.connections)
    }
}

fn load(server: &Program, path: &str, seconds: u64, connections: u32) -> Command {
    let mut command = Command::new(PARTS);
    command.args(["load", "--address", &server.address, "--path", path, "--seconds", &seconds.to_string()]);
    command.args(["--connections", &connections.to_string()]);
    command
}

/// Whether all that was acknowledged is stored.
fn verify(database: &str, acknowledged: &Path) -> Result<Value> {
    told(Command::new(PARTS).args(["verify", database]).arg(acknowledged))
}

/// The last line a part prints, which is JSON.
fn told(command: &mut Command) -> Result<Value> {
    let printed = shell::output(command)?;
    serde_json::from_str(printed.lines().last().unwrap_or_default())
        .with_context(|| format!("`{}` told no results", shell::line(command)))
}

fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
