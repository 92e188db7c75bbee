//! `leadglass webhook list`: never an address in full, whose path may be a secret.

use std::io::{self, Write};

use leadglass_scoring::Language;
use serde_json::{Value, json};

use crate::{
    clock::to_rfc3339,
    store::{DeliveryState, LastFault, Receiver, Store, Tally},
};

pub(super) async fn print(store: &dyn Store, as_json: bool) -> anyhow::Result<()> {
    let (receivers, tallies, faults) = (store.receivers().await?, store.tallies().await?, store.last_faults().await?);
    let fault = |receiver: &Receiver| faults.iter().find(|fault| fault.receiver == receiver.id);
    let mut out = io::stdout().lock();
    if as_json {
        let list = receivers.iter().map(|receiver| to_json(receiver, &tallies, fault(receiver))).collect();
        writeln!(out, "{:#}", Value::Array(list))?;
        return Ok(());
    }
    for receiver in &receivers {
        let events: Vec<&str> = receiver.events.iter().map(|kind| kind.as_str()).collect();
        let decisions: Vec<&str> = receiver.decisions.iter().map(|decision| decision.as_str()).collect();
        let forms: Vec<&str> = receiver.forms.iter().map(String::as_str).collect();
        let place = receiver.address.place();
        let (mark, template) = (receiver.address.mark(), receiver.template.as_str());
        writeln!(out, "{}  {}  {template} to {place} ({mark})", receiver.id, receiver.state.as_str())?;
        writeln!(out, "  events {}; forms {}; decisions {}", all_or(&events), all_or(&forms), all_or(&decisions))?;
        let counts: Vec<String> = DeliveryState::ALL
            .iter()
            .map(|state| format!("{} {}", count(receiver, *state, &tallies), state.as_str()))
            .collect();
        writeln!(out, "  {}", counts.join(", "))?;
        if let Some(fault) = fault(receiver) {
            writeln!(out, "  last fault `{}` at {}", fault.fault, to_rfc3339(fault.at))?;
        }
    }
    Ok(())
}

fn all_or(words: &[&str]) -> String {
    if words.is_empty() { "all".into() } else { words.join(", ") }
}

fn count(receiver: &Receiver, state: DeliveryState, tallies: &[Tally]) -> u64 {
    let found = tallies.iter().find(|tally| tally.receiver == receiver.id && tally.state == state);
    found.map_or(0, |tally| tally.count)
}

fn to_json(receiver: &Receiver, tallies: &[Tally], fault: Option<&LastFault>) -> Value {
    json!({
        "id": receiver.id,
        "state": receiver.state.as_str(),
        "place": receiver.address.place(),
        "mark": receiver.address.mark(),
        "template": receiver.template.as_str(),
        "events": receiver.events.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        "forms": receiver.forms,
        "decisions": receiver.decisions,
        "language": receiver.language.map(Language::code),
        "added_at": to_rfc3339(receiver.added_at),
        "waiting": count(receiver, DeliveryState::Waiting, tallies),
        "delivered": count(receiver, DeliveryState::Delivered, tallies),
        "dead": count(receiver, DeliveryState::Dead, tallies),
        "last_fault": fault.map(|fault| &fault.fault),
        "last_fault_at": fault.map(|fault| to_rfc3339(fault.at)),
    })
}
