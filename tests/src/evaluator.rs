//! The shipped widget's `evaluate`, driven in a page that has nothing else.

use anyhow::{Result, ensure};
use fantoccini::Client;
use serde_json::{Value, json};

use crate::host::Host;

/// The widget's module in a blank page of the host site, ready to evaluate.
pub struct Evaluator<'a> {
    client: &'a Client,
    host: &'a Host,
}

impl<'a> Evaluator<'a> {
    /// Opens a blank page and loads into it the widget files that the server at `leadglass` ships with `form`.
    ///
    /// # Errors
    /// Where the server ships none, or they do not load.
    pub async fn open(client: &'a Client, host: &'a Host, leadglass: &str, form: &str) -> Result<Self> {
        client.goto(&host.address("blank.html")).await?;
        let evaluator = Self { client, host };
        evaluator.call("loadWidget", vec![json!(leadglass), json!(form)]).await?;
        Ok(evaluator)
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
