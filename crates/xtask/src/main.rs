//! Chores of this repository: `cargo xtask demo`, `cargo xtask test`, and what they are made of.

mod api;
mod bench;
mod build;
mod demo;
mod deny;
mod dist;
mod fuzz;
mod loopback;
mod pmml;
mod server;
mod shell;
mod size;
mod start;
mod test;
mod tidy;
mod tools;
mod train;
mod webhooks;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of this repository")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install what is missing, build, and serve the demo site until ctrl-c
    Demo(demo::Arguments),
    /// Check everything that must hold at every commit
    Test(test::Arguments),
    /// Build the widget, compress it, and build the server around it
    Build,
    /// Build the server as it is handed out: one stripped program with everything inside
    Dist,
    /// Install what the other chores need, outside the checkout
    Tools,
    /// Check the rules of the house that no compiler checks
    Tidy,
    /// Compare our scores with those of another evaluator of PMML
    Pmml,
    /// Have the signatures of webhooks verified by implementations of others
    Webhooks,
    /// Ask the private API all that its description allows and forbids
    Api,
    /// Check licences and origins of everything we depend on
    Deny,
    /// Compare what a visitor downloads with its budget
    Size,
    /// Learn again, from the data of this repository, what is learned
    #[command(subcommand)]
    Train(train::Train),
    /// Look for bytes that a parser cannot bear
    Fuzz(fuzz::Arguments),
    /// Measure side by side with what people would pick instead
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Wait for the demo server and say what to open; `demo` starts this
    #[command(hide = true)]
    AnnounceDemo(demo::Arguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<()> {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").context("start this as `cargo xtask`")?;
    // Every path below is relative to the root of the checkout
    std::env::set_current_dir(format!("{manifest}/../.."))?;

    match chore {
        Chore::Demo(arguments) => demo::run(&arguments),
        Chore::Test(arguments) => test::run(&arguments),
        Chore::Build => build::run(),
        Chore::Dist => dist::run(),
        Chore::Tools => tools::install(tools::FOR_TESTS),
        Chore::Tidy => tidy::run(),
        Chore::Pmml => pmml::run(),
        Chore::Webhooks => webhooks::run(),
        Chore::Api => api::run(),
        Chore::Deny => deny::run(),
        Chore::Size => size::run(),
        Chore::Train(train) => train::run(&train),
        Chore::Fuzz(arguments) => fuzz::run(&arguments),
        Chore::Bench(bench) => bench::run(&bench),
        Chore::AnnounceDemo(arguments) => demo::announce(&arguments),
    }
}
