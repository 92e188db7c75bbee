//! Programs that cargo does not bring: found, or installed outside the checkout so that a fresh clone has them too.

mod cargo_program;
mod jpmml;
mod node;
mod optbinning;
mod schemathesis;
mod standard_webhooks;
mod system;
mod toolchain;
mod venv;

use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use self::{
    cargo_program::{CARGO_DENY, GECKODRIVER, TRUNK},
    node::{HOSTS, NODE},
};

/// Something a chore cannot do without.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// rustc's target for the page
    WasmTarget,
    /// clippy and rustfmt
    Linters,
    /// Builds the widget
    Trunk,
    /// Trunk calls it; must equal the crate in Cargo.lock
    WasmBindgen,
    /// esbuild and wasm-opt for the build, axe and Playwright for the tests
    Node,
    /// Frameworks and style sheets that real pages bring along
    Hosts,
    /// Licences and origins of dependencies
    CargoDeny,
    /// Drives Firefox
    Geckodriver,
    /// Chromium, its driver, and Firefox
    Browsers,
    /// The engine of Safari with its driver, where Debian has them
    WebKit,
    /// The other store
    Postgres,
    /// Evaluates PMML in Java
    Jpmml,
    /// Verifies signatures of webhooks in Python
    StandardWebhooks,
    /// Asks the private API all that its description allows and forbids
    Schemathesis,
}

pub const FOR_BUILD: &[Tool] = &[Tool::WasmTarget, Tool::Trunk, Tool::WasmBindgen, Tool::Node];
pub const FOR_TESTS: &[Tool] = &[
    Tool::Linters,
    Tool::WasmTarget,
    Tool::Trunk,
    Tool::WasmBindgen,
    Tool::Node,
    Tool::Hosts,
    Tool::CargoDeny,
    Tool::Geckodriver,
    Tool::Browsers,
    Tool::Postgres,
    Tool::Jpmml,
    Tool::StandardWebhooks,
    Tool::Schemathesis,
];

/// Installs those that are missing; says which and for how long before it starts.
pub fn install(wanted: &[Tool]) -> Result<()> {
    let mut missing = Vec::new();
    for tool in wanted {
        if let Some(plan) = tool.plan()? {
            missing.push((*tool, plan));
        }
    }
    if missing.is_empty() {
        eprintln!("Tools: everything is there, in {} and on PATH", folder()?.display());
        return Ok(());
    }
    eprintln!("To be installed:");
    for (_, plan) in &missing {
        eprintln!("  {plan}");
    }
    missing.iter().try_for_each(|(tool, _)| tool.install())
}

impl Tool {
    /// What installing would do and how long it takes; nothing if the tool is there.
    fn plan(self) -> Result<Option<String>> {
        match self {
            Self::WasmTarget => toolchain::plan_wasm_target(),
            Self::Linters => Ok(toolchain::plan_linters()),
            Self::Trunk => TRUNK.plan(),
            Self::WasmBindgen => cargo_program::wasm_bindgen()?.plan(),
            Self::Node => NODE.plan(),
            Self::Hosts => HOSTS.plan(),
            Self::CargoDeny => CARGO_DENY.plan(),
            Self::Geckodriver => GECKODRIVER.plan(),
            Self::Browsers => Ok(system::plan(system::BROWSERS)),
            Self::WebKit => Ok(system::plan_on_debian(system::WEBKIT)),
            Self::Postgres => Ok(system::plan(system::POSTGRES)),
            Self::Jpmml => jpmml::plan(),
            Self::StandardWebhooks => standard_webhooks::plan(),
            Self::Schemathesis => schemathesis::plan(),
        }
    }

    fn install(self) -> Result<()> {
        match self {
            Self::WasmTarget => toolchain::install_wasm_target(),
            Self::Linters => toolchain::install_linters(),
            Self::Trunk => TRUNK.install(),
            Self::WasmBindgen => cargo_program::wasm_bindgen()?.install(),
            Self::Node => NODE.install(),
            Self::Hosts => HOSTS.install(),
            Self::CargoDeny => CARGO_DENY.install(),
            Self::Geckodriver => GECKODRIVER.install(),
            Self::Browsers => system::install(system::BROWSERS),
            Self::WebKit => system::install(system::WEBKIT),
            Self::Postgres => system::install(system::POSTGRES),
            Self::Jpmml => jpmml::install(),
            Self::StandardWebhooks => standard_webhooks::install(),
            Self::Schemathesis => schemathesis::install(),
        }
    }
}

/// `$LEADGLASS_TOOLS`, else `leadglass` in the user's cache.
pub fn folder() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("LEADGLASS_TOOLS")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("leadglass")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/leadglass")))
        .context("say in LEADGLASS_TOOLS where tools may be installed: neither XDG_CACHE_HOME nor HOME is set")
}

/// Asks an API.
pub fn schemathesis() -> Result<PathBuf> {
    schemathesis::program()
}

/// The Python with JPMML.
pub fn jpmml_python() -> Result<PathBuf> {
    jpmml::python()
}

/// The Python with optbinning.
pub fn optbinning_python() -> Result<PathBuf> {
    optbinning::python()
}

/// The Python with the reference implementation of webhooks.
pub fn standard_webhooks_python() -> Result<PathBuf> {
    standard_webhooks::python()
}

/// The folder with the packages from npm.
pub fn node_folder() -> Result<PathBuf> {
    NODE.folder()
}

/// A command that finds our tools before those of the system.
pub fn command(program: &str) -> Result<Command> {
    let mut command = Command::new(program);
    command.env("PATH", path()?).env("LEADGLASS_TOOLS", folder()?);
    Ok(command)
}

fn path() -> Result<OsString> {
    let mut folders = vec![
        TRUNK.bin_folder()?,
        cargo_program::wasm_bindgen()?.bin_folder()?,
        CARGO_DENY.bin_folder()?,
        GECKODRIVER.bin_folder()?,
        NODE.bin_folder()?,
    ];
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&inherited));
    Ok(std::env::join_paths(folders)?)
}

/// What `PROGRAM --version` prints, or nothing if there is no such program or it fails.
fn version(program: &str) -> Result<Option<String>> {
    let output = command(program)?.arg("--version").stdin(Stdio::null()).output();
    Ok(output
        .ok()
        .filter(|output| output.status.success())
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned()))
}
