//! What every store must do about who is who.

use uuid::Uuid;

use super::{AT, Place, lead, over_both, over_both_sealed};
use crate::store::{Doubt, Merged, NewLead, NewMerge, PersonKey, Store};

over_both! {
    leads_with_a_key_in_common_are_one_persons_through_any_chain_and_in_any_order
    a_merge_is_kept_once_and_undone_it_leaves_what_was_before_it
    who_is_held_or_of_another_workspace_is_nobodys
    a_key_that_is_added_later_joins_as_one_that_came_with_the_lead
}

over_both_sealed! {
    leads_with_a_key_in_common_are_one_persons_through_any_chain_and_in_any_order
    a_merge_is_kept_once_and_undone_it_leaves_what_was_before_it
    who_is_held_or_of_another_workspace_is_nobodys
    a_key_that_is_added_later_joins_as_one_that_came_with_the_lead
}

const ANA: PersonKey = [1; 16];
const ION: PersonKey = [2; 16];
const BOTH: PersonKey = [3; 16];

fn with(number: u128, keys: &[PersonKey]) -> Box<NewLead> {
    Box::new(NewLead { person_keys: keys.to_vec(), ..*lead(number, &format!("Name {number}"), AT) })
}

async fn people(store: &dyn Store, leads: &[u128]) -> Vec<u128> {
    let ids: Vec<Uuid> = leads.iter().map(|lead| Uuid::from_u128(*lead)).collect();
    let persons = store.persons(&ids).await.unwrap();
    assert!(persons.iter().zip(&ids).all(|((lead, _), asked)| lead == asked));
    persons.into_iter().map(|(_, person)| person.as_u128()).collect()
}

async fn leads_of(store: &dyn Store, lead: u128) -> Vec<u128> {
    let person = store.person(Uuid::from_u128(lead)).await.unwrap().unwrap();
    assert_eq!(person.leads.first(), Some(&person.id));
    person.leads.into_iter().map(|lead| lead.as_u128()).collect()
}

fn merge(id: u128, leads: [u128; 2]) -> NewMerge {
    let (id, leads) = (Uuid::from_u128(id), leads.map(Uuid::from_u128));
    NewMerge { id, leads, at: AT, by: "Lidia".into(), why: Some("they rang\0".into()) }
}

async fn leads_with_a_key_in_common_are_one_persons_through_any_chain_and_in_any_order(place: Place) {
    let store = place.with_form().await;
    for (number, keys) in [(1, &[ANA][..]), (2, &[ION]), (3, &[]), (4, &[ANA])] {
        store.keep_lead(with(number, keys)).await.unwrap();
    }
    assert_eq!(people(store.as_ref(), &[1, 2, 3, 4]).await, [1, 2, 3, 1]);
    // Who has both joins them, the last that came as well as the first.
    store.keep_lead(with(5, &[ION, BOTH])).await.unwrap();
    store.keep_lead(with(6, &[ANA, BOTH])).await.unwrap();
    assert_eq!(people(store.as_ref(), &[6, 5, 3, 2]).await, [1, 1, 3, 1]);
    for lead in [1, 2, 4, 5, 6] {
        assert_eq!(leads_of(store.as_ref(), lead).await, [1, 2, 4, 5, 6]);
    }
    let other_place = Place::file();
    let backwards = other_place.with_form().await;
    for (number, keys) in [(6, &[ANA, BOTH][..]), (5, &[ION, BOTH]), (4, &[ANA]), (3, &[]), (2, &[ION]), (1, &[ANA])] {
        backwards.keep_lead(with(number, keys)).await.unwrap();
    }
    let mut leads = leads_of(backwards.as_ref(), 1).await;
    leads.sort_unstable();
    assert_eq!(leads, [1, 2, 4, 5, 6]);
    assert_eq!(people(store.as_ref(), &[99]).await, []);
    assert_eq!(store.person(Uuid::from_u128(99)).await, Ok(None));
}

async fn a_merge_is_kept_once_and_undone_it_leaves_what_was_before_it(place: Place) {
    let store = place.with_form().await;
    for (number, keys) in [(1, &[ANA][..]), (2, &[ANA]), (3, &[ION]), (4, &[])] {
        store.keep_lead(with(number, keys)).await.unwrap();
    }
    let all = [1, 2, 3, 4];
    assert_eq!(store.merge(&merge(90, [3, 4])).await, Ok(Merged::New));
    let before = people(store.as_ref(), &all).await;
    assert_eq!(before, [1, 1, 3, 3]);
    assert_eq!(store.merge(&merge(91, [2, 3])).await, Ok(Merged::New));
    assert_eq!(people(store.as_ref(), &all).await, [1; 4]);
    assert_eq!(store.merge(&merge(92, [3, 2])).await, Ok(Merged::Before(Uuid::from_u128(91))));
    assert_eq!(store.merge(&merge(93, [1, 4])).await, Ok(Merged::Same));
    assert_eq!(store.merge(&merge(94, [1, 99])).await, Ok(Merged::NoLead));
    // A lead that comes meanwhile is theirs whose key it has, then as after.
    store.keep_lead(with(5, &[ION])).await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            store.undo_merge(Uuid::from_u128(91), super::later(std::time::Duration::from_secs(1)), "Ana").await,
            Ok(true)
        );
        assert_eq!(people(store.as_ref(), &all).await, before);
        assert_eq!(leads_of(store.as_ref(), 5).await, [3, 4, 5]);
    }
    assert_eq!(store.undo_merge(Uuid::from_u128(99), AT, "Ana").await, Ok(false));
    let journal = store.person(Uuid::from_u128(3)).await.unwrap().unwrap().merges;
    assert_eq!(
        journal.iter().map(|it| (it.id.as_u128(), it.undone.is_some())).collect::<Vec<_>>(),
        [(90, false), (91, true)]
    );
    assert_eq!((journal[1].by.as_str(), journal[1].why.as_deref()), ("Lidia", Some("they rang ")));
    // What was undone can be said again.
    assert_eq!(store.merge(&merge(95, [2, 3])).await, Ok(Merged::New));
    assert_eq!(people(store.as_ref(), &all).await, [1; 4]);
}

async fn who_is_held_or_of_another_workspace_is_nobodys(place: Place) {
    let store = place.with_form().await;
    let doubt = Doubt { held: true, ..Doubt::default() };
    store.keep_lead(with(1, &[ANA])).await.unwrap();
    store.keep_lead(Box::new(NewLead { doubt, ..*with(2, &[ANA, ION]) })).await.unwrap();
    store.keep_lead(with(3, &[ION])).await.unwrap();
    assert_eq!(people(store.as_ref(), &[1, 3]).await, [1, 3]);
    assert_eq!(people(store.as_ref(), &[2]).await, []);
    assert_eq!(store.person(Uuid::from_u128(2)).await, Ok(None));
    assert_eq!(store.merge(&merge(90, [1, 2])).await, Ok(Merged::NoLead));
    let elsewhere = place.open_in("elsewhere").await;
    elsewhere.keep_form(crate::testing::form().definition(), AT).await.unwrap();
    elsewhere.keep_lead(with(4, &[ANA])).await.unwrap();
    assert_eq!(leads_of(elsewhere.as_ref(), 4).await, [4]);
    assert_eq!(leads_of(store.as_ref(), 1).await, [1]);
    assert_eq!(elsewhere.merge(&merge(91, [4, 1])).await, Ok(Merged::NoLead));
    assert_eq!(store.merge(&merge(92, [1, 3])).await, Ok(Merged::New));
    assert_eq!(elsewhere.undo_merge(Uuid::from_u128(92), AT, "them").await, Ok(false));
    assert_eq!(people(store.as_ref(), &[3]).await, [1]);
}

async fn a_key_that_is_added_later_joins_as_one_that_came_with_the_lead(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(with(1, &[ANA])).await.unwrap();
    store.keep_lead(with(2, &[ION])).await.unwrap();
    for lead in [1, 2, 2] {
        assert_eq!(store.add_person_key(Uuid::from_u128(lead), BOTH).await, Ok(true));
    }
    assert_eq!(store.add_person_key(Uuid::from_u128(99), BOTH).await, Ok(false));
    assert_eq!(people(store.as_ref(), &[1, 2]).await, [1, 1]);
}
