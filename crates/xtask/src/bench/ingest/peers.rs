//! What people would take instead.

use std::path::Path;

use anyhow::Result;

use super::{SOURCES, free_address, program::Program};
use crate::tools;

/// The service of `peers/service.mjs`.
pub fn node(packages: &Path, database: &str) -> Result<Program> {
    let address = free_address()?;
    let mut node = tools::command("node")?;
    node.arg(format!("{SOURCES}/peers/service.mjs")).arg(packages).arg(port(&address)).arg(database);
    Program::start(&mut node, &address, "/readyz")
}

fn port(address: &str) -> &str {
    address.rsplit_once(':').map_or("", |(_, port)| port)
}
