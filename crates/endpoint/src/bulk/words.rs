//! The words of a card as they are written in answers: looked up and escaped once, not once a row.

use leadglass_scoring::{LocalText, Scorecard};

use super::{Bulk, OutputFormat, answer::Contribution};

/// For each criterion and gate, in the card's order.
pub(super) struct Words {
    criteria: Vec<Criterion>,
    gates: Vec<String>,
}

struct Criterion {
    /// What stands before its points.
    before: String,
    /// What stands after them, by the number of the condition that held; the last is that of any other.
    after: Vec<String>,
}

impl Words {
    pub(super) fn of(bulk: &Bulk) -> Self {
        let definition = bulk.form.definition();
        let Scorecard { criteria, gates, .. } = &definition.scorecard;
        let criterion = |criterion: &leadglass_scoring::scorecard::Criterion| {
            let texts = definition.reasons.iter().find(|texts| texts.id == criterion.id);
            let of_any = texts.map_or(criterion.id.as_str(), |texts| texts.text.get(bulk.language));
            let own = |condition: usize| texts.and_then(|texts| texts.conditions.get(condition)?.as_ref());
            let reason = |condition| own(condition).map_or(of_any, |text: &LocalText| text.get(bulk.language));
            let reasons = (0..criterion.conditions.len()).map(reason).chain([of_any]);
            match bulk.output {
                OutputFormat::Json => Criterion {
                    before: format!("{{\"criterion\":{},\"points\":", json(&criterion.id)),
                    after: reasons.map(|reason| format!(",\"reason\":{}}}", json(reason))).collect(),
                },
                OutputFormat::Csv => Criterion {
                    before: String::new(),
                    after: reasons.map(|reason| format!("{} (", reason.replace('"', "\"\""))).collect(),
                },
            }
        };
        let gate = |gate: &leadglass_scoring::scorecard::Gate| match bulk.output {
            OutputFormat::Json => json(&gate.id),
            OutputFormat::Csv => definition.reason_text(&gate.id, bulk.language).replace('"', "\"\""),
        };
        Self { criteria: criteria.iter().map(criterion).collect(), gates: gates.iter().map(gate).collect() }
    }

    /// What stands before and after the points of a contribution.
    pub(super) fn around(&self, contribution: &Contribution) -> (&str, &str) {
        let Some(Criterion { before, after }) = self.criteria.get(contribution.criterion) else { return ("", "") };
        let own = after.get(usize::from(contribution.condition)).or(after.last());
        (before, own.map_or("", String::as_str))
    }

    pub(super) fn gate(&self, number: usize) -> &str {
        self.gates.get(number).map_or("", String::as_str)
    }
}

/// The text between quotes, as JSON writes it.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
