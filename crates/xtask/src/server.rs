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
/// The same as tests have it: built once for all of them.
pub const TESTED: &str = "target/debug/leadglass";

/// Makes it as tests have it, around the widget that is there.
pub fn build_tested() -> Result<()> {
    shell::run(Command::new("cargo").args(["build", "--locked", "--package", "leadglass"]))
}

pub struct Server {
    process: Child,
    pub address: SocketAddr,
    pub private_address: SocketAddr,
    /// What it wrote, and its database in it
    pub folder: String,
    pub database: String,
}

impl Server {
    /// Serves the forms of a folder from a database of its own.
    pub fn start(forms: &str) -> Result<Self> {
        Self::start_of(PROGRAM, forms, &[])
    }

    /// The same by another build, with settings in its environment.
    pub fn start_of(program: &str, forms: &str, settings: &[(&str, &str)]) -> Result<Self> {
        // Held together, so that they are two
        let (public, private) = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
        let (address, private_address) = (public.local_addr()?, private.local_addr()?);
        drop((public, private));
        let folder = format!("target/xtask/{}", std::process::id());
        fs::create_dir_all(&folder)?;
        let database = format!("{folder}/leads.sqlite");
        let mut command = Command::new(program);
        command
            .args(["serve", "--forms", forms, "--database", &database])
            .args(["--listen", &address.to_string(), "--private-listen", &private_address.to_string()])
            .envs(settings.iter().copied())
            .stdin(Stdio::null());
        let process = command.spawn().with_context(|| shell::cannot_start(&command))?;
        let mut server = Self { process, address, private_address, folder, database };
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
