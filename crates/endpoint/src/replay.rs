//! A lead judged again: from what was kept of it, under the version it was judged by or under another. The same
//! version gives the same bytes as on the day, whatever has been edited since.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use leadglass_scoring::{
    Contribution, Explanation, Form, FormDefinition, Lead, Points,
    encoding::{VersionId, encode},
    explanation::HeldOffer,
    score, validate,
};
use serde::Serialize;

use crate::{
    store::{KeptLead, Store, StoreError},
    words::points,
};

/// Why a lead can't be judged again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A version is gone.
    #[error("the version {0} of its form is not in the database")]
    Missing(VersionId),
    /// A version breaks a rule that is newer than it.
    #[error("the version {0} of its form is no longer one: {1}")]
    NoForm(VersionId, String),
    /// Its answers are no longer valid.
    #[error("its answers break rules: {0}")]
    Invalid(String),
}

/// Judges leads again; each version is read once.
pub struct Replay<'s> {
    store: &'s dyn Store,
    full: BTreeMap<VersionId, Arc<Form>>,
    shown: BTreeMap<VersionId, Arc<Form>>,
}

impl<'s> Replay<'s> {
    /// Of the leads of a store.
    #[must_use]
    pub const fn new(store: &'s dyn Store) -> Self {
        Self { store, full: BTreeMap::new(), shown: BTreeMap::new() }
    }

    /// The explanation of a lead under the version it was judged by.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn again(&mut self, lead: &KeptLead) -> Result<Explanation, ReplayError> {
        let (form, read) = self.read(lead).await?;
        Ok(score(&form, &read, &lead.circumstances))
    }

    /// A lead as the version it was judged by has it, and that version.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn read(&mut self, lead: &KeptLead) -> Result<(Arc<Form>, Lead), ReplayError> {
        let full = self.full(&lead.form, lead.form_version).await?;
        let read = self.carried(lead, &full).await?;
        Ok((full, read))
    }

    /// The explanation of a lead under a form: answers that it can't take are left out.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn under(&mut self, lead: &KeptLead, form: &Form) -> Result<Explanation, ReplayError> {
        let carried = self.carried(lead, form).await?;
        Ok(score(form, &carried, &lead.circumstances))
    }

    async fn carried(&mut self, lead: &KeptLead, form: &Form) -> Result<Lead, ReplayError> {
        let shown = self.shown(&lead.form, lead.shown_version).await?;
        Ok(valid(&shown, lead)?.carried(&shown, form, lead.received_at))
    }

    async fn full(&mut self, form: &str, version: VersionId) -> Result<Arc<Form>, ReplayError> {
        if let Some(known) = self.full.get(&version) {
            return Ok(Arc::clone(known));
        }
        let definition = self.store.definition(form, version).await?.ok_or(ReplayError::Missing(version))?;
        let form = checked(definition, version)?;
        self.full.insert(version, Arc::clone(&form));
        Ok(form)
    }

    async fn shown(&mut self, form: &str, version: VersionId) -> Result<Arc<Form>, ReplayError> {
        if let Some(known) = self.shown.get(&version) {
            return Ok(Arc::clone(known));
        }
        let definition = self.store.shown_definition(form, version).await?.ok_or(ReplayError::Missing(version))?;
        let form = checked(definition.public(), version)?;
        self.shown.insert(version, Arc::clone(&form));
        Ok(form)
    }
}

fn checked(definition: FormDefinition, version: VersionId) -> Result<Arc<Form>, ReplayError> {
    let form = Form::new(definition).map_err(|errors| {
        let faults: Vec<_> = errors.iter().map(|error| format!("{error:?}")).collect();
        ReplayError::NoForm(version, faults.join(", "))
    })?;
    Ok(Arc::new(form))
}

fn valid(shown: &Form, lead: &KeptLead) -> Result<Lead, ReplayError> {
    // By the time it came: a date that was in the future then may have passed by the time it is judged by.
    validate(shown, &lead.answers, lead.received_at).map_err(|violations| {
        let codes: Vec<_> = violations.iter().map(|it| format!("{} {}", it.field, it.code.as_str())).collect();
        ReplayError::Invalid(codes.join(", "))
    })
}

/// One thing that an explanation says, beside what another says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is: `criterion budget`, `points`, `grade`.
    pub what: String,
    /// What the first says.
    pub before: Option<String>,
    /// What the second says.
    pub after: Option<String>,
    /// By how many milli-points it moved, where it is points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_milli: Option<i64>,
}

impl Line {
    /// Whether both say the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.before == self.after
    }

    fn of_points(what: impl Into<String>, before: Option<Points>, after: Option<Points>) -> Self {
        let milli = |points: Option<Points>| points.unwrap_or_default().milli();
        Self {
            what: what.into(),
            before: before.map(points),
            after: after.map(points),
            moved_milli: Some(milli(after).saturating_sub(milli(before))),
        }
    }

    fn of_words(what: &str, before: &impl ToString, after: &impl ToString) -> Self {
        Self { what: what.into(), before: Some(before.to_string()), after: Some(after.to_string()), moved_milli: None }
    }
}

/// Two explanations side by side, line by line: points by criterion, gates, sums, and what they come to.
#[must_use]
pub fn side_by_side(one: &Explanation, other: &Explanation) -> Vec<Line> {
    let mut lines = vec![Line::of_points("initial", Some(one.initial), Some(other.initial))];
    criteria("criterion", &one.contributions, &other.contributions, &mut lines);
    for gate in one.gates.iter().chain(other.gates.iter().filter(|gate| !one.gates.contains(gate))) {
        let of = |explanation: &Explanation| explanation.gates.contains(gate).then(|| "declines".to_owned());
        lines.push(Line { what: format!("gate {gate}"), before: of(one), after: of(other), moved_milli: None });
    }
    lines.push(Line::of_points("fit", Some(one.fit), Some(other.fit)));
    lines.push(Line::of_points("engagement", Some(one.engagement), Some(other.engagement)));
    lines.push(Line::of_points("points", Some(one.points), Some(other.points)));
    lines.push(Line::of_words("score", &one.score, &other.score));
    lines.push(Line::of_words("grade", &one.grade, &other.grade));
    lines.push(Line::of_words("decision", &one.decision, &other.decision));
    beside_the_points(one, other, &mut lines);
    lines
}

fn criteria(kind: &str, one: &[Contribution], other: &[Contribution], lines: &mut Vec<Line>) {
    let mut seen = BTreeSet::new();
    for id in one.iter().chain(other).map(|it| it.criterion.as_str()).filter(|id| seen.insert(*id)) {
        let of = |all: &[Contribution]| all.iter().find(|it| it.criterion == id).map(|it| it.points);
        lines.push(Line::of_points(format!("{kind} {id}"), of(one), of(other)));
    }
}

/// What else a card reads from a lead, where one of the two says anything of it.
fn beside_the_points(one: &Explanation, other: &Explanation, lines: &mut Vec<Line>) {
    let mut say = |what: &str, of: &dyn Fn(&Explanation) -> Option<String>| {
        let (before, after) = (of(one), of(other));
        if before.is_some() || after.is_some() {
            lines.push(Line { what: what.into(), before, after, moved_milli: None });
        }
    };
    say("segment", &|it| it.segment.clone());
    say("approach", &|it| it.approach.as_ref().map(|score| score.approach.as_str().into()));
    say("readiness", &|it| it.readiness.as_ref().map(|score| score.readiness.as_str().into()));
    say("accepted only when", &|it| it.held_back.map(|needed| needed.as_str().into()));
    say("offers", &|it| {
        let offer = |held: &HeldOffer| format!("{}{}", held.offer, if held.suits { "" } else { " (not now)" });
        it.offers.as_ref().map(|offers| offers.iter().map(offer).collect::<Vec<_>>().join(", "))
    });
    say("owners by rule", &|it| it.owner_rule.clone());
    let approach = |it: &Explanation| it.approach.as_ref().map(|score| score.contributions.clone()).unwrap_or_default();
    criteria("approach", &approach(one), &approach(other), lines);
    let readiness = |it: &Explanation| it.readiness.as_ref().map(|it| it.contributions.clone()).unwrap_or_default();
    criteria("readiness", &readiness(one), &readiness(other), lines);
}

/// What is different between what was kept and what came out now; nothing where the bytes are equal.
#[must_use]
pub fn differences(lead: &KeptLead, again: &Explanation) -> Vec<Line> {
    let bytes = encode(again);
    if bytes == lead.explanation_bytes {
        return Vec::new();
    }
    let mut lines = side_by_side(&lead.explanation, again);
    lines.retain(|line| !line.is_same());
    if lines.is_empty() {
        let place = bytes.iter().zip(&lead.explanation_bytes).position(|(one, other)| one != other);
        let place = place.unwrap_or_else(|| bytes.len().min(lead.explanation_bytes.len()));
        let length = |bytes: &[u8]| format!("{} bytes, others from byte {place} on", bytes.len());
        lines.push(Line::of_words("bytes", &length(&lead.explanation_bytes), &length(&bytes)));
    }
    lines
}
