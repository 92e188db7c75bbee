//! What people ask of what is kept about them.

use std::{sync::Arc, time::Duration};

use leadglass_scoring::{Channel, Decision, Timestamp};
use uuid::Uuid;

use super::{AT, Place, later, lead, listed, over_both, over_both_sealed};
use crate::{
    clock::SystemIds,
    store::{
        About, Address, DeliveryState, Erase, Erasure, EventKind, NewLead, NewOutcome, NewSignal, Outcome, Receiver,
        ReceiverState, Secret, Settled, Store, Template, WhyErased, Withdraw,
    },
};

over_both! {
    s25_an_erased_lead_is_gone_with_its_twins_what_it_replaced_and_all_that_hangs_on_them
    s25_all_leads_of_an_address_are_erased_and_those_of_others_are_not
    s25_what_was_to_be_told_of_an_erased_lead_is_not_and_that_it_was_erased_is
    s25_leads_whose_time_is_over_are_found_a_few_at_a_time
    s25_a_permission_that_is_taken_back_keeps_when_it_was_given_and_is_told_once
    s25_in_another_workspace_nothing_is_erased_or_taken_back
    s25_the_row_that_an_erased_lead_was_imported_from_is_known
}

over_both_sealed! {
    s25_an_erased_lead_is_gone_with_its_twins_what_it_replaced_and_all_that_hangs_on_them
    s25_all_leads_of_an_address_are_erased_and_those_of_others_are_not
    s25_what_was_to_be_told_of_an_erased_lead_is_not_and_that_it_was_erased_is
    s25_leads_whose_time_is_over_are_found_a_few_at_a_time
    s25_a_permission_that_is_taken_back_keeps_when_it_was_given_and_is_told_once
    s25_in_another_workspace_nothing_is_erased_or_taken_back
}

fn erase(about: About) -> Erase {
    Erase { about, why: WhyErased::Asked, at: later(Duration::from_hours(1)), ids: Arc::new(SystemIds) }
}

fn of(email: &str) -> About {
    About::Email(email.into())
}

fn with_email(number: u128, name: &str, email: &str) -> Box<NewLead> {
    Box::new(NewLead { email: Some(email.into()), ..*lead(number, name, AT) })
}

fn ids(erased: &[Erasure]) -> Vec<u128> {
    erased.iter().map(|erasure| erasure.lead.as_u128()).collect()
}

async fn receiver(store: &dyn Store, number: u128, change: impl FnOnce(&mut Receiver)) {
    let mut receiver = Receiver {
        id: Uuid::from_u128(number),
        address: Address("https://crm.example/".into()),
        template: Template::Json,
        events: vec![],
        forms: vec![],
        decisions: vec![],
        language: None,
        state: ReceiverState::Enabled,
        added_at: AT,
    };
    change(&mut receiver);
    store.add_receiver(&receiver, &Secret::from_bytes(vec![1; 32]).unwrap()).await.unwrap();
}

async fn s25_an_erased_lead_is_gone_with_its_twins_what_it_replaced_and_all_that_hangs_on_them(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    // Its twin, and one that takes its place with another address, which has a twin too.
    store.keep_lead(lead(2, "Ana", AT)).await.unwrap();
    for number in [3, 4] {
        let mut changed = with_email(number, "Ana Pop", "pop@example.org");
        changed.supersedes = (number == 3).then(|| Uuid::from_u128(1_001));
        store.keep_lead(changed).await.unwrap();
    }
    store.keep_lead(with_email(9, "Ion", "ion@example.org")).await.unwrap();
    let signal = leadglass_scoring::Signal { name: "pricing_viewed".into(), at: AT };
    store.track(Uuid::from_u128(1), vec![NewSignal { id: Uuid::from_u128(7), signal }], AT).await.unwrap();
    let outcome = NewOutcome {
        id: Uuid::from_u128(11),
        lead: Uuid::from_u128(1),
        key: Uuid::from_u128(12),
        fingerprint: lead(1, "Ana", AT).fingerprint,
        outcome: Outcome::FirstContact,
        at: AT,
        noted_at: AT,
    };
    store.keep_outcome(&outcome).await.unwrap();
    let about = About::Lead(Uuid::from_u128(2));
    assert_eq!(store.about(&about).await.unwrap().len(), 4);
    let erased = store.erase(erase(about.clone())).await.unwrap();
    assert_eq!(ids(&erased), [1, 2, 3, 4]);
    for number in 1..=4 {
        assert_eq!(store.lead(Uuid::from_u128(number)).await, Ok(None));
        assert_eq!(store.outcomes(&[Uuid::from_u128(number)]).await, Ok(vec![]));
    }
    assert_eq!((listed(store.as_ref()).await, store.leads_after(None, 0, 9).await.unwrap().len()), (vec![9], 1));
    // That they were there stays known; asked again there is nothing to erase.
    assert_eq!((store.erase(erase(about)).await, store.erasures(None, 9).await), (Ok(vec![]), Ok(erased.clone())));
    let first = &erased[0];
    assert_eq!((first.received_at, first.erased_at, first.why), (AT, later(Duration::from_hours(1)), WhyErased::Asked));
    assert_eq!((&*first.form, first.form_version), ("enquiry", lead(1, "Ana", AT).form_version));
    assert_eq!(store.erasures(Some((first.erased_at, first.lead)), 2).await.unwrap(), erased[1..3]);
    assert_eq!(store.purge(first.erased_at).await, Ok(true));
}

async fn s25_all_leads_of_an_address_are_erased_and_those_of_others_are_not(place: Place) {
    let store = place.with_form().await;
    for number in 1..=3 {
        store.keep_lead(with_email(number, &format!("Ana {number}"), "ana@example.org")).await.unwrap();
    }
    let mut held = with_email(4, "Ana 4", "ana@example.org");
    held.doubt.held = true;
    store.keep_lead(held).await.unwrap();
    store.keep_lead(with_email(5, "Ion", "ion@example.org")).await.unwrap();
    for nobody in ["eva@example.org", "", "ana@example.or_", "%", "ana\0"] {
        assert_eq!(store.erase(erase(of(nobody))).await, Ok(vec![]), "{nobody:?}");
    }
    assert_eq!(ids(&store.erase(erase(of("ana@example.org"))).await.unwrap()), [1, 2, 3, 4]);
    assert_eq!((listed(store.as_ref()).await, store.held(None, 0, 9).await), (vec![5], Ok(vec![])));
}

async fn s25_what_was_to_be_told_of_an_erased_lead_is_not_and_that_it_was_erased_is(place: Place) {
    let store = place.with_form().await;
    // Whatever else they want to hear, who may have been told of it is told.
    receiver(store.as_ref(), 901, |it| it.events = vec![EventKind::LeadCreated]).await;
    receiver(store.as_ref(), 902, |it| it.decisions = vec![Decision::Accept]).await;
    receiver(store.as_ref(), 903, |it| it.forms = vec!["other".into()]).await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    store.keep_lead(lead(2, "Ion", AT)).await.unwrap();
    let until = later(Duration::from_hours(9));
    let now = later(Duration::from_hours(2));
    let claimed = store.claim(Uuid::from_u128(901), now, until, 1).await.unwrap().remove(0);
    assert_eq!(claimed.event.lead, Uuid::from_u128(1));
    store.erase(erase(About::Lead(Uuid::from_u128(1)))).await.unwrap();
    let settled = Settled {
        state: DeliveryState::Delivered,
        due_at: now,
        is_try: true,
        fault: None,
        throttled_until: None,
        gone: false,
        at: now,
    };
    // What was under way when it was erased is nobody's any more.
    assert_eq!(store.settle(&claimed, settled).await, Ok(false));
    let told = async |receiver: u128| -> Vec<(EventKind, u128)> {
        let claims = store.claim(Uuid::from_u128(receiver), now, until, 9).await.unwrap();
        claims.iter().map(|claim| (claim.event.kind, claim.event.lead.as_u128())).collect()
    };
    assert_eq!(told(901).await, [(EventKind::LeadCreated, 2), (EventKind::LeadErased, 1)]);
    assert_eq!((told(902).await, told(903).await), (vec![(EventKind::LeadErased, 1)], vec![]));
    let events = store.events(Uuid::from_u128(1)).await.unwrap();
    assert_eq!((events.len(), events[0].kind, &events[0].detail), (1, EventKind::LeadErased, &None));
}

async fn s25_leads_whose_time_is_over_are_found_a_few_at_a_time(place: Place) {
    let store = place.with_form().await;
    for number in 1..=4_u64 {
        let at = later(Duration::from_mins(number * 20));
        store.keep_lead(lead(number.into(), &format!("Ana {number}"), at)).await.unwrap();
    }
    let before = |form: &str, minutes| About::Before {
        form: form.into(),
        before: later(Duration::from_mins(minutes)),
        limit: 2,
    };
    assert_eq!(store.about(&before("other", 999)).await, Ok(vec![]));
    let erase = |about| Erase { why: WhyErased::Retention, ..erase(about) };
    assert_eq!(ids(&store.erase(erase(before("enquiry", 80))).await.unwrap()), [1, 2]);
    assert_eq!(ids(&store.erase(erase(before("enquiry", 80))).await.unwrap()), [3]);
    assert_eq!(store.erase(erase(before("enquiry", 80))).await, Ok(vec![]));
    assert_eq!(listed(store.as_ref()).await, [4]);
}

async fn s25_a_permission_that_is_taken_back_keeps_when_it_was_given_and_is_told_once(place: Place) {
    let store = place.with_form().await;
    receiver(store.as_ref(), 901, |it| it.events = vec![EventKind::LeadUpdated]).await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    store.keep_lead(lead(2, "Ana", AT)).await.unwrap();
    let withdraw = async |lead: u128, purposes: &[&str], after: u64| {
        let purposes = purposes.iter().map(|purpose| (*purpose).to_owned()).collect();
        let (lead, at) = (Uuid::from_u128(lead), later(Duration::from_mins(after)));
        store.withdraw(Withdraw { lead, purposes, at, ids: Arc::new(SystemIds) }).await.unwrap()
    };
    assert_eq!((withdraw(9, &[], 1).await, withdraw(1, &["other"], 1).await), (None, Some(vec![])));
    // By the twin's token, from both.
    assert_eq!(withdraw(2, &["contact", "other"], 2).await, Some(vec!["contact".to_owned()]));
    assert_eq!(withdraw(1, &[], 3).await, Some(vec![]));
    let taken_back_at: Option<Timestamp> = Some(later(Duration::from_mins(2)));
    for number in [1, 2] {
        let consents = store.lead(Uuid::from_u128(number)).await.unwrap().unwrap().consents;
        assert_eq!((consents.len(), consents[0].given_at, consents[0].withdrawn_at), (1, AT, taken_back_at));
    }
    let claims = store.claim(Uuid::from_u128(901), later(Duration::from_hours(1)), AT, 9).await.unwrap();
    let [told] = &claims[..] else { panic!("one is told: {claims:?}") };
    let expected = (Uuid::from_u128(1), Some(r#"{"withdrawn":["contact"]}"#));
    assert_eq!((told.event.lead, told.event.detail.as_deref()), expected);
}

async fn s25_in_another_workspace_nothing_is_erased_or_taken_back(place: Place) {
    let store = place.with_form().await;
    let new = lead(1, "Ana", AT);
    store.keep_lead(new.clone()).await.unwrap();
    let elsewhere = place.open_in("other").await;
    for about in [
        About::Lead(new.id),
        of("ana@example.org"),
        About::Before { form: "enquiry".into(), before: later(Duration::from_hours(9)), limit: 9 },
    ] {
        assert_eq!(elsewhere.erase(erase(about)).await, Ok(vec![]));
    }
    let withdraw = Withdraw { lead: new.id, purposes: vec![], at: AT, ids: Arc::new(SystemIds) };
    assert_eq!(elsewhere.withdraw(withdraw).await, Ok(None));
    store.erase(erase(About::Lead(new.id))).await.unwrap();
    assert_eq!(elsewhere.erasures(None, 9).await, Ok(vec![]));
}

async fn s25_the_row_that_an_erased_lead_was_imported_from_is_known(place: Place) {
    let store = place.with_form().await;
    let imported =
        |number| Box::new(NewLead { channel: Channel::Import, ..*with_email(number, "Ana", "ana@example.org") });
    store.keep_lead(imported(1)).await.unwrap();
    store.keep_lead(with_email(2, "Ion", "ion@example.org")).await.unwrap();
    let key = |number: u128| Uuid::from_u128(1_000 + number);
    assert_eq!(store.was_erased("enquiry", key(1)).await, Ok(false));
    for lead in [1, 2] {
        store.erase(erase(About::Lead(Uuid::from_u128(lead)))).await.unwrap();
    }
    assert_eq!(store.was_erased("enquiry", key(1)).await, Ok(true));
    // Of who came otherwise not even that is kept.
    assert_eq!(store.was_erased("enquiry", key(2)).await, Ok(false));
    assert_eq!(store.was_erased("other", key(1)).await, Ok(false));
    assert_eq!(place.open_in("other").await.was_erased("enquiry", key(1)).await, Ok(false));
}
