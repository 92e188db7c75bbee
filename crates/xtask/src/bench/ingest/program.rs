//! A program that runs until it is dropped.

use std::{
    fs,
    net::SocketAddr,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{loopback, shell};

pub struct Program {
    process: Child,
    pub address: String,
}

impl Program {
    /// Starts it and waits until it is ready at an address.
    pub fn start(command: &mut Command, address: &str) -> Result<Self> {
        let mut program = Self::spawn(command)?;
        address.clone_into(&mut program.address);
        let server: SocketAddr = address.parse()?;
        let begun = Instant::now();
        while !loopback::get(server, "/readyz").is_ok_and(|answer| answer.status == 200) {
            let alive = matches!(program.process.try_wait(), Ok(None));
            ensure!(alive && begun.elapsed() < Duration::from_mins(1), "`{}` is not ready", shell::line(command));
            // Short, for a start is measured by it
            thread::sleep(Duration::from_millis(1));
        }
        Ok(program)
    }

    pub fn spawn(command: &mut Command) -> Result<Self> {
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Ok(Self { process: process.with_context(|| shell::cannot_start(command))?, address: String::new() })
    }

    /// What it holds of the machine's memory.
    pub fn memory_kb(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the system tells no memory")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
