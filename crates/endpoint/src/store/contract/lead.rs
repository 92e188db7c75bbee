//! Leads.

use std::{sync::Arc, time::Duration};

use leadglass_scoring::{
    Channel, Decision, ENGINE, Language, Timestamp,
    encoding::{VersionId, encode},
};
use uuid::Uuid;

use super::{AT, Place, later, lead, listed, over_both, over_both_sealed};
use crate::store::{Kept, LeadQuery, NewLead, StoreError};

over_both! {
    a_lead_comes_back_as_it_was_kept
    a_key_stands_for_one_lead_whoever_sends_it_at_once
    a_key_does_not_stand_for_other_answers
    s25_a_permission_of_an_imported_lead_bears_the_time_of_its_row
    equal_answers_within_the_window_are_a_twin_of_the_first
    a_lead_that_was_replaced_is_not_listed
    leads_that_replace_each_other_or_themselves_are_not_lost
    leads_of_another_workspace_are_not_there
    a_lead_of_a_form_that_was_never_kept_is_refused_and_its_group_is_not
    u0000_is_in_no_lead_and_finds_none
    keys_and_twins_that_come_at_once_have_one_first
}

over_both_sealed! {
    a_lead_comes_back_as_it_was_kept
    a_key_stands_for_one_lead_whoever_sends_it_at_once
    a_key_does_not_stand_for_other_answers
    equal_answers_within_the_window_are_a_twin_of_the_first
    a_lead_that_was_replaced_is_not_listed
    leads_that_replace_each_other_or_themselves_are_not_lost
    leads_of_another_workspace_are_not_there
    a_lead_of_a_form_that_was_never_kept_is_refused_and_its_group_is_not
    u0000_is_in_no_lead_and_finds_none
    keys_and_twins_that_come_at_once_have_one_first
}

async fn a_lead_comes_back_as_it_was_kept(place: Place) {
    let store = place.with_form().await;
    let new = lead(1, "Ana", AT);
    assert_eq!(store.keep_lead(new.clone()).await, Ok(Kept::New(b"receipt 1".to_vec())));
    drop(store);
    let store = place.open().await;
    let kept = store.lead(new.id).await.unwrap().unwrap();
    assert_eq!(kept.explanation, new.explanation);
    assert_eq!(kept.explanation_bytes, encode(&new.explanation));
    assert_eq!((kept.circumstances, kept.engine.as_deref()), (new.circumstances, Some(ENGINE)));
    assert_eq!(kept.answers.first("email"), "Ana@example.org");
    assert_eq!((kept.form_version, kept.shown_version, kept.card), (new.form_version, new.shown_version, new.card));
    assert_eq!((kept.received_at, kept.sent_at, kept.language), (AT, Some(AT), Language::Ru));
    assert_eq!((kept.moments, kept.model), (new.moments, Some(new.model)));
    assert_eq!((kept.page, kept.score_mismatch, kept.duplicate_of), (new.page, true, None));
    let [consent] = &kept.consents[..] else { panic!("one consent was given: {:?}", kept.consents) };
    assert_eq!((consent.purpose.as_str(), consent.wording.as_str()), ("contact", "Мне можно ответить."));
    assert_eq!(consent.sha256, VersionId::of("Мне можно ответить.".as_bytes()));
    assert_eq!((consent.language, consent.given_at), (Language::Ru, AT));
    assert_eq!(store.lead(Uuid::from_u128(99)).await, Ok(None));
}

async fn a_key_stands_for_one_lead_whoever_sends_it_at_once(place: Place) {
    let store = place.with_form().await;
    let tries = (0..64).map(|number| {
        let store = Arc::clone(&store);
        let mut lead = lead(number, "Ana", AT);
        lead.key = Uuid::from_u128(7);
        tokio::spawn(async move { store.keep_lead(lead).await })
    });
    let mut receipts = Vec::new();
    let mut new = 0;
    for told in tries.collect::<Vec<_>>() {
        receipts.push(match told.await.unwrap().unwrap() {
            Kept::New(receipt) => {
                new += 1;
                receipt
            }
            Kept::Before(sent) => sent.receipt,
            Kept::OtherAnswers => panic!("the answers were the same"),
        });
    }
    assert_eq!(new, 1);
    assert!(receipts.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(listed(store.as_ref()).await.len(), 1);
}

async fn a_key_does_not_stand_for_other_answers(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let mut other = lead(2, "Ion", AT);
    other.key = Uuid::from_u128(1_001);
    assert_eq!(store.keep_lead(other).await, Ok(Kept::OtherAnswers));
    let sent = store.sent_under("enquiry", Uuid::from_u128(1_001)).await.unwrap().unwrap();
    assert_eq!((sent.receipt, sent.decision), (b"receipt 1".to_vec(), Decision::Nurture));
    assert_eq!(store.sent_under("enquiry", Uuid::from_u128(1)).await, Ok(None));
}

async fn s25_a_permission_of_an_imported_lead_bears_the_time_of_its_row(place: Place) {
    let store = place.with_form().await;
    let (before, ahead) = (Timestamp::from_millis(AT.as_millis() - 86_400_000), later(Duration::from_mins(1)));
    let of = [
        (Channel::Import, Some(before), before),
        (Channel::Import, None, AT),
        // The clock of a table, and a page's, may be ahead; a page's is not believed.
        (Channel::Import, Some(ahead), AT),
        (Channel::Form, Some(before), AT),
    ];
    for (number, (channel, sent_at, given_at)) in (1..).zip(of) {
        let new = NewLead { channel, sent_at, ..*lead(number, &format!("Ana {number}"), AT) };
        store.keep_lead(Box::new(new)).await.unwrap();
        let kept = store.lead(Uuid::from_u128(number)).await.unwrap().unwrap();
        assert_eq!((kept.consents.len(), kept.consents[0].given_at), (1, given_at), "{number}");
    }
}

async fn equal_answers_within_the_window_are_a_twin_of_the_first(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    store.keep_lead(lead(2, "Ana", later(Duration::from_mins(5)))).await.unwrap();
    store.keep_lead(lead(3, "Ana", later(Duration::from_mins(10)))).await.unwrap();
    store.keep_lead(lead(4, "Ion", later(Duration::from_mins(10)))).await.unwrap();
    let twin = store.lead(Uuid::from_u128(2)).await.unwrap().unwrap();
    assert_eq!(twin.duplicate_of, Some(Uuid::from_u128(1)));
    let third = store.lead(Uuid::from_u128(3)).await.unwrap().unwrap();
    assert_eq!(third.duplicate_of, Some(Uuid::from_u128(1)));
    assert_eq!(listed(store.as_ref()).await, [4, 1]);
    store.keep_lead(lead(5, "Ana", later(Duration::from_secs(1_300)))).await.unwrap();
    assert_eq!(listed(store.as_ref()).await, [5, 4, 1]);
}

async fn a_lead_that_was_replaced_is_not_listed(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let mut changed = lead(2, "Ana Pop", AT);
    changed.supersedes = Some(Uuid::from_u128(1_001));
    store.keep_lead(changed).await.unwrap();
    assert_eq!(listed(store.as_ref()).await, [2]);
    let shown = async |id: u128| store.lead(Uuid::from_u128(id)).await.unwrap().unwrap();
    let (first, second) = (shown(1).await, shown(2).await);
    assert_eq!((first.supersedes, first.superseded_by), (None, Some(Uuid::from_u128(2))));
    assert_eq!((second.supersedes, second.superseded_by), (Some(Uuid::from_u128(1)), None));
}

async fn leads_that_replace_each_other_or_themselves_are_not_lost(place: Place) {
    let store = place.with_form().await;
    for (number, name, replaced) in [(1, "Ana", 1_002), (2, "Ion", 1_001), (3, "Eva", 1_003)] {
        let mut lead = lead(number, name, AT);
        lead.supersedes = Some(Uuid::from_u128(replaced));
        store.keep_lead(lead).await.unwrap();
    }
    assert_eq!(listed(store.as_ref()).await, [3, 2]);
}

async fn leads_of_another_workspace_are_not_there(place: Place) {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    let elsewhere = place.open_in("other").await;
    assert_eq!(listed(elsewhere.as_ref()).await, [0; 0]);
    assert_eq!(elsewhere.lead(Uuid::from_u128(1)).await, Ok(None));
    assert_eq!(elsewhere.sent_under("enquiry", Uuid::from_u128(1_001)).await, Ok(None));
    assert_eq!(elsewhere.shown_versions("enquiry").await, Ok(Vec::new()));
}

async fn a_lead_of_a_form_that_was_never_kept_is_refused_and_its_group_is_not(place: Place) {
    let store = place.with_form().await;
    let mut stray = lead(1, "Ana", AT);
    stray.form_version = VersionId::of(b"nothing");
    let (refused, kept) = tokio::join!(store.keep_lead(stray), store.keep_lead(lead(2, "Ion", AT)));
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    assert!(matches!(kept, Ok(Kept::New(_))), "{kept:?}");
    assert_eq!(listed(store.as_ref()).await, [2]);
}

async fn u0000_is_in_no_lead_and_finds_none(place: Place) {
    let store = place.with_form().await;
    let mut odd = lead(1, "Ana", AT);
    odd.page.url = Some("https://a.example/\0".into());
    let (refused, kept) = tokio::join!(store.keep_lead(odd), store.keep_lead(lead(2, "Ion", AT)));
    assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
    assert!(matches!(kept, Ok(Kept::New(_))), "{kept:?}");
    let query = LeadQuery { form: Some("enquiry\0".into()), limit: 9, ..LeadQuery::default() };
    assert_eq!(store.leads(&query).await, Ok(Vec::new()));
    assert_eq!(store.leads_after(Some("enquiry\0"), 0, 9).await, Ok(Vec::new()));
    assert_eq!(store.sent_under("enquiry\0", Uuid::from_u128(1_002)).await, Ok(None));
    assert_eq!(store.shown_versions("enquiry\0").await, Ok(Vec::new()));
}

async fn keys_and_twins_that_come_at_once_have_one_first(place: Place) {
    let store = place.with_form().await;
    let tries = (0..64_u128).map(|number| {
        let store = Arc::clone(&store);
        // Each key comes four times, and all are twins.
        let mut lead = lead(number, "Ana", AT);
        lead.key = Uuid::from_u128(number % 16);
        tokio::spawn(async move { store.keep_lead(lead).await })
    });
    for told in tries.collect::<Vec<_>>() {
        let told = told.await.unwrap().unwrap();
        assert!(matches!(told, Kept::New(_) | Kept::Before(_)), "{told:?}");
    }
    let [first] = listed(store.as_ref()).await[..] else { panic!("one of them is first") };
    let kept = store.leads_after(None, 0, 100).await.unwrap();
    assert_eq!(kept.len(), 16);
    for (_, lead) in kept.iter().filter(|(_, lead)| lead.id.as_u128() != first) {
        assert_eq!(lead.duplicate_of, Some(Uuid::from_u128(first)));
    }
}
