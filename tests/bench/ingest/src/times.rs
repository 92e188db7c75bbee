//! Many times, in few words.

use std::time::Duration;

use serde_json::{Value, json};

/// Percentiles in milliseconds.
pub fn told(times: &mut [Duration]) -> Value {
    times.sort_unstable();
    let at = |of_thousand: usize| {
        let time = times.get(times.len().saturating_sub(1) * of_thousand / 1_000).copied().unwrap_or_default();
        time.as_secs_f64() * 1e3
    };
    json!({ "p50_ms": at(500), "p90_ms": at(900), "p99_ms": at(990), "p999_ms": at(999), "max_ms": at(1_000) })
}
