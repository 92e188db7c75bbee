//! Leads a second that are on the disk when their senders hear so, beside what people would take instead, on the same
//! cores in the same run; how long they wait; what is kept of the memory when the disk can't follow.

mod program;

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use self::program::Program;
use super::install_packages;
use crate::{build, server::PROGRAM, shell, tools};

const SOURCES: &str = "tests/bench/ingest";
const OUTPUT: &str = "target/bench/ingest";
const PARTS: &str = "target/release/leadglass-ingest-bench";
const SUBMISSIONS: &str = "/v1/forms/ingest/submissions";
/// Nobody is held back for sending too much, nor told of for every lead.
const SETTINGS: [(&str, &str); 4] = [
    ("LEADGLASS_TOTAL_RATE_PER_MINUTE", "0"),
    ("LEADGLASS_FORM_RATE_PER_MINUTE", "0"),
    ("LEADGLASS_PRIVATE_LISTEN", "off"),
    ("LEADGLASS_LOG", "warn"),
];

#[derive(clap::Args)]
pub struct Arguments {
    /// Measured rounds; each measures everybody, one after another
    #[arg(long, default_value_t = 3)]
    rounds: u8,
    /// How long each is measured in a round
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections that send at a time
    #[arg(long, default_value_t = 256)]
    connections: u32,
    /// How long the writer is held back
    #[arg(long, default_value_t = 60)]
    throttled_seconds: u64,
    /// Measure what was built before
    #[arg(long)]
    built: bool,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    if !arguments.built {
        build::run()?;
        let build = ["build", "--release", "--locked", "--package", "leadglass-ingest-bench"];
        shell::run(Command::new("cargo").args(build))?;
    }
    let packages = install_packages(SOURCES, OUTPUT)?;
    let bench = Bench { arguments, packages, folder: fresh(Path::new(OUTPUT).join("run"))? };
    println!("Load of the machine before: {}", fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());

    let mut rounds = Vec::new();
    for round in 0..arguments.rounds {
        eprintln!("\n== round {} of {}", round + 1, arguments.rounds);
        rounds.push(bench.round(round)?);
    }
    let [ours, plain, store, node] = [0, 1, 2, 3].map(|who| median(rounds.iter().map(|round: &[f64; 4]| round[who])));
    println!(
        "\nLeads a second, {} connections, generator and server on the same cores, medians",
        arguments.connections
    );
    for (what, rate) in [
        ("leadglass: SQLite FULL, validated, scored, moment read, all rows", ours),
        ("the same transactions without HTTP, parsing and rules", store),
        ("axum alone: the same bodies parsed, a constant answer", plain),
        ("Node: fastify, zod, json-rules-engine, better-sqlite3 FULL", node),
    ] {
        println!("{what:<66} {rate:>9.0}  {:>7.2} ×", rate / ours);
    }
    println!(
        "of the transactions {:.0} %, of axum 1/{:.1}, of Node {:.1} ×",
        100.0 * ours / store,
        plain / ours,
        ours / node
    );

    let latency = bench.half_load(ours / 2.0)?;
    let throttled = bench.throttled()?;
    let start = bench.start()?;
    let rates = json!({ "leadglass": ours, "transactions": store, "axum": plain, "node": node });
    let results = json!({ "rates": rates, "half_load": latency, "throttled": throttled, "start": start });
    fs::write(Path::new(OUTPUT).join("results.json"), format!("{results:#}\n"))?;
    Ok(())
}

struct Bench<'a> {
    arguments: &'a Arguments,
    packages: PathBuf,
    folder: PathBuf,
}

impl Bench<'_> {
    /// Leads a second: ours, plain axum, the store alone, Node.
    fn round(&self, round: u8) -> Result<[f64; 4]> {
        let seconds = self.arguments.seconds.to_string();
        let database = self.folder.join(format!("leads-{round}.sqlite"));
        let server = self.serve(&database, &[])?;
        let acknowledged = self.folder.join("acknowledged");
        let mut load = self.load(&server, SUBMISSIONS, &seconds);
        let ours = told(load.arg("--acknowledged").arg(&acknowledged))?;
        drop(server);
        println!("  {}", told(Command::new(PARTS).arg("verify").args([&database, &acknowledged]))?);

        let address = free_address()?;
        let server = Program::start(Command::new(PARTS).args(["plain", "--listen", &address]), &address)?;
        let plain = told(&mut self.load(&server, SUBMISSIONS, &seconds))?;
        drop(server);

        let mut store = Command::new(PARTS);
        store.arg("store").arg(self.folder.join(format!("store-{round}.sqlite"))).args(["--seconds", &seconds]);
        let store = told(store.args(["--tasks", &self.arguments.connections.to_string()]))?;

        let address = free_address()?;
        let mut node = tools::command("node")?;
        node.arg(format!("{SOURCES}/peers/service.mjs")).arg(&self.packages);
        node.arg(address.rsplit_once(':').map_or("", |(_, port)| port))
            .arg(self.folder.join(format!("node-{round}.sqlite")));
        let server = Program::start(&mut node, &address)?;
        let node = told(self.load(&server, "/leads", &seconds).args(["--body", "flat"]))?;
        for (who, results) in [("leadglass", &ours), ("axum", &plain), ("transactions", &store), ("node", &node)] {
            println!("  {who}: {results}");
        }
        let rate = |results: &Value| results["taken_per_second"].as_f64().context("no rate was told");
        Ok([rate(&ours)?, rate(&plain)?, rate(&store)?, rate(&node)?])
    }

    /// Latency at a rate, from the time each lead should have been sent, beside what the disk itself takes.
    fn half_load(&self, rate: f64) -> Result<Value> {
        let disk = told(Command::new(PARTS).arg("durable").arg(&self.folder))?;
        let server = self.serve(&self.folder.join("half.sqlite"), &[])?;
        let seconds = self.arguments.seconds.to_string();
        let half = told(self.load(&server, SUBMISSIONS, &seconds).args(["--rate", &format!("{rate:.0}")]))?;
        println!("\nAt {rate:.0} leads/s: {}", half["latency"]);
        println!("fdatasync of a page: {}", disk["latency"]);
        Ok(json!({ "rate": rate, "leads": half, "fdatasync": disk }))
    }

    /// More than the writer can take, for a while: memory, refusals, and whether anything acknowledged is lost.
    fn throttled(&self) -> Result<Value> {
        let database = self.folder.join("throttled.sqlite");
        let acknowledged = self.folder.join("acknowledged-throttled");
        let server = self.serve(&database, &[("LEADGLASS_QUEUE_LIMIT", "256")])?;
        let seconds = self.arguments.throttled_seconds;
        let throttle = Program::spawn(
            Command::new(PARTS).arg("throttle").arg(&database).args(["--seconds", &(seconds + 5).to_string()]),
        )?;
        let mut load = load(&server, SUBMISSIONS, &seconds.to_string(), self.arguments.connections * 3);
        load.arg("--acknowledged").arg(&acknowledged);
        let load = thread::spawn(move || told(&mut load));
        let begun = Instant::now();
        let mut memory = Vec::new();
        while !load.is_finished() {
            thread::sleep(Duration::from_secs(1));
            memory.push((begun.elapsed().as_secs(), server.memory_kb()?));
        }
        let load = load.join().map_err(|_| anyhow::anyhow!("the load panicked"))??;
        drop((throttle, server));
        let verified = told(Command::new(PARTS).arg("verify").args([&database, &acknowledged]))?;
        let at = |share: usize| memory.get(memory.len().saturating_sub(1) * share / 100).map_or(0, |(_, kb)| *kb);
        let most = memory.iter().map(|(_, kb)| *kb).max().unwrap_or(0);
        println!(
            "\nWith the writer held back for {seconds} s: taken {}, told \"busy\" {}, {verified}",
            load["taken"], load["busy"]
        );
        println!(
            "Memory in KB: {} after a quarter, {} after half, {} at the end, {most} at most",
            at(25),
            at(50),
            at(100)
        );
        Ok(json!({ "load": load, "verified": verified, "memory_kb": memory }))
    }

    /// How long a start takes, what it holds when nothing happens, and how large the program is.
    fn start(&self) -> Result<Value> {
        let database = self.folder.join("start.sqlite");
        let mut times = Vec::new();
        let mut memory = 0;
        for _ in 0..9 {
            let begun = Instant::now();
            let server = self.serve(&database, &[])?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            memory = server.memory_kb()?;
        }
        let start = median(times.iter().copied());
        let bytes = fs::metadata(PROGRAM)?.len();
        let megabytes = f64::from(u32::try_from(bytes)?) / 1e6;
        println!("\nStart to the first answer {start:.0} ms, idle memory {memory} KB, program {megabytes:.1} MB");
        Ok(json!({ "ms": start, "all_ms": times, "idle_kb": memory, "bytes": bytes }))
    }

    fn serve(&self, database: &Path, more: &[(&str, &str)]) -> Result<Program> {
        let forms = fresh(self.folder.join("forms"))?;
        fs::copy(format!("{SOURCES}/form.toml"), forms.join("ingest.toml"))?;
        let address = free_address()?;
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--listen", &address, "--forms"]).arg(forms).arg("--database").arg(database);
        Program::start(command.envs(SETTINGS).envs(more.iter().copied()), &address)
    }

    fn load(&self, server: &Program, path: &str, seconds: &str) -> Command {
        load(server, path, seconds, self.arguments.connections)
    }
}

fn load(server: &Program, path: &str, seconds: &str, connections: u32) -> Command {
    let mut command = Command::new(PARTS);
    command.args(["load", "--address", &server.address, "--path", path, "--seconds", seconds]);
    command.args(["--connections", &connections.to_string()]);
    command
}

/// The last line a part prints, which is JSON.
fn told(command: &mut Command) -> Result<Value> {
    let printed = shell::output(command)?;
    Ok(serde_json::from_str(printed.lines().last().unwrap_or_default())?)
}

fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

/// A folder with nothing in it.
fn fresh(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
