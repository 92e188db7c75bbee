//! Everything that must hold at every commit, in stages; the first that fails ends the run.

mod cargo_test;
mod stage;

use std::{process::Command, time::Instant};

use anyhow::{Result, bail};

use self::stage::{Counts, Finished, summary};
use crate::{api, build, deny, pmml, shell, size, tidy, tools, train, webhooks};

#[derive(clap::Args)]
pub struct Arguments {
    /// Also what takes longer: crash loops, large random runs
    #[arg(long)]
    all: bool,
}

type Stage = (&'static str, fn(&Arguments) -> Result<Counts>);

const STAGES: &[Stage] = &[
    ("tools", |arguments| {
        let longer: &[tools::Tool] = if arguments.all { &[tools::Tool::WebKit] } else { &[] };
        check(tools::install(&[tools::FOR_TESTS, longer].concat()))
    }),
    ("format", |_| cargo(&["fmt", "--all", "--check"])),
    ("tidy", |_| check(tidy::run())),
    ("licences and origins", |_| check(deny::run())),
    ("lints", |_| cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])),
    ("lints of the widget", |_| {
        cargo(&[
            "clippy",
            "--locked",
            "-p",
            "leadglass-widget",
            "--target",
            "wasm32-unknown-unknown",
            "--",
            "-D",
            "warnings",
        ])
    }),
    ("build", |_| check(build::with_widget(&[]))),
    ("crates", |arguments| cargo_test::run(&["--workspace", "--exclude", "leadglass-tests"], arguments.all)),
    ("another evaluator", |arguments| if arguments.all { check(pmml::run()) } else { check(Ok(())) }),
    ("other verifiers", |_| check(webhooks::run())),
    ("private API", |arguments| if arguments.all { check(api::run()) } else { check(Ok(())) }),
    ("end to end", |arguments| cargo_test::run(&["--package", "leadglass-tests"], arguments.all)),
    ("size", |_| check(size::run())),
    ("learned again", |arguments| if arguments.all { check(train::moments(&["--check"])) } else { check(Ok(())) }),
];

pub fn run(arguments: &Arguments) -> Result<()> {
    let mut finished = Vec::new();
    for (number, (name, stage)) in STAGES.iter().enumerate() {
        eprintln!("\n== {} of {}: {name}", number + 1, STAGES.len());
        let started = Instant::now();
        let counts = stage(arguments).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Counts { passed: 0, failed: 1 }
        });
        finished.push(Finished { name, counts, took: started.elapsed() });
        if counts.failed > 0 {
            break;
        }
    }
    let skipped: Vec<_> = STAGES.iter().skip(finished.len()).map(|(name, _)| *name).collect();
    println!("\n{}", summary(&finished, &skipped));
    match finished.last() {
        Some(last) if last.counts.failed > 0 => bail!("stage `{}` failed", last.name),
        _ => Ok(()),
    }
}

/// A stage that is one check.
fn check(outcome: Result<()>) -> Result<Counts> {
    outcome.map(|()| Counts { passed: 1, failed: 0 })
}

fn cargo(arguments: &[&str]) -> Result<Counts> {
    check(shell::run(Command::new("cargo").args(arguments)))
}

#[cfg(test)]
mod tests {
    use super::STAGES;

    #[test]
    fn s30_licences_and_origins_are_checked_before_anything_is_built() {
        let place = |wanted: &str| STAGES.iter().position(|(name, _)| *name == wanted).unwrap();
        assert!(place("licences and origins") < place("build"));
    }
}
