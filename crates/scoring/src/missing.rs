//! What was not answered or not seen, and what it could have given.

use crate::{
    bounds::{
        atoms::{Atom, Atoms, Tree},
        reach::each_way,
        variables::{Variable, variables},
    },
    circumstances::Circumstances,
    form::{Form, FormDefinition},
    lead::{Lead, Value},
    points::Points,
    score::{facts, left},
};

/// A criterion that could have given more, had something been answered or seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The criterion's id.
    pub criterion: String,
    /// The number of the condition that would have given most; none where most is had by none of them holding.
    pub condition: Option<u16>,
    /// The fields without an answer that its tests are put to.
    pub fields: Vec<String>,
    /// The signals that its tests ask for and that were not seen, or not often enough.
    pub signals: Vec<String>,
    /// What it gave.
    pub gave: Points,
    /// The most it could have given as things stand.
    pub could: Points,
}

/// What a lead left open, in the card's order: criteria that could have given more points with an answer where there
/// is none, or with a signal that was not seen.
#[must_use]
pub fn missing(form: &Form, lead: &Lead, circumstances: &Circumstances) -> Vec<Missing> {
    let definition = form.definition();
    let facts = facts(&definition.scorecard, lead.values(), circumstances);
    let is_empty = |slot: usize| matches!(lead.values().get(slot), None | Some(None | Some(Value::Consent(false))));
    let is_open = |atom: Atom| match atom {
        Atom::Field(slot, _) => is_empty(slot),
        Atom::Signal(signal) => !signal.is_seen(&facts),
    };
    let weights = form.card().weights(&facts);
    let mut found = Vec::new();
    for (number, (criterion, bound)) in definition.scorecard.criteria.iter().zip(&form.card().criteria).enumerate() {
        let per_cent = weights.get(number).copied().unwrap_or(100);
        let mut atoms = Atoms::new(&facts, &is_open);
        let trees: Vec<Tree> = bound.conditions.iter().map(|bound| atoms.tree(&bound.when)).collect();
        let atoms = atoms.into_list();
        if atoms.is_empty() {
            continue;
        }
        let conditions = criterion.conditions.iter().zip(&bound.conditions);
        let points: Vec<Points> = conditions
            .map(|(condition, bound)| left(condition.points.weighted(per_cent), criterion, bound, &facts))
            .collect();
        let held = bound.conditions.iter().position(|bound| bound.when.holds(&facts));
        let gave = held.and_then(|held| points.get(held).copied()).unwrap_or_default();
        let variables = variables(form, &atoms, &facts);
        let (condition, could) = best(&trees, &points, &variables, atoms.len());
        if could <= gave {
            continue;
        }
        let asked = asked(&trees, condition);
        let asked = asked.iter().filter_map(|atom| atoms.get(*atom));
        let mut missing = Missing {
            criterion: criterion.id.clone(),
            condition: condition.and_then(|condition| u16::try_from(condition).ok()),
            fields: Vec::new(),
            signals: Vec::new(),
            gave,
            could,
        };
        for atom in asked {
            let (list, name) = match atom {
                Atom::Field(slot, _) => match definition.fields.get(*slot) {
                    Some(field) => (&mut missing.fields, &field.id),
                    None => continue,
                },
                Atom::Signal(condition) => (&mut missing.signals, &condition.signal),
            };
            if !list.contains(name) {
                list.push(name.clone());
            }
        }
        found.push(missing);
    }
    found
}

/// The most that can be had, and the condition that gives it; no condition where it is had by none holding.
fn best(trees: &[Tree], points: &[Points], variables: &[Variable], atoms: usize) -> (Option<usize>, Points) {
    let mut best: Option<(Option<usize>, Points)> = None;
    let mut try_condition = |condition: Option<usize>| {
        let points = condition.and_then(|condition| points.get(condition).copied()).unwrap_or_default();
        if best.is_none_or(|(_, most)| points > most) {
            best = Some((condition, points));
        }
    };
    let mut truths = vec![None; atoms];
    let all: Vec<&Variable> = variables.iter().collect();
    let tried = each_way(&all, &mut truths, |truths| {
        try_condition(trees.iter().position(|tree| tree.judge(truths) == Some(true)));
    });
    if tried.is_none() {
        // Too many ways: each condition by itself.
        let judged = || trees.iter().map(|tree| tree.judge(&truths));
        let sure = judged().position(|holds| holds == Some(true));
        let possible = judged().enumerate().filter(|(_, holds)| holds.is_none()).map(|(condition, _)| condition);
        possible.filter(|condition| sure.is_none_or(|sure| *condition < sure)).for_each(|it| try_condition(Some(it)));
        try_condition(sure);
    }
    best.unwrap_or_default()
}

/// The open tests of a condition; where it has none, those of the conditions before it that must not hold.
fn asked(trees: &[Tree], condition: Option<usize>) -> Vec<usize> {
    let mut asked = Vec::new();
    if let Some(tree) = condition.and_then(|condition| trees.get(condition)) {
        tree.collect(&mut asked);
    }
    if asked.is_empty() {
        trees.iter().take(condition.unwrap_or(trees.len())).for_each(|tree| tree.collect(&mut asked));
    }
    asked
}

impl FormDefinition {
    /// The words for what could have been given, in the form's language number `language`.
    #[must_use]
    pub fn missing_reason<'a>(&'a self, missing: &'a Missing, language: usize) -> &'a str {
        self.reason_of(&missing.criterion, missing.condition, language)
    }
}
