//! Changes of the answers against every other way of filling in small forms.

use leadglass_scoring::{
    Answers, Lead,
    change::{Change, NewAnswer, changes, is_changeable},
    score, validate,
};
use proptest::{prelude::*, sample::Index};

use crate::{
    laws::cases,
    small::{NOW, Small, small},
};

fn changed(small: &Small, lead: &Lead, change: &Change) -> Lead {
    let mut answers: Answers = lead.answers(&small.form);
    for answer in &change.answers {
        answers.set(answer.field.clone(), answer.example.clone());
    }
    validate(&small.form, &answers, NOW).expect("a change gives a lead")
}

/// The fields in which two leads differ.
fn differences(small: &Small, one: &Lead, other: &Lead) -> Vec<String> {
    let fields = small.form.definition().fields.iter().zip(one.values().iter().zip(other.values()));
    fields.filter(|(_, (one, other))| one != other).map(|(field, _)| field.id.clone()).collect()
}

/// Any lead of a small form.
fn lead_of(small: &Small, which: Index) -> Option<Lead> {
    let leads = small.leads(|_| true);
    (!leads.is_empty()).then(|| leads[which.index(leads.len())].clone())
}

fn one_field(change: &Change) -> Option<&str> {
    if let [answer] = change.answers.as_slice() { Some(&answer.field) } else { None }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn every_change_alters_the_decision_as_it_says(small in small(), which in any::<Index>()) {
        let Some(lead) = lead_of(&small, which) else { return Ok(()) };
        let now = score(&small.form, &lead, &small.circumstances);
        for change in changes(&small.form, &lead, &small.circumstances).changes {
            let other = changed(&small, &lead, &change);
            let then = score(&small.form, &other, &small.circumstances);
            prop_assert_ne!(then.decision, now.decision);
            prop_assert_eq!((then.decision, then.points), (change.decision, change.points));
            let fields: Vec<String> = change.answers.iter().map(|answer| answer.field.clone()).collect();
            prop_assert_eq!(&differences(&small, &lead, &other), &fields);
            for field in &small.form.definition().fields {
                prop_assert!(!fields.contains(&field.id) || is_changeable(&small.form, field));
            }
        }
    }

    #[test]
    fn no_smaller_change_exists_where_they_are_exact(small in small(), which in any::<Index>()) {
        let Some(lead) = lead_of(&small, which) else { return Ok(()) };
        let now = score(&small.form, &lead, &small.circumstances).decision;
        let changes = changes(&small.form, &lead, &small.circumstances);
        if !changes.exact {
            return Ok(());
        }
        let can_change = |id: &String| {
            let field = small.form.definition().fields.iter().find(|field| field.id == *id);
            field.is_some_and(|field| is_changeable(&small.form, field))
        };
        for other in small.leads(|_| true) {
            let fields = differences(&small, &lead, &other);
            let decision = score(&small.form, &other, &small.circumstances).decision;
            if decision == now || !fields.iter().all(can_change) {
                continue;
            }
            let is_alike = |change: &&Change| (change.decision < now) == (decision < now);
            let fewest = changes.changes.iter().filter(is_alike).map(|change| change.answers.len()).min();
            prop_assert!(fewest.is_some_and(|fewest| fewest <= fields.len()), "{fields:?} would do: {changes:?}");
            if let [field] = fields.as_slice() {
                let found = changes.changes.iter().find(|it| one_field(it) == Some(field) && it.decision == decision);
                prop_assert!(found.is_some(), "{field} alone leads to {decision}: {changes:?}");
            }
        }
    }

    #[test]
    fn a_number_moves_no_further_than_it_must(small in small(), which in any::<Index>()) {
        let Some(lead) = lead_of(&small, which) else { return Ok(()) };
        let now = score(&small.form, &lead, &small.circumstances).decision;
        let number = |lead: &Lead, field: &str| match lead.value(&small.form, field) {
            Some(leadglass_scoring::lead::Value::Number(number)) => Some(*number),
            Some(leadglass_scoring::lead::Value::Rating(mark)) => Some(i64::from(*mark)),
            _ => None,
        };
        for change in changes(&small.form, &lead, &small.circumstances).changes {
            let Some(field) = one_field(&change) else { continue };
            let Some(from) = number(&lead, field) else { continue };
            let Some(to) = number(&changed(&small, &lead, &change), field) else { continue };
            for other in small.leads(|_| true).iter().filter(|other| differences(&small, &lead, other) == [field]) {
                let there = number(other, field);
                let decision = score(&small.form, other, &small.circumstances).decision;
                if let Some(there) = there.filter(|there| there.abs_diff(from) < to.abs_diff(from)) {
                    prop_assert!(decision != change.decision, "{there} is nearer to {from} than {to}");
                }
                // What is said of a range is true of all of it.
                let is_within = match (&change.answers[0].to, there) {
                    (NewAnswer::AtLeast(first), Some(there)) => there >= first.parse().expect("a number"),
                    (NewAnswer::AtMost(last), Some(there)) => there <= last.parse().expect("a number"),
                    (NewAnswer::Between(first, last), Some(there)) => {
                        (first.parse().expect("a number")..=last.parse().expect("a number")).contains(&there)
                    }
                    _ => false,
                };
                prop_assert!(!is_within || decision == change.decision, "{there:?} is in {:?}", change.answers[0].to);
            }
            prop_assert_ne!(now, change.decision);
        }
    }
}

#[test]
fn most_small_cards_have_exact_changes_and_many_have_some() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (exact, some, several) = (std::cell::Cell::new(0), std::cell::Cell::new(0), std::cell::Cell::new(0));
    runner
        .run(&(small(), any::<Index>()), |(small, which)| {
            let Some(lead) = lead_of(&small, which) else { return Ok(()) };
            let changes = changes(&small.form, &lead, &small.circumstances);
            exact.set(exact.get() + u32::from(changes.exact));
            some.set(some.get() + u32::from(!changes.changes.is_empty()));
            several.set(several.get() + u32::from(changes.changes.iter().any(|change| change.answers.len() > 1)));
            Ok(())
        })
        .expect("nothing fails");
    let counts = (exact.get(), some.get(), several.get());
    assert!(counts.0 > 128 && counts.1 > 64 && counts.2 > 2, "of 256: exact, some, of several fields: {counts:?}");
}
