//! Doubtful leads, and leads judged again.

use std::time::Duration;

use leadglass_scoring::{Circumstances, Timestamp};
use uuid::Uuid;

use super::{AT, Place, later, lead, listed, over_both, over_both_sealed};
use crate::store::{
    AnsweredChallenge, Discard, Doubt, IfSpent, Kept, NewJudgement, NewLead, OwnerTurns, Sign, StoreError, Why,
};

over_both! {
    what_is_held_is_listed_apart_until_it_is_released
    what_is_discarded_is_gone_and_nothing_else_is
    a_challenge_counts_once_whoever_answers_it
    a_secret_is_made_once
}

over_both_sealed! {
    what_is_held_is_listed_apart_until_it_is_released
    what_is_discarded_is_gone_and_nothing_else_is
    a_challenge_counts_once_whoever_answers_it
    a_secret_is_made_once
}

fn held(number: u128, name: &str, at: Timestamp) -> Box<NewLead> {
    let doubt = Doubt { signs: vec![Sign::TrapFilled], held: true, challenge: None };
    let owners = OwnerTurns { rule: "all".into(), owners: vec!["Lidia".into(), "Andrei".into()] };
    Box::new(NewLead { doubt, owners: Some(owners), ..*lead(number, name, at) })
}

pub(super) fn released(of: &NewLead) -> Box<NewJudgement> {
    Box::new(NewJudgement {
        lead: of.id,
        at: later(Duration::from_hours(1)),
        why: Why::Released,
        form_version: of.form_version,
        card: of.card,
        circumstances: Circumstances::at(AT),
        explanation: of.explanation.clone(),
        twins_within_ms: 600_000,
        owners: of.owners.clone(),
        confirms: None,
        event: of.id,
        tracked: None,
    })
}

async fn what_is_held_is_listed_apart_until_it_is_released(place: Place) {
    let store = place.with_form().await;
    let doubtful = held(1, "Ana", AT);
    assert!(matches!(store.keep_lead(doubtful.clone()).await, Ok(Kept::New(_))));
    assert!(matches!(store.keep_lead(doubtful.clone()).await, Ok(Kept::Before(_))));
    // One that is held is nobody's twin.
    store.keep_lead(lead(2, "Ana", later(Duration::from_mins(1)))).await.unwrap();
    assert_eq!(listed(store.as_ref()).await, [2]);
    assert_eq!(store.leads_after(None, 0, 9).await.unwrap().len(), 1);
    let [kept] = &store.held(Some("enquiry"), 0, 9).await.unwrap()[..] else { panic!("one is held") };
    assert_eq!((kept.id, kept.held, &kept.signs[..], &kept.owner), (doubtful.id, true, &[Sign::TrapFilled][..], &None));
    assert_eq!(store.held_bytes().await, Ok(doubtful.held_bytes()));
    assert_eq!(store.held(Some("other"), 0, 9).await, Ok(Vec::new()));
    assert_eq!(store.judge_again(released(&doubtful)).await, Ok(true));
    // It is held no longer, so it can't be released again.
    assert_eq!(store.judge_again(released(&doubtful)).await, Ok(false));
    assert_eq!((store.held(None, 0, 9).await, store.held_bytes().await), (Ok(Vec::new()), Ok(0)));
    let kept = store.lead(doubtful.id).await.unwrap().unwrap();
    assert_eq!((kept.held, kept.duplicate_of), (false, Some(Uuid::from_u128(2))));
    assert_eq!((kept.owner.as_deref(), &kept.circumstances), (Some("Lidia"), &Circumstances::at(AT)));
    let [first] = &store.earlier_judgements(doubtful.id).await.unwrap()[..] else { panic!("there was one before") };
    assert_eq!((first.replaced_at, first.replaced_for), (later(Duration::from_hours(1)), Why::Released));
    assert_eq!((&first.circumstances, &first.explanation), (&doubtful.circumstances, &doubtful.explanation));
    let mut more = released(&doubtful);
    more.why = Why::Signals;
    assert_eq!(store.judge_again(more.clone()).await, Ok(true));
    assert_eq!(store.earlier_judgements(doubtful.id).await.unwrap().len(), 2);
    more.lead = Uuid::from_u128(99);
    assert_eq!(store.judge_again(more).await, Ok(false));
}

async fn what_is_discarded_is_gone_and_nothing_else_is(place: Place) {
    let store = place.with_form().await;
    for number in 1..=4_u64 {
        store
            .keep_lead(held(number.into(), &format!("Ana {number}"), later(Duration::from_mins(number))))
            .await
            .unwrap();
    }
    store.keep_lead(lead(5, "Ion", AT)).await.unwrap();
    let ids = [1, 5, 99].map(Uuid::from_u128).to_vec();
    assert_eq!(store.discard(Discard::These(ids)).await, Ok(1));
    assert_eq!(store.discard(Discard::Before(later(Duration::from_mins(3)))).await, Ok(1));
    let left: Vec<u128> = store.held(None, 0, 9).await.unwrap().iter().map(|lead| lead.id.as_u128()).collect();
    assert_eq!((left, listed(store.as_ref()).await), (vec![3, 4], vec![5]));
}

async fn a_challenge_counts_once_whoever_answers_it(place: Place) {
    let store = place.with_form().await;
    let answering = |number: u128, if_spent| {
        let mut lead = lead(number, &format!("Ana {number}"), AT);
        let expires_at = later(Duration::from_hours(1));
        lead.doubt.challenge = Some(AnsweredChallenge { id: [7; 32], expires_at, if_spent });
        lead
    };
    let both = [answering(1, IfSpent::Hold), answering(2, IfSpent::Hold)];
    let (one, other) = tokio::join!(store.keep_lead(both[0].clone()), store.keep_lead(both[1].clone()));
    assert!(matches!((&one, &other), (Ok(Kept::New(_)), Ok(Kept::New(_)))), "{one:?} {other:?}");
    let [spent] = &store.held(None, 0, 9).await.unwrap()[..] else { panic!("one of them is held") };
    assert_eq!(spent.signs, [Sign::ProofSpent]);
    // A try again is no second answer.
    assert!(matches!(store.keep_lead(answering(1, IfSpent::Hold)).await, Ok(Kept::Before(_))));
    assert_eq!(store.keep_lead(answering(3, IfSpent::Refuse)).await, Err(StoreError::Busy));
    assert_eq!(store.lead(Uuid::from_u128(3)).await, Ok(None));
    store.keep_lead(answering(4, IfSpent::Note)).await.unwrap();
    let noted = store.lead(Uuid::from_u128(4)).await.unwrap().unwrap();
    assert_eq!((noted.held, &noted.signs[..]), (false, &[Sign::ProofSpent][..]));
}

async fn a_secret_is_made_once(place: Place) {
    let store = place.open().await;
    assert_eq!(store.secret("spam", [1; 32]).await, Ok([1; 32]));
    assert_eq!(store.secret("spam", [2; 32]).await, Ok([1; 32]));
    assert_eq!(store.secret("other", [3; 32]).await, Ok([3; 32]));
    assert_eq!(place.open_in("other").await.secret("spam", [4; 32]).await, Ok([4; 32]));
}
