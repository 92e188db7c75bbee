//! What is not asked changes no decision, tried with every way of filling in small forms.

use std::{cell::Cell, collections::BTreeMap};

use leadglass_scoring::{
    Decision, Form,
    bounds::{Progress, Widening, bounds_within},
    form::WhatMatters,
    matters::matters,
    score,
};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::{
    laws::cases,
    small::{NOW, Small, small, small_with_conditions},
};

/// What pages have of a form that asks only what matters.
fn public_form(form: &Form) -> Form {
    let mut definition = form.definition().clone();
    definition.flow.get_or_insert_default().what_matters = Some(WhatMatters::default());
    let public = definition.public();
    assert_eq!(public.public(), public, "what is public of a public form is all of it");
    Form::new(public).expect("the public part is a form")
}

/// All leads from here that differ in nothing but what does not matter have one decision, by the whole card.
fn what_does_not_matter_changes_nothing(small: &Small) -> Result<(), TestCaseError> {
    let progress = Progress::new(&small.form, &small.so_far(), NOW);
    let matters = matters(&public_form(&small.form), &small.so_far(), NOW);
    let mut seen: BTreeMap<String, Decision> = BTreeMap::new();
    for lead in small.leads(|field| progress.is_open(&small.form, field)) {
        let decision = score(&small.form, &lead, &small.circumstances).decision;
        let mut others = lead.values().to_vec();
        let fields = small.form.definition().fields.iter().zip(&matters);
        for (value, (field, matters)) in others.iter_mut().zip(fields) {
            if !matters && progress.is_open(&small.form, &field.id) {
                prop_assert!(!field.required, "{} must be answered", field.id);
                *value = None;
            }
        }
        let before = seen.entry(format!("{others:?}")).or_insert(decision);
        prop_assert_eq!(*before, decision, "{:?} of {:?}", matters, others);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn an_answer_that_does_not_matter_never_changes_the_decision(small in small()) {
        what_does_not_matter_changes_nothing(&small)?;
    }

    #[test]
    fn nor_where_some_fields_are_asked_by_what_was_answered_before(small in small_with_conditions()) {
        what_does_not_matter_changes_nothing(&small)?;
    }

    #[test]
    fn nothing_matters_less_than_the_bounds_say(small in small()) {
        let (public, so_far) = (public_form(&small.form), small.so_far());
        let matters = matters(&public, &so_far, NOW);
        let progress = Progress::new(&small.form, &so_far, NOW);
        let bounds = bounds_within(&public, &progress, &small.circumstances, &Widening::of(&small.form));
        for open in bounds.open.iter().filter(|_| bounds.exact && bounds.settled().is_none()) {
            let slot = small.form.fields().get(&open.field).expect("a field of the form").0;
            // The one open question whose answer decides is asked.
            prop_assert!(bounds.open.len() > 1 || matters[slot], "{:?} of {:?}", matters, bounds);
        }
    }

    #[test]
    fn where_forms_do_not_say_so_everything_is_asked(small in small()) {
        let public = Form::new(small.form.definition().public()).expect("the public part is a form");
        prop_assert!(matters(&public, &small.so_far(), NOW).iter().all(|matters| *matters));
    }
}

#[test]
fn much_that_cannot_matter_is_not_asked() {
    let counts = Cell::new([0, 0]);
    let count = |small: Small| {
        let (public, so_far) = (public_form(&small.form), small.so_far());
        let Some(WhatMatters { may_go, .. }) =
            &public.definition().flow.as_ref().and_then(|it| it.what_matters.clone())
        else {
            return Ok(());
        };
        let progress = Progress::new(&small.form, &so_far, NOW);
        let bounds = bounds_within(&public, &progress, &small.circumstances, &Widening::of(&small.form));
        let matters = matters(&public, &so_far, NOW);
        let [mut cannot, mut gone] = counts.get();
        for slot in may_go {
            let field = &public.definition().fields[usize::from(*slot)].id;
            let open = bounds.open.iter().find(|open| open.field == *field);
            cannot += u32::from(open.is_some() && bounds.settled().is_some());
            gone += u32::from(open.is_some() && !matters[usize::from(*slot)]);
        }
        counts.set([cannot, gone]);
        Ok(())
    };
    TestRunner::deterministic().run(&small(), count).expect("nothing fails");
    let [cannot, gone] = counts.get();
    assert!(gone > 32 && gone * 2 > cannot, "of {cannot} questions that cannot matter {gone} are not asked");
}

/// A form of a place that decides, two questions that add up, and whatever more a test asks.
fn form(more: &str) -> Form {
    let file = include_str!("../../../../tests/forms/matters.toml");
    let form = leadglass_scoring::form_file::parse(&format!("{file}\n{more}")).expect("the form is right").form;
    Form::new(form.definition().public()).expect("the public part is a form")
}

/// The optional questions that are asked after these answers.
fn asked(form: &Form, answers: &[(&str, &str)]) -> Vec<String> {
    let matters = matters(form, &answers.iter().copied().collect(), NOW);
    let fields = form.definition().fields.iter().zip(matters);
    fields.filter(|(field, matters)| !field.required && *matters).map(|(field, _)| field.id.clone()).collect()
}

#[test]
fn a_question_is_asked_until_nothing_it_can_give_changes_the_decision() {
    let form = form("");
    assert_eq!(asked(&form, &[]), ["rooms", "budget", "note"]);
    // Too far away, whatever else.
    assert_eq!(asked(&form, &[("region", "far")]), ["note"]);
    assert_eq!(asked(&form, &[("region", "near")]), ["rooms", "budget", "note"]);
    // Accepted already.
    assert_eq!(asked(&form, &[("region", "near"), ("rooms", "5")]), ["note"]);
    // What is answered is not asked again, what can't be read is.
    assert_eq!(asked(&form, &[("region", "near"), ("rooms", "1")]), ["budget", "note"]);
    assert_eq!(asked(&form, &[("region", "near"), ("rooms", "many")]), ["rooms", "budget", "note"]);
}

#[test]
fn what_a_page_does_not_know_may_change_the_decision() {
    let secret = |points: &str| {
        let criterion =
            "[[criterion]]\nid = \"secret\"\ndimension = \"fit\"\nreason = \"S\"\n  [[criterion.condition]]\n";
        form(&format!("{criterion}  when = {{ field = \"note\", present = true }}\n  points = {points}"))
    };
    assert_eq!(asked(&secret("129"), &[("region", "far")]), ["note"]);
    // Which question a secret criterion asks a page does not know.
    assert_eq!(asked(&secret("130"), &[("region", "far")]), ["rooms", "budget", "note"]);
    let gate = "[[gate]]\nid = \"gate\"\nreason = \"G\"\nwhen = { field = \"note\", present = true }";
    let accepted = [("region", "near"), ("rooms", "5")];
    assert_eq!(asked(&form(gate), &accepted), ["budget", "note"]);
    assert_eq!(asked(&form(gate), &[("region", "far")]), ["note"]);
}

#[test]
fn a_public_gate_and_readiness_keep_open_what_they_ask() {
    let gate =
        "[[gate]]\nid = \"gate\"\npublic = true\nreason = \"G\"\nwhen = { field = \"budget\", at_most = \"1 EUR\" }";
    let accepted = [("region", "near"), ("rooms", "5")];
    assert_eq!(asked(&form(gate), &accepted), ["budget", "note"]);
    assert_eq!(asked(&form(gate), &[("region", "far")]), ["note"]);
    let readiness = |public: &str| {
        let head = "[readiness]\npublic = true\nready = 20\nwarming = 10\naccept_needs = \"ready\"\n";
        let criterion = format!("  [[readiness.criterion]]\n  id = \"plan\"\n  public = {public}\n  reason = \"P\"\n");
        let when = "when = { field = \"budget\", present = true }";
        form(&format!("{head}{criterion}    [[readiness.criterion.condition]]\n    {when}\n    points = 20"))
    };
    for public in ["true", "false"] {
        assert_eq!(asked(&readiness(public), &accepted), ["budget", "note"], "{public}");
        assert_eq!(asked(&readiness(public), &[("region", "far")]), ["note"], "{public}");
    }
}

#[test]
fn what_is_seen_of_a_visitor_may_change_until_they_send_the_form() {
    let criterion = |when: &str| {
        let head = "[[criterion]]\nid = \"seen\"\ndimension = \"engagement\"\npublic = true\nreason = \"S\"\n";
        form(&format!("{head}  [[criterion.condition]]\n  when = {when}\n  points = 250"))
    };
    let far = [("region", "far")];
    let of_the_visitor = [
        "{ signal = \"pricing_viewed\" }",
        "{ last_touch = \"source\", is = [\"partner\"] }",
        "{ moment = [\"buy\"] }",
        "{ hour = { at_least = 8, at_most = 18 } }",
    ];
    for when in of_the_visitor {
        assert_eq!(asked(&criterion(when), &far), ["rooms", "budget", "note"], "{when}");
    }
    // How the answers come is known.
    assert_eq!(asked(&criterion("{ channel = [\"call\"] }"), &far), ["note"]);
    assert_eq!(asked(&criterion("{ channel = [\"form\"] }"), &[("region", "near")]), ["note"]);
    assert_eq!(asked(&criterion("{ channel = [\"call\"] }"), &[("region", "near")]), ["rooms", "budget", "note"]);
}

#[test]
fn a_question_on_which_another_hangs_is_asked() {
    let hanging =
        "[[field]]\nid = \"when\"\nkind = \"date\"\nlabel = \"When?\"\nwhen = { field = \"rooms\", at_least = 2 }";
    assert_eq!(asked(&form(hanging), &[("region", "far")]), ["rooms", "note", "when"]);
}

#[test]
fn an_answer_to_what_may_not_be_asked_after_all_settles_nothing() {
    let field =
        "[[field]]\nid = \"deposit\"\nkind = \"yes_no\"\nlabel = \"D\"\nwhen = { field = \"region\", is = [\"near\"] }";
    let criterion = "[[criterion]]\nid = \"deposit\"\ndimension = \"fit\"\npublic = true\nreason = \"D\"";
    let condition = "[[criterion.condition]]\nwhen = { field = \"deposit\", is = \"yes\" }\npoints = 250";
    let form = form(&[field, criterion, condition].join("\n"));
    assert_eq!(asked(&form, &[("region", "near"), ("deposit", "yes")]), ["note"]);
    assert_eq!(asked(&form, &[("deposit", "yes")]), ["rooms", "budget", "note", "deposit"]);
    assert_eq!(asked(&form, &[("region", "far"), ("deposit", "yes")]), ["note"]);
}
