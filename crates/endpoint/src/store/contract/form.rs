//! Forms, and leads in their order.

use std::time::Duration;

use leadglass_scoring::encoding::VersionId;

use super::{AT, Place, later, lead, over_both};
use crate::testing::form;

over_both! {
    every_version_of_a_form_is_kept_once
    every_version_is_listed_and_every_lead_comes_in_order
}

async fn every_version_of_a_form_is_kept_once(place: Place) {
    let store = place.with_form().await;
    let first = form().definition().clone();
    let mut second = first.clone();
    second.scorecard.criteria[1].conditions[0].points = leadglass_scoring::Points::from_milli(1);
    for definition in [&first, &second, &first] {
        store.keep_form(definition, AT).await.unwrap();
    }
    // The change was secret, so pages know one version.
    assert_eq!(store.shown_versions("enquiry").await.unwrap(), [first.public().version()]);
    assert_eq!(store.definition("enquiry", second.version()).await, Ok(Some(second.clone())));
    let shown = store.shown_definition("enquiry", first.public().version()).await.unwrap().unwrap();
    assert_eq!(shown.public(), first.public());
    assert_eq!(store.definition("enquiry", VersionId::of(b"")).await, Ok(None));
}

async fn every_version_is_listed_and_every_lead_comes_in_order(place: Place) {
    let store = place.with_form().await;
    let edited = crate::testing::parse(&crate::testing::FORM.replace("points = 7.5", "points = 8"));
    let then = later(Duration::from_mins(1));
    store.keep_form(edited.definition(), then).await.unwrap();
    let versions = store.versions().await.unwrap();
    let kept: Vec<_> = versions.iter().map(|kept| (kept.version, kept.card, kept.kept_at)).collect();
    let expected = [(&edited, then), (&form(), AT)]
        .map(|(form, at)| (form.definition().version(), form.definition().scorecard.id(), at));
    assert_eq!(kept, expected);
    for number in 1..=5 {
        store.keep_lead(lead(number, "Ana", AT)).await.unwrap();
    }
    let first = store.leads_after(None, 0, 3).await.unwrap();
    let (last, _) = first.last().unwrap();
    let rest = store.leads_after(Some("enquiry"), *last, 3).await.unwrap();
    let ids: Vec<u128> = first.iter().chain(&rest).map(|(_, lead)| lead.id.as_u128()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5]);
    assert_eq!(store.leads_after(Some("other"), 0, 3).await, Ok(vec![]));
}
