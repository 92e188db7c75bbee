//! What the server stored, asked of the binary as its owner would.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::tools;

/// The leads in a database.
pub struct Leads {
    database: PathBuf,
}

/// One lead, as `leadglass lead ID --json` prints it.
#[derive(Clone, Debug)]
pub struct StoredLead(pub Value);

impl Leads {
    /// Those in `database`.
    #[must_use]
    pub fn of(database: &Path) -> Self {
        Self { database: database.to_owned() }
    }

    /// All of them with everything kept about each, the newest first.
    ///
    /// # Errors
    /// Where the binary refuses.
    pub async fn all(&self) -> Result<Vec<StoredLead>> {
        let mut leads = Vec::new();
        for listed in lines(&self.run(&["leads"]).await?)? {
            let id = listed["id"].as_str().context("a listed lead without an id")?;
            let lead = lines(&self.run(&["lead", id]).await?)?.pop().context("`lead` printed nothing")?;
            leads.push(StoredLead(lead));
        }
        Ok(leads)
    }

    /// The one lead there must be.
    ///
    /// # Errors
    /// Where there are none or several.
    pub async fn only(&self) -> Result<StoredLead> {
        let mut leads = self.all().await?;
        ensure!(leads.len() == 1, "expected one lead, but {} are stored: {leads:?}", leads.len());
        leads.pop().context("one lead")
    }

    /// Fails where anything is stored.
    ///
    /// # Errors
    /// Where there are leads.
    pub async fn none(&self) -> Result<()> {
        let leads = self.all().await?;
        ensure!(leads.is_empty(), "nothing was sent, but there are leads: {leads:?}");
        Ok(())
    }

    async fn run(&self, command: &[&str]) -> Result<String> {
        let output = Command::new(tools::leadglass()?)
            .args(command)
            .arg("--json")
            .arg("--database")
            .arg(&self.database)
            .output()
            .await?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`leadglass {}` failed: {errors}", command.join(" "));
        Ok(String::from_utf8(output.stdout)?)
    }
}

impl StoredLead {
    /// The text at `pointer`, a JSON pointer.
    ///
    /// # Errors
    /// Where there is none.
    pub fn text(&self, pointer: &str) -> Result<&str> {
        let value = self.0.pointer(pointer).and_then(Value::as_str);
        value.with_context(|| format!("no text at `{pointer}` in {}", self.0))
    }

    /// What was answered to `field`; several answers with commas between.
    ///
    /// # Errors
    /// Where nothing was.
    pub fn answer(&self, field: &str) -> Result<String> {
        let answer =
            self.0.pointer(&format!("/answers/{field}")).with_context(|| format!("no `{field}` in {}", self.0))?;
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Ok(answer.as_array().map_or_else(|| text(answer), |all| all.iter().map(text).collect::<Vec<_>>().join(",")))
    }
}

/// The values of a JSON array, of one object, or of lines of objects.
fn lines(printed: &str) -> Result<Vec<Value>> {
    let values: Vec<Value> = serde_json::Deserializer::from_str(printed).into_iter().collect::<Result<_, _>>()?;
    Ok(values.into_iter().flat_map(|value| if let Value::Array(all) = value { all } else { vec![value] }).collect())
}
