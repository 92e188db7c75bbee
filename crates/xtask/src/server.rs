//! The built server on a free port, for chores that ask it something; gone when dropped.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};

use crate::{loopback, shell};

/// Where cargo puts it.
pub const PROGRAM: &str = "target/release/leadglass";

pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Serves the forms of a folder from a database of its own.
    pub fn start(forms: &str) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let folder = format!("target/xtask/{}", std::process::id());
        fs::create_dir_all(&folder)?;
        let mut command = Command::new(PROGRAM);
        command
            .args(["serve", "--forms", forms, "--listen", &address.to_string()])
            .args(["--database", &format!("{folder}/leads.sqlite")])
            .stdin(Stdio::null());
        let process = command.spawn().with_context(|| shell::cannot_start(&command))?;
        let mut server = Self { process, address };
        let alive = || matches!(server.process.try_wait(), Ok(None));
        loopback::wait_until_ready(address, Duration::from_secs(30), alive)?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
