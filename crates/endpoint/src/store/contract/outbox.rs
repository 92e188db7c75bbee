//! What every store must do about telling others.

use std::sync::Arc;

use leadglass_scoring::{Decision, Timestamp};
use uuid::Uuid;

use super::{AT, Place, lead, over_both};
use crate::store::{
    Address, Claim, DeliveryState, Event, EventKind, LastFault, LostReason, NewJudgement, NewOutcome, Noted, Outcome,
    Receiver, ReceiverState, Replay, Secret, Settled, Store, StoreError, Tally, Template, Why,
};

over_both! {
    a_receiver_comes_back_as_it_was_added_and_goes_with_all_that_waits_for_it
    a_lead_is_told_to_who_wants_it_and_its_twin_and_its_retry_to_nobody
    of_a_held_lead_nobody_is_told_before_it_is_released
    a_lead_that_can_t_be_kept_is_told_to_nobody
    what_is_claimed_is_nobody_elses_until_the_claim_runs_out
    many_who_claim_at_once_take_each_delivery_once
    a_failed_delivery_waits_and_a_throttled_or_disabled_receiver_is_left_alone
    a_span_of_time_is_told_again_and_to_who_was_added_later
    the_former_secret_signs_beside_the_new_one_for_a_while
    what_was_delivered_long_ago_is_forgotten_and_what_happened_is_not
    another_verdict_and_an_outcome_are_told_and_the_same_verdict_is_not
}

fn at(after_ms: i64) -> Timestamp {
    Timestamp::from_millis(AT.as_millis() + after_ms)
}

fn receiver(number: u128) -> Receiver {
    Receiver {
        id: Uuid::from_u128(number),
        address: Address("https://crm.example/hook".into()),
        template: Template::Json,
        events: vec![EventKind::LeadCreated, EventKind::LeadErased],
        forms: vec!["enquiry".into(), "other".into()],
        decisions: vec![Decision::Nurture],
        language: Some(leadglass_scoring::Language::Ru),
        state: ReceiverState::Enabled,
        added_at: at(0),
    }
}

fn secret(byte: u8) -> Secret {
    Secret::from_bytes(vec![byte; 32]).unwrap()
}

async fn with_receiver(place: &Place, receiver: &Receiver) -> Arc<dyn Store> {
    let store = place.with_form().await;
    store.add_receiver(receiver, &secret(1)).await.unwrap();
    store
}

fn delivered(after_ms: i64) -> Settled {
    Settled {
        state: DeliveryState::Delivered,
        due_at: at(after_ms),
        is_try: true,
        fault: None,
        throttled_until: None,
        gone: false,
        at: at(after_ms),
    }
}

fn failed(after_ms: i64, due_ms: i64) -> Settled {
    Settled {
        state: DeliveryState::Waiting,
        due_at: at(due_ms),
        fault: Some("status.500".into()),
        ..delivered(after_ms)
    }
}

async fn claim(store: &dyn Store, after_ms: i64, until_ms: i64) -> Vec<Claim> {
    store.claim(Uuid::from_u128(900), at(after_ms), at(until_ms), 10).await.unwrap()
}

async fn a_receiver_comes_back_as_it_was_added_and_goes_with_all_that_waits_for_it(place: Place) {
    let store = with_receiver(&place, &receiver(900)).await;
    let open =
        Receiver { events: vec![], forms: vec![], decisions: vec![], language: None, added_at: at(1), ..receiver(901) };
    store.add_receiver(&open, &secret(2)).await.unwrap();
    assert_eq!(store.receivers().await.unwrap(), [receiver(900), open.clone()]);
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    assert_eq!(store.tallies().await.unwrap().len(), 2);
    assert_eq!(store.remove_receiver(open.id).await, Ok(true));
    assert_eq!(store.remove_receiver(open.id).await, Ok(false));
    assert_eq!(store.tallies().await.unwrap().len(), 1);
    assert_eq!(store.secrets(open.id, at(0)).await.unwrap(), []);
}

async fn a_lead_is_told_to_who_wants_it_and_its_twin_and_its_retry_to_nobody(place: Place) {
    let store = with_receiver(&place, &receiver(900)).await;
    for (number, change) in [
        (901, Receiver { forms: vec!["other".into()], ..receiver(901) }),
        (902, Receiver { decisions: vec![Decision::Accept], ..receiver(902) }),
        (903, Receiver { events: vec![EventKind::LeadOutcome], ..receiver(903) }),
        (904, Receiver { state: ReceiverState::Disabled, ..receiver(904) }),
    ] {
        store.add_receiver(&change, &secret(u8::try_from(number - 900).unwrap())).await.unwrap();
    }
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    store.keep_lead(lead(2, "Ana", AT)).await.unwrap();
    assert_eq!(store.due().await.unwrap(), [(Uuid::from_u128(900), AT)]);
    let claims = claim(store.as_ref(), 0, 60_000).await;
    let [claim] = &claims[..] else { panic!("one is told of one lead: {claims:?}") };
    assert_eq!((claim.event.clone(), claim.tries), (lead(1, "Ana", AT).came(), 0));
    assert_eq!(store.events(Uuid::from_u128(1)).await.unwrap(), std::slice::from_ref(&claim.event));
    assert_eq!(store.events(Uuid::from_u128(2)).await.unwrap(), []);
    // For who is not told now, it waits.
    assert_eq!(store.set_receiver(Uuid::from_u128(904), ReceiverState::Enabled).await, Ok(true));
    assert!(store.due().await.unwrap().contains(&(Uuid::from_u128(904), AT)));
}

async fn of_a_held_lead_nobody_is_told_before_it_is_released(place: Place) {
    let all = Receiver { events: vec![], ..receiver(900) };
    let store = with_receiver(&place, &all).await;
    let mut held = lead(1, "Ana", AT);
    held.doubt.held = true;
    store.keep_lead(held.clone()).await.unwrap();
    assert_eq!((store.due().await.unwrap(), store.events(held.id).await.unwrap()), (vec![], vec![]));
    let again = NewJudgement {
        lead: held.id,
        at: at(5_000),
        why: Why::Released,
        form_version: held.form_version,
        card: held.card,
        circumstances: held.circumstances.clone(),
        explanation: held.explanation.clone(),
        twins_within_ms: 0,
        owners: None,
        confirms: None,
        event: held.id,
        tracked: None,
    };
    assert_eq!(store.judge_again(Box::new(again.clone())).await, Ok(true));
    let released = Event { kind: EventKind::LeadReleased, at: at(5_000), ..held.came() };
    let claims = claim(store.as_ref(), 5_000, 60_000).await;
    assert_eq!(claims.into_iter().map(|claim| claim.event).collect::<Vec<_>>(), [released]);
    // It is told once.
    assert_eq!(store.judge_again(Box::new(again)).await, Ok(false));
    assert_eq!(claim(store.as_ref(), 5_000, 60_000).await, []);
}

async fn a_lead_that_can_t_be_kept_is_told_to_nobody(place: Place) {
    let store = with_receiver(&place, &receiver(900)).await;
    let mut stray = lead(1, "Ana", AT);
    stray.form_version = leadglass_scoring::encoding::VersionId::of(b"nothing");
    assert!(matches!(store.keep_lead(stray).await, Err(StoreError::Failed(_))));
    assert_eq!((store.due().await.unwrap(), store.events(Uuid::from_u128(1)).await.unwrap()), (vec![], vec![]));
}

async fn what_is_claimed_is_nobody_elses_until_the_claim_runs_out(place: Place) {
    let store = with_receiver(&place, &receiver(900)).await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let first = claim(store.as_ref(), 0, 1_000).await;
    assert_eq!((first.len(), claim(store.as_ref(), 999, 2_000).await.len()), (1, 0));
    let second = claim(store.as_ref(), 1_000, 2_000).await;
    assert_eq!(second.len(), 1);
    // Too late: it is another's by now.
    assert_eq!(store.settle(&first[0], delivered(1_001)).await, Ok(false));
    assert_eq!(store.settle(&second[0], delivered(1_002)).await, Ok(true));
    assert_eq!(store.settle(&second[0], delivered(1_003)).await, Ok(false));
    let tally = Tally { receiver: Uuid::from_u128(900), state: DeliveryState::Delivered, count: 1 };
    assert_eq!((store.tallies().await.unwrap(), store.due().await.unwrap()), (vec![tally], vec![]));
}

async fn many_who_claim_at_once_take_each_delivery_once(place: Place) {
    let store = with_receiver(&place, &receiver(900)).await;
    for number in 1..=40 {
        store.keep_lead(lead(number, &format!("Ana {number}"), AT)).await.unwrap();
    }
    let claimants: Vec<_> = (0..16)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.claim(Uuid::from_u128(900), at(0), at(60_000), 5).await.unwrap() })
        })
        .collect();
    let mut taken = Vec::new();
    for claimant in claimants {
        taken.extend(claimant.await.unwrap().into_iter().map(|claim| claim.event.id.as_u128()));
    }
    taken.sort_unstable();
    assert_eq!(taken, (1..=40).collect::<Vec<_>>());
}

async fn a_failed_delivery_waits_and_a_throttled_or_disabled_receiver_is_left_alone(place: Place) {
    let store = with_receiver(&place, &receiver(900)).await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let claims = claim(store.as_ref(), 0, 60_000).await;
    assert_eq!(store.settle(&claims[0], failed(10, 5_000)).await, Ok(true));
    assert_eq!(store.due().await.unwrap(), [(Uuid::from_u128(900), at(5_000))]);
    assert_eq!(claim(store.as_ref(), 4_999, 60_000).await, []);
    let claims = claim(store.as_ref(), 5_000, 65_000).await;
    assert_eq!(claims[0].tries, 1);
    let throttled = Settled { throttled_until: Some(at(9_000)), ..failed(5_010, 6_000) };
    assert_eq!(store.settle(&claims[0], throttled).await, Ok(true));
    assert_eq!(store.due().await.unwrap(), [(Uuid::from_u128(900), at(9_000))]);
    let last = LastFault { receiver: Uuid::from_u128(900), fault: "status.500".into(), at: at(5_010) };
    assert_eq!(store.last_faults().await, Ok(vec![last]));
    assert_eq!(claim(store.as_ref(), 8_999, 60_000).await, []);
    assert_eq!(store.set_receiver(Uuid::from_u128(900), ReceiverState::Disabled).await, Ok(true));
    assert_eq!((claim(store.as_ref(), 9_000, 69_000).await, store.due().await.unwrap()), (vec![], vec![]));
    assert_eq!(store.set_receiver(Uuid::from_u128(900), ReceiverState::Enabled).await, Ok(true));
    let claims = claim(store.as_ref(), 9_000, 69_000).await;
    assert_eq!(claims[0].tries, 2);
    let gone = Settled { state: DeliveryState::Dead, gone: true, ..delivered(9_010) };
    assert_eq!(store.settle(&claims[0], gone).await, Ok(true));
    assert_eq!(store.receivers().await.unwrap()[0].state, ReceiverState::Gone);
    assert_eq!(store.set_receiver(Uuid::from_u128(1), ReceiverState::Enabled).await, Ok(false));
}

async fn a_span_of_time_is_told_again_and_to_who_was_added_later(place: Place) {
    let store = place.with_form().await;
    for (number, name) in [(1, "Ana"), (2, "Ion"), (3, "Eva")] {
        store.keep_lead(lead(number, name, at(i64::try_from(number).unwrap() * 1_000))).await.unwrap();
    }
    store.add_receiver(&receiver(900), &secret(1)).await.unwrap();
    let replay = |dead_only| Replay {
        receiver: Uuid::from_u128(900),
        from: at(2_000),
        to: at(4_000),
        dead_only,
        now: at(10_000),
    };
    assert_eq!(store.replay(&replay(true)).await, Ok(0));
    assert_eq!(store.replay(&replay(false)).await, Ok(2));
    // They wait already.
    assert_eq!(store.replay(&replay(false)).await, Ok(0));
    let claims = claim(store.as_ref(), 10_000, 60_000).await;
    assert_eq!(claims.iter().map(|claim| claim.event.lead.as_u128()).collect::<Vec<_>>(), [2, 3]);
    store.settle(&claims[0], delivered(10_001)).await.unwrap();
    let dead = Settled { state: DeliveryState::Dead, ..delivered(10_002) };
    store.settle(&claims[1], dead).await.unwrap();
    assert_eq!(store.replay(&replay(true)).await, Ok(1));
    assert_eq!(store.replay(&replay(false)).await, Ok(1));
    let claims = claim(store.as_ref(), 10_000, 60_000).await;
    assert_eq!(claims.iter().map(|claim| claim.tries).collect::<Vec<_>>(), [0, 0]);
    let nobody = Replay { receiver: Uuid::from_u128(1), ..replay(false) };
    assert!(matches!(store.replay(&nobody).await, Err(StoreError::Failed(_))));
}

async fn the_former_secret_signs_beside_the_new_one_for_a_while(place: Place) {
    let store = with_receiver(&place, &receiver(900)).await;
    let id = Uuid::from_u128(900);
    store.rotate_secret(id, &secret(2), at(1_000), at(5_000)).await.unwrap();
    assert_eq!(store.secrets(id, at(4_999)).await.unwrap(), [secret(2), secret(1)]);
    assert_eq!(store.secrets(id, at(5_000)).await.unwrap(), [secret(2)]);
    store.rotate_secret(id, &secret(3), at(6_000), at(9_000)).await.unwrap();
    assert_eq!(store.secrets(id, at(6_000)).await.unwrap(), [secret(3), secret(2)]);
    let nobody = store.rotate_secret(Uuid::from_u128(1), &secret(4), at(0), at(1)).await;
    assert!(matches!(nobody, Err(StoreError::Failed(_))));
}

async fn what_was_delivered_long_ago_is_forgotten_and_what_happened_is_not(place: Place) {
    let store = with_receiver(&place, &receiver(900)).await;
    for number in 1..=4_u32 {
        store.keep_lead(lead(number.into(), &format!("Ana {number}"), AT)).await.unwrap();
    }
    let claims = claim(store.as_ref(), 0, 60_000).await;
    for (claim, after_ms) in claims.iter().zip([10, 20, 30]) {
        store.settle(claim, delivered(after_ms)).await.unwrap();
    }
    let dead = Settled { state: DeliveryState::Dead, ..delivered(1) };
    store.settle(&claims[3], dead).await.unwrap();
    assert_eq!(place.open_in("other").await.prune(at(100), 10).await, Ok(0));
    assert_eq!(store.prune(at(30), 1).await, Ok(1));
    assert_eq!(store.prune(at(30), 10).await, Ok(1));
    assert_eq!(store.prune(at(30), 10).await, Ok(0));
    let counts: Vec<_> = store.tallies().await.unwrap().iter().map(|tally| (tally.state, tally.count)).collect();
    assert_eq!(counts, [(DeliveryState::Dead, 1), (DeliveryState::Delivered, 1)]);
    assert_eq!(store.events(claims[0].event.lead).await.unwrap().len(), 1);
}

async fn another_verdict_and_an_outcome_are_told_and_the_same_verdict_is_not(place: Place) {
    let store = with_receiver(&place, &Receiver { events: vec![], decisions: vec![], ..receiver(900) }).await;
    let new = lead(1, "Ana", AT);
    store.keep_lead(new.clone()).await.unwrap();
    let mut again = NewJudgement {
        lead: new.id,
        at: at(1_000),
        why: Why::Signals,
        form_version: new.form_version,
        card: new.card,
        circumstances: new.circumstances.clone(),
        explanation: new.explanation.clone(),
        twins_within_ms: 0,
        owners: None,
        confirms: None,
        event: Uuid::from_u128(51),
        tracked: None,
    };
    assert_eq!(store.judge_again(Box::new(again.clone())).await, Ok(true));
    assert_eq!(store.events(new.id).await.unwrap().len(), 1);
    again.explanation.score = 99;
    again.event = Uuid::from_u128(52);
    assert_eq!(store.judge_again(Box::new(again.clone())).await, Ok(true));
    let outcome = NewOutcome {
        id: Uuid::from_u128(53),
        lead: new.id,
        key: Uuid::from_u128(54),
        fingerprint: new.fingerprint,
        outcome: Outcome::Lost(LostReason::Timing),
        at: at(1_500),
        noted_at: at(2_000),
    };
    assert_eq!(store.keep_outcome(&outcome).await, Ok(Noted::New(outcome.id)));
    assert_eq!(store.keep_outcome(&outcome).await, Ok(Noted::Before(outcome.id)));
    let told = claim(store.as_ref(), 2_000, 60_000).await;
    let [_, updated, lost] = &told[..] else { panic!("three things happened: {told:?}") };
    assert_eq!(
        (updated.event.kind, updated.event.id, updated.event.at),
        (EventKind::LeadUpdated, again.event, at(1_000))
    );
    let earlier = serde_json::json!({ "earlier": {
        "grade": new.explanation.grade.as_str(), "score": new.explanation.score, "decision": "nurture",
    } });
    let detail =
        |claim: &Claim| -> serde_json::Value { serde_json::from_str(claim.event.detail.as_deref().unwrap()).unwrap() };
    assert_eq!(detail(updated), earlier);
    assert_eq!((lost.event.kind, lost.event.id, lost.event.at), (EventKind::LeadOutcome, outcome.id, at(2_000)));
    let expected = serde_json::json!({ "outcome": "lost", "reason": "timing", "at": "2026-03-02T10:00:01.500Z" });
    assert_eq!(detail(lost), expected);
    // Of one that is held nobody hears.
    let mut held = lead(2, "Ion", AT);
    held.doubt.held = true;
    store.keep_lead(held.clone()).await.unwrap();
    let of_held = NewJudgement { lead: held.id, event: Uuid::from_u128(61), ..again };
    assert_eq!(store.judge_again(Box::new(of_held)).await, Ok(true));
    let of_held = NewOutcome { id: Uuid::from_u128(62), lead: held.id, key: Uuid::from_u128(63), ..outcome };
    assert_eq!(store.keep_outcome(&of_held).await, Ok(Noted::New(of_held.id)));
    assert_eq!(store.events(held.id).await, Ok(vec![]));
}
