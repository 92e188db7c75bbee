//! The program `leadglass`.

use std::{io, path::PathBuf, process::ExitCode};

use clap::Parser;
use leadglass::{commands::Command, settings::Settings};
use tracing_subscriber::EnvFilter;

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
    match run(arguments) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("leadglass: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(arguments.config.as_deref(), std::env::vars())?;
    log(&settings);
    arguments.command.run(settings)
}

fn log(settings: &Settings) {
    let filter = EnvFilter::new(&settings.log);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if settings.log_json { lines.json().init() } else { lines.with_target(false).init() }
}

/// `leadglass leads | head` ends early, which is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
