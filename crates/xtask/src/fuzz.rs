//! Every parser against libFuzzer, on the stable compiler: its instrumentation is a pass of LLVM that rustc hands on.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};

use crate::shell;

const CRATE: &str = "tests/fuzz";
/// Apart from other builds, whose flags differ; what is found is below it too.
const OUTPUT: &str = "target/fuzz";
/// Folders whose form files are as good as seeds of our own.
const FORMS: [&str; 3] = ["www/forms", "tests/forms", "crates/scoring/tests/forms"];
/// As good for PMML.
const PMML: &str = "crates/training/tests/pmml";
/// Counters of branches taken and of values compared, which tell libFuzzer what an input newly reaches.
const INSTRUMENTED: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                            -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                            -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
                            -Ccodegen-units=1 -Cdebug-assertions --cfg fuzzing";

#[derive(clap::Args)]
pub struct Arguments {
    /// How long each target runs
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Only this target
    #[arg(long)]
    target: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let targets = targets()?;
    if let Some(wanted) = &arguments.target {
        ensure!(targets.contains(wanted), "there is no target `{wanted}`; there are {}", targets.join(", "));
    }
    let program = build()?;
    let mut harmful = Vec::new();
    for target in targets.iter().filter(|target| arguments.target.as_ref().is_none_or(|wanted| wanted == *target)) {
        eprintln!("\n== {target}");
        if let Err(error) = fuzz(&program, target, arguments.seconds) {
            eprintln!("error: {error:#}");
            harmful.push(target.as_str());
        }
    }
    if !harmful.is_empty() {
        let names = harmful.join(", ");
        bail!("harm was done to {names}; the inputs are in {OUTPUT}/found: mend it, then keep them in {CRATE}/seeds");
    }
    Ok(())
}

/// Each has a folder of seeds.
fn targets() -> Result<Vec<String>> {
    let seeds = format!("{CRATE}/seeds");
    let entries = fs::read_dir(&seeds).with_context(|| format!("`{seeds}` cannot be read"))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn build() -> Result<String> {
    let compiler = shell::output(Command::new("rustc").arg("-vV"))?;
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).context("`rustc -vV` names no host")?;
    let mut command = Command::new("cargo");
    // With a target named, build scripts and macros are left as they are
    command
        .args(["build", "--release", "--locked", "--package", "leadglass-fuzz", "--features", "libfuzzer"])
        .args(["--target", host, "--target-dir", OUTPUT])
        .env("RUSTFLAGS", INSTRUMENTED)
        // It runs for a minute and is built for several
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    shell::run(&mut command)?;
    Ok(format!("{OUTPUT}/{host}/release/leadglass-fuzz"))
}

fn fuzz(program: &str, target: &str, seconds: u32) -> Result<()> {
    let (corpus, found) = (format!("{OUTPUT}/corpus/{target}"), format!("{OUTPUT}/found/{target}-"));
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(Path::new(&found).with_file_name(""))?;
    let mut command = Command::new(program);
    command
        .env("LEADGLASS_FUZZ_TARGET", target)
        // What it learns goes to the first folder; the others are only read
        .args([&corpus, &format!("{CRATE}/seeds/{target}")])
        .args(["-timeout=10", "-rss_limit_mb=2048", "-max_len=65536", "-print_final_stats=1", "-verbosity=0"])
        .args([format!("-max_total_time={seconds}"), format!("-artifact_prefix={found}")]);
    match target {
        "form_file" => command.args(FORMS),
        "pmml" => command.arg(PMML),
        _ => &mut command,
    };
    shell::run(&mut command)
}
