//! A browser under the hand of its driver.

use std::{
    fmt,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use fantoccini::{Client, ClientBuilder, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::tools;

/// A browser the suite runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
}

/// Where a scenario plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In pages of a browser.
    Browser(Kind),
    /// In Node, which has no pages.
    Node,
}

impl Place {
    /// Every browser.
    pub const BROWSERS: [Self; 2] = [Self::Browser(Kind::Chromium), Self::Browser(Kind::Firefox)];
    /// Wherever the widget's module runs.
    pub const ALL: [Self; 3] = [Self::Browser(Kind::Chromium), Self::Node, Self::Browser(Kind::Firefox)];
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Browser(kind) => kind.fmt(formatter),
            Self::Node => formatter.write_str("node"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        })
    }
}

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    /// As nearly everywhere.
    On,
    /// Turned off by the visitor.
    Off,
}

/// A running browser with one session, and the driver that owns it.
pub struct Browser {
    /// What browser it is.
    pub kind: Kind,
    /// Whether it runs scripts.
    pub scripts: Scripts,
    /// Its session.
    pub client: Client,
    driver: Driver,
    // Dropped after the driver, which holds files in it open
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser with a fresh profile.
    ///
    /// # Errors
    /// Where the browser or its driver is missing or does not start.
    pub async fn start(kind: Kind, scripts: Scripts) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let (driver, capabilities) = match kind {
            Kind::Chromium => {
                (Driver::start("chromedriver", &["--port=0"], "successfully on port ")?, chromium(scripts, &profile)?)
            }
            // Two drivers at once would ask for the same websocket port
            Kind::Firefox => {
                let driver =
                    Driver::start("geckodriver", &["--port=0", "--websocket-port=0"], "Listening on 127.0.0.1:")?;
                (driver, firefox(scripts)?)
            }
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .with_context(|| format!("{kind} did not start"))?;
        Ok(Self { kind, scripts, client, driver, _profile: profile })
    }

    /// Ends the browser, then its driver.
    pub async fn close(self) {
        // One that no longer answers is ended with its driver
        drop(timeout(Duration::from_secs(10), self.client.close()).await);
        drop(self.driver);
    }
}

fn chromium(scripts: Scripts, profile: &TempDir) -> Result<Capabilities> {
    let scripts = if scripts == Scripts::On { 1 } else { 2 };
    capabilities(&json!({
        "browserName": "chrome",
        "goog:chromeOptions": {
            "binary": tools::program("chromium")?,
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1000,1000", "--lang=en-US",
                // For what measures memory
                "--js-flags=--expose-gc", "--enable-precise-memory-info",
                format!("--user-data-dir={}", profile.path().display()),
            ],
            "prefs": {
                "intl.accept_languages": "en-US",
                "profile.default_content_setting_values.javascript": scripts,
            },
        },
    }))
}

fn firefox(scripts: Scripts) -> Result<Capabilities> {
    let program = tools::program("firefox-esr").or_else(|_| tools::program("firefox"))?;
    capabilities(&json!({
        "browserName": "firefox",
        "moz:firefoxOptions": {
            "binary": program,
            "args": ["-headless", "--width=1000", "--height=1000"],
            "prefs": {
                "intl.accept_languages": "en-US",
                "javascript.enabled": scripts == Scripts::On,
                // Keys pressed on a page go to it, not into the find bar
                "accessibility.typeaheadfind": false,
            },
        },
    }))
}

fn capabilities(value: &Value) -> Result<Capabilities> {
    value.as_object().cloned().context("capabilities are an object")
}

/// A driver's process; killed when dropped.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts `program` on a free port, which it prints after `before_port`.
    fn start(program: &str, arguments: &[&str], before_port: &'static str) -> Result<Self> {
        let mut process = Command::new(tools::program(program)?)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("`{program}` does not start"))?;
        let output = process.stdout.take().context("the driver's output is piped")?;
        let (found, port) = mpsc::channel();
        // Reads to the end: a driver whose output nobody takes would stop at its next line
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let digits = line.split_once(before_port).map(|(_, rest)| rest.trim_end_matches(['.', '\r']));
                if let Some(port) = digits.and_then(|digits| digits.parse().ok()) {
                    // Nobody listens once the port is known
                    found.send(port).ok();
                }
            }
        });
        let mut driver = Self { process, port: 0 };
        match port.recv_timeout(Duration::from_secs(30)) {
            Ok(port) => driver.port = port,
            Err(_) => bail!("`{program}` does not say where it listens"),
        }
        Ok(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A driver that has already ended is as good as a stopped one
        drop(self.process.kill().and_then(|()| self.process.wait()));
    }
}
