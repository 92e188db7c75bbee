//! The shipped widget's `evaluate`, driven in a page that has nothing else.

use anyhow::{Context as _, Result, ensure};
use fantoccini::Client;
use serde_json::{Value, json};

use crate::{host::Host, page::ask};

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
        let script = "
            const [leadglass, form, done] = arguments;
            const file = (source, kind) => source.match(new RegExp(`\"${kind}\":\\\\{\"path\":\"([^\"]+)\"`))?.[1];
            (async () => {
                const source = await (await fetch(`${leadglass}/embed/${form}.js`)).text();
                const [js, wasm] = [file(source, 'js'), file(source, 'wasm')];
                if (!js || !wasm) throw new Error('the embed file names no widget');
                const module = await import(leadglass + js);
                await module.default({ module_or_path: leadglass + wasm });
                globalThis.evaluate = module.evaluate;
            })().then(() => done('ready'), (error) => done(String(error)));";
        let loaded = client.execute_async(script, vec![json!(leadglass), json!(form)]).await?;
        ensure!(loaded == "ready", "the widget does not load: {loaded}");
        Ok(Self { client, host })
    }

    /// Evaluates an encoded request into an encoded answer. Bytes travel by the host site, not through the driver.
    ///
    /// # Errors
    /// Where the widget throws.
    pub async fn evaluate(&self, request: Vec<u8>) -> Result<Vec<u8>> {
        self.host.put_blob("request", request).await;
        let script = "
            const done = arguments[0];
            (async () => {
                const request = new Uint8Array(await (await fetch('/blobs/request')).arrayBuffer());
                await fetch('/blobs/answer', { method: 'POST', body: evaluate(request) });
            })().then(() => done('evaluated'), (error) => done(String(error)));";
        let done = self.client.execute_async(script, vec![]).await?;
        ensure!(done == "evaluated", "the widget does not evaluate: {done}");
        Ok(self.host.take_blob("answer").await?.to_vec())
    }

    /// The canonical bytes of the public definition of `form`, as the widget is given them.
    ///
    /// # Errors
    /// Where the server does not serve them.
    pub async fn fetch_definition(&self, leadglass: &str, form: &str) -> Result<Vec<u8>> {
        let script = "
            const [leadglass, form, done] = arguments;
            (async () => {
                const source = await (await fetch(`${leadglass}/embed/${form}.js`)).text();
                const path = source.match(/\"definition\":\\{\"path\":\"([^\"]+)\"/)[1];
                const definition = await (await fetch(leadglass + path)).arrayBuffer();
                await fetch('/blobs/definition', { method: 'POST', body: definition });
            })().then(() => done('fetched'), (error) => done(String(error)));";
        let done = self.client.execute_async(script, vec![json!(leadglass), json!(form)]).await?;
        ensure!(done == "fetched", "no definition: {done}");
        Ok(self.host.take_blob("definition").await?.to_vec())
    }

    /// The browser it runs in, by its own words.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn user_agent(&self) -> Result<String> {
        let agent: Value = ask(self.client, "navigator.userAgent", vec![]).await?;
        agent.as_str().map(str::to_owned).context("a browser without a name")
    }
}
