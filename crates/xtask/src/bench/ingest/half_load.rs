//! How long leads wait.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{Bench, PARTS, SUBMISSIONS, told};

impl Bench {
    /// Latency at half of a rate, from the time each lead should have been sent, beside what the disk itself takes.
    pub(super) fn half_load(&self, whole: Option<f64>) -> Result<Value> {
        let whole = if let Some(whole) = whole {
            whole
        } else {
            let server = self.serve(&self.file("whole.sqlite"), &[])?;
            let results = told(&mut self.load(&server, SUBMISSIONS))?;
            results["taken_per_second"].as_f64().context("no rate was told")?
        };
        let rate = whole / 2.0;
        let disk = told(Command::new(PARTS).arg("durable").arg(&self.folder))?;
        let server = self.serve(&self.file("half.sqlite"), &[])?;
        let half = told(self.load(&server, SUBMISSIONS).args(["--rate", &format!("{rate:.0}")]))?;
        println!(
            "\nAt {rate:.0} leads/s, {:.0} of them taken: {}",
            half["taken_per_second"].as_f64().unwrap_or(0.0),
            half["latency"]
        );
        println!("fdatasync of a page: {}", disk["latency"]);
        Ok(json!({ "rate": rate, "leads": half, "fdatasync": disk }))
    }
}
