//! The program `leadglass`.

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::Parser;
use leadglass::{commands::Command, settings::Settings};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Lead forms that explain their scores
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A file with settings; `leadglass default-config` prints all there are
    #[arg(long, global = true, env = "LEADGLASS_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("leadglass: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(arguments.config.as_deref(), std::env::vars())?;
    log(&settings)?;
    for variable in Settings::strangers_in(std::env::vars()) {
        tracing::warn!("`{variable}` is in the environment, but there is no such setting");
    }
    arguments.command.run(&settings)
}

/// Our own lines alone: what the view, or HTTP, writes at its lowest level may be what a visitor typed.
fn log(settings: &Settings) -> anyhow::Result<()> {
    let level: LevelFilter = settings.log.parse().with_context(|| format!("`log` can't be `{}`", settings.log))?;
    let filter = Targets::new().with_target("leadglass", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    if settings.log_json {
        tracing_subscriber::registry().with(lines.json().with_filter(filter)).init();
    } else {
        tracing_subscriber::registry().with(lines.with_target(false).with_filter(filter)).init();
    }
    Ok(())
}

/// `leadglass leads | head` ends early, which is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
