//! Later signals in JSON.

use leadglass_scoring::Signal;
use serde::Deserialize;

use super::{Text, object, objects, signal_name, time, uuid, wrong};
use crate::{
    problem::{Kind, Problem},
    store::NewSignal,
};

/// The most signals of one request.
const SIGNALS_LIMIT: usize = 50;

#[derive(Deserialize)]
#[serde(expecting = "an object with `signals`")]
struct Wire {
    #[serde(deserialize_with = "objects")]
    signals: Vec<WireSignal>,
}

#[derive(Deserialize)]
#[serde(expecting = "a signal with `id`, `name` and `at`")]
struct WireSignal {
    id: Text,
    name: Text,
    at: Text,
}

/// Reads a body of signals.
///
/// # Errors
/// What is wrong with it.
pub fn read_signals(body: &[u8]) -> Result<Vec<NewSignal>, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = object(&mut reader).and_then(|wire: Wire| reader.end().map(|()| wire));
    let wire = read.map_err(|error| {
        let kind = if error.is_data() { Kind::BodyWrongShape } else { Kind::BodyNotJson };
        Problem::new(kind, "send `signals`, a list of objects with `id` (a UUID), `name` and `at` (RFC 3339)")
    })?;
    if wire.signals.len() > SIGNALS_LIMIT {
        return Err(wrong("signals", &format!("at most {SIGNALS_LIMIT} signals at once")));
    }
    let read = |(number, wire): (usize, WireSignal)| {
        let path = |part: &str| format!("signals[{number}].{part}");
        let name = signal_name(&wire.name, &path("name"))?;
        let signal = Signal { name, at: time(&wire.at, &path("at"))? };
        Ok(NewSignal { id: uuid(&wire.id, &path("id"))?, signal })
    };
    wire.signals.into_iter().enumerate().map(read).collect()
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawals {
    #[serde(default)]
    purposes: Option<Vec<Text>>,
}

/// Reads a body of purposes to take permissions back for; an empty one is for all.
///
/// # Errors
/// What is wrong with it.
pub fn read_withdrawals(body: &[u8]) -> Result<Vec<String>, Problem> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let sent: Withdrawals = super::read_shape(body)?;
    let purposes: Option<Vec<String>> =
        sent.purposes.map(|purposes| purposes.into_iter().map(|Text(purpose)| purpose).collect());
    if purposes.as_ref().is_some_and(Vec::is_empty) {
        return Err(wrong("purposes", "one at least; without `purposes` all permissions are taken back"));
    }
    Ok(purposes.unwrap_or_default())
}
