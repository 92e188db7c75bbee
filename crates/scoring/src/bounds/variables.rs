//! What open tests can be answered: a field's valid answers, as the tests tell them apart.

use super::{
    atoms::Atom,
    texts::{Combinations, combinations},
    values::representatives,
};
use crate::{
    condition::{Facts, Test},
    field::{Field, FieldKind},
    form::Form,
};

/// Tests that are answered together, and the ways in which they can be.
#[derive(Debug)]
pub(crate) struct Variable {
    /// The field they are put to; none where they ask what was seen.
    pub(crate) slot: Option<usize>,
    pub(crate) atoms: Vec<usize>,
    /// By way, the answer to each test.
    pub(crate) rows: Vec<Vec<bool>>,
    /// Whether each way can really be had, whatever the answers to all other tests.
    pub(crate) sure: bool,
}

impl Variable {
    /// A test that can be answered either way.
    fn either(slot: Option<usize>, atom: usize, sure: bool) -> Self {
        Self { slot, atoms: vec![atom], rows: vec![vec![true], vec![false]], sure }
    }

    pub(crate) fn is_in(&self, atoms: &[usize]) -> bool {
        self.atoms.iter().any(|atom| atoms.contains(atom))
    }

    pub(crate) fn answer(&self, way: usize, truths: &mut [Option<bool>]) {
        let Some(row) = self.rows.get(way) else { return };
        for (atom, holds) in self.atoms.iter().zip(row) {
            if let Some(truth) = truths.get_mut(*atom) {
                *truth = Some(*holds);
            }
        }
    }

    pub(crate) fn forget(&self, truths: &mut [Option<bool>]) {
        for atom in &self.atoms {
            if let Some(truth) = truths.get_mut(*atom) {
                *truth = None;
            }
        }
    }
}

pub(crate) fn variables(form: &Form, atoms: &[Atom], facts: &Facts) -> Vec<Variable> {
    let mut variables = Vec::new();
    for (slot, field) in form.definition().fields.iter().enumerate() {
        let put = |(number, atom): (usize, &Atom)| match atom {
            Atom::Field(of, _) if *of == slot => Some(number),
            _ => None,
        };
        let numbers: Vec<usize> = atoms.iter().enumerate().filter_map(put).collect();
        let first = variables.len();
        if numbers.is_empty() {
            continue;
        }
        if !form.is_conditional(slot) {
            of_field(slot, field, numbers, atoms, facts, &mut variables);
            continue;
        }
        // What is not asked of everyone may have no answer, and whether it has hangs on others.
        if let FieldKind::Consent(_) = field.kind {
            variables.extend(numbers.into_iter().map(|number| Variable::either(Some(slot), number, false)));
        } else {
            let field = Field { required: false, ..field.clone() };
            of_field(slot, &field, numbers, atoms, facts, &mut variables);
        }
        variables.iter_mut().skip(first).for_each(|variable| variable.sure = false);
    }
    for (number, atom) in atoms.iter().enumerate() {
        if let Atom::Signal(_) = atom {
            variables.push(Variable::either(None, number, false));
        }
    }
    variables
}

fn of_field(
    slot: usize,
    field: &Field,
    mut numbers: Vec<usize>,
    atoms: &[Atom],
    facts: &Facts,
    variables: &mut Vec<Variable>,
) {
    let test = |number: &usize| match atoms.get(*number) {
        Some(Atom::Field(_, test)) => Some(*test),
        _ => None,
    };
    let slot = Some(slot);
    let tests: Vec<&Test> = numbers.iter().filter_map(test).collect();
    if let Some(values) = representatives(field, &tests, facts).filter(|values| !values.is_empty()) {
        let row = |value: &Option<_>| -> Vec<bool> {
            tests.iter().map(|test| value.as_ref().is_some_and(|value| test.passes(value, facts))).collect()
        };
        let mut rows: Vec<Vec<bool>> = values.iter().map(row).collect();
        rows.sort_unstable();
        rows.dedup();
        variables.push(Variable { slot, atoms: numbers, rows, sure: true });
        return;
    }
    if field.needs_answer()
        && let Some(there) = numbers.iter().position(|it| matches!(test(it), Some(Test::Present)))
    {
        let atoms = vec![numbers.remove(there)];
        variables.push(Variable { slot, atoms, rows: vec![vec![true]], sure: true });
    }
    let tests: Vec<&Test> = numbers.iter().filter_map(test).collect();
    match combinations(field, &tests, facts) {
        _ if tests.is_empty() => {}
        Combinations::Rows(rows, sure) => variables.push(Variable { slot, atoms: numbers, rows, sure }),
        Combinations::Free(sure) => {
            variables.extend(numbers.into_iter().map(|number| Variable::either(slot, number, sure)));
        }
    }
}
