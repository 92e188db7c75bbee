//! What the build of the widget relies on when it takes parts of Yew out (`prune` in `xtask`): whatever becomes of a form, an
//! element never takes the place of one of its name with other attributes, and no list has keys in all its nodes.

use std::{ptr, sync::Arc};

use leadglass_form::{
    Failure, FollowUpText, FormAction, FormState, FormViewProps, Refusal, ServedText, SharedForm, form_view,
};
use leadglass_scoring::{Answers, FieldKind, Language, Moment, Timestamp, form_file};
use yew::{
    Html,
    virtual_dom::{Attributes, VNode, VTag},
};

const NOW: Timestamp = Timestamp::from_millis(0);

const FORMS: [&str; 10] = [
    include_str!("../../../www/forms/ask.toml"),
    include_str!("../../../www/forms/demo.toml"),
    include_str!("../../../www/forms/visit.toml"),
    include_str!("../../../tests/forms/everything.toml"),
    include_str!("../../../tests/forms/followed.toml"),
    include_str!("../../../tests/forms/matters.toml"),
    include_str!("../../../tests/forms/phone.toml"),
    include_str!("../../../tests/forms/questions.toml"),
    include_str!("../../../tests/forms/steps.toml"),
    include_str!("../../scoring/tests/forms/every_kind.toml"),
];

fn view(state: &FormState) -> Html {
    form_view(&FormViewProps { state: state.clone(), action: "/f/ask".into(), hidden: Vec::new(), alone: false })
}

/// Plain words for each field, and the first of its options.
fn answered(state: &FormState) -> Vec<(String, Vec<String>)> {
    let value = |kind: &FieldKind| match kind {
        FieldKind::Email => "ana@gmial.com".to_owned(),
        FieldKind::YesNo | FieldKind::Consent(_) => "yes".to_owned(),
        FieldKind::Number(_) | FieldKind::Rating(_) | FieldKind::Money(_) => "2".to_owned(),
        kind => kind.options().first().map_or("A table".to_owned(), |option| option.id.clone()),
    };
    state.form.fields.iter().map(|field| (field.id.clone(), vec![value(&field.kind)])).collect()
}

fn followed(full: bool) -> FollowUpText {
    let some = |text: &str| full.then(|| text.to_owned());
    let link = || ("Go on".to_owned(), "https://example.org".to_owned());
    let texts = || some("One").into_iter().collect::<Vec<_>>();
    let served = ServedText {
        heading: "Served".into(),
        text: some("Text"),
        steps: texts(),
        address: some("Orhei"),
        hours: texts(),
        links: full.then(link).into_iter().collect(),
    };
    FollowUpText {
        heading: "Thanks".into(),
        text: "We write.".into(),
        because: some("Because"),
        link: full.then(link),
        serves: vec![served; 1 + usize::from(full)],
    }
}

/// Everything that can become of a form, and its views.
fn views(form: &SharedForm) -> Vec<Html> {
    let start = FormState::new(form.clone(), Language::En, Answers::new()).folded(None);
    let mut states = vec![start.clone()];
    let mut walk = |mut state: FormState, actions: Vec<FormAction>| -> FormState {
        for action in actions {
            state = state.after(action);
            states.push(state.clone());
        }
        state
    };
    let all_wrong =
        form.fields.iter().map(|field| Refusal { field: field.id.clone(), message: "No.".into() }).collect();
    walk(start.clone(), vec![FormAction::Refuse(all_wrong), FormAction::Back, FormAction::Next { at: NOW }]);
    let mut answers = Answers::new();
    let mut typing = Vec::new();
    for (field, values) in answered(&start) {
        answers.set(field.clone(), values);
        typing.push(FormAction::Edit { field: field.clone(), answers: answers.clone(), at: NOW });
        typing.push(FormAction::Leave { field, at: NOW });
    }
    let state = walk(start.clone(), typing);
    let moments = [Moment::Know, Moment::Go, Moment::Do, Moment::Buy].map(Some).into_iter().chain([None]);
    for moment in moments {
        for state in [&start, &state] {
            walk(state.clone(), vec![FormAction::Adapt { moment, focused: None, at: NOW }]);
        }
    }
    let turns = form.fields.iter().flat_map(|field| {
        [FormAction::Next { at: NOW }, FormAction::Show { field: field.id.clone() }, FormAction::Back]
    });
    let state = walk(state, turns.collect());
    for failure in [Failure::Unreachable, Failure::Offline, Failure::Busy] {
        walk(state.clone(), vec![FormAction::Send, FormAction::Fail(failure)]);
    }
    for full in [false, true] {
        walk(state.clone(), vec![FormAction::Send, FormAction::Follow(followed(full))]);
    }
    states.iter().map(view).collect()
}

fn keys(tag: &VTag) -> &'static [&'static str] {
    match &tag.attributes {
        Attributes::Dynamic { keys, .. } => keys,
        other => panic!("`{}` has its attributes in another way: {other:?}", tag.tag()),
    }
}

/// What Yew compares when one view follows another: lists from their ends, whatever else by its place.
fn compare(new: &VNode, old: &VNode) {
    match (new, old) {
        (VNode::VTag(new), VNode::VTag(old)) if new.tag() == old.tag() && new.key == old.key => {
            assert!(
                ptr::eq(keys(new), keys(old)),
                "a `{}` with {:?} takes the place of one with {:?}",
                new.tag(),
                keys(new),
                keys(old)
            );
            if let (Some(new), Some(old)) = (new.children(), old.children()) {
                compare(new, old);
            }
        }
        (VNode::VList(new), VNode::VList(old)) => {
            new.iter().rev().zip(old.iter().rev()).for_each(|(new, old)| compare(new, old));
        }
        (VNode::VList(new), old) => {
            if let Some(last) = new.last() {
                compare(last, old);
            }
        }
        _ => {}
    }
}

fn has_plain_lists(node: &VNode) {
    match node {
        VNode::VList(list) => {
            assert!(list.is_empty() || list.iter().any(|node| node.key().is_none()), "all nodes of a list have keys");
            list.iter().for_each(has_plain_lists);
        }
        VNode::VTag(tag) => tag.children().into_iter().for_each(has_plain_lists),
        VNode::VText(_) => {}
        _ => panic!("the view has something other than elements, texts and lists"),
    }
}

#[test]
fn no_element_takes_the_place_of_one_of_its_name_with_other_attributes() {
    for source in FORMS {
        let form = form_file::parse(source).unwrap().form;
        let views = views(&SharedForm(Arc::new(form)));
        for new in &views {
            for old in &views {
                compare(new, old);
            }
        }
    }
}

#[test]
fn no_list_has_keys_in_all_its_nodes() {
    for source in FORMS {
        let form = form_file::parse(source).unwrap().form;
        views(&SharedForm(Arc::new(form))).iter().for_each(has_plain_lists);
    }
}
