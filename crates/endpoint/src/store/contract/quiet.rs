//! What every store must do about leads that come quietly, as imported ones do.

use std::time::Duration;

use uuid::Uuid;

use super::{AT, Place, later, lead, over_both};
use crate::store::{NewLead, Receiver, ReceiverState, Replay, Secret, Template};

over_both! {
    who_comes_quietly_is_told_to_nobody_until_it_is_asked_for
}

async fn who_comes_quietly_is_told_to_nobody_until_it_is_asked_for(place: Place) {
    let store = place.with_form().await;
    let receiver = Receiver {
        id: Uuid::from_u128(900),
        address: crate::store::Address("https://crm.example/hook".into()),
        template: Template::Json,
        events: vec![],
        forms: vec![],
        decisions: vec![],
        language: None,
        state: ReceiverState::Enabled,
        added_at: AT,
    };
    store.add_receiver(&receiver, &Secret::from_bytes(vec![1; 32]).unwrap()).await.unwrap();
    let told = async || {
        let (now, until) = (later(Duration::from_secs(1)), later(Duration::from_mins(1)));
        let claims = store.claim(receiver.id, now, until, 10).await.unwrap();
        claims.iter().map(|claim| claim.event.lead.as_u128()).collect::<Vec<_>>()
    };
    store.keep_lead(Box::new(NewLead { quiet: true, ..*lead(1, "Ana", AT) })).await.unwrap();
    store.keep_lead(lead(2, "Ion", AT)).await.unwrap();
    assert_eq!(told().await, [2]);
    assert_eq!(store.events(Uuid::from_u128(1)).await.unwrap().len(), 1);
    let (from, to, now) = (AT, later(Duration::from_secs(1)), AT);
    store.replay(&Replay { receiver: receiver.id, from, to, dead_only: false, now }).await.unwrap();
    assert!(told().await.contains(&1));
}
