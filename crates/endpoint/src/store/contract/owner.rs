//! Who works on leads.

use std::sync::Arc;

use leadglass_scoring::{Timestamp, encoding::VersionId};
use uuid::Uuid;

use super::{AT, Place, lead, over_both};
use crate::store::{Kept, LeadQuery, NewLead, OwnerTurns, Store};

over_both! {
    owners_take_leads_in_turn_and_a_restart_forgets_no_turn
    what_is_said_again_takes_no_turn_and_stays_with_its_owner
    a_crowd_at_once_is_shared_out_evenly
}

fn owned(number: u128, name: &str, at: Timestamp, owners: &[&str]) -> Box<NewLead> {
    let owners = owners.iter().map(|&owner| owner.to_owned()).collect();
    let turns = OwnerTurns { rule: "everywhere".into(), owners };
    Box::new(NewLead { owners: Some(turns), ..*lead(number, name, at) })
}

async fn owner_of(store: &dyn Store, number: u128) -> Option<String> {
    store.lead(Uuid::from_u128(number)).await.unwrap().unwrap().owner
}

async fn owners_take_leads_in_turn_and_a_restart_forgets_no_turn(place: Place) {
    const TWO: &[&str] = &["Lidia", "Andrei"];
    let store = place.with_form().await;
    store.keep_lead(owned(1, "Ana", AT, TWO)).await.unwrap();
    store.keep_lead(owned(2, "Ion", AT, TWO)).await.unwrap();
    store.keep_lead(owned(3, "Eva", AT, TWO)).await.unwrap();
    drop(store);
    let store = place.open().await;
    store.keep_lead(owned(4, "Dan", AT, TWO)).await.unwrap();
    // Another rule counts for itself, and one owner takes all.
    let mut other = owned(5, "Olga", AT, &["Vera", "Mihai"]);
    other.owners.as_mut().unwrap().rule = "abroad".into();
    store.keep_lead(other).await.unwrap();
    store.keep_lead(owned(6, "Pavel", AT, &["Igor"])).await.unwrap();
    store.keep_lead(lead(7, "Radu", AT)).await.unwrap();
    store.keep_lead(owned(8, "Sanda", AT, TWO)).await.unwrap();
    let mut owners = Vec::new();
    for number in 1..=8 {
        owners.push(owner_of(store.as_ref(), number).await.unwrap_or_default());
    }
    assert_eq!(owners, ["Lidia", "Andrei", "Lidia", "Andrei", "Vera", "Igor", "", "Lidia"]);
}

async fn what_is_said_again_takes_no_turn_and_stays_with_its_owner(place: Place) {
    const TWO: &[&str] = &["Lidia", "Andrei"];
    let store = place.with_form().await;
    store.keep_lead(owned(1, "Ana", AT, TWO)).await.unwrap();
    // A try again, other answers under the same key, a twin, and an edit
    assert!(matches!(store.keep_lead(owned(1, "Ana", AT, TWO)).await, Ok(Kept::Before(_))));
    let mut other = owned(2, "Ion", AT, TWO);
    other.key = Uuid::from_u128(1_001);
    assert_eq!(store.keep_lead(other).await, Ok(Kept::OtherAnswers));
    store.keep_lead(owned(3, "Ana", AT, TWO)).await.unwrap();
    let mut edited = owned(4, "Ana Pop", AT, TWO);
    edited.supersedes = Some(Uuid::from_u128(1_001));
    store.keep_lead(edited).await.unwrap();
    // One that fails takes none either.
    let mut stray = owned(5, "Eva", AT, TWO);
    stray.form_version = VersionId::of(b"nothing");
    assert!(store.keep_lead(stray).await.is_err());
    store.keep_lead(owned(6, "Dan", AT, TWO)).await.unwrap();
    let owner = async |number| owner_of(store.as_ref(), number).await.unwrap();
    assert_eq!((owner(1).await, owner(3).await, owner(4).await), ("Lidia".into(), "Lidia".into(), "Lidia".into()));
    assert_eq!(owner(6).await, "Andrei");
    // An owner whom the rule names no longer gives the lead up.
    let mut edited = owned(7, "Ana Popa", AT, &["Andrei", "Vera"]);
    edited.supersedes = Some(Uuid::from_u128(1_004));
    store.keep_lead(edited).await.unwrap();
    assert_eq!(owner(7).await, "Andrei");
}

async fn a_crowd_at_once_is_shared_out_evenly(place: Place) {
    let store = place.with_form().await;
    let tries = (0..60).map(|number| {
        let store = Arc::clone(&store);
        let lead = owned(number, &format!("Ana {number}"), AT, &["Lidia", "Andrei", "Vera"]);
        tokio::spawn(async move { store.keep_lead(lead).await })
    });
    for told in tries.collect::<Vec<_>>() {
        assert!(matches!(told.await.unwrap(), Ok(Kept::New(_))));
    }
    let query = LeadQuery { limit: 100, ..LeadQuery::default() };
    let leads = store.leads(&query).await.unwrap();
    for owner in ["Lidia", "Andrei", "Vera"] {
        assert_eq!(leads.iter().filter(|lead| lead.owner.as_deref() == Some(owner)).count(), 20, "{owner}");
    }
}
