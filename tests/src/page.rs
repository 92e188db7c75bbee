//! A page in the browser, met as a person meets it: by what things are called.

use anyhow::{Context as _, Result, ensure};
use fantoccini::{
    Client,
    actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    key::Key,
};
use serde_json::{Value, json};

use crate::poll::until;

const LIBRARY: &str = include_str!("page.js");
/// The key of an element in an answer, as the drivers' standard names it.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Runs an expression of `page.js` with `arguments`.
///
/// # Errors
/// Where the script throws or the browser is gone.
pub async fn ask(client: &Client, expression: &str, arguments: Vec<Value>) -> Result<Value> {
    let script = format!("{LIBRARY}\nreturn {expression};");
    client.execute(&script, arguments).await.with_context(|| format!("asking the page for `{expression}`"))
}

/// One form on the page.
#[derive(Clone)]
pub struct FormOnPage {
    client: Client,
    number: i64,
}

/// A part of a form that shows itself when needed: the summary of what is wrong, or what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// All its words.
    pub words: String,
    /// Words and addresses of its links.
    pub links: Vec<(String, String)>,
}

impl FormOnPage {
    /// The `number`th embedded form of the page.
    #[must_use]
    pub fn embedded(client: &Client, number: u8) -> Self {
        Self { client: client.clone(), number: number.into() }
    }

    /// The form of a page that is nothing else: the hosted page.
    #[must_use]
    pub fn hosted(client: &Client) -> Self {
        Self { client: client.clone(), number: -1 }
    }

    async fn ask(&self, function: &str, mut arguments: Vec<Value>) -> Result<Value> {
        arguments.insert(0, self.number.into());
        ask(&self.client, &format!("{function}(...arguments)"), arguments).await
    }

    /// The element that `function` of `page.js` finds, once it is there.
    async fn find(&self, function: &str, arguments: &[&str]) -> Result<Element> {
        let wanted = format!("{function} {arguments:?}");
        until(&wanted, async || {
            let found = self.ask(function, arguments.iter().map(|argument| json!(argument)).collect()).await?;
            let id = found[ELEMENT].as_str().context("it is not on the page")?;
            Ok(Element::from_element_id(self.client.clone(), id.to_owned().into()))
        })
        .await
    }

    /// Clicks into the field called `label` and types after what is in it.
    ///
    /// # Errors
    /// Where there is no such field.
    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        // One driver takes no empty text, and knows the end of a line only as a key
        let text = if text.is_empty() { Key::End.to_string() } else { text.replace('\n', &Key::Enter.to_string()) };
        // Between finding and typing the widget may take the form over: then nothing was typed, and there is another.
        until(&format!("typing into `{label}`"), async || {
            Ok(self.find("field", &[label]).await?.send_keys(&text).await?)
        })
        .await
    }

    /// Empties the field called `label`, then types.
    ///
    /// # Errors
    /// Where there is no such field.
    pub async fn refill(&self, label: &str, text: &str) -> Result<()> {
        let field = self.find("field", &[label]).await?;
        let length = self.value(label).await?.chars().count();
        let keys = format!("{}{}{text}", Key::End, Key::Backspace.to_string().repeat(length));
        field.send_keys(&keys).await.with_context(|| format!("typing into `{label}`"))
    }

    /// Chooses the answer `label` of the question `question`.
    ///
    /// # Errors
    /// Where there is no such answer.
    pub async fn choose(&self, question: &str, label: &str) -> Result<()> {
        until(&format!("choosing `{label}`"), async || {
            Ok(self.find("choice", &[question, label]).await?.click().await?)
        })
        .await
    }

    /// Ticks the box called `label`, or chooses an option in a list.
    ///
    /// # Errors
    /// Where there is no such box.
    pub async fn tick(&self, label: &str) -> Result<()> {
        until(&format!("ticking `{label}`"), async || Ok(self.find("field", &[label]).await?.click().await?)).await
    }

    /// Chooses `option` in the list called `label`.
    ///
    /// # Errors
    /// Where there is no such list or option.
    pub async fn select(&self, label: &str, option: &str) -> Result<()> {
        Ok(self.find("field", &[label]).await?.select_by_label(option).await?)
    }

    /// Chooses the currency of the amount called `label`.
    ///
    /// # Errors
    /// Where the amount has no choice of currencies.
    pub async fn select_currency(&self, label: &str, currency: &str) -> Result<()> {
        Ok(self.find("beside", &[label]).await?.select_by_value(currency).await?)
    }

    /// Chooses the country of the phone number called `label`.
    ///
    /// # Errors
    /// Where the number has no choice of countries.
    pub async fn select_country(&self, label: &str, country: &str) -> Result<()> {
        Ok(self.find("beside", &[label]).await?.select_by_value(country).await?)
    }

    /// The country that the phone number called `label` is read as.
    ///
    /// # Errors
    /// Where the number has no choice of countries.
    pub async fn country(&self, label: &str) -> Result<String> {
        let value = self.find("beside", &[label]).await?.prop("value").await?;
        value.context("a list has a value")
    }

    /// Picks a day in the date field called `label`.
    ///
    /// # Errors
    /// Where there is no such field.
    pub async fn set_date(&self, label: &str, day: &str) -> Result<()> {
        let set = self.ask("setDate", vec![label.into(), day.into()]).await?;
        ensure!(set == true, "no field called `{label}`");
        Ok(())
    }

    /// Presses the button called `label`.
    ///
    /// # Errors
    /// Where there is no such button.
    pub async fn press(&self, label: &str) -> Result<()> {
        // Between finding and pressing the widget may take the form over: then nothing was pressed, and there is another.
        until(&format!("pressing `{label}`"), async || Ok(self.find("press", &[label]).await?.click().await?)).await
    }

    /// Presses the button called `label` twice, as fast as a hand does.
    ///
    /// # Errors
    /// Where there is no such button.
    pub async fn double_press(&self, label: &str) -> Result<()> {
        let element = self.find("press", &[label]).await?;
        let press = || PointerAction::Down { button: MOUSE_BUTTON_LEFT };
        let lift = || PointerAction::Up { button: MOUSE_BUTTON_LEFT };
        // Scrolls it into view: a pointer reaches only what is on the screen
        self.client
            .execute("arguments[0].scrollIntoView({ block: 'center' })", vec![serde_json::to_value(&element)?])
            .await?;
        let over = PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 };
        let mouse = MouseActions::new("mouse".to_owned());
        let hand = mouse.then(over).then(press()).then(lift()).then(press()).then(lift());
        Ok(self.client.perform_actions(hand).await?)
    }

    /// Follows the link called `label`.
    ///
    /// # Errors
    /// Where there is no such link.
    pub async fn follow(&self, label: &str) -> Result<()> {
        self.find("link", &[label]).await?.click().await.with_context(|| format!("following `{label}`"))
    }

    /// What stands in the field called `label`.
    ///
    /// # Errors
    /// Where there is no such field.
    pub async fn value(&self, label: &str) -> Result<String> {
        let value = ask(&self.client, "field(...arguments)?.value", vec![self.number.into(), label.into()]).await?;
        value.as_str().map(str::to_owned).with_context(|| format!("no field called `{label}`"))
    }

    /// Whether the box or answer `label` is chosen.
    ///
    /// # Errors
    /// Where there is no such box.
    pub async fn is_ticked(&self, label: &str) -> Result<bool> {
        let ticked = ask(&self.client, "field(...arguments)?.checked", vec![self.number.into(), label.into()]).await?;
        ticked.as_bool().with_context(|| format!("no box called `{label}`"))
    }

    /// What the field called `label` complains about; nothing where it is taken as valid.
    ///
    /// # Errors
    /// Where there is no such field, or its message and its `aria-invalid` disagree.
    pub async fn complaint(&self, label: &str) -> Result<Option<String>> {
        let found = self.ask("complaint", vec![label.into()]).await?;
        let invalid = found["invalid"].as_bool().with_context(|| format!("no field called `{label}`"))?;
        let words = found["words"].as_str().unwrap_or_default();
        ensure!(invalid != words.is_empty(), "`{label}`: aria-invalid is {invalid}, but it says `{words}`");
        Ok(invalid.then(|| words.to_owned()))
    }

    /// Waits until the field called `label` complains, and gives its words.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn wait_for_complaint(&self, label: &str) -> Result<String> {
        until(&format!("a message at `{label}`"), async || self.complaint(label).await?.context("no message")).await
    }

    /// Waits until the field called `label` is content.
    ///
    /// # Errors
    /// Where it keeps complaining.
    pub async fn wait_for_no_complaint(&self, label: &str) -> Result<()> {
        until(&format!("no message at `{label}`"), async || {
            let complaint = self.complaint(label).await?;
            ensure!(complaint.is_none(), "it says {complaint:?}");
            Ok(())
        })
        .await
    }

    /// The section with the id `id`, where it shows.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn section(&self, id: &str) -> Result<Option<Section>> {
        let found = self.ask("section", vec![id.into()]).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let links = found["links"].as_array().into_iter().flatten();
        Ok(found.is_object().then(|| Section {
            heading: text(&found["heading"]),
            words: text(&found["words"]),
            links: links.map(|link| (text(&link["words"]), text(&link["href"]))).collect(),
        }))
    }

    /// Waits for the list of what is wrong.
    ///
    /// # Errors
    /// Where it does not show.
    pub async fn wait_for_summary(&self) -> Result<Section> {
        until("the error summary", async || self.section("lg-summary").await?.context("it does not show")).await
    }

    /// Waits for what follows a submission.
    ///
    /// # Errors
    /// Where it does not show.
    pub async fn wait_for_follow_up(&self) -> Result<Section> {
        until("what follows", async || {
            let shown = self.section("lg-follow-up").await?;
            let status = self.status().await?;
            shown.with_context(|| format!("it does not show; the status line says `{status}`"))
        })
        .await
    }

    /// What the status line says.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn status(&self) -> Result<String> {
        let said =
            ask(&self.client, "words(root(arguments[0])?.getElementById('lg-status'))", vec![self.number.into()]);
        Ok(said.await?.as_str().unwrap_or_default().to_owned())
    }

    /// How many forms stand in the root: two while the widget takes the first over.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn standing(&self) -> Result<u64> {
        Ok(self.ask("forms", vec![]).await?.as_u64().unwrap_or_default())
    }

    /// Where the links of the form lead, as full addresses.
    ///
    /// # Errors
    /// Where the browser is gone.
    pub async fn links(&self) -> Result<Vec<String>> {
        let links =
            ask(&self.client, "all(arguments[0], 'a[href]').map((link) => link.href)", vec![self.number.into()]);
        let links = links.await?;
        Ok(links.as_array().into_iter().flatten().filter_map(|link| link.as_str().map(str::to_owned)).collect())
    }

    /// How the parts of the form look and where they stand in it.
    ///
    /// # Errors
    /// Where the form is not there.
    pub async fn looks(&self) -> Result<Vec<Value>> {
        let looks = self.ask("looks", vec![]).await?;
        looks.as_array().cloned().filter(|looks| !looks.is_empty()).context("an empty form")
    }
}
