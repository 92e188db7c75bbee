//! Where a card's file says what.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The lines of criteria and their conditions.
pub(super) struct Lines {
    /// For each criterion, its line and those of its conditions.
    criteria: Vec<(usize, Vec<usize>)>,
    segments: Vec<usize>,
}

impl Lines {
    pub(super) fn of(source: &str) -> Self {
        let (document, _) = DeTable::parse_recoverable(source);
        let line = |span: Range<usize>| 1 + source.get(..span.start).unwrap_or_default().matches('\n').count();
        let lines = |item: &Spanned<DeValue>| {
            let conditions = item.get_ref().as_table().map_or(&[][..], |table| items(table, "condition"));
            (line(item.span()), conditions.iter().map(|condition| line(condition.span())).collect())
        };
        let segments = items(document.get_ref(), "segment").iter().map(|segment| line(segment.span())).collect();
        Self { criteria: items(document.get_ref(), "criterion").iter().map(lines).collect(), segments }
    }

    /// The line of a segment; the first where the file does not say.
    pub(super) fn segment(&self, segment: usize) -> usize {
        self.segments.get(segment).copied().unwrap_or(1)
    }

    /// The line of a condition; that of its criterion, or the first, where the file does not say.
    pub(super) fn condition(&self, criterion: usize, condition: usize) -> usize {
        let Some((line, conditions)) = self.criteria.get(criterion) else { return 1 };
        conditions.get(condition).copied().unwrap_or(*line)
    }
}

fn items<'t, 's>(table: &'t DeTable<'s>, key: &str) -> &'t [Spanned<DeValue<'s>>] {
    match table.get(key).map(Spanned::get_ref) {
        Some(DeValue::Array(items)) => items,
        _ => &[],
    }
}
