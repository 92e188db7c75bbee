//! What the endpoint counts of itself, in the `OpenMetrics` text format. No label says anything of a visitor.

use std::{fmt, time::Duration};

use axum::http::Method;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

use crate::problem::Kind;

/// Seconds that divide requests into those that were quick and those that were not.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// An answered request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    /// As the routes write it: the path that was asked for may hold anything.
    route: String,
    method: &'static str,
    status: u16,
}

/// Why a submission was refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refusal {
    code: &'static str,
}

/// Messages to one receiver.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Deliveries {
    receiver: String,
    state: &'static str,
}

/// All that is counted since the start.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Histogram, fn() -> Histogram>,
    deliveries: Family<Deliveries, Gauge>,
    refused: Family<Refusal, Counter>,
    /// Submissions that got a receipt.
    pub received: Counter,
    /// Those of them that are held in the quarantine.
    pub held: Counter,
    /// Answers to fields that the form has not.
    pub unknown_answers: Counter,
    /// Leads whose page had another score than ours.
    pub score_mismatches: Counter,
    /// Forms that are served.
    pub forms: Gauge,
    /// What the quarantine takes.
    pub held_bytes: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let constructor: fn() -> Histogram = || Histogram::new(SECONDS);
        let mut metrics = Self {
            registry: Registry::with_prefix("leadglass"),
            requests: Family::new_with_constructor(constructor),
            deliveries: Family::default(),
            refused: Family::default(),
            received: Counter::default(),
            held: Counter::default(),
            unknown_answers: Counter::default(),
            score_mismatches: Counter::default(),
            forms: Gauge::default(),
            held_bytes: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("build", "The version", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        let counters = [
            ("submissions_received", "Submissions that got a receipt", &self.received),
            ("submissions_held", "Those of them that are held in the quarantine", &self.held),
            ("unknown_answers", "Answers to fields that the form has not", &self.unknown_answers),
            ("score_mismatches", "Leads whose page had another score than the server", &self.score_mismatches),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
        registry.register("submissions_refused", "Submissions that were refused, by why", self.refused.clone());
        registry.register("forms", "Forms that are served", self.forms.clone());
        registry.register(
            "deliveries",
            "Messages to receivers that are kept, by how far they are",
            self.deliveries.clone(),
        );
        registry.register_with_unit("quarantine", "What held leads take", Unit::Bytes, self.held_bytes.clone());
        registry.register_with_unit("request", "How long answers took", Unit::Seconds, self.requests.clone());
    }

    /// A request was answered.
    pub fn answered(&self, route: &str, method: &Method, status: u16, took: Duration) {
        // A method can be any word that someone sends.
        let known = ["GET", "POST", "OPTIONS", "HEAD"];
        let method = known.into_iter().find(|known| method == known).unwrap_or("other");
        let request = Request { route: route.to_owned(), method, status };
        self.requests.get_or_create(&request).observe(took.as_secs_f64());
    }

    /// A submission was refused.
    pub fn refuse(&self, kind: Kind) {
        self.refused.get_or_create(&Refusal { code: kind.code() }).inc();
    }

    /// Submissions refused so.
    #[must_use]
    pub fn refusals(&self, kind: Kind) -> u64 {
        self.refused.get(&Refusal { code: kind.code() }).map_or(0, |count| count.get())
    }

    /// Messages to receivers as they are now.
    pub fn set_deliveries(&self, tallies: impl IntoIterator<Item = (String, &'static str, u64)>) {
        self.deliveries.clear();
        for (receiver, state, count) in tallies {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.deliveries.get_or_create(&Deliveries { receiver, state }).set(count);
        }
    }

    /// Writes what became of submissions to the log.
    pub fn log(&self) {
        let refused: Vec<String> = Kind::ALL
            .iter()
            .filter(|kind| self.refusals(**kind) > 0)
            .map(|kind| format!("{} {}", self.refusals(*kind), kind.code()))
            .collect();
        tracing::info!(
            receipts = self.received.get(),
            held = self.held.get(),
            refused = refused.join(", "),
            unknown_answers = self.unknown_answers.get(),
            score_mismatches = self.score_mismatches.get(),
            "submissions since the start"
        );
    }

    /// All of them as text.
    ///
    /// # Errors
    /// None that a text can have.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
