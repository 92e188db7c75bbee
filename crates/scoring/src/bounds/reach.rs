//! What a card can still give, by trying what its open tests can be answered together.

use super::{atoms::Tree, variables::Variable};
use crate::points::Points;

/// Most ways of answering tried for tests that depend on each other.
const MAX_WAYS: usize = 4_096;
/// Most outcomes kept apart; beyond it, some of them and their extent.
const MAX_OUTCOMES: usize = 512;

/// A criterion or a gate with its open tests.
#[derive(Debug)]
pub(crate) enum Unit {
    /// Conditions and what they give.
    Criterion(Sum, Vec<(Tree, Points)>),
    /// A veto.
    Gate(Tree),
}

/// The sum a criterion counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sum {
    Fit,
    Engagement,
    /// That of a small card, beside the points.
    Readiness,
}

/// What criteria and gates come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outcome {
    pub(crate) vetoed: bool,
    pub(crate) fit: Points,
    pub(crate) engagement: Points,
    pub(crate) readiness: Points,
}

impl Outcome {
    fn plus(self, other: Self) -> Self {
        Self {
            vetoed: self.vetoed || other.vetoed,
            fit: self.fit.plus(other.fit),
            engagement: self.engagement.plus(other.engagement),
            readiness: self.readiness.plus(other.readiness),
        }
    }

    pub(crate) fn total(self) -> Points {
        self.fit.plus(self.engagement)
    }
}

/// The least and the greatest.
pub(crate) type Span = (Points, Points);

/// How far outcomes extend in each direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) fit: Span,
    pub(crate) engagement: Span,
    pub(crate) readiness: Span,
    pub(crate) total: Span,
    /// The total where nothing vetoes, where that can be.
    pub(crate) unvetoed: Option<Span>,
    pub(crate) may_veto: bool,
}

/// What criteria and gates can still come to.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// Outcomes; all of them where `complete`.
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) complete: bool,
    /// Whether every outcome can really be had.
    pub(crate) sure: bool,
    pub(crate) extent: Extent,
    /// By field, how much its answer can still move the points.
    pub(crate) spreads: Vec<(usize, Points)>,
}

impl Unit {
    pub(crate) fn atoms(&self) -> Vec<usize> {
        let mut found = Vec::new();
        match self {
            Self::Criterion(_, conditions) => conditions.iter().for_each(|(tree, _)| tree.collect(&mut found)),
            Self::Gate(tree) => tree.collect(&mut found),
        }
        found
    }

    /// What it can come to as far as the tests are answered: one outcome where they are.
    fn outcomes(&self, truths: &[Option<bool>]) -> Vec<Outcome> {
        let mut found = Vec::with_capacity(1);
        match self {
            Self::Criterion(sum, conditions) => {
                let gives = |points| match sum {
                    Sum::Fit => Outcome { fit: points, ..Outcome::default() },
                    Sum::Engagement => Outcome { engagement: points, ..Outcome::default() },
                    Sum::Readiness => Outcome { readiness: points, ..Outcome::default() },
                };
                for (tree, points) in conditions {
                    let holds = tree.judge(truths);
                    if holds != Some(false) {
                        found.push(gives(*points));
                    }
                    if holds == Some(true) {
                        return found;
                    }
                }
                found.push(Outcome::default());
            }
            Self::Gate(tree) => match tree.judge(truths) {
                Some(vetoed) => found.push(Outcome { vetoed, ..Outcome::default() }),
                None => found.extend([true, false].map(|vetoed| Outcome { vetoed, ..Outcome::default() })),
            },
        }
        found
    }
}

/// What units that share open tests can come to.
struct Part {
    outcomes: Vec<Outcome>,
    sure: bool,
    spreads: Vec<(usize, Points)>,
}

impl Reach {
    /// Tests that `truths` answers are settled; each other one is in one of the variables.
    pub(crate) fn of(units: &[&Unit], variables: &[&Variable], mut truths: Vec<Option<bool>>) -> Self {
        let mut reach = Self {
            outcomes: vec![Outcome::default()],
            complete: true,
            sure: true,
            extent: extent(&[Outcome::default()]),
            spreads: Vec::new(),
        };
        for (units, variables) in groups(units, variables, truths.len()) {
            if let Some(part) = together(&units, &variables, &mut truths) {
                reach.add(part);
                continue;
            }
            // Too many ways: each on its own, as if the others' tests were others.
            for unit in &units {
                let own: Vec<&Variable> = variables.iter().copied().filter(|it| it.is_in(&unit.atoms())).collect();
                let part = together(&[*unit], &own, &mut truths).unwrap_or_else(|| apart(unit, &own, &truths));
                reach.add(Part { sure: false, ..part });
            }
        }
        reach
    }

    /// What can be reached in one way or in another.
    pub(crate) fn or(mut self, other: Self) -> Self {
        self.outcomes.extend(other.outcomes);
        self.complete &= other.complete;
        self.complete &= thin(&mut self.outcomes);
        self.sure &= other.sure;
        self.extent = self.extent.or(other.extent);
        for (slot, spread) in other.spreads {
            match self.spreads.iter_mut().find(|(known, _)| *known == slot) {
                Some((_, known)) => *known = spread.max(*known),
                None => self.spreads.push((slot, spread)),
            }
        }
        self
    }

    fn add(&mut self, part: Part) {
        self.sure &= part.sure;
        self.extent = self.extent.plus(extent(&part.outcomes));
        for (slot, spread) in part.spreads {
            match self.spreads.iter_mut().find(|(known, _)| *known == slot) {
                Some((_, known)) => *known = known.plus(spread),
                None => self.spreads.push((slot, spread)),
            }
        }
        let mut theirs = part.outcomes;
        self.complete &= thin(&mut theirs);
        let sums = self.outcomes.iter().flat_map(|one| theirs.iter().map(|other| one.plus(*other)));
        let mut outcomes: Vec<Outcome> = sums.collect();
        self.complete &= thin(&mut outcomes);
        self.outcomes = outcomes;
    }
}

/// Units and variables that have to do with each other.
fn groups<'u>(units: &[&'u Unit], variables: &[&'u Variable], atoms: usize) -> Vec<(Vec<&'u Unit>, Vec<&'u Variable>)> {
    let mut owner = vec![usize::MAX; atoms];
    for (number, variable) in variables.iter().enumerate() {
        for atom in &variable.atoms {
            if let Some(owner) = owner.get_mut(*atom) {
                *owner = number;
            }
        }
    }
    let variables_of = |unit: &&Unit| -> Vec<usize> {
        let owners = unit.atoms().into_iter().filter_map(|atom| owner.get(atom).copied());
        owners.filter(|owner| *owner < variables.len()).collect()
    };
    let mut label: Vec<usize> = (0..variables.len()).collect();
    let of_units: Vec<Vec<usize>> = units.iter().map(variables_of).collect();
    for shared in &of_units {
        let labels: Vec<usize> = shared.iter().filter_map(|variable| label.get(*variable).copied()).collect();
        let Some(least) = labels.iter().min().copied() else { continue };
        label.iter_mut().filter(|label| labels.contains(label)).for_each(|label| *label = least);
    }
    let mut groups = Vec::new();
    for group in 0..variables.len() {
        let members: Vec<&Variable> =
            variables.iter().zip(&label).filter(|(_, label)| **label == group).map(|(variable, _)| *variable).collect();
        let is_in = |shared: &[usize]| shared.first().and_then(|it| label.get(*it)).is_some_and(|it| *it == group);
        let own: Vec<&Unit> =
            units.iter().zip(&of_units).filter(|(_, shared)| is_in(shared)).map(|(unit, _)| *unit).collect();
        if !own.is_empty() {
            groups.push((own, members));
        }
    }
    let settled: Vec<&Unit> =
        units.iter().zip(&of_units).filter(|(_, shared)| shared.is_empty()).map(|(unit, _)| *unit).collect();
    groups.push((settled, Vec::new()));
    groups
}

/// Tries every way of answering; `None` where there are too many.
fn together(units: &[&Unit], variables: &[&Variable], truths: &mut [Option<bool>]) -> Option<Part> {
    let mut outcomes = Vec::new();
    each_way(variables, truths, |truths| {
        let of_units = units.iter().filter_map(|unit| unit.outcomes(truths).first().copied());
        outcomes.push(of_units.fold(Outcome::default(), Outcome::plus));
    })?;
    let spreads = spreads(&outcomes, variables);
    outcomes.sort_unstable();
    outcomes.dedup();
    Some(Part { outcomes, sure: variables.iter().all(|variable| variable.sure), spreads })
}

/// Answers the tests in every way, the first variable's turning fastest; `None` where there are too many ways.
pub(crate) fn each_way(
    variables: &[&Variable],
    truths: &mut [Option<bool>],
    mut tried: impl FnMut(&[Option<bool>]),
) -> Option<()> {
    let ways = variables.iter().try_fold(1_usize, |ways, variable| ways.checked_mul(variable.rows.len()));
    let ways = ways.filter(|ways| *ways <= MAX_WAYS)?;
    for way in 0..ways {
        let mut rest = way;
        for variable in variables {
            let count = variable.rows.len();
            variable.answer(rest.checked_rem(count).unwrap_or(0), truths);
            rest = rest.checked_div(count).unwrap_or(0);
        }
        tried(truths);
    }
    for variable in variables {
        variable.forget(truths);
    }
    Some(())
}

/// Takes every test for open on its own.
fn apart(unit: &Unit, variables: &[&Variable], truths: &[Option<bool>]) -> Part {
    let outcomes = unit.outcomes(truths);
    let (least, greatest) = span(outcomes.iter().map(|outcome| outcome.total()));
    let spread = difference(least, greatest);
    let spreads = variables.iter().filter_map(|variable| Some((variable.slot?, spread))).collect();
    Part { outcomes, sure: false, spreads }
}

/// For each field the greatest difference between two of its answers, all other answers being equal.
fn spreads(outcomes: &[Outcome], variables: &[&Variable]) -> Vec<(usize, Points)> {
    let mut slots: Vec<usize> = variables.iter().filter_map(|variable| variable.slot).collect();
    slots.sort_unstable();
    slots.dedup();
    let spread = |slot: usize| {
        let mut spans: Vec<Option<Span>> = vec![None; outcomes.len()];
        for (way, outcome) in outcomes.iter().enumerate() {
            // The number of the way in which this field's tests have their first answer.
            let (mut rest, mut stride, mut other) = (way, 1_usize, 0_usize);
            for variable in variables {
                let count = variable.rows.len();
                if variable.slot != Some(slot) {
                    let digit = rest.checked_rem(count).unwrap_or(0);
                    other = other.saturating_add(digit.saturating_mul(stride));
                }
                rest = rest.checked_div(count).unwrap_or(0);
                stride = stride.saturating_mul(count);
            }
            if let Some(span) = spans.get_mut(other) {
                let total = outcome.total();
                let (least, greatest) = span.unwrap_or((total, total));
                *span = Some((least.min(total), greatest.max(total)));
            }
        }
        let widest = spans.into_iter().flatten().map(|(least, greatest)| difference(least, greatest)).max();
        (slot, widest.unwrap_or_default())
    };
    slots.into_iter().map(spread).collect()
}

pub(crate) fn difference(least: Points, greatest: Points) -> Points {
    Points::from_milli(greatest.milli().saturating_sub(least.milli()))
}

pub(crate) fn span(points: impl Iterator<Item = Points> + Clone) -> Span {
    (points.clone().min().unwrap_or_default(), points.max().unwrap_or_default())
}

fn extent(outcomes: &[Outcome]) -> Extent {
    let unvetoed = outcomes.iter().filter(|outcome| !outcome.vetoed).map(|outcome| outcome.total());
    Extent {
        fit: span(outcomes.iter().map(|outcome| outcome.fit)),
        engagement: span(outcomes.iter().map(|outcome| outcome.engagement)),
        readiness: span(outcomes.iter().map(|outcome| outcome.readiness)),
        total: span(outcomes.iter().map(|outcome| outcome.total())),
        unvetoed: unvetoed.clone().next().is_some().then(|| span(unvetoed)),
        may_veto: outcomes.iter().any(|outcome| outcome.vetoed),
    }
}

pub(crate) fn sum(one: Span, other: Span) -> Span {
    (one.0.plus(other.0), one.1.plus(other.1))
}

impl Extent {
    fn plus(self, other: Self) -> Self {
        Self {
            fit: sum(self.fit, other.fit),
            engagement: sum(self.engagement, other.engagement),
            readiness: sum(self.readiness, other.readiness),
            total: sum(self.total, other.total),
            unvetoed: self.unvetoed.zip(other.unvetoed).map(|(one, other)| sum(one, other)),
            may_veto: self.may_veto || other.may_veto,
        }
    }
}

impl Extent {
    fn or(self, other: Self) -> Self {
        let both = |one: Span, other: Span| (one.0.min(other.0), one.1.max(other.1));
        Self {
            fit: both(self.fit, other.fit),
            engagement: both(self.engagement, other.engagement),
            readiness: both(self.readiness, other.readiness),
            total: both(self.total, other.total),
            unvetoed: match (self.unvetoed, other.unvetoed) {
                (Some(one), Some(other)) => Some(both(one, other)),
                (one, other) => one.or(other),
            },
            may_veto: self.may_veto || other.may_veto,
        }
    }
}

/// Each outcome once, in order. Where there are too many, the ends and some in between stay; says whether all did.
fn thin(outcomes: &mut Vec<Outcome>) -> bool {
    outcomes.sort_unstable();
    outcomes.dedup();
    if outcomes.len() <= MAX_OUTCOMES {
        return true;
    }
    outcomes.sort_by_key(|outcome| (outcome.vetoed, outcome.total()));
    let mut kept = Vec::with_capacity(MAX_OUTCOMES);
    for vetoed in [false, true] {
        let alike: Vec<Outcome> = outcomes.iter().copied().filter(|outcome| outcome.vetoed == vetoed).collect();
        kept.extend(alike.first());
        kept.extend(alike.last());
        kept.extend(alike.iter().min_by_key(|outcome| outcome.fit));
        kept.extend(alike.iter().max_by_key(|outcome| outcome.fit));
        kept.extend(alike.iter().min_by_key(|outcome| outcome.engagement));
        kept.extend(alike.iter().min_by_key(|outcome| outcome.readiness));
        kept.extend(alike.iter().max_by_key(|outcome| outcome.readiness));
        kept.extend(alike.iter().max_by_key(|outcome| outcome.engagement));
        let step = alike.len().checked_div(MAX_OUTCOMES.div_euclid(4)).unwrap_or(1).max(1);
        kept.extend(alike.iter().step_by(step));
    }
    kept.sort_unstable();
    kept.dedup();
    *outcomes = kept;
    false
}
