//! What became of leads, and what they cost.

use leadglass_scoring::{
    Channel, Timestamp,
    encoding::VersionId,
    money::{Currency, Money},
    timestamp::Date,
};
use uuid::Uuid;

use super::{AT, Place, lead, over_both};
use crate::store::{Cost, KeptOutcome, LostReason, NewCost, NewOutcome, Noted, Outcome, Undo};

over_both! {
    what_became_of_a_twin_or_of_a_lead_that_was_replaced_counts_at_the_lead_that_counts
    what_happened_last_is_the_end_whichever_was_noted_last
    what_became_of_a_lead_comes_back_as_it_was_kept_in_the_order_it_happened
    a_key_stands_for_one_outcome_and_for_one_cost
    costs_come_back_as_they_were_kept_page_by_page
    what_was_noted_by_mistake_is_taken_back_once_and_stays_in_the_journal
}

fn money(minor: i64) -> Money {
    Money { minor, currency: Currency::parse("MDL").unwrap() }
}

fn at(after_ms: i64) -> Timestamp {
    Timestamp::from_millis(AT.as_millis() + after_ms)
}

fn outcome(number: u128, lead: u128, outcome: Outcome, after_ms: i64) -> NewOutcome {
    NewOutcome {
        id: Uuid::from_u128(number),
        lead: Uuid::from_u128(lead),
        key: Uuid::from_u128(1_000 + number),
        fingerprint: VersionId::of(&number.to_be_bytes()),
        outcome,
        at: at(after_ms),
        noted_at: at(100_000),
    }
}

fn kept(new: &NewOutcome) -> KeptOutcome {
    KeptOutcome { id: new.id, lead: new.lead, outcome: new.outcome, at: new.at, noted_at: new.noted_at, undone: None }
}

fn cost(number: u128) -> NewCost {
    NewCost {
        key: Uuid::from_u128(2_000 + number),
        fingerprint: VersionId::of(&number.to_be_bytes()),
        cost: Cost {
            id: Uuid::from_u128(number),
            channel: Channel::Form,
            source: (number > 1).then(|| "google".into()),
            campaign: (number > 2).then(|| "весна".into()),
            first_day: Date::from_days(-1),
            last_day: Date::from_days(20_514),
            amount: money(i64::MAX),
            noted_at: AT,
            undone: None,
        },
    }
}

async fn what_became_of_a_lead_comes_back_as_it_was_kept_in_the_order_it_happened(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    store.keep_lead(lead(2, "Ion", AT)).await.unwrap();
    let all = [
        outcome(11, 1, Outcome::Revenue(money(-5)), 40),
        outcome(12, 1, Outcome::FirstContact, 10),
        outcome(13, 1, Outcome::Won(Some(money(900))), 30),
        outcome(14, 1, Outcome::Won(None), 30),
        outcome(15, 2, Outcome::Lost(LostReason::Price), 5),
    ];
    for outcome in &all {
        assert_eq!(store.keep_outcome(outcome).await, Ok(Noted::New(outcome.id)));
    }
    let of = async |leads: &[u128]| {
        let leads: Vec<Uuid> = leads.iter().copied().map(Uuid::from_u128).collect();
        store.outcomes(&leads).await.unwrap()
    };
    assert_eq!(of(&[2, 99, 1]).await, [4, 1, 2, 3, 0].map(|place| kept(&all[place])));
    assert_eq!((of(&[]).await, of(&[99]).await), (vec![], vec![]));
    let elsewhere = place.open_in("other").await;
    assert_eq!(elsewhere.outcomes(&[Uuid::from_u128(1)]).await, Ok(vec![]));
    assert_eq!(elsewhere.keep_outcome(&outcome(16, 1, Outcome::FirstContact, 1)).await, Ok(Noted::NoLead));
}

async fn what_became_of_a_twin_or_of_a_lead_that_was_replaced_counts_at_the_lead_that_counts(place: Place) {
    let store = place.with_form().await;
    let first = lead(1, "Ana", AT);
    store.keep_lead(first).await.unwrap();
    store.keep_lead(lead(2, "Ana", at(1))).await.unwrap();
    // Noted before it was replaced.
    store.keep_outcome(&outcome(11, 1, Outcome::FirstContact, 10)).await.unwrap();
    for (number, replaced) in [(3, 1_001), (4, 1_003)] {
        let mut changed = lead(number, &format!("Ana {number}"), at(2));
        changed.supersedes = Some(Uuid::from_u128(replaced));
        store.keep_lead(changed).await.unwrap();
    }
    assert_eq!(super::listed(store.as_ref()).await, [4]);
    for (number, lead) in [(12, 2), (13, 1), (14, 4)] {
        let after = i64::try_from(number).unwrap() * 10;
        store.keep_outcome(&outcome(number, lead, Outcome::Won(None), after)).await.unwrap();
    }
    let of = async |lead: u128| {
        let lead = Uuid::from_u128(lead);
        let outcomes = store.outcomes(&[lead]).await.unwrap();
        assert!(outcomes.iter().all(|kept| kept.lead == lead));
        outcomes.iter().map(|kept| kept.id.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!((of(4).await, of(2).await), (vec![11, 12, 13, 14], vec![12]));
    // Others know the lead that counts, and hear of that one.
    let told = store.events(Uuid::from_u128(4)).await.unwrap();
    assert_eq!(told.iter().map(|event| event.id.as_u128()).collect::<Vec<_>>(), [4, 12, 13, 14]);
    assert_eq!(store.events(Uuid::from_u128(2)).await, Ok(vec![]));
}

async fn what_happened_last_is_the_end_whichever_was_noted_last(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    store.keep_outcome(&outcome(11, 1, Outcome::Won(None), 50)).await.unwrap();
    store.keep_outcome(&outcome(12, 1, Outcome::Lost(LostReason::Price), 40)).await.unwrap();
    let last = store.outcomes(&[Uuid::from_u128(1)]).await.unwrap().pop().unwrap();
    assert_eq!(last.outcome, Outcome::Won(None));
}

async fn a_key_stands_for_one_outcome_and_for_one_cost(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let first = outcome(11, 1, Outcome::FirstContact, 1);
    let again = NewOutcome { id: Uuid::from_u128(12), ..first.clone() };
    let other = NewOutcome { fingerprint: VersionId::of(b"other"), ..again.clone() };
    assert_eq!(store.keep_outcome(&first).await, Ok(Noted::New(first.id)));
    assert_eq!(store.keep_outcome(&again).await, Ok(Noted::Before(first.id)));
    assert_eq!(store.keep_outcome(&other).await, Ok(Noted::KeyReused));
    assert_eq!(store.outcomes(&[first.lead]).await, Ok(vec![kept(&first)]));
    assert_eq!(store.keep_outcome(&outcome(13, 99, Outcome::FirstContact, 1)).await, Ok(Noted::NoLead));
    let first = cost(1);
    let again = NewCost { cost: cost(2).cost, ..first.clone() };
    let other = NewCost { fingerprint: VersionId::of(b"other"), ..again.clone() };
    assert_eq!(store.keep_cost(&first).await, Ok(Noted::New(first.cost.id)));
    assert_eq!(store.keep_cost(&again).await, Ok(Noted::Before(first.cost.id)));
    assert_eq!(store.keep_cost(&other).await, Ok(Noted::KeyReused));
}

async fn costs_come_back_as_they_were_kept_page_by_page(place: Place) {
    let store = place.open().await;
    for number in 1..=3 {
        store.keep_cost(&cost(number)).await.unwrap();
    }
    let first = store.costs(0, 2).await.unwrap();
    let rest = store.costs(first[1].0, 2).await.unwrap();
    let costs: Vec<_> = first.into_iter().chain(rest).map(|(_, cost)| cost).collect();
    assert_eq!(costs, [1, 2, 3].map(|number| cost(number).cost));
    assert_eq!(place.open_in("other").await.costs(0, 9).await, Ok(vec![]));
}

async fn what_was_noted_by_mistake_is_taken_back_once_and_stays_in_the_journal(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let won = outcome(11, 1, Outcome::Won(Some(money(900))), 30);
    store.keep_outcome(&won).await.unwrap();
    store.keep_cost(&cost(1)).await.unwrap();
    let undo = |id: Uuid, event, after_ms, by: &str| Undo {
        id,
        event: Uuid::from_u128(event),
        at: at(after_ms),
        by: by.into(),
    };
    let (first, again) = (undo(won.id, 21, 200_000, "Lidia"), undo(won.id, 22, 300_000, "Ion"));
    let elsewhere = place.open_in("other").await;
    assert_eq!((elsewhere.undo_outcome(&first).await, elsewhere.undo_cost(&first).await), (Ok(false), Ok(false)));
    for undo in [&first, &again] {
        assert_eq!(store.undo_outcome(undo).await, Ok(true));
    }
    let undone = Some((at(200_000), "Lidia".to_owned()));
    let expected = KeptOutcome { undone: undone.clone(), ..kept(&won) };
    assert_eq!(store.outcomes(&[won.lead]).await, Ok(vec![expected]));
    // Its key stays used, and others hear of it once.
    assert_eq!(store.keep_outcome(&won).await, Ok(Noted::Before(won.id)));
    let told = store.events(won.lead).await.unwrap();
    assert_eq!(told.iter().map(|event| event.id.as_u128()).collect::<Vec<_>>(), [1, 11, 21]);
    let detail: serde_json::Value = serde_json::from_str(told[2].detail.as_deref().unwrap()).unwrap();
    assert_eq!((&detail["outcome"], &detail["undone"]), (&"won".into(), &won.id.to_string().into()));
    let of_cost = undo(cost(1).cost.id, 23, 200_000, "Lidia");
    assert_eq!(store.undo_cost(&of_cost).await, Ok(true));
    assert_eq!(store.undo_cost(&again).await, Ok(false));
    assert_eq!(store.costs(0, 9).await.unwrap()[0].1.undone, undone);
}
