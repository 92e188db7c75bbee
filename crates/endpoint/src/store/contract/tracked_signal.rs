//! What is seen of a known lead after it was sent.

use std::sync::Arc;

use leadglass_scoring::{Signal, Timestamp};
use uuid::Uuid;

use super::{AT, Place, lead, over_both};
use crate::store::{NewJudgement, NewSignal, Store, StoreError, TRACKED_LIMIT, Tracked, Why};

over_both! {
    a_signal_is_kept_once_by_its_id_and_comes_back_in_the_order_it_was_seen
    of_many_who_track_at_once_no_signal_is_lost_and_none_is_beyond_the_limit
    a_lead_is_judged_again_by_all_its_signals_or_not_at_all
}

fn signal(id: u128, name: &str, after_ms: i64) -> NewSignal {
    let at = Timestamp::from_millis(AT.as_millis() + after_ms);
    NewSignal { id: Uuid::from_u128(id), signal: Signal { name: name.into(), at } }
}

fn names(tracked: &Tracked) -> Vec<&str> {
    tracked.signals.iter().map(|signal| signal.name.as_str()).collect()
}

async fn with_lead(place: &Place) -> Arc<dyn Store> {
    let store = place.with_form().await;
    store.keep_lead(lead(1, "Ana", AT)).await.unwrap();
    store
}

async fn a_signal_is_kept_once_by_its_id_and_comes_back_in_the_order_it_was_seen(place: Place) {
    let store = with_lead(&place).await;
    let id = Uuid::from_u128(1);
    let track = async |signals| store.track(id, signals, AT).await.unwrap().unwrap();
    let first = track(vec![signal(1, "video_watched", 20), signal(2, "pricing_viewed", 10)]).await;
    assert_eq!((names(&first), first.any_new), (vec!["pricing_viewed", "video_watched"], true));
    let again = track(vec![signal(1, "video_watched", 20)]).await;
    assert_eq!((names(&again).len(), again.any_new), (2, false));
    let more = track(vec![signal(2, "pricing_viewed", 10), signal(3, "opened", 15)]).await;
    assert_eq!((names(&more), more.any_new), (vec!["pricing_viewed", "opened", "video_watched"], true));
    assert_eq!(store.track(Uuid::from_u128(99), vec![], AT).await, Ok(None));
    assert_eq!(place.open_in("other").await.track(id, vec![signal(4, "opened", 1)], AT).await, Ok(None));
}

async fn of_many_who_track_at_once_no_signal_is_lost_and_none_is_beyond_the_limit(place: Place) {
    let store = with_lead(&place).await;
    let tries = (0..30_u128).map(|number| {
        let store = Arc::clone(&store);
        let signals: Vec<_> = (0..10).map(|it| signal(number * 10 + it, "opened", 0)).collect();
        tokio::spawn(async move {
            loop {
                // Where too many wait for the lead, it is asked for again.
                match store.track(Uuid::from_u128(1), signals.clone(), AT).await {
                    Err(StoreError::Busy) => {}
                    told => break told.unwrap().unwrap(),
                }
            }
        })
    });
    let mut most = 0;
    for told in tries.collect::<Vec<_>>() {
        most = most.max(told.await.unwrap().signals.len());
    }
    assert_eq!(u32::try_from(most), Ok(TRACKED_LIMIT));
}

async fn a_lead_is_judged_again_by_all_its_signals_or_not_at_all(place: Place) {
    let store = with_lead(&place).await;
    let new = lead(1, "Ana", AT);
    let again = |tracked| {
        Box::new(NewJudgement {
            lead: new.id,
            at: AT,
            why: Why::Signals,
            form_version: new.form_version,
            card: new.card,
            circumstances: new.circumstances.clone(),
            explanation: new.explanation.clone(),
            twins_within_ms: 0,
            owners: None,
            confirms: None,
            event: Uuid::from_u128(9),
            tracked: Some(tracked),
        })
    };
    store.track(new.id, vec![signal(1, "opened", 1), signal(2, "opened", 2)], AT).await.unwrap();
    assert_eq!(store.judge_again(again(1)).await, Ok(false));
    assert_eq!(store.earlier_judgements(new.id).await.unwrap().len(), 0);
    assert_eq!(store.judge_again(again(2)).await, Ok(true));
    assert_eq!(store.earlier_judgements(new.id).await.unwrap().len(), 1);
}
