//! Bounds against every way of filling in small forms.

use leadglass_scoring::{
    Decision, Explanation, Form, Points,
    bounds::{Bounds, Progress, Widening, bounds, bounds_within},
    grade::Grade,
    score,
};
use proptest::prelude::*;

use crate::{
    laws::cases,
    small::{NOW, Small, small},
};

fn progress(small: &Small) -> Progress {
    Progress::new(&small.form, &small.so_far(), NOW)
}

fn explanations(small: &Small, progress: &Progress) -> Vec<Explanation> {
    let leads = small.leads(|field| progress.is_open(&small.form, field));
    leads.iter().map(|lead| score(&small.form, lead, &small.circumstances)).collect()
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list.dedup();
    list
}

fn decisions(all: &[Explanation]) -> Vec<Decision> {
    sorted(all.iter().map(|it| it.decision).collect())
}

fn grades(all: &[Explanation]) -> Vec<Grade> {
    sorted(all.iter().map(|it| it.grade).collect())
}

fn contain(bounds: &Bounds, all: &[Explanation]) -> Result<(), TestCaseError> {
    for one in all {
        prop_assert!(bounds.least <= one.points && one.points <= bounds.greatest, "{bounds:?} without {one:?}");
        prop_assert!(bounds.decisions.contains(&one.decision), "{bounds:?} without {one:?}");
        prop_assert!(bounds.grades.contains(&one.grade), "{bounds:?} without {one:?}");
        prop_assert!(bounds.may_veto || one.gates.is_empty(), "{bounds:?} without {one:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn bounds_hold_whatever_is_answered_and_are_reached_where_they_are_exact(small in small()) {
        let progress = progress(&small);
        let bounds = bounds(&small.form, &progress, &small.circumstances);
        let all = explanations(&small, &progress);
        contain(&bounds, &all)?;
        if bounds.exact && !all.is_empty() {
            prop_assert_eq!(Some(bounds.least), all.iter().map(|it| it.points).min());
            prop_assert_eq!(Some(bounds.greatest), all.iter().map(|it| it.points).max());
            prop_assert_eq!(&bounds.decisions, &decisions(&all));
            prop_assert_eq!(&bounds.grades, &grades(&all));
            prop_assert_eq!(bounds.may_veto, all.iter().any(|it| !it.gates.is_empty()));
        }
    }

    #[test]
    fn no_answer_moves_the_points_further_than_its_field_may(small in small()) {
        let progress = progress(&small);
        let bounds = bounds(&small.form, &progress, &small.circumstances);
        for open in &bounds.open {
            let slot = small.form.fields().get(&open.field).expect("a field of the form").0;
            let mut spans: Vec<(Vec<_>, Points, Points)> = Vec::new();
            for lead in small.leads(|field| progress.is_open(&small.form, field)) {
                let explanation = score(&small.form, &lead, &small.circumstances);
                prop_assert!(open.may_veto || bounds.open.iter().any(|it| it.may_veto) || !bounds.may_veto || !explanation.gates.is_empty());
                let mut others = lead.values().to_vec();
                others[slot] = None;
                match spans.iter_mut().find(|(known, ..)| *known == others) {
                    Some((_, least, greatest)) => {
                        *least = explanation.points.min(*least);
                        *greatest = explanation.points.max(*greatest);
                    }
                    None => spans.push((others, explanation.points, explanation.points)),
                }
            }
            let widest = spans.iter().map(|(_, least, greatest)| greatest.milli() - least.milli()).max().unwrap_or(0);
            prop_assert!(widest <= open.spread.milli(), "{open:?} moves {widest}");
        }
    }

    #[test]
    fn a_page_that_knows_the_widening_contains_what_the_server_decides(small in small()) {
        let public = Form::new(small.form.definition().public()).expect("the public part is a form");
        let progress = progress(&small);
        let bounds = bounds_within(&public, &progress, &small.circumstances, &Widening::of(&small.form));
        contain(&bounds, &explanations(&small, &progress))?;
    }

    #[test]
    fn settling_a_field_never_widens_the_bounds(small in small()) {
        let none = Progress::new(&small.form, &leadglass_scoring::Answers::new(), NOW);
        let before = bounds(&small.form, &none, &small.circumstances);
        let after = bounds(&small.form, &progress(&small), &small.circumstances);
        prop_assert!(before.least <= after.least && after.greatest <= before.greatest);
        prop_assert!(after.decisions.iter().all(|decision| before.decisions.contains(decision)));
    }

    #[test]
    fn a_whole_lead_has_one_outcome(small in small()) {
        for lead in small.leads(|_| true).iter().take(20) {
            let bounds = bounds(&small.form, &Progress::of(lead), &small.circumstances);
            let explanation = score(&small.form, lead, &small.circumstances);
            prop_assert_eq!((bounds.least, bounds.greatest), (explanation.points, explanation.points));
            prop_assert_eq!(bounds.settled(), Some(explanation.decision));
            prop_assert_eq!(&bounds.grades, &vec![explanation.grade]);
            prop_assert!(bounds.exact && bounds.open.is_empty());
        }
    }
}

#[test]
fn most_small_cards_have_exact_bounds() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let exact = std::cell::Cell::new(0);
    runner
        .run(&small(), |small| {
            let bounds = bounds(&small.form, &progress(&small), &small.circumstances);
            exact.set(exact.get() + u32::from(bounds.exact));
            Ok(())
        })
        .expect("nothing fails");
    assert!(exact.get() > 128, "of 256 cards {} have exact bounds", exact.get());
}
