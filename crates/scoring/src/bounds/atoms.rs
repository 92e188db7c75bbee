//! Conditions of which some tests are not answered yet.

use crate::{
    condition::SignalCondition,
    condition::{Bound, Facts, Test},
};

/// A test whose answer is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Atom<'c> {
    /// Of the field at this place.
    Field(usize, &'c Test),
    /// Of what was seen.
    Signal(&'c SignalCondition),
}

/// A condition whose leaves are open tests; what was known of it is worked in.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Known(bool),
    Atom(usize),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
}

/// The open tests of a card, each once.
pub(crate) struct Atoms<'c, 'f> {
    list: Vec<Atom<'c>>,
    facts: &'f Facts<'f>,
    is_open: &'f dyn Fn(Atom) -> bool,
}

impl<'c, 'f> Atoms<'c, 'f> {
    pub(crate) fn new(facts: &'f Facts<'f>, is_open: &'f dyn Fn(Atom) -> bool) -> Self {
        Self { list: Vec::new(), facts, is_open }
    }

    pub(crate) fn into_list(self) -> Vec<Atom<'c>> {
        self.list
    }

    /// The condition with what is known worked in.
    pub(crate) fn tree(&mut self, bound: &'c Bound) -> Tree {
        let atom = match bound {
            Bound::All(parts) => {
                let mut open = Vec::new();
                for part in parts {
                    match self.tree(part) {
                        Tree::Known(true) => {}
                        Tree::Known(false) => return Tree::Known(false),
                        part => open.push(part),
                    }
                }
                return if open.is_empty() { Tree::Known(true) } else { Tree::All(open) };
            }
            Bound::Any(parts) => {
                let mut open = Vec::new();
                for part in parts {
                    match self.tree(part) {
                        Tree::Known(false) => {}
                        Tree::Known(true) => return Tree::Known(true),
                        part => open.push(part),
                    }
                }
                return if open.is_empty() { Tree::Known(false) } else { Tree::Any(open) };
            }
            Bound::Not(part) => {
                return match self.tree(part) {
                    Tree::Known(holds) => Tree::Known(!holds),
                    part => Tree::Not(Box::new(part)),
                };
            }
            Bound::Field(slot, test) => Atom::Field(*slot, test),
            Bound::Signal(condition) => Atom::Signal(condition),
            known => return Tree::Known(known.holds(self.facts)),
        };
        if !(self.is_open)(atom) {
            return Tree::Known(bound.holds(self.facts));
        }
        let number = self.list.iter().position(|known| *known == atom).unwrap_or_else(|| {
            self.list.push(atom);
            self.list.len().saturating_sub(1)
        });
        Tree::Atom(number)
    }
}

impl Tree {
    /// Whether it holds as far as the open tests are answered; `None` where that does not tell.
    pub(crate) fn judge(&self, truths: &[Option<bool>]) -> Option<bool> {
        match self {
            Self::Known(holds) => Some(*holds),
            Self::Atom(number) => truths.get(*number).copied().flatten(),
            Self::All(parts) => {
                let mut all = Some(true);
                for part in parts {
                    match part.judge(truths) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => all = None,
                    }
                }
                all
            }
            Self::Any(parts) => {
                let mut any = Some(false);
                for part in parts {
                    match part.judge(truths) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                any
            }
            Self::Not(part) => part.judge(truths).map(|holds| !holds),
        }
    }

    /// The open tests in it.
    pub(crate) fn collect(&self, found: &mut Vec<usize>) {
        match self {
            Self::Known(_) => {}
            Self::Atom(number) => found.push(*number),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.collect(found)),
            Self::Not(part) => part.collect(found),
        }
    }
}
