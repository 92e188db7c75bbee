//! A program that runs until it is dropped.

use std::{
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{loopback, shell, start};

pub struct Program {
    process: Child,
    pub address: String,
}

impl Program {
    /// Starts it and waits until it answers 200 at an address.
    pub fn start(command: &mut Command, address: &str, path: &str) -> Result<Self> {
        let server = address.parse()?;
        Self::start_until(command, address, || loopback::get(server, path).is_ok_and(|answer| answer.status == 200))
    }

    /// Starts it and waits until it is ready.
    pub fn start_until(command: &mut Command, address: &str, is_ready: impl Fn() -> bool) -> Result<Self> {
        let mut program = Self::spawn(command)?;
        address.clone_into(&mut program.address);
        let begun = Instant::now();
        while !is_ready() {
            let alive = matches!(program.process.try_wait(), Ok(None));
            ensure!(alive && begun.elapsed() < Duration::from_mins(2), "`{}` is not ready", shell::line(command));
            thread::sleep(Duration::from_millis(20));
        }
        Ok(program)
    }

    pub fn spawn(command: &mut Command) -> Result<Self> {
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Ok(Self { process: process.with_context(|| shell::cannot_start(command))?, address: String::new() })
    }

    /// What it holds of the machine's memory.
    pub fn memory_kb(&self) -> Result<u64> {
        start::memory_kb(self.process.id())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
