//! What two versions of a form, or of its card alone, differ in, in words.

mod card;
mod facts;
mod form;

use std::collections::BTreeSet;

use leadglass_scoring::FormDefinition;
use serde::Serialize;
use utoipa::ToSchema;

use self::facts::{Fact, Facts};

/// What two versions differ in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// Whether they score alike: their cards have one id.
    pub same_card: bool,
    /// Whether they are alike in all they say.
    pub same_form: bool,
    /// What differs, part by part.
    pub items: Vec<ItemChange>,
}

/// What differs in one thing that has a name: a criterion, a field, a band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemChange {
    /// The part of the form it is in.
    pub part: &'static str,
    /// Its name.
    pub id: String,
    /// Whether it is new, gone or other than before.
    pub change: ChangeKind,
    /// What it says, or says otherwise.
    pub details: Vec<Detail>,
}

/// How a thing differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Only the second has it.
    Added,
    /// Only the first has it.
    Removed,
    /// Both have it, otherwise.
    Changed,
}

/// One thing that is said, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Detail {
    /// What is said it of.
    pub what: String,
    /// What the first says.
    pub before: Option<String>,
    /// What the second says.
    pub after: Option<String>,
}

/// One thing that has a name, and all that is said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Item {
    /// The part of the form it is in.
    pub part: &'static str,
    /// Its name.
    pub id: String,
    /// What is said of it.
    pub details: Vec<Said>,
}

/// One thing that is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Said {
    /// What is said it of.
    pub what: String,
    /// What is said.
    pub value: String,
}

/// All that a definition says, in the order that a difference is told in.
#[must_use]
pub fn describe(definition: &FormDefinition) -> Vec<Item> {
    let facts = facts(definition);
    let mut items = Vec::new();
    for part in facts::PARTS {
        let of_part = facts.of(part);
        for id in in_order(of_part.iter().map(|fact| fact.id.as_str())) {
            let said = |fact: &Fact| Said { what: fact.what.clone(), value: fact.value.clone() };
            let details = about(&of_part, id).into_iter().map(said).collect();
            items.push(Item { part, id: id.to_owned(), details });
        }
    }
    items
}

/// Compares two definitions.
#[must_use]
pub fn compare(one: &FormDefinition, other: &FormDefinition) -> Difference {
    let same_card = one.scorecard.id() == other.scorecard.id();
    let same_form = one.version() == other.version();
    let (before, after) = (facts(one), facts(other));
    let mut items = Vec::new();
    for part in facts::PARTS {
        let (before, after) = (before.of(part), after.of(part));
        let ids = in_order(after.iter().chain(&before).map(|fact| fact.id.as_str()));
        items.extend(ids.iter().filter_map(|id| item(part, id, &about(&before, id), &about(&after, id))));
        items.extend(reordered(part, &before, &after));
    }
    if items.is_empty() && !same_form {
        let part = if same_card { facts::FORM } else { facts::SCORECARD };
        let what = "something this program has no words for".to_owned();
        let detail = Detail { what, before: Some(one.version().to_string()), after: Some(other.version().to_string()) };
        items.push(ItemChange { part, id: one.id.clone(), change: ChangeKind::Changed, details: vec![detail] });
    }
    Difference { same_card, same_form, items }
}

fn facts(definition: &FormDefinition) -> Facts {
    let mut facts = Facts::default();
    card::tell(definition, &mut facts);
    form::tell(definition, &mut facts);
    facts
}

fn about<'a>(facts: &[&'a Fact], id: &str) -> Vec<&'a Fact> {
    facts.iter().filter(|fact| fact.id == id).copied().collect()
}

/// Each once, where it stands first.
fn in_order<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(*name)).collect()
}

fn item(part: &'static str, id: &str, before: &[&Fact], after: &[&Fact]) -> Option<ItemChange> {
    let change = match (before, after) {
        ([], _) => ChangeKind::Added,
        (_, []) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    };
    let said = |facts: &[&Fact], what: &str| facts.iter().find(|fact| fact.what == what).map(|fact| fact.value.clone());
    let detail = |what: &str| Detail { what: what.to_owned(), before: said(before, what), after: said(after, what) };
    let whats = in_order(before.iter().chain(after).map(|fact| fact.what.as_str()));
    let mut details: Vec<Detail> = whats.into_iter().map(detail).collect();
    details.retain(|detail| detail.before != detail.after);
    if change == ChangeKind::Changed && details.is_empty() {
        let order = |facts: &[&Fact]| facts.iter().map(|fact| fact.what.clone()).collect::<Vec<_>>().join("; ");
        let (before, after) = (order(before), order(after));
        if before != after {
            details.push(Detail { what: "order".into(), before: Some(before), after: Some(after) });
        }
    }
    (change != ChangeKind::Changed || !details.is_empty()).then(|| ItemChange {
        part,
        id: id.to_owned(),
        change,
        details,
    })
}

/// The order of what both have, where it is another.
fn reordered(part: &'static str, before: &[&Fact], after: &[&Fact]) -> Option<ItemChange> {
    let ids = |facts: &[&Fact], other: &[&Fact]| {
        let both = facts.iter().filter(|fact| other.iter().any(|it| it.id == fact.id)).map(|fact| fact.id.as_str());
        in_order(both).join(", ")
    };
    let (before, after) = (ids(before, after), ids(after, before));
    (before != after).then(|| ItemChange {
        part,
        id: "order".into(),
        change: ChangeKind::Changed,
        details: vec![Detail { what: "order".into(), before: Some(before), after: Some(after) }],
    })
}

#[cfg(test)]
mod tests {
    use leadglass_scoring::form_file;

    use super::*;

    fn definition(source: &str) -> FormDefinition {
        form_file::parse(source).unwrap().form.definition().clone()
    }

    fn told(edit: impl Fn(&str) -> String) -> (bool, Vec<String>) {
        let source = crate::testing::FORM;
        let edited = edit(source);
        assert_ne!(edited, source, "the edit must change the file");
        let difference = compare(&definition(source), &definition(&edited));
        assert!(!difference.same_form);
        let lines = difference.items.iter().flat_map(|item| {
            item.details.iter().map(move |detail| {
                let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
                let (before, after) = (value(&detail.before), value(&detail.after));
                format!("{} {} {:?}: {}: {before} > {after}", item.part, item.id, item.change, detail.what)
            })
        });
        (difference.same_card, lines.collect())
    }

    #[test]
    fn a_file_is_like_itself() {
        let definition = definition(crate::testing::FORM);
        assert_eq!(compare(&definition, &definition), Difference { same_card: true, same_form: true, items: vec![] });
    }

    #[test]
    fn words_are_told_and_make_no_other_card() {
        let (same_card, lines) = told(|source| source.replace("Your name", "Your full name"));
        assert!(same_card);
        assert_eq!(
            lines,
            ["fields name Changed: label (en): \u{201c}Your name\u{201d} > \u{201c}Your full name\u{201d}"]
        );
    }

    #[test]
    fn points_limits_and_secrecy_are_told() {
        let (same_card, lines) = told(|source| source.replace("points = 7.5", "points = 9"));
        assert!(!same_card);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].ends_with("+7.5 > +9"), "{lines:?}");
        let (_, lines) = told(|source| source.replace("\"10 000 EUR\"", "\"12 000 EUR\""));
        assert!(lines.iter().any(|line| line.contains("budget at least 10,000 EUR: +40 > -")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("budget at least 12,000 EUR: - > +40")), "{lines:?}");
    }
}
