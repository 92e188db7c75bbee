//! How long the server takes to start, and what it holds when nothing happens.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{loopback, shell};

/// Starts that are measured; the first of all, which makes the database, is not.
const STARTS: usize = 9;
/// When it has nothing to do any more.
const IDLE_AFTER: Duration = Duration::from_secs(2);

/// What was measured.
pub struct Start {
    /// From exec to the first `/readyz` that says yes, each start.
    pub ms: Vec<f64>,
    /// Resident, in KiB.
    pub idle_kb: u64,
    pub bytes: u64,
}

impl Start {
    /// As JSON, and in words on the way.
    pub fn told(&self) -> Value {
        let (ms, idle, megabytes) = (median(self.ms.clone()), self.idle_kb, self.bytes / 10_000);
        let (whole, part) = (megabytes / 100, megabytes % 100);
        println!("\nStart to ready {ms:.0} ms, idle memory {idle} KB, program {whole}.{part:02} MB");
        json!({ "median_ms": ms, "all_ms": self.ms, "idle_kb": idle, "bytes": self.bytes })
    }
}

/// Starts a build of the server again and again, with one form.
pub fn measure(program: &str, form: &str, folder: &Path) -> Result<Start> {
    let folder = fresh(folder.join("start"))?;
    let forms = fresh(folder.join("forms"))?;
    fs::copy(form, forms.join("form.toml"))?;
    let mut ms = Vec::new();
    let mut idle_kb = 0;
    for start in 0..=STARTS {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(program);
        command.args(["serve", "--listen", &address.to_string(), "--private-listen", "off", "--forms"]).arg(&forms);
        command.arg("--database").arg(folder.join("leads.sqlite")).env("LEADGLASS_LOG", "warn");
        let begun = Instant::now();
        let server = command.stdin(Stdio::null()).spawn().with_context(|| shell::cannot_start(&command))?;
        let mut server = Running(server);
        until_ready(&mut server.0, address, &command)?;
        if start > 0 {
            ms.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        if start == STARTS {
            thread::sleep(IDLE_AFTER);
            idle_kb = memory_kb(server.0.id())?;
        }
    }
    Ok(Start { ms, idle_kb, bytes: fs::metadata(program)?.len() })
}

fn until_ready(server: &mut Child, address: SocketAddr, command: &Command) -> Result<()> {
    let begun = Instant::now();
    while !loopback::get(address, "/readyz").is_ok_and(|answer| answer.status == 200) {
        let alive = matches!(server.try_wait(), Ok(None));
        ensure!(alive && begun.elapsed() < Duration::from_secs(30), "`{}` is not ready", shell::line(command));
        // Short, for a start is measured by it
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// What a process holds of the machine's memory.
pub fn memory_kb(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the system tells no memory")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// A folder with nothing in it.
pub fn fresh(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Ended when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
