//! Trying changes: of one field, of two, of three, and then of as many as it takes.

use super::{
    Change, ChangedAnswer, Changes, NewAnswer,
    candidates::{Candidate, Candidates, candidates, line},
    is_changeable,
};
use crate::{
    circumstances::Circumstances,
    condition::{Facts, Test},
    field::Field,
    form::Form,
    grade::Decision,
    lead::{Lead, Value},
    points::Points,
    score::{facts, score},
};

/// Most leads that are scored in search of changes of several fields.
const MAX_TRIES: usize = 20_000;
/// Most fields of which every combination is tried.
const MAX_FIELDS: usize = 3;
/// Most changes of several fields that are told, by direction.
const MAX_TOLD: usize = 3;

/// A field that can be changed, with the answers it could have instead.
struct Choice<'f> {
    slot: usize,
    field: &'f Field,
    tests: Vec<&'f Test>,
    candidates: Candidates,
}

pub(super) struct Search<'f> {
    form: &'f Form,
    circumstances: &'f Circumstances,
    values: Vec<Option<Value>>,
    facts: Facts<'f>,
    choices: Vec<Choice<'f>>,
    decision: Decision,
    points: Points,
}

/// Answers tried in place of the given ones: the number of a choice and of its candidate.
type Tried = Vec<(usize, usize)>;

/// A change that was found, and what it is told by.
struct Found {
    tried: Tried,
    decision: Decision,
    points: Points,
}

impl<'f> Search<'f> {
    pub(super) fn new(form: &'f Form, lead: &'f Lead, circumstances: &'f Circumstances) -> Self {
        let now = score(form, lead, circumstances);
        let facts = facts(&form.definition().scorecard, lead.values(), circumstances);
        let mut choices = Vec::new();
        for (slot, field) in form.definition().fields.iter().enumerate() {
            if !is_changeable(form, field) {
                continue;
            }
            let tests = form.card().tests_of(slot);
            let given = lead.values().get(slot).and_then(Option::as_ref);
            let candidates = candidates(field, given, &tests, &facts);
            choices.push(Choice { slot, field, tests, candidates });
        }
        let values = lead.values().to_vec();
        Self { form, circumstances, values, facts, choices, decision: now.decision, points: now.points }
    }

    pub(super) fn run(self) -> Changes {
        let mut exact = self.choices.iter().all(|choice| choice.candidates.complete);
        let mut changes = self.singles();
        for better in [true, false] {
            let is_towards =
                |decision: Decision| if better { decision < self.decision } else { decision > self.decision };
            if changes.iter().any(|found| is_towards(found.decision)) {
                continue;
            }
            let (found, tried_all) = self.several(&is_towards);
            exact &= tried_all;
            changes.extend(found);
        }
        changes.sort_by_key(|found| self.rank(found));
        Changes { changes: changes.iter().map(|found| self.told(found)).collect(), exact }
    }

    fn rank(&self, found: &Found) -> (usize, u64, Tried) {
        let moved = found.points.milli().saturating_sub(self.points.milli()).unsigned_abs();
        (found.tried.len(), moved, found.tried.clone())
    }

    fn candidate(&self, (choice, candidate): (usize, usize)) -> Option<(&Choice<'f>, &Candidate)> {
        let choice = self.choices.get(choice)?;
        Some((choice, choice.candidates.all.get(candidate)?))
    }

    fn lead(&self, tried: &Tried) -> Lead {
        let mut values = self.values.clone();
        for one in tried {
            if let Some((choice, candidate)) = self.candidate(*one)
                && let Some(value) = values.get_mut(choice.slot)
            {
                value.clone_from(&candidate.value);
            }
        }
        Lead::new(values)
    }

    fn score(&self, tried: Tried) -> Found {
        let explanation = score(self.form, &self.lead(&tried), self.circumstances);
        Found { tried, decision: explanation.decision, points: explanation.points }
    }

    /// For each field and each other decision the nearest answer that leads to it; of those equally near, the one that
    /// moves the points least.
    fn singles(&self) -> Vec<Found> {
        let mut best: Vec<(u64, Found)> = Vec::new();
        for (number, choice) in self.choices.iter().enumerate() {
            for (candidate, Candidate { effort, .. }) in choice.candidates.all.iter().enumerate() {
                let found = self.score(vec![(number, candidate)]);
                if found.decision == self.decision {
                    continue;
                }
                let is_alike = |(_, known): &(u64, Found)| {
                    known.decision == found.decision && known.tried.first().is_some_and(|first| first.0 == number)
                };
                match best.iter_mut().find(|known| is_alike(known)) {
                    Some(known) if (*effort, self.rank(&found)) < (known.0, self.rank(&known.1)) => {
                        *known = (*effort, found);
                    }
                    Some(_) => {}
                    None => best.push((*effort, found)),
                }
            }
        }
        best.into_iter().map(|(_, found)| found).collect()
    }

    /// The smallest changes of more than one field, and whether all were tried that are smaller.
    fn several(&self, is_towards: &dyn Fn(Decision) -> bool) -> (Vec<Found>, bool) {
        let mut left = MAX_TRIES;
        for fields in 2..=MAX_FIELDS.min(self.choices.len()) {
            let mut found = Vec::new();
            let mut tried = Vec::with_capacity(fields);
            let tried_all = self.each(fields, 0, &mut tried, &mut left, &mut |change| {
                if is_towards(change.decision) {
                    found.push(change);
                }
            });
            if !found.is_empty() {
                found.sort_by_key(|found| self.rank(found));
                // One change a set of fields is enough to argue with.
                let mut told: Vec<Found> = Vec::new();
                for change in found {
                    let fields = |change: &Found| change.tried.iter().map(|it| it.0).collect::<Vec<_>>();
                    if told.len() < MAX_TOLD && !told.iter().any(|known| fields(known) == fields(&change)) {
                        told.push(change);
                    }
                }
                return (told, tried_all);
            }
            if !tried_all {
                break;
            }
        }
        if self.choices.len() <= MAX_FIELDS && left > 0 {
            return (Vec::new(), true);
        }
        (self.step_by_step(is_towards).into_iter().collect(), false)
    }

    /// Every change of this many fields; whether there were tries enough.
    fn each(
        &self,
        fields: usize,
        from: usize,
        tried: &mut Tried,
        left: &mut usize,
        found: &mut dyn FnMut(Found),
    ) -> bool {
        if fields == 0 {
            if *left == 0 {
                return false;
            }
            *left = left.saturating_sub(1);
            found(self.score(tried.clone()));
            return true;
        }
        for (number, choice) in self.choices.iter().enumerate().skip(from) {
            for candidate in 0..choice.candidates.all.len() {
                tried.push((number, candidate));
                let went_on = self.each(fields.saturating_sub(1), number.saturating_add(1), tried, left, found);
                tried.pop();
                if !went_on {
                    return false;
                }
            }
        }
        true
    }

    /// Changes one field after the other, each time by what moves the points furthest, until the decision is another;
    /// then leaves out what was not needed.
    fn step_by_step(&self, is_towards: &dyn Fn(Decision) -> bool) -> Option<Found> {
        let upwards = is_towards(Decision::Accept) && self.decision != Decision::Accept;
        let gain = |found: &Found| {
            if upwards { found.points } else { Points::from_milli(found.points.milli().saturating_neg()) }
        };
        let mut best = self.score(Vec::new());
        while !is_towards(best.decision) {
            let is_free = |number: &usize| !best.tried.iter().any(|(taken, _)| taken == number);
            let mut next: Option<Found> = None;
            for number in (0..self.choices.len()).filter(is_free) {
                let count = self.choices.get(number).map_or(0, |choice| choice.candidates.all.len());
                for candidate in 0..count {
                    let mut tried = best.tried.clone();
                    tried.push((number, candidate));
                    let found = self.score(tried);
                    let is_further = |next: &Found| {
                        (is_towards(found.decision), gain(&found)) > (is_towards(next.decision), gain(next))
                    };
                    if next.as_ref().is_none_or(is_further) {
                        next = Some(found);
                    }
                }
            }
            best = next?;
        }
        let mut at = 0;
        while at < best.tried.len() {
            let mut tried = best.tried.clone();
            tried.remove(at);
            let without = self.score(tried);
            if is_towards(without.decision) {
                best = without;
            } else {
                at = at.saturating_add(1);
            }
        }
        best.tried.sort_unstable();
        Some(best)
    }

    fn told(&self, found: &Found) -> Change {
        let answers = found.tried.iter().filter_map(|one| {
            let (choice, candidate) = self.candidate(*one)?;
            Some(ChangedAnswer {
                field: choice.field.id.clone(),
                to: self.range(found, choice, candidate).unwrap_or_else(|| candidate.to.clone()),
                example: candidate.value.as_ref().map(|it| it.to_canonical(&choice.field.kind)).unwrap_or_default(),
            })
        });
        Change { answers: answers.collect(), decision: found.decision, points: found.points }
    }

    /// On a line, how far the answer may go beyond the nearest and lead to the same decision.
    fn range(&self, found: &Found, choice: &Choice, candidate: &Candidate) -> Option<NewAnswer> {
        let value = candidate.value.as_ref()?;
        let given = self.values.get(choice.slot).and_then(Option::as_ref);
        let (line, now) = line(choice.field, given, &self.facts)?;
        let place = line.place(value)?;
        let stretches = line.stretches(&choice.tests, &self.facts);
        let at = stretches.iter().position(|(first, last)| (*first..=*last).contains(&place))?;
        let leads_there = |(first, _): &&(i64, i64)| {
            let mut values = self.lead(&found.tried).values().to_vec();
            if let Some(value) = values.get_mut(choice.slot) {
                *value = Some(line.value(*first));
            }
            score(self.form, &Lead::new(values), self.circumstances).decision == found.decision
        };
        let upwards = stretches.iter().skip(at).take_while(leads_there).last()?.1;
        let downwards = stretches.iter().take(at.saturating_add(1)).rev().take_while(leads_there).last()?.0;
        let (first, last) = match now {
            Some(now) if now < place => (place, upwards),
            Some(_) => (downwards, place),
            None => (downwards, upwards),
        };
        let written = |place: i64| line.value(place).to_canonical(&choice.field.kind).concat();
        Some(match (first > line.low, last < line.high) {
            (true, true) => NewAnswer::Between(written(first), written(last)),
            (true, false) => NewAnswer::AtLeast(written(first)),
            (false, true) => NewAnswer::AtMost(written(last)),
            (false, false) => NewAnswer::Given,
        })
    }
}
