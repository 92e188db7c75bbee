//! What every store must do about who confirms their address.

use std::time::Duration;

use leadglass_scoring::Timestamp;
use uuid::Uuid;

use super::{AT, Place, later, lead, over_both, over_both_sealed, quarantine::released};
use crate::store::{
    Address, Asked, Confirm, Confirmed, Doubt, EventKind, NewJudgement, NewLead, PersonKey, Receiver, ReceiverState,
    Secret, Store, Template,
};

over_both! {
    an_address_is_asked_in_the_leads_own_write_and_not_too_often
    an_address_is_confirmed_once_and_joins_whoever_confirmed_it_too
    who_is_held_is_asked_once_released_and_who_says_it_again_never
}

over_both_sealed! {
    an_address_is_asked_in_the_leads_own_write_and_not_too_often
    an_address_is_confirmed_once_and_joins_whoever_confirmed_it_too
    who_is_held_is_asked_once_released_and_who_says_it_again_never
}

fn receiver(number: u128, template: Template) -> Receiver {
    Receiver {
        id: Uuid::from_u128(number),
        address: Address("mailto:senders@leads.invalid".into()),
        template,
        events: vec![],
        forms: vec![],
        decisions: vec![],
        language: None,
        state: ReceiverState::Enabled,
        added_at: AT,
    }
}

fn asking(number: u128, address: PersonKey, at: Timestamp) -> Box<NewLead> {
    Box::new(NewLead { confirms: Some(address), ..*lead(number, &format!("Name {number}"), at) })
}

async fn with_receivers(place: &Place) -> std::sync::Arc<dyn Store> {
    let store = place.with_form().await;
    for (number, template) in [(900, Template::Confirm), (901, Template::Json)] {
        let secret = Secret::from_bytes(vec![1; 32]).unwrap();
        store.add_receiver(&receiver(number, template), &secret).await.unwrap();
    }
    store
}

/// What is to be told to a receiver, by lead.
async fn told(store: &dyn Store, receiver: u128) -> Vec<(u128, EventKind)> {
    let (now, until) = (later(Duration::from_hours(72)), later(Duration::from_hours(73)));
    let claims = store.claim(Uuid::from_u128(receiver), now, until, 100).await.unwrap();
    claims.iter().map(|claim| (claim.event.lead.as_u128(), claim.event.kind)).collect()
}

async fn an_address_is_asked_in_the_leads_own_write_and_not_too_often(place: Place) {
    let store = with_receivers(&place).await;
    for number in 1..=5 {
        store.keep_lead(asking(number, [1; 16], AT)).await.unwrap();
    }
    store.keep_lead(asking(6, [2; 16], AT)).await.unwrap();
    store.keep_lead(lead(7, "Name 7", AT)).await.unwrap();
    let tomorrow = later(Duration::from_hours(25));
    store.keep_lead(asking(8, [1; 16], tomorrow)).await.unwrap();
    let asked: Vec<_> = told(store.as_ref(), 900)
        .await
        .into_iter()
        .map(|(lead, kind)| {
            assert_eq!(kind, EventKind::ConfirmationAsked);
            lead
        })
        .collect();
    assert_eq!(asked.len(), 5);
    assert!([1, 2, 3, 6, 8].iter().all(|lead| asked.contains(lead)), "{asked:?}");
    // Nobody else is told that they were asked.
    assert!(told(store.as_ref(), 901).await.iter().all(|(_, kind)| *kind == EventKind::LeadCreated));
    let of = async |lead| store.confirmation(Uuid::from_u128(lead)).await.unwrap();
    assert_eq!(of(8).await, Some(Asked { asked_at: tomorrow, confirmed_at: None }));
    assert_eq!((of(4).await, of(7).await, of(99).await), (None, None, None));
}

async fn an_address_is_confirmed_once_and_joins_whoever_confirmed_it_too(place: Place) {
    let store = with_receivers(&place).await;
    for number in 1..=3 {
        store.keep_lead(asking(number, [1; 16], AT)).await.unwrap();
    }
    store.keep_lead(lead(4, "Name 4", AT)).await.unwrap();
    let at = later(Duration::from_mins(1));
    let confirm = |lead: u128, event: u128, at| Confirm {
        lead: Uuid::from_u128(lead),
        at,
        key: [9; 16],
        event: Uuid::from_u128(event),
    };
    assert_eq!(store.confirm(&confirm(1, 91, at)).await, Ok(Some(Confirmed::Now)));
    let again = confirm(1, 92, later(Duration::from_mins(2)));
    assert_eq!(store.confirm(&again).await, Ok(Some(Confirmed::Before(at))));
    assert_eq!(store.confirm(&confirm(3, 93, at)).await, Ok(Some(Confirmed::Now)));
    // Who was not asked confirms nothing, nor does who is not there, nor another workspace.
    assert_eq!(store.confirm(&confirm(4, 94, at)).await, Ok(None));
    assert_eq!(store.confirm(&confirm(99, 95, at)).await, Ok(None));
    let elsewhere = place.open_in("elsewhere").await;
    assert_eq!(elsewhere.confirm(&confirm(2, 96, at)).await, Ok(None));
    assert_eq!(store.confirmation(Uuid::from_u128(1)).await.unwrap().unwrap().confirmed_at, Some(at));
    let persons = store.persons(&[1, 2, 3].map(Uuid::from_u128)).await.unwrap();
    assert_eq!(persons.iter().map(|(_, person)| person.as_u128()).collect::<Vec<_>>(), [1, 2, 1]);
    let told = told(store.as_ref(), 901).await;
    let confirmed = told.iter().filter(|(_, kind)| *kind == EventKind::LeadConfirmed).map(|(lead, _)| *lead);
    assert_eq!(confirmed.collect::<Vec<_>>(), [1, 3]);
}

async fn who_is_held_is_asked_once_released_and_who_says_it_again_never(place: Place) {
    let store = with_receivers(&place).await;
    let doubt = Doubt { held: true, ..Doubt::default() };
    let held = [1, 4].map(|number| Box::new(NewLead { doubt: doubt.clone(), ..*asking(number, [1; 16], AT) }));
    for lead in held.clone() {
        store.keep_lead(lead).await.unwrap();
    }
    store.keep_lead(Box::new(NewLead { confirms: Some([2; 16]), ..*lead(2, "Ana", AT) })).await.unwrap();
    store.keep_lead(Box::new(NewLead { confirms: Some([2; 16]), ..*lead(3, "Ana", AT) })).await.unwrap();
    assert_eq!(told(store.as_ref(), 900).await, [(2, EventKind::ConfirmationAsked)]);
    let [asks, another] = held.map(|lead| released(&lead));
    store.judge_again(Box::new(NewJudgement { confirms: Some([1; 16]), ..*asks })).await.unwrap();
    // A form that asks nobody, by the day it is released
    store.judge_again(another).await.unwrap();
    let asked = store.confirmation(Uuid::from_u128(1)).await.unwrap();
    assert_eq!(asked.unwrap().asked_at, later(Duration::from_hours(1)), "a link works from then on");
    assert_eq!(store.confirmation(Uuid::from_u128(4)).await, Ok(None));
    assert_eq!(told(store.as_ref(), 900).await, [(1, EventKind::ConfirmationAsked)]);
}
