//! Leads found by what is known of them.

use std::{sync::Arc, time::Duration};

use leadglass_scoring::{Channel, Decision, moment::Moment};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{AT, Place, later, lead, over_both, over_both_sealed};
use crate::{
    clock::SystemIds,
    store::{
        About, Erase, Kept, KeptLead, LeadQuery, NewLead, OwnerTurns, Place as PlaceInList, Store, StoreError,
        WhyErased,
    },
};

over_both! {
    leads_are_found_by_each_thing_that_is_known_of_them
    words_are_found_wherever_they_stand_and_no_letter_stands_for_another
    a_list_goes_on_where_it_ended_whatever_came_meanwhile
    a_lead_in_a_list_has_its_permissions
    a_page_that_looked_at_enough_leads_tells_where_to_go_on
    s24_where_words_are_is_written_down_and_goes_with_the_lead
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

async fn a_page_that_looked_at_enough_leads_tells_where_to_go_on(place: Place) {
    let store = place.with_form().await;
    for number in 1..=9 {
        let new = NewLead { score_mismatch: number != 2, ..*lead(number, &format!("Ana {number}"), AT) };
        store.keep_lead(Box::new(new)).await.unwrap();
    }
    let mut query = LeadQuery { score_mismatch: Some(false), ..ALL };
    let mut pages = Vec::new();
    loop {
        let page = store.lead_page(&query, 3).await.unwrap();
        pages.push(page.leads.len());
        query.after = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!(pages, [0, 0, 1, 0]);
    // Who asks for leads and not for a page has all of them.
    assert_eq!(found(store.as_ref(), LeadQuery { score_mismatch: Some(false), ..ALL }).await, [2]);
    let full = store.lead_page(&LeadQuery { limit: 2, ..ALL }, 3).await.unwrap();
    assert_eq!((full.leads.len(), full.next), (2, Some(full.leads[1].place())));
}

async fn s24_where_words_are_is_written_down_and_goes_with_the_lead(place: Place) {
    const LEADS: u128 = 4_200;
    let store = place.with_form().await;
    let first = lead(1, "Ana", AT);
    let mut keeping: JoinSet<Result<Kept, StoreError>> = JoinSet::new();
    for number in 1..=LEADS {
        let new = NewLead {
            id: Uuid::from_u128(number),
            key: Uuid::from_u128(10_000 + number),
            twin: None,
            folded: format!("ana\nreference {number}."),
            ..*first.clone()
        };
        if keeping.len() == 200 {
            keeping.join_next().await.unwrap().unwrap().unwrap();
        }
        let store = Arc::clone(&store);
        keeping.spawn(async move { store.keep_lead(Box::new(new)).await });
    }
    for kept in keeping.join_all().await {
        kept.unwrap();
    }
    let query = |texts: &[&str]| LeadQuery { texts: texts.iter().map(|&text| text.into()).collect(), limit: 99, ..ALL };
    let sorted = async |texts: &[&str]| {
        // All in one page, however few leads a page may look at: words are not looked for in all.
        let page = store.lead_page(&query(texts), 1).await.unwrap();
        assert_eq!(page.next, None, "{texts:?}");
        let mut found: Vec<u128> = page.leads.iter().map(|lead| lead.id.as_u128()).collect();
        found.sort_unstable();
        found
    };
    let with = |text: &str| (1..=LEADS).filter(|number| format!("{number}.").contains(text)).collect::<Vec<_>>();
    assert_eq!(sorted(&["77.", "ce"]).await, with("77."));
    for is_written in [true, false] {
        assert_eq!(store.index_words().await, Ok(is_written));
    }
    assert_eq!(sorted(&["377."]).await, [377, 1377, 2377, 3377]);
    assert_eq!(sorted(&["eference", "377"]).await, with("377"));
    assert_eq!(sorted(&["no such word"]).await, [0; 0]);
    let erase =
        Erase { about: About::Lead(Uuid::from_u128(377)), why: WhyErased::Asked, at: AT, ids: Arc::new(SystemIds) };
    // They say the same address; only this one is asked for.
    assert_eq!(store.erase(erase).await.unwrap().len(), 1);
    for is_written in [true, false] {
        assert_eq!(sorted(&["377."]).await, [1377, 2377, 3377]);
        assert_eq!(store.index_words().await, Ok(is_written), "what is known of its words went with it");
    }
}
