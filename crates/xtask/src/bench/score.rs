//! Ten criteria over the same thousand leads in leadglass and in rules engines, and whole tables by the command line.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use serde_json::Value;

use super::install_packages;
use crate::{build, shell, tools};

const SOURCES: &str = "tests/bench/score";
const OUTPUT: &str = "target/bench/score";
const CARD: &str = "tests/bench/score/card.toml";
const BANK: &str = "crates/endpoint/examples/bank-marketing";
/// What of the bank's table is learned, and what is not learned from.
const OUTCOME: &str = "converted";
const EXCLUDED: [&str; 4] = ["duration", "row", "split_random", "split_time"];
const PROGRAM: &str = "target/release/leadglass";
/// The sum of all scores of the thousand leads, in whatever way they are scored.
const CHECKSUM: u64 = 46_210;
/// Times that each table is scored; the fastest is told, for others may use the machine.
const RUNS: u8 = 3;

pub fn run(rows: usize) -> Result<()> {
    build::run()?;
    let packages = install_packages(SOURCES, OUTPUT)?;
    let inputs = Path::new(OUTPUT).join("inputs");
    let native = format!("{SOURCES}/native/Cargo.toml");
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--release", "--locked", "--manifest-path", &native, "--target-dir"]);
    let native = measured(cargo.arg(format!("{OUTPUT}/native")).args(["--", CARD]).arg(&inputs))?;
    let mut node = tools::command("node")?;
    node.arg(format!("{SOURCES}/node.mjs")).arg(build::WIDGET);
    let node = measured(node.arg(&inputs).arg(&packages))?;
    let tables = Tables::write(&inputs, rows)?;

    let nanoseconds = |results: &Value, name: &str| results[name].as_f64().with_context(|| format!("no `{name}`"));
    let (points, zen) = (nanoseconds(&native, "points")?, nanoseconds(&native, "zen_expression")?);
    let (whole, wasm) = (nanoseconds(&native, "evaluate")?, nanoseconds(&node, "wasm_evaluate")?);
    println!("\nTen criteria, a thousand leads, the fastest of many interleaved passes");
    for (what, nanoseconds) in [
        ("native, lead parsed: points, score, grade, decision", points),
        ("native, lead parsed: the same with every reason", nanoseconds(&native, "reasons")?),
        ("native, from answers: validated, with every reason", nanoseconds(&native, "from_answers")?),
        ("native, from JSON text by `Answers`, with every reason", nanoseconds(&native, "from_json")?),
        ("native `evaluate`: decoded, validated, scored, encoded", whole),
        ("the shipped wasm's `evaluate` in Node, the same bytes", wasm),
        ("by hand in Rust", nanoseconds(&native, "by_hand")?),
        ("a loop in JavaScript", nanoseconds(&node, "javascript_loop")?),
        ("zen-expression, compiled once", zen),
        ("zen-engine wasm", nanoseconds(&node, "zen_wasm")?),
        ("json-rules-engine", nanoseconds(&node, "json_rules_engine")?),
    ] {
        println!("{what:<58} {:>9.3} µs  {:>8.1} ×", nanoseconds / 1_000.0, nanoseconds / points);
    }
    println!(
        "zen-expression takes {:.1} times as long; `evaluate` as wasm {:.2} times as long",
        zen / points,
        wasm / whole
    );
    tables.score()?;
    learn()
}

/// The same table, learned from by `leadglass fit` and by optbinning, which then scores all its rows at once.
fn learn() -> Result<()> {
    let table = format!("{BANK}/bank-marketing.csv.gz");
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let mut fit = Command::new(PROGRAM);
        fit.args(["fit", &table, "--outcome", OUTCOME, "--out"]).arg(Path::new(OUTPUT).join("fitted.toml"));
        fit.args(EXCLUDED.iter().flat_map(|column| ["--exclude", *column])).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        ensure!(fit.status()?.success(), "`{}` failed", shell::line(&fit));
        best = best.min(start.elapsed().as_secs_f64());
    }
    let mut peer = Command::new(tools::optbinning_python()?);
    peer.arg(format!("{SOURCES}/optbinning_peer.py")).args([&table, OUTCOME]).args(EXCLUDED);
    let peer = measured(&mut peer)?;
    let figure = |name: &str| peer[name].as_f64().with_context(|| format!("no `{name}`"));
    println!("\n41,188 calls of the bank, 19 columns, the fastest of {RUNS}");
    println!("{:<58} {best:>9.2} s", "`leadglass fit`, the whole program");
    println!("{:<58} {:>9.2} s of processor time", "optbinning, from file to card", figure("fit_s")?);
    println!(
        "{:<58} {:>9.3} µs of processor time a row",
        "optbinning, scores of all rows at once",
        figure("score_us")?
    );
    Ok(())
}

/// The last line a program prints, which is JSON.
fn measured(command: &mut Command) -> Result<Value> {
    shell::say(command);
    let printed = shell::output(command)?;
    Ok(serde_json::from_str(printed.lines().last().unwrap_or_default())?)
}

/// The leads and the rows of the bank, repeated.
struct Tables {
    leads: Table,
    lines: Table,
    bank: Table,
}

struct Table {
    path: PathBuf,
    rows: u32,
}

impl Tables {
    fn write(folder: &Path, rows: usize) -> Result<Self> {
        let (leads, lines) = (folder.join("leads.csv"), folder.join("leads.ndjson"));
        let mut bank = String::new();
        GzDecoder::new(fs::File::open(format!("{BANK}/bank-marketing.csv.gz"))?).read_to_string(&mut bank)?;
        let tables = Self {
            leads: repeat(folder.join("many-leads.csv"), 1, &fs::read_to_string(&leads)?, rows)?,
            lines: repeat(folder.join("many-leads.ndjson"), 0, &fs::read_to_string(&lines)?, rows)?,
            bank: repeat(folder.join("many-calls.csv"), 1, &bank, rows)?,
        };
        for table in [leads, lines] {
            let answers = shell::output(Command::new(PROGRAM).args(["score", CARD]).arg(&table).arg("--json"))?;
            let score = |line| -> Result<u64> {
                serde_json::from_str::<Value>(line)?["score"].as_u64().with_context(|| format!("no score in {line}"))
            };
            let sum: u64 = answers.lines().map(score).sum::<Result<_>>()?;
            ensure!(sum == CHECKSUM, "{}: the scores add up to {sum}", table.display());
        }
        Ok(tables)
    }

    fn score(&self) -> Result<()> {
        let bank = format!("{BANK}/form.toml");
        println!("\n`leadglass score --json`, from a file to nowhere, the fastest of {RUNS}");
        for (what, form, table, options, cores) in [
            ("10 fields, CSV, without reasons", CARD, &self.leads, &["--no-reasons"][..], None),
            ("10 fields, CSV, with reasons", CARD, &self.leads, &[], None),
            ("19 fields of the bank, CSV, without reasons", &bank, &self.bank, &["--no-reasons"], None),
            ("19 fields of the bank, CSV, with reasons", &bank, &self.bank, &[], None),
            ("10 fields, JSON text to decision with reasons, one core", CARD, &self.lines, &[], Some("1")),
        ] {
            let rows_per_second = fastest(form, table, options, cores)?;
            println!("{what:<58} {rows_per_second:>10.0} leads/s  {:>8.3} µs a lead", 1e6 / rows_per_second);
        }
        Ok(())
    }
}

/// Writes a table's rows again and again, below `header` lines, until there are `count` at least.
fn repeat(path: PathBuf, header: usize, table: &str, count: usize) -> Result<Table> {
    let lines: Vec<&str> = table.split_inclusive('\n').collect();
    let (header, rows) = lines.split_at(header.min(lines.len()));
    let (header, below) = (header.concat(), rows.concat());
    let times = count.div_ceil(rows.len().max(1));
    let mut file = fs::File::create(&path)?;
    file.write_all(header.as_bytes())?;
    (0..times).try_for_each(|_| file.write_all(below.as_bytes()))?;
    Ok(Table { path, rows: u32::try_from(times * rows.len())? })
}

/// Rows a second, as the whole program takes them.
fn fastest(form: &str, table: &Table, options: &[&str], cores: Option<&str>) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let mut command = Command::new(PROGRAM);
        command.args(["score", form, "--json"]).arg(&table.path).args(options);
        command.envs(cores.map(|cores| ("RAYON_NUM_THREADS", cores))).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        ensure!(command.status()?.success(), "`{}` failed", shell::line(&command));
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(f64::from(table.rows) / best)
}
