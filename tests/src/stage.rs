//! What one scenario plays on: a server with an empty database, a host site, and a browser when it opens a page.

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::Client;
use serde_json::Value;

use crate::{
    browser::{Browser, Kind, Place, Scripts},
    evaluator::{self, Evaluator},
    gate::Gate,
    host::Host,
    leads::Leads,
    page::{FormOnPage, ask},
    poll::until,
    pool,
    server::Server,
};

/// One scenario's stage.
pub struct Stage {
    /// The binary under test.
    pub server: Server,
    /// What stands between the server and the pages.
    pub gate: Gate,
    /// The customer's site.
    pub host: Host,
    place: Place,
    browser: Option<Browser>,
}

impl Stage {
    /// Sets up everything but the browser.
    ///
    /// # Errors
    /// Where something does not start.
    pub async fn set(place: Place) -> Result<Self> {
        let server = Server::start().await?;
        let gate = Gate::start(&server.origin()).await?;
        let host = Host::start(&gate.origin()).await?;
        Ok(Self { server, gate, host, place, browser: None })
    }

    /// Opens a page of the host site and gives its first form.
    ///
    /// # Errors
    /// Where the browser does not start or the page does not load.
    pub async fn open(&mut self, page: &str) -> Result<FormOnPage> {
        let address = self.host.address(page);
        Ok(FormOnPage::embedded(self.go(Scripts::On, &address).await?, 0))
    }

    /// Opens a page of the host site and waits until the widget has taken its first form over.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn open_ready(&mut self, page: &str) -> Result<FormOnPage> {
        let form = self.open(page).await?;
        self.wait_for_events("leadglass:ready", 1).await?;
        Ok(form)
    }

    /// Opens a page of the host site, under a name that browsers do not trust without TLS, and gives its first form.
    ///
    /// # Errors
    /// Where the browser does not start or the page does not load.
    pub async fn open_untrusted(&mut self, page: &str) -> Result<FormOnPage> {
        let browser = Browser::start(self.kind()?, Scripts::On, Some(self.host.port())).await?;
        self.browser = Some(browser);
        let address = self.host.untrusted_address(page);
        Ok(FormOnPage::embedded(self.go(Scripts::On, &address).await?, 0))
    }

    /// Opens an example of `www/examples` and gives its first form.
    ///
    /// # Errors
    /// Where the browser does not start or the page does not load.
    pub async fn open_example(&mut self, file: &str) -> Result<FormOnPage> {
        let address = self.host.example(file);
        Ok(FormOnPage::embedded(self.go(Scripts::On, &address).await?, 0))
    }

    /// Opens the hosted page of a form, such as `enquiry?lang=ru`, and gives the form that its script brings.
    ///
    /// # Errors
    /// Where the browser does not start or the page does not load.
    pub async fn open_hosted(&mut self, form: &str) -> Result<FormOnPage> {
        let address = format!("{}/f/{form}", self.gate.origin());
        let form = FormOnPage::embedded(self.go(Scripts::On, &address).await?, 0);
        until("the form in the place of the plain one", async || {
            ensure!(form.standing().await? == 1);
            Ok(())
        })
        .await?;
        Ok(form)
    }

    /// Opens the hosted page of a form where something of its scripts does not come, and gives its plain form.
    ///
    /// # Errors
    /// Where the browser does not start or the page does not load.
    pub async fn open_hosted_plain(&mut self, form: &str) -> Result<FormOnPage> {
        let address = format!("{}/f/{form}", self.gate.origin());
        Ok(FormOnPage::hosted(self.go(Scripts::On, &address).await?))
    }

    /// Opens a page of the host site in a browser that runs no scripts.
    ///
    /// # Errors
    /// Where the browser does not start or the page does not load.
    pub async fn open_without_scripts(&mut self, page: &str) -> Result<&Client> {
        let address = self.host.address(page);
        self.go(Scripts::Off, &address).await
    }

    async fn go(&mut self, scripts: Scripts, address: &str) -> Result<&Client> {
        let browser = match self.browser.take() {
            Some(browser) => browser,
            None => pool::take(self.kind()?, scripts).await?,
        };
        let client = &self.browser.insert(browser).client;
        client.goto(address).await?;
        Ok(client)
    }

    fn kind(&self) -> Result<Kind> {
        match self.place {
            Place::Browser(kind) => Ok(kind),
            Place::Node => bail!("Node has no pages"),
        }
    }

    /// The browser's session.
    ///
    /// # Errors
    /// Where no page was opened yet.
    pub fn client(&self) -> Result<&Client> {
        Ok(&self.browser.as_ref().context("no page is open")?.client)
    }

    /// The widget that is shipped with `form`, ready to evaluate where this scenario plays.
    ///
    /// # Errors
    /// Where it does not load.
    pub async fn evaluator(&mut self, form: &str) -> Result<Evaluator<'_>> {
        let leadglass = self.gate.origin();
        if self.place == Place::Node {
            return Ok(Evaluator::Node(Box::new(evaluator::Node::start(&leadglass, form)?)));
        }
        self.open("blank.html").await?;
        Ok(Evaluator::Page(evaluator::Page::open(self.client()?, &self.host, &leadglass, form).await?))
    }

    /// What the host page heard: events of the form by name, with their details.
    ///
    /// # Errors
    /// Where the page has no ears.
    pub async fn heard(&self) -> Result<Vec<(String, Value)>> {
        let heard = ask(self.client()?, "window.heard", vec![]).await?;
        let heard = heard.as_array().context("the page does not listen")?;
        let name = |event: &Value| event["name"].as_str().unwrap_or_default().to_owned();
        Ok(heard.iter().map(|event| (name(event), event["detail"].clone())).collect())
    }

    /// Waits until the page heard the event `name` at least `times` times.
    ///
    /// # Errors
    /// Where it did not.
    pub async fn wait_for_events(&self, name: &str, times: usize) -> Result<()> {
        until(&format!("`{name}`"), async || {
            let heard = self.heard().await?;
            let count = heard.iter().filter(|(event, _)| event == name).count();
            ensure!(count >= times, "the page heard {heard:?}");
            Ok(())
        })
        .await
    }

    /// What is stored.
    #[must_use]
    pub fn leads(&self) -> Leads {
        Leads::of(&self.server.database())
    }

    /// Leaves the stage; the browser waits for the next scenario.
    pub async fn leave(mut self) {
        if let Some(browser) = self.browser.take() {
            pool::give_back(browser).await;
        }
    }

    /// Leaves the stage after a failure: a picture and what was logged, then the browser is closed.
    pub async fn leave_failed(mut self) -> (Option<Vec<u8>>, String) {
        let mut notes = format!("server's log:\n{}", self.server.log());
        let mut picture = None;
        if let Some(browser) = self.browser.take() {
            picture = browser.client.screenshot().await.ok();
            let heard = ask(&browser.client, "window.heard", vec![]).await.unwrap_or_default();
            notes = format!("the page heard: {heard}\n{notes}");
            browser.close().await;
        }
        (picture, notes)
    }
}
