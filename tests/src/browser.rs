//! A browser under the hand of its driver.

use std::{fmt, time::Duration};

use anyhow::{Context as _, Result};
use fantoccini::{Client, ClientBuilder, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::{service::Service, tools};

/// A browser the suite runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// The engine of Safari, in the small browser of `WebKitGTK`, by its driver.
    WebKit,
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
    pub const BROWSERS: [Self; 3] =
        [Self::Browser(Kind::Chromium), Self::Browser(Kind::Firefox), Self::Browser(Kind::WebKit)];
    /// Wherever the widget's module runs.
    pub const ALL: [Self; 4] =
        [Self::Browser(Kind::Chromium), Self::Node, Self::Browser(Kind::Firefox), Self::Browser(Kind::WebKit)];
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
            Self::WebKit => "webkit",
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

/// A running browser with one session, and what serves it.
pub struct Browser {
    /// What browser it is.
    pub kind: Kind,
    /// Whether it runs scripts.
    pub scripts: Scripts,
    /// The port of the proxy that names go through, if any.
    pub proxy: Option<u16>,
    /// Its session.
    pub client: Client,
    /// Dropped one after the other: the driver before its display
    services: Vec<Service>,
    // Dropped after them: they hold files in it open
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser with a fresh profile.
    ///
    /// # Errors
    /// Where the browser or its driver is missing or does not start.
    pub async fn start(kind: Kind, scripts: Scripts, proxy: Option<u16>) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let (port, services, mut capabilities) = match kind {
            Kind::Chromium => {
                let (driver, port) = Service::telling("chromedriver", &["--port=0"], "successfully on port ")?;
                (port, vec![driver], chromium(scripts, &profile)?)
            }
            // Two drivers at once would ask for the same websocket port
            Kind::Firefox => {
                let arguments = ["--port=0", "--websocket-port=0"];
                let (driver, port) = Service::telling("geckodriver", &arguments, "Listening on 127.0.0.1:")?;
                (port, vec![driver], firefox(scripts)?)
            }
            // It has no headless mode. Each has a display of its own: of two on one, one would have no focus
            Kind::WebKit => {
                let arguments = ["-displayfd", "1", "-screen", "0", "1400x1400x24", "-nolisten", "tcp"];
                let (display, number) = Service::telling("Xvfb", &arguments, "")?;
                let home = profile.path().to_string_lossy();
                let environment = [
                    ("DISPLAY", &*format!(":{number}")),
                    ("GDK_BACKEND", "x11"),
                    ("LIBGL_ALWAYS_SOFTWARE", "1"),
                    ("LANGUAGE", "en_US"),
                    ("HOME", &home),
                ];
                let (driver, port) = Service::told("WebKitWebDriver", &environment).await?;
                (port, vec![driver, display], webkit(scripts)?)
            }
        };
        if let Some(proxy) = proxy {
            let address = format!("127.0.0.1:{proxy}");
            let named = json!({ "proxyType": "manual", "httpProxy": address, "noProxy": ["127.0.0.1"] });
            capabilities.insert("proxy".to_owned(), named);
        }
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .with_context(|| format!("{kind} did not start"))?;
        Ok(Self { kind, scripts, proxy, client, services, _profile: profile })
    }

    /// Ends the browser, then what served it.
    pub async fn close(self) {
        // One that no longer answers is ended with its driver or its display
        drop(timeout(Duration::from_secs(10), self.client.close()).await);
        drop(self.services);
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

fn webkit(scripts: Scripts) -> Result<Capabilities> {
    let scripts = format!("--enable-javascript={}", scripts == Scripts::On);
    capabilities(&json!({ "webkitgtk:browserOptions": { "args": ["--automation", scripts] } }))
}

fn capabilities(value: &Value) -> Result<Capabilities> {
    value.as_object().cloned().context("capabilities are an object")
}
