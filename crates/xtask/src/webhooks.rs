//! Signatures of webhooks verified by the reference implementations of others: Node's and Python's.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    server::{TESTED, build_tested},
    shell,
    tools::{self, Tool},
};

const FOLDER: &str = "target/xtask/webhooks";
const SETTINGS: &str = "[outbox]\nplain_http = true\nports = []\nprivate_networks = [\"127.0.0.0/8\"]\n";

pub fn run() -> Result<()> {
    tools::install(&[Tool::Node, Tool::StandardWebhooks])?;
    build_tested()?;
    if fs::exists(FOLDER)? {
        fs::remove_dir_all(FOLDER)?;
    }
    fs::create_dir_all(FOLDER)?;
    fs::write(format!("{FOLDER}/leadglass.toml"), SETTINGS)?;
    let mut node = Command::new("node");
    node.arg("crates/xtask/node/webhook.mjs").arg(tools::node_folder()?);
    let mut python = Command::new(tools::standard_webhooks_python()?);
    python.arg("crates/xtask/python/webhook.py");
    verified_by("Node", &mut node)?;
    verified_by("Python", &mut python)
}

/// Sends a message to a receiver that takes it only if its signature holds.
fn verified_by(name: &str, receiver: &mut Command) -> Result<()> {
    shell::say(receiver);
    let spawned = receiver.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut receiver = spawned.with_context(|| shell::cannot_start(receiver))?;
    let told = tell(&mut receiver);
    let _ = receiver.kill();
    receiver.wait()?;
    println!("{name}: a message was taken with status {}", told?);
    Ok(())
}

fn tell(receiver: &mut std::process::Child) -> Result<String> {
    let (Some(mut input), Some(output)) = (receiver.stdin.take(), receiver.stdout.take()) else {
        bail!("its standard input and output were not piped")
    };
    let mut port = String::new();
    BufReader::new(output).read_line(&mut port)?;
    let added = shell::output(webhook().args(["add", &format!("http://127.0.0.1:{}/", port.trim())]))?;
    let (id, secret) = added.trim().split_once('\n').context("`webhook add` prints two lines")?;
    // Of two signatures, one that is known is enough.
    shell::output(webhook().args(["rotate", id]))?;
    writeln!(input, "{secret}")?;
    let status = shell::output(webhook().args(["test", id]))?;
    ensure!(status.trim() == "204", "the receiver answered {status}");
    Ok(status.trim().to_owned())
}

fn webhook() -> Command {
    let mut command = Command::new(TESTED);
    command.args(["--config", &format!("{FOLDER}/leadglass.toml"), "webhook"]);
    command.args(["--database", &format!("{FOLDER}/leads.sqlite")]);
    command
}
