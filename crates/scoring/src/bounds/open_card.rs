//! A card of which some tests are not answered yet.

use super::{
    atoms::{Atom, Atoms, Tree},
    reach::{Reach, Sum, Unit, difference, each_way},
    variables::{Variable, variables},
};
use crate::{
    condition::Facts,
    form::Form,
    points::Points,
    score::{BoundCriterion, left},
    scorecard::{Criterion, Dimension},
};

/// Most ways of answering the tests of segments that are followed one by one.
const MAX_WAYS: usize = 64;

pub(crate) struct OpenCard<'c> {
    pub(crate) atoms: Vec<Atom<'c>>,
    variables: Vec<Variable>,
    segments: Vec<Tree>,
    gates: Vec<Unit>,
    /// By segment, and last in none, the criteria with what they give there.
    criteria: Vec<Vec<Unit>>,
}

impl<'c> OpenCard<'c> {
    pub(crate) fn new(form: &'c Form, facts: &Facts, is_open: &dyn Fn(Atom) -> bool) -> Self {
        let (card, bound) = (&form.definition().scorecard, form.card());
        let mut atoms = Atoms::new(facts, is_open);
        let segments: Vec<Tree> = bound.segments.iter().map(|segment| atoms.tree(&segment.when)).collect();
        let gates = bound.gates.iter().map(|gate| Unit::Gate(atoms.tree(&gate.when))).collect();
        let weights = bound.segments.iter().map(|segment| segment.per_cent.as_slice()).chain([&[][..]]);
        let mut criteria = Vec::with_capacity(segments.len().saturating_add(1));
        for weights in weights {
            let mut units = Vec::with_capacity(card.criteria.len());
            for (number, (criterion, bound)) in card.criteria.iter().zip(&bound.criteria).enumerate() {
                let sum = match criterion.dimension {
                    Dimension::Fit => Sum::Fit,
                    Dimension::Engagement => Sum::Engagement,
                };
                let per_cent = weights.get(number).copied().unwrap_or(100);
                units.push(Unit::Criterion(sum, conditions(&mut atoms, criterion, bound, per_cent, facts)));
            }
            // Readiness decides nothing where nothing needs it.
            if let Some(readiness) = card.readiness.as_ref().filter(|readiness| readiness.accept_needs.is_some()) {
                for (criterion, bound) in readiness.card.criteria.iter().zip(&bound.readiness) {
                    let conditions = conditions(&mut atoms, criterion, bound, 100, facts);
                    units.push(Unit::Criterion(Sum::Readiness, conditions));
                }
            }
            criteria.push(units);
        }
        let atoms = atoms.into_list();
        let variables = variables(form, &atoms, facts);
        Self { atoms, variables, segments, gates, criteria }
    }

    /// What the card can still give: for each way of answering what segments ask, in the segment it leads to.
    pub(crate) fn reach(&self) -> Reach {
        let mut asked = Vec::new();
        self.segments.iter().for_each(|tree| tree.collect(&mut asked));
        let (of_segments, others): (Vec<&Variable>, Vec<&Variable>) =
            self.variables.iter().partition(|variable| variable.is_in(&asked));
        let mut truths = vec![None; self.atoms.len()];
        let mut ways: Vec<Reach> = Vec::new();
        let count = of_segments.iter().try_fold(1_usize, |ways, variable| ways.checked_mul(variable.rows.len()));
        if count.is_some_and(|count| count <= MAX_WAYS) {
            each_way(&of_segments, &mut truths, |truths| {
                let segment = self.segments.iter().position(|tree| tree.judge(truths) == Some(true));
                ways.push(self.reach_in(segment, &others, truths.to_vec()));
            });
            let are_sure = of_segments.iter().all(|variable| variable.sure);
            for reach in &mut ways {
                reach.sure &= are_sure;
            }
        } else {
            let all: Vec<&Variable> = self.variables.iter().collect();
            for segment in self.possible_segments(&truths) {
                ways.push(Reach { sure: false, ..self.reach_in(segment, &all, truths.clone()) });
            }
        }
        let reach = ways.into_iter().reduce(Reach::or);
        let mut reach = reach.unwrap_or_else(|| self.reach_in(None, &others, truths));
        // A segment may weigh everything anew.
        let everything = difference(reach.extent.total.0, reach.extent.total.1);
        let mut slots: Vec<usize> = of_segments.iter().filter_map(|variable| variable.slot).collect();
        slots.dedup();
        reach.spreads.retain(|(slot, _)| !slots.contains(slot));
        reach.spreads.extend(slots.into_iter().map(|slot| (slot, everything)));
        reach
    }

    fn reach_in(&self, segment: Option<usize>, variables: &[&Variable], truths: Vec<Option<bool>>) -> Reach {
        let criteria = segment.map_or_else(|| self.criteria.last(), |segment| self.criteria.get(segment));
        let units = criteria.into_iter().flatten().chain(&self.gates);
        Reach::of(&units.collect::<Vec<_>>(), variables, truths)
    }

    /// The segments that can be the first to hold; none of them where that can be.
    fn possible_segments(&self, truths: &[Option<bool>]) -> Vec<Option<usize>> {
        let mut possible = Vec::new();
        for (number, tree) in self.segments.iter().enumerate() {
            match tree.judge(truths) {
                Some(false) => {}
                None => possible.push(Some(number)),
                Some(true) => {
                    possible.push(Some(number));
                    return possible;
                }
            }
        }
        possible.push(None);
        possible
    }

    /// The open tests of gates.
    pub(crate) fn in_gates(&self) -> Vec<usize> {
        self.gates.iter().flat_map(Unit::atoms).collect()
    }
}

fn conditions<'c>(
    atoms: &mut Atoms<'c, '_>,
    criterion: &Criterion,
    bound: &'c BoundCriterion,
    per_cent: u16,
    facts: &Facts,
) -> Vec<(Tree, Points)> {
    let conditions = criterion.conditions.iter().zip(&bound.conditions);
    let given = conditions.map(|(condition, bound)| {
        (atoms.tree(&bound.when), left(condition.points.weighted(per_cent), criterion, bound, facts))
    });
    given.collect()
}
