//! Ids for names that were made up elsewhere.

use std::collections::BTreeSet;

/// The ids that are taken.
#[derive(Default)]
pub(super) struct Names {
    fields: BTreeSet<String>,
    criteria: BTreeSet<String>,
}

impl Names {
    /// An id for a field: the name as columns of tables are matched to fields, where that is an id.
    pub(super) fn field(&mut self, name: &str) -> String {
        unique(name, "field", &mut self.fields)
    }

    /// An id for a criterion.
    pub(super) fn criterion(&mut self, name: &str) -> String {
        unique(name, "criterion", &mut self.criteria)
    }
}

fn unique(name: &str, otherwise: &str, taken: &mut BTreeSet<String>) -> String {
    let base = id(name, otherwise);
    let numbered = (2..).map(|number| format!("{base}_{number}"));
    let mut free = std::iter::once(base.clone()).chain(numbered).filter(|id| !taken.contains(id));
    let id = free.next().unwrap_or(base);
    taken.insert(id.clone());
    id
}

pub(super) fn id(name: &str, otherwise: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let id: String = name.trim().to_lowercase().chars().map(letter).take(56).collect();
    if id.starts_with(|first: char| first.is_ascii_lowercase()) {
        id
    } else {
        format!("{otherwise}_{id}").trim_end_matches('_').to_owned()
    }
}
