//! Programs that serve the tests while they run: a browser's driver, the display of one that does not go without.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use tokio::net::TcpStream;

use crate::{poll::until, tools};

/// A running program; killed when dropped.
pub struct Service(Child);

impl Service {
    /// Starts `program`, which prints where it serves, a number, after `before`.
    ///
    /// # Errors
    /// Where it is missing, does not start, or does not say where.
    pub fn telling(program: &str, arguments: &[&str], before: &'static str) -> Result<(Self, u16)> {
        let mut process = command(program)?
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("`{program}` does not start"))?;
        let output = process.stdout.take().context("the program's output is piped")?;
        let service = Self(process);
        let (found, number) = mpsc::channel();
        // Reads to the end: a program whose output nobody takes would stop at its next line
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let digits = line.split_once(before).map(|(_, rest)| rest.trim_end_matches(['.', '\r']));
                if let Some(number) = digits.and_then(|digits| digits.parse().ok()) {
                    // Nobody listens once the number is known
                    found.send(number).ok();
                }
            }
        });
        let number = number.recv_timeout(Duration::from_secs(30));
        Ok((service, number.with_context(|| format!("`{program}` does not say where it serves"))?))
    }

    /// Starts `program`, which says nothing, on a port that it is told.
    ///
    /// # Errors
    /// Where it is missing, does not start, or does not listen.
    pub async fn told(program: &str, environment: &[(&str, &str)]) -> Result<(Self, u16)> {
        let port = free_port()?;
        let process = command(program)?
            .arg(format!("--port={port}"))
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("`{program}` does not start"))?;
        let service = Self(process);
        until(&format!("`{program}` to listen"), async || Ok(TcpStream::connect(("127.0.0.1", port)).await?)).await?;
        Ok((service, port))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // A program that has already ended is as good as a stopped one
        drop(self.0.kill().and_then(|()| self.0.wait()));
    }
}

fn command(program: &str) -> Result<Command> {
    let mut command = Command::new(tools::program(program)?);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    Ok(command)
}

/// A port that was free a moment ago.
///
/// # Errors
/// Where none is.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
