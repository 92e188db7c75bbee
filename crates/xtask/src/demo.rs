//! The demo: a small business with our form on its pages.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};

use crate::{build, loopback, server::PROGRAM, shell};

const DATABASE: &str = "target/demo/leads.sqlite";
/// Far longer than any machine needs.
const START: Duration = Duration::from_mins(1);

#[derive(clap::Args)]
pub struct Arguments {
    /// Where the demo answers
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    build::run()?;
    fs::create_dir_all("target/demo")?;
    drop(TcpListener::bind(arguments.listen).with_context(|| {
        format!("{} is taken; choose another: `cargo xtask demo --listen 127.0.0.1:8081`", arguments.listen)
    })?);
    Command::new(std::env::current_exe()?)
        .args(["announce-demo", "--listen", &arguments.listen.to_string()])
        .spawn()
        .context("the announcer cannot be started")?;
    serve(arguments.listen)
}

fn serve(listen: SocketAddr) -> Result<()> {
    let mut command = Command::new(PROGRAM);
    command
        .args(["serve", "--watch", "--forms", "www/forms", "--site", "www/site", "--database", DATABASE])
        .args(["--listen", &listen.to_string()]);
    shell::say(&command);
    become_it(&mut command)
}

/// The server takes our place, so that ctrl-c and `kill` reach it and leave no orphan.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;

    let error = command.exec();
    Err(error).with_context(|| shell::cannot_start(command))
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| shell::cannot_start(command))?;
    anyhow::ensure!(status.success(), "the server ended ({status})");
    Ok(())
}

/// Waits until the server answers, then says what to open.
pub fn announce(arguments: &Arguments) -> Result<()> {
    let listen = arguments.listen;
    let server = parent();
    loopback::wait_until_ready(listen, START, || parent() == server)?;
    eprintln!(
        "\n  Open          http://{listen}/\
         \n  Form alone    http://{listen}/f/demo\
         \n  The leads     {PROGRAM} leads --database {DATABASE}\
         \n  One lead      {PROGRAM} lead ID --database {DATABASE}\
         \n  Change it     edit www/forms/demo.toml and reload the page\
         \n  Stop          ctrl-c\n"
    );
    Ok(())
}

/// The server's process, as long as it lives.
#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}
