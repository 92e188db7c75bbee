//! The binary under test, serving the test forms from a database of its own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::{poll::until, service::free_port, tools};

/// What is not as by default: a form that holds what a program may have sent.
const SETTINGS: &str = "[spam]\nguarded = { proof = \"hold\", dwell = \"hold\" }\n";

/// A running server; stopped and forgotten when dropped.
pub struct Server {
    folder: TempDir,
    port: u16,
    running: Option<Child>,
}

impl Server {
    /// Starts the binary on a free port with a fresh database.
    ///
    /// # Errors
    /// Where it does not come up.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let forms = folder.path().join("forms");
        fs::create_dir(&forms)?;
        for source in [tools::repository().join("tests/forms"), tools::repository().join("www/forms")] {
            copy_forms(&source, &forms)?;
        }
        fs::write(folder.path().join("settings.toml"), SETTINGS)?;
        // Told rather than 0, so that it comes back where it was
        let mut server = Self { folder, port: free_port()?, running: None };
        server.start_again().await?;
        Ok(server)
    }

    /// Starts it on the same port with the same database, after a [`kill`](Self::kill).
    ///
    /// # Errors
    /// Where it does not come up.
    pub async fn start_again(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.log_file())?;
        let child = Command::new(tools::leadglass()?)
            .arg("--config")
            .arg(self.folder.path().join("settings.toml"))
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port), "--private-listen", "off"])
            // All that a test sends comes from one address.
            .env("LEADGLASS_ADDRESS_RATE_PER_MINUTE", "0")
            .arg("--forms")
            .arg(self.folder.path().join("forms"))
            .arg("--database")
            .arg(self.database())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let child = self.running.insert(child);
        let port = self.port;
        let up = until("the server to listen", async || {
            if let Some(status) = child.try_wait()? {
                return Ok(Err(status));
            }
            TcpStream::connect(("127.0.0.1", port)).await?;
            Ok(Ok(()))
        });
        let up = up.await.with_context(|| self.log())?;
        ensure!(up.is_ok(), "the server did not come up: {}", self.log());
        Ok(())
    }

    /// Kills it as `kill -9` does: no farewell, nothing flushed.
    ///
    /// # Errors
    /// Where the process cannot be waited for.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.running.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Its origin, as pages name it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What `leadglass snippet` prints with these arguments.
    ///
    /// # Errors
    /// Where it fails.
    pub fn snippet(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new(tools::leadglass()?)
            .arg("--config")
            .arg(self.folder.path().join("settings.toml"))
            .arg("snippet")
            .args(arguments)
            .arg("--forms")
            .arg(self.folder.path().join("forms"))
            .stdin(Stdio::null())
            .output()?;
        ensure!(output.status.success(), "`leadglass snippet`: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Its database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("leads.sqlite")
    }

    /// What it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("serve.log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.running.take() {
            // The test is over either way; a process that has already ended is as good as a stopped one
            drop(child.kill().and_then(|()| child.wait()));
        }
    }
}

fn copy_forms(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("no forms in {}", from.display()))? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "toml") {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
