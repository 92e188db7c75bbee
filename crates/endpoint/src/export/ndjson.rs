//! One JSON object a line, with all that is known of each lead.

use std::io;

use serde::Serialize;

use super::{Exported, Format};
use crate::{
    clock::to_rfc3339,
    report::LeadView,
    store::{KeptOutcome, LostReason},
};

/// Its media type.
pub const MEDIA_TYPE: &str = "application/x-ndjson";

/// A file of lines of JSON.
pub struct Ndjson;

impl Format for Ndjson {
    const PAGE: u32 = 1_000;

    fn begin(&mut self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn page(&mut self, leads: &[Exported]) -> io::Result<Vec<u8>> {
        let mut lines = Vec::new();
        for lead in leads {
            let outcomes = outcomes(lead);
            let view = Line { lead: lead.report.view(), person: lead.person, outcomes };
            serde_json::to_writer(&mut lines, &view)?;
            lines.push(b'\n');
        }
        Ok(lines)
    }

    fn end(self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }
}

#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    lead: LeadView,
    person: Option<uuid::Uuid>,
    outcomes: Vec<OutcomeView>,
}

/// What became of a lead.
pub(super) fn outcomes(lead: &Exported) -> Vec<OutcomeView> {
    lead.outcomes.iter().map(OutcomeView::new).collect()
}

#[derive(Serialize)]
pub(super) struct OutcomeView {
    outcome: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_at: Option<String>,
}

impl OutcomeView {
    fn new(kept: &KeptOutcome) -> Self {
        Self {
            outcome: kept.outcome.as_str(),
            at: to_rfc3339(kept.at),
            reason: kept.outcome.reason().map(LostReason::as_str),
            amount: kept.outcome.amount().map(leadglass_scoring::money::Money::to_canonical),
            undone_at: kept.undone.as_ref().map(|(at, _)| to_rfc3339(*at)),
        }
    }
}
