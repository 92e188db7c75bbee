//! The shipped widget's `evaluate`, driven in a page that has nothing else, or in Node.

use std::process::Stdio;

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::Client;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{host::Host, tools};

/// The widget's module, ready to evaluate.
pub enum Evaluator<'a> {
    /// In a blank page of the host site.
    Page(Page<'a>),
    /// In Node.
    Node(Box<Node>),
}

impl Evaluator<'_> {
    /// Evaluates an encoded request into an encoded answer.
    ///
    /// # Errors
    /// Where the widget throws.
    pub async fn evaluate(&mut self, request: Vec<u8>) -> Result<Vec<u8>> {
        match self {
            Self::Page(page) => page.evaluate(request).await,
            Self::Node(node) => node.evaluate(&request).await,
        }
    }
}

/// The widget's module in a page.
pub struct Page<'a> {
    client: &'a Client,
    host: &'a Host,
}

impl<'a> Page<'a> {
    /// Opens a blank page and loads into it the widget files that the server at `leadglass` ships with `form`.
    ///
    /// # Errors
    /// Where the server ships none, or they do not load.
    pub async fn open(client: &'a Client, host: &'a Host, leadglass: &str, form: &str) -> Result<Self> {
        client.goto(&host.address("blank.html")).await?;
        let page = Self { client, host };
        page.call("loadWidget", vec![json!(leadglass), json!(form)]).await?;
        Ok(page)
    }

    /// Evaluates an encoded request into an encoded answer. Bytes travel by the host site, not through the driver.
    ///
    /// # Errors
    /// Where the widget throws.
    pub async fn evaluate(&self, request: Vec<u8>) -> Result<Vec<u8>> {
        self.host.put_blob("request", request).await;
        self.call("evaluateRequest", vec![]).await?;
        Ok(self.host.take_blob("answer").await?.to_vec())
    }

    /// The canonical bytes of the public definition of `form`, as the widget is given them.
    ///
    /// # Errors
    /// Where the server does not serve them.
    pub async fn definition(&self, leadglass: &str, form: &str) -> Result<Vec<u8>> {
        self.call("keepDefinition", vec![json!(leadglass), json!(form)]).await?;
        Ok(self.host.take_blob("definition").await?.to_vec())
    }

    async fn call(&self, function: &str, arguments: Vec<Value>) -> Result<()> {
        let script = format!(
            "const done = [...arguments].at(-1);
             window.{function}(...[...arguments].slice(0, -1)).then(() => done(null), (error) => done(String(error)));"
        );
        let failure = self.client.execute_async(&script, arguments).await?;
        ensure!(failure.is_null(), "`{function}` failed: {failure}");
        Ok(())
    }
}

/// The widget's module in a process of Node, which ends when this is dropped.
pub struct Node {
    process: Child,
    requests: ChildStdin,
    answers: ChildStdout,
}

impl Node {
    /// Loads the widget files that the server at `leadglass` ships with `form`.
    ///
    /// # Errors
    /// Where Node is missing or does not start.
    pub fn start(leadglass: &str, form: &str) -> Result<Self> {
        let mut process = Command::new(tools::program("node")?)
            .arg(tools::repository().join("tests/src/evaluate.mjs"))
            .args([leadglass, form])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("Node does not start")?;
        let requests = process.stdin.take().context("requests are piped")?;
        let answers = process.stdout.take().context("answers are piped")?;
        Ok(Self { process, requests, answers })
    }

    /// Evaluates an encoded request into an encoded answer.
    ///
    /// # Errors
    /// What the widget threw.
    pub async fn evaluate(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        match self.exchange(request).await {
            Ok(answer) => Ok(answer),
            Err(error) => bail!("Node does not answer ({error}): {}", self.complaint().await),
        }
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        self.requests.write_all(&u32::try_from(request.len())?.to_le_bytes()).await?;
        self.requests.write_all(request).await?;
        let mut answer = vec![0; usize::try_from(self.answers.read_u32_le().await?)?];
        self.answers.read_exact(&mut answer).await?;
        Ok(answer)
    }

    /// What it said before it ended.
    async fn complaint(&mut self) -> String {
        let mut words = String::new();
        if let Some(errors) = &mut self.process.stderr {
            // It has ended or is about to; what it said is all there is to tell
            drop(errors.read_to_string(&mut words).await);
        }
        words
    }
}
