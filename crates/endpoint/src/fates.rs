//! What became of submissions: each has one fate, and each is counted.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::problem::Kind;

/// Counts since the start.
#[derive(Default)]
pub struct Fates {
    received: AtomicU64,
    held: AtomicU64,
    refused: [AtomicU64; Kind::ALL.len()],
    unknown_answers: AtomicU64,
    score_mismatches: AtomicU64,
}

impl Fates {
    /// It got a receipt.
    pub fn receipt(&self) {
        add(&self.received, 1);
    }

    /// It got a receipt like any, and is held.
    pub fn hold(&self) {
        add(&self.held, 1);
    }

    /// It was refused.
    pub fn refuse(&self, kind: Kind) {
        if let Some(count) = self.refused.get(kind as usize) {
            add(count, 1);
        }
    }

    /// It had answers to fields the form has not.
    pub fn ignore_answers(&self, count: u64) {
        add(&self.unknown_answers, count);
    }

    /// The page's score was another than ours.
    pub fn mismatch(&self) {
        add(&self.score_mismatches, 1);
    }

    /// Submissions that got a receipt.
    #[must_use]
    pub fn receipts(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Those of them that are held in the quarantine.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// Submissions refused so.
    #[must_use]
    pub fn refusals(&self, kind: Kind) -> u64 {
        self.refused.get(kind as usize).map_or(0, |count| count.load(Ordering::Relaxed))
    }

    /// Answers to fields that the form has not.
    #[must_use]
    pub fn unknown_answers(&self) -> u64 {
        self.unknown_answers.load(Ordering::Relaxed)
    }

    /// Leads whose page had another score than ours.
    #[must_use]
    pub fn score_mismatches(&self) -> u64 {
        self.score_mismatches.load(Ordering::Relaxed)
    }

    /// Writes the counts to the log.
    pub fn log(&self) {
        let refused: Vec<String> = Kind::ALL
            .iter()
            .filter(|kind| self.refusals(**kind) > 0)
            .map(|kind| format!("{} {}", self.refusals(*kind), kind.code()))
            .collect();
        tracing::info!(
            receipts = self.receipts(),
            held = self.held(),
            refused = refused.join(", "),
            unknown_answers = self.unknown_answers(),
            score_mismatches = self.score_mismatches(),
            "submissions since the start"
        );
    }
}

fn add(count: &AtomicU64, by: u64) {
    count.fetch_add(by, Ordering::Relaxed);
}
