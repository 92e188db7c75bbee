//! Leads found by what is known of them.

use std::time::Duration;

use leadglass_scoring::{Channel, Decision, moment::Moment};
use uuid::Uuid;

use super::{AT, Place, later, lead, over_both, over_both_sealed};
use crate::store::{KeptLead, LeadQuery, NewLead, OwnerTurns, Place as PlaceInList, Store};

over_both! {
    leads_are_found_by_each_thing_that_is_known_of_them
    words_are_found_wherever_they_stand_and_no_letter_stands_for_another
    a_list_goes_on_where_it_ended_whatever_came_meanwhile
    a_lead_in_a_list_has_its_permissions
}

over_both_sealed! {
    leads_are_found_by_each_thing_that_is_known_of_them
    a_list_goes_on_where_it_ended_whatever_came_meanwhile
    a_lead_in_a_list_has_its_permissions
}

const ALL: LeadQuery = LeadQuery {
    form: None,
    decision: None,
    grade: None,
    score_from: None,
    score_to: None,
    channel: None,
    moment: None,
    owner: None,
    score_mismatch: None,
    received_from: None,
    received_before: None,
    email: None,
    texts: Vec::new(),
    after: None,
    limit: 9,
};

async fn found(store: &dyn Store, query: LeadQuery) -> Vec<u128> {
    store.leads(&query).await.unwrap().into_iter().map(|lead| lead.id.as_u128()).collect()
}

async fn leads_are_found_by_each_thing_that_is_known_of_them(place: Place) {
    let store = place.with_form().await;
    let first = lead(1, "Ana", AT);
    store.keep_lead(first.clone()).await.unwrap();
    let mut other = NewLead {
        channel: Channel::Form,
        score_mismatch: false,
        email: Some("ion@example.org".into()),
        owners: Some(OwnerTurns { rule: "all".into(), owners: vec!["Lidia".into()] }),
        ..*lead(2, "Ion", later(Duration::from_mins(1)))
    };
    other.circumstances.moment = Some(Moment::Know);
    other.explanation.score = first.explanation.score + 1;
    store.keep_lead(Box::new(other)).await.unwrap();
    let store = store.as_ref();
    let points = first.explanation.score;
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(found(store, ALL).await, [2, 1]);
    assert_eq!(found(store, LeadQuery { form: some("enquiry"), ..ALL }).await, [2, 1]);
    assert_eq!(found(store, LeadQuery { form: some("other"), ..ALL }).await, [0; 0]);
    assert_eq!(found(store, LeadQuery { decision: Some(Decision::Nurture), ..ALL }).await, [2, 1]);
    assert_eq!(found(store, LeadQuery { decision: Some(Decision::Accept), ..ALL }).await, [0; 0]);
    assert_eq!(found(store, LeadQuery { grade: some(first.explanation.grade.as_str()), ..ALL }).await, [2, 1]);
    assert_eq!(found(store, LeadQuery { score_from: Some(points + 1), ..ALL }).await, [2]);
    assert_eq!(found(store, LeadQuery { score_to: Some(points), ..ALL }).await, [1]);
    assert_eq!(found(store, LeadQuery { channel: Some(Channel::Call), ..ALL }).await, [1]);
    assert_eq!(found(store, LeadQuery { moment: Some(Moment::Know), ..ALL }).await, [2]);
    assert_eq!(found(store, LeadQuery { owner: some("Lidia"), ..ALL }).await, [2]);
    assert_eq!(found(store, LeadQuery { score_mismatch: Some(true), ..ALL }).await, [1]);
    assert_eq!(found(store, LeadQuery { score_mismatch: Some(false), ..ALL }).await, [2]);
    assert_eq!(found(store, LeadQuery { received_from: Some(later(Duration::from_millis(1))), ..ALL }).await, [2]);
    assert_eq!(found(store, LeadQuery { received_before: Some(later(Duration::from_millis(1))), ..ALL }).await, [1]);
    assert_eq!(found(store, LeadQuery { email: some("ion@example.org"), ..ALL }).await, [2]);
    let several = LeadQuery { form: some("enquiry"), channel: Some(Channel::Form), owner: some("Lidia"), ..ALL };
    assert_eq!(found(store, several).await, [2]);
}

async fn words_are_found_wherever_they_stand_and_no_letter_stands_for_another(place: Place) {
    let store = place.with_form().await;
    for (number, folded) in [(1, "ana pop\nскидка 100% сейчас"), (2, "ion_rusu\n100 lei"), (3, "ion-rusu")]
    {
        let new = NewLead { folded: folded.into(), ..*lead(number, &format!("Ana {number}"), AT) };
        store.keep_lead(Box::new(new)).await.unwrap();
    }
    let texts = |texts: &[&str]| LeadQuery { texts: texts.iter().map(|&text| text.into()).collect(), ..ALL };
    for (asked, expected) in [
        (&["100"][..], &[2, 1][..]),
        (&["100%"], &[1]),
        (&["ion_rusu"], &[2]),
        (&["скид"], &[1]),
        (&["100", "pop"], &[1]),
        (&["100", "rusu"], &[2]),
        (&["\\"], &[]),
        (&["pop", "rusu"], &[]),
        (&["pop\0"], &[]),
    ] {
        assert_eq!(found(store.as_ref(), texts(asked)).await, expected, "{asked:?}");
    }
}

async fn a_list_goes_on_where_it_ended_whatever_came_meanwhile(place: Place) {
    let store = place.with_form().await;
    // Some at the same time, whose numbers put them in order
    for (number, minutes) in [(1, 1), (2, 1), (3, 1), (4, 2), (5, 3)] {
        store.keep_lead(lead(number, &format!("Ana {number}"), later(Duration::from_mins(minutes)))).await.unwrap();
    }
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page: Vec<KeptLead> = store.leads(&LeadQuery { after, limit: 2, ..ALL }).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.place());
        listed.extend(page.iter().map(|lead| lead.id.as_u128()));
        let number = 10 + u128::try_from(listed.len()).unwrap();
        store.keep_lead(lead(number, &format!("Ion {number}"), later(Duration::from_mins(9)))).await.unwrap();
    }
    assert_eq!(listed, [5, 4, 3, 2, 1]);
    let end = PlaceInList { received_at: AT, number: u64::MAX };
    assert_eq!(found(store.as_ref(), LeadQuery { after: Some(end), ..ALL }).await, [0; 0]);
}

async fn a_lead_in_a_list_has_its_permissions(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let listed = store.leads(&ALL).await.unwrap();
    assert_eq!(Some(&listed[0]), store.lead(Uuid::from_u128(1)).await.unwrap().as_ref());
    assert_eq!(listed[0].consents.len(), 1);
}
