//! What was missing against every way of filling in small forms.

use leadglass_scoring::{missing::missing, score};
use proptest::{prelude::*, sample::Index};

use crate::{laws::cases, small::small};

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_is_missing_could_have_given_what_is_said(small in small(), which in any::<Index>()) {
        let leads = small.leads(|_| true);
        if leads.is_empty() {
            return Ok(());
        }
        let lead = &leads[which.index(leads.len())];
        let missing = missing(&small.form, lead, &small.circumstances);
        let gives = |lead, criterion: &str| {
            let explanation = score(&small.form, lead, &small.circumstances);
            let found = explanation.contributions.into_iter().find(|it| it.criterion == criterion);
            found.map(|it| it.points).unwrap_or_default()
        };
        // Leads that answer the same, and more.
        let is_more = |other: &leadglass_scoring::Lead| {
            let mut pairs = lead.values().iter().zip(other.values());
            pairs.all(|(one, other)| {
                matches!(one, None | Some(leadglass_scoring::lead::Value::Consent(false))) || one == other
            })
        };
        // As things stand: in the segment that the lead is in.
        let segment = |lead| score(&small.form, lead, &small.circumstances).segment;
        let more: Vec<_> =
            leads.iter().filter(|other| is_more(other) && segment(other) == segment(lead)).collect();
        for criterion in &small.form.definition().scorecard.criteria {
            let gave = gives(lead, &criterion.id);
            let best = more.iter().map(|other| gives(other, &criterion.id)).max().expect("the lead itself");
            let told = missing.iter().find(|it| it.criterion == criterion.id);
            match told {
                None => prop_assert!(best <= gave, "{} could have given {best:?}", criterion.id),
                Some(told) => {
                    prop_assert_eq!(told.gave, gave);
                    prop_assert!(told.could >= best && told.could > gave, "{:?} but the best is {:?}", told, best);
                    prop_assert!(!told.fields.is_empty() || !told.signals.is_empty());
                }
            }
        }
        let order = |id: &str| small.form.definition().scorecard.criteria.iter().position(|it| it.id == id);
        prop_assert!(missing.is_sorted_by_key(|it| order(&it.criterion)));
    }
}
