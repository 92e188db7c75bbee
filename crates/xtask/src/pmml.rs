//! Cards scored by JPMML as by us: equal points and reason codes in every row.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;

use crate::{
    server::{TESTED, build_tested},
    shell,
    tools::{self, Tool},
};

const OUTPUT: &str = "target/pmml";
const BANK: &str = "crates/endpoint/examples/bank-marketing/bank-marketing.csv.gz";
/// The card that `leadglass fit` makes of the bank's rows.
const LEARNED: &str = "target/pmml/learned.toml";
const ROWS: usize = 10_000;

/// Cards and the tables they are tried on.
const CARDS: &[(&str, &str)] = &[
    ("crates/endpoint/examples/bank-marketing/form.toml", "bank.csv"),
    (LEARNED, "holes.csv"),
    ("crates/training/tests/pmml/fitted.toml", "holes.csv"),
    ("crates/training/tests/pmml/every-test.toml", "../../crates/training/tests/pmml/every-test.csv"),
    ("crates/training/tests/pmml/lenient.toml", "../../crates/training/tests/pmml/lenient.csv"),
];

pub fn run() -> Result<()> {
    tools::install(&[Tool::Jpmml])?;
    build_tested()?;
    fs::create_dir_all(OUTPUT)?;
    write_tables().context("the bank's rows cannot be written")?;
    let left_out = ["duration", "row", "split_random", "split_time"].map(|column| format!("--exclude={column}"));
    let mut fit = Command::new(TESTED);
    shell::output(fit.args(["fit", BANK, "--outcome", "converted", "--out", LEARNED]).args(left_out))?;
    for (card, table) in CARDS {
        compare(card, &format!("{OUTPUT}/{table}"))?;
    }
    Ok(())
}

/// The last rows of the bank, which are the most varied, and the same rows with cells left empty.
fn write_tables() -> Result<()> {
    let bank = BufReader::new(MultiGzDecoder::new(File::open(BANK)?));
    let lines = bank.lines().collect::<Result<Vec<_>, _>>()?;
    let header = lines.first().context("the table is empty")?;
    let rows = &lines[lines.len().saturating_sub(ROWS)..];
    let write = |name: &str, row: fn(usize, &str) -> String| -> Result<()> {
        let mut file = BufWriter::new(File::create(Path::new(OUTPUT).join(name))?);
        writeln!(file, "{header}")?;
        for (number, line) in rows.iter().enumerate() {
            writeln!(file, "{}", row(number, line))?;
        }
        Ok(file.flush()?)
    };
    write("bank.csv", |_, line| line.to_owned())?;
    write("holes.csv", |number, line| {
        let cells = line.split(',').enumerate();
        let kept = cells.map(|(column, cell)| if (number * 31 + column * 17) % 5 == 0 { "" } else { cell });
        kept.collect::<Vec<_>>().join(",")
    })
}

fn compare(card: &str, table: &str) -> Result<()> {
    let name = Path::new(card).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (document, expected) = (format!("{OUTPUT}/{name}.pmml"), format!("{OUTPUT}/{name}.expected.csv"));
    shell::run(leadglass().args(["export", card, "--out", &document]))?;
    fs::write(&expected, shell::output(leadglass().args(["expect", card, table]))?)?;
    let script = "crates/xtask/python/pmml.py";
    shell::run(Command::new(tools::jpmml_python()?).args([script, &document, table, &expected]))
}

fn leadglass() -> Command {
    let mut command = Command::new(TESTED);
    command.arg("pmml");
    command
}
