//! `cargo test`, its results counted as they pass by.

use std::{
    env,
    io::{BufRead, BufReader},
    process::Stdio,
};

use anyhow::{Context, Result, bail};

use super::stage::Counts;
use crate::{server::TESTED, shell, tools};

pub fn run(selection: &[&str], all: bool) -> Result<Counts> {
    let mut command = tools::command("cargo")?;
    command.args(["test", "--locked", "--no-fail-fast"]).args(selection);
    command.env("LEADGLASS_BIN", env::current_dir()?.join(TESTED));
    // Tests that can run longer do so when this is set
    if all {
        command.env("LEADGLASS_TEST_ALL", "1");
    }
    shell::say(&command);
    let mut process =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| shell::cannot_start(&command))?;

    let mut counts = Counts::default();
    let stdout = process.stdout.take().context("standard output was not piped")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        counts += counts_in(&line).unwrap_or_default();
        println!("{line}");
    }
    let status = process.wait()?;
    // A test that does not compile, or that brings its process down, has no line of results
    if !status.success() && counts.failed == 0 {
        bail!("`{}` failed ({status})", shell::line(&command));
    }
    Ok(counts)
}

/// `test result: ok. 12 passed; 0 failed; …`
fn counts_in(line: &str) -> Option<Counts> {
    let results = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let number = |word: &str| results.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok());
    Some(Counts { passed: number("passed")?, failed: number("failed")? })
}

#[cfg(test)]
mod tests {
    use super::{Counts, counts_in};

    #[test]
    fn results_are_read_from_what_the_test_harness_prints() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(counts_in(line), Some(Counts { passed: 12, failed: 3 }));
        assert_eq!(counts_in("test the_law ... ok"), None);
    }
}
