//! What people would take instead.

use std::{fs, path::Path};

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

/// Directus, set up by `peers/directus.mjs`.
pub fn directus(packages: &Path, database: &str) -> Result<Program> {
    let address = free_address()?;
    let ready = format!("{database}.ready");
    let mut node = tools::command("node")?;
    node.arg(format!("{SOURCES}/peers/directus.mjs")).arg(packages).arg(port(&address)).args([database, &ready]);
    Program::start_until(&mut node, &address, || fs::exists(&ready).unwrap_or_default())
}

fn port(address: &str) -> &str {
    address.rsplit_once(':').map_or("", |(_, port)| port)
}
