//! Leads a second.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{Bench, PARTS, SUBMISSIONS, cluster::Cluster, free_address, peers, program::Program, told, verify};
use crate::start::median;

/// What any `PostgreSQL` has whose owner gave it some memory; all else as it comes, `fsync` too.
const POSTGRES: [(&str, &str); 4] =
    [("max_connections", "100"), ("shared_buffers", "256MB"), ("max_wal_size", "4GB"), ("synchronous_commit", "on")];
/// Who is measured, in the order they are.
const WHO: [(&str, &str); 7] = [
    ("leadglass", "leadglass, SQLite FULL: validated, scored, moment read, all rows"),
    ("axum", "axum alone: the same bodies parsed, a constant answer"),
    ("transactions", "the same transactions without HTTP, SQLite"),
    ("node", "Node: fastify, zod, json-rules-engine, better-sqlite3 FULL"),
    ("directus", "Directus with SQLite: what must be there, and no more"),
    ("leadglass_postgres", "leadglass, PostgreSQL with synchronous_commit"),
    ("transactions_postgres", "the same transactions without HTTP, PostgreSQL"),
];

impl Bench {
    /// Medians of all rounds.
    pub(super) fn rates(&self) -> Result<Value> {
        let mut rounds: Vec<Vec<(&str, f64)>> = Vec::new();
        for round in 0..self.rounds {
            eprintln!("\n== round {} of {}", round + 1, self.rounds);
            rounds.push(self.round(round)?);
        }
        let of = |who: &str| {
            let rates: Vec<f64> =
                rounds.iter().flatten().filter(|(name, _)| *name == who).map(|(_, rate)| *rate).collect();
            (!rates.is_empty()).then(|| median(rates))
        };
        let ours = of("leadglass").context("it was measured")?;
        println!("\nLeads a second, {} connections, generator and server on the same cores, medians", self.connections);
        let mut rates = json!({});
        for (who, what) in WHO {
            let Some(rate) = of(who) else { continue };
            println!("{what:<66} {rate:>9.0}  {:>7.2} ×", rate / ours);
            rates[who] = rate.into();
        }
        let share = |of_whom: &str| rates[of_whom].as_f64().map_or(0.0, |rate| 100.0 * ours / rate);
        println!(
            "leadglass over SQLite has {:.0} % of the transactions, {:.1} % of axum, {:.1} × Node{}",
            share("transactions"),
            share("axum"),
            share("node") / 100.0,
            of("directus")
                .filter(|rate| *rate > 0.0)
                .map_or_else(String::new, |rate| format!(", {:.0} × Directus", ours / rate))
        );
        Ok(rates)
    }

    fn round(&self, round: u8) -> Result<Vec<(&'static str, f64)>> {
        let mut rates = Vec::new();
        let mut note = |who, results: &Value| -> Result<()> {
            println!("  {who}: {results}");
            rates.push((who, results["taken_per_second"].as_f64().context("no rate was told")?));
            Ok(())
        };
        note("leadglass", &self.ours(&self.file(&format!("leads-{round}.sqlite")))?)?;
        note("axum", &self.plain()?)?;
        note("transactions", &self.transactions(&self.file(&format!("store-{round}.sqlite")))?)?;

        let server = peers::node(&self.packages, &self.file(&format!("node-{round}.sqlite")))?;
        note("node", &told(self.load(&server, "/leads").args(["--body", "flat"]))?)?;
        drop(server);

        if let Some(packages) = &self.directus {
            let server = peers::directus(packages, &self.file(&format!("directus-{round}.sqlite")))?;
            note("directus", &told(self.load(&server, "/items/leads").args(["--body", "flat"]))?)?;
        }

        // A schema each, and nothing else is at work in it
        let cluster = Cluster::start(&POSTGRES);
        note("leadglass_postgres", &self.ours(&cluster.fresh())?)?;
        note("transactions_postgres", &self.transactions(&cluster.fresh())?)?;
        Ok(rates)
    }

    fn ours(&self, database: &str) -> Result<Value> {
        let server = self.serve(database, &[])?;
        let acknowledged = self.folder.join("acknowledged");
        let results = told(self.load(&server, SUBMISSIONS).arg("--acknowledged").arg(&acknowledged))?;
        drop(server);
        println!("  {}", verify(database, &acknowledged)?);
        Ok(results)
    }

    fn plain(&self) -> Result<Value> {
        let address = free_address()?;
        let server = Program::start(Command::new(PARTS).args(["plain", "--listen", &address]), &address, "/readyz")?;
        told(&mut self.load(&server, SUBMISSIONS))
    }

    fn transactions(&self, database: &str) -> Result<Value> {
        let (tasks, seconds) = (self.connections.to_string(), self.seconds.to_string());
        told(Command::new(PARTS).args(["store", database, "--tasks", &tasks, "--seconds", &seconds]))
    }
}
