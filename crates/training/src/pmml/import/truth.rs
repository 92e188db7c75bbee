//! PMML's three truth values as two conditions of ours: when it is true, and when it is false.

use leadglass_scoring::condition::{Condition, FieldCondition, FieldTest, Range};

/// The most parts of one condition; documents can be written that multiply them.
pub(super) const MAX_PARTS: usize = 2_000;

/// Neither holds where it is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Truth {
    pub holds: Condition,
    pub fails: Condition,
}

impl Truth {
    pub(super) fn always() -> Self {
        Self { holds: Condition::Always, fails: never() }
    }

    pub(super) fn opposite(self) -> Self {
        Self { holds: self.fails, fails: self.holds }
    }

    pub(super) fn and(parts: Vec<Self>) -> Self {
        let (holds, fails) = parts.into_iter().map(|part| (part.holds, part.fails)).unzip();
        Self { holds: all(holds), fails: any(fails) }
    }

    pub(super) fn or(parts: Vec<Self>) -> Self {
        let (holds, fails) = parts.into_iter().map(|part| (part.holds, part.fails)).unzip();
        Self { holds: any(holds), fails: all(fails) }
    }

    pub(super) fn xor(&self, other: &Self) -> Self {
        let both = |one: &Condition, other: &Condition| all(vec![one.clone(), other.clone()]);
        Self {
            holds: any(vec![both(&self.holds, &other.fails), both(&self.fails, &other.holds)]),
            fails: any(vec![both(&self.holds, &other.holds), both(&self.fails, &other.fails)]),
        }
    }

    /// This one, or the other where this is unknown.
    pub(super) fn or_else(self, other: Self) -> Self {
        let unknown = [not(self.holds.clone()), not(self.fails.clone())];
        let instead = |other: Condition| all(unknown.iter().cloned().chain([other]).collect());
        let (holds, fails) = (instead(other.holds), instead(other.fails));
        Self { holds: any(vec![self.holds, holds]), fails: any(vec![self.fails, fails]) }
    }

    pub(super) fn parts(&self) -> usize {
        parts(&self.holds) + parts(&self.fails)
    }
}

pub(super) fn never() -> Condition {
    Condition::Not(Box::new(Condition::Always))
}

pub(super) fn all(conditions: Vec<Condition>) -> Condition {
    let mut open: Vec<Condition> = Vec::new();
    for condition in conditions {
        match condition {
            Condition::Always => {}
            Condition::All(parts) => open.extend(parts),
            condition => open.push(condition),
        }
    }
    if open.contains(&never()) {
        return never();
    }
    let Some(mut open) = narrowed(open) else { return never() };
    match open.len() {
        0 => Condition::Always,
        1 => open.remove(0),
        _ => Condition::All(open),
    }
}

pub(super) fn any(conditions: Vec<Condition>) -> Condition {
    let mut open: Vec<Condition> = Vec::new();
    for condition in conditions {
        match condition {
            Condition::Any(parts) => open.extend(parts),
            condition if condition == never() || open.contains(&condition) => {}
            condition => open.push(condition),
        }
    }
    if open.contains(&Condition::Always) {
        return Condition::Always;
    }
    match open.len() {
        0 => never(),
        1 => open.remove(0),
        _ => Condition::Any(open),
    }
}

pub(super) fn not(condition: Condition) -> Condition {
    match condition {
        Condition::Not(part) => *part,
        condition => Condition::Not(Box::new(condition)),
    }
}

/// Ranges of one field made one, and needless tests left out; nothing where a range is empty.
fn narrowed(conditions: Vec<Condition>) -> Option<Vec<Condition>> {
    let mut kept: Vec<Condition> = Vec::new();
    for condition in conditions {
        let Condition::Field(FieldCondition { field, test }) = &condition else {
            if !kept.contains(&condition) {
                kept.push(condition);
            }
            continue;
        };
        let mut settled = false;
        for known in &mut kept {
            let Condition::Field(FieldCondition { field: known_field, test: known }) = known else { continue };
            if known_field != field {
                continue;
            }
            match (known, test) {
                (FieldTest::Between(known), FieldTest::Between(range))
                | (FieldTest::Date(known), FieldTest::Date(range)) => {
                    *known = both(*known, *range)?;
                    settled = true;
                }
                // What passes any test is present.
                (_, FieldTest::Present) => settled = true,
                (known @ FieldTest::Present, test) => {
                    *known = test.clone();
                    settled = true;
                }
                (known, test) if known == test => settled = true,
                _ => {}
            }
            if settled {
                break;
            }
        }
        if !settled {
            kept.push(condition);
        }
    }
    Some(kept)
}

fn both(one: Range, other: Range) -> Option<Range> {
    let max = match (one.max, other.max) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let range = Range { min: one.min.max(other.min), max };
    let is_empty = matches!(range, Range { min: Some(min), max: Some(max) } if min > max);
    (!is_empty).then_some(range)
}

fn parts(condition: &Condition) -> usize {
    match condition {
        Condition::All(parts_of) | Condition::Any(parts_of) => 1 + parts_of.iter().map(parts).sum::<usize>(),
        Condition::Not(part) => 1 + parts(part),
        _ => 1,
    }
}

pub(super) fn depth(condition: &Condition) -> usize {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => 1 + parts.iter().map(depth).max().unwrap_or(0),
        Condition::Not(part) => 1 + depth(part),
        _ => 1,
    }
}
