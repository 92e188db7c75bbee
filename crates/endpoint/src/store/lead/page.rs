//! Pages of leads that are found without looking at all of them.

use super::{KeptLead, Place};

/// How many leads a page looks at where nothing says which few it may have.
pub const LOOKED_AT: u32 = 20_000;
/// So few are looked up one by one.
pub(in crate::store) const FEW: u32 = 2_000;
/// Most pages are full by then.
const FIRST: u32 = 1_000;
/// A text takes so many times longer to look at.
const TEXT: u32 = 6;

/// A page of leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadPage {
    /// The leads, the latest first.
    pub leads: Vec<KeptLead>,
    /// The place after which the next page begins, where there may be one.
    pub next: Option<Place>,
}

impl LeadPage {
    /// From one lead more than wanted, where there are as many; `looked_to` is how far was looked, if not at all.
    pub(in crate::store) fn of(mut leads: Vec<KeptLead>, limit: u32, looked_to: Option<Place>) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = leads.len() > limit;
        leads.truncate(limit);
        let last = leads.last().filter(|_| has_more).map(KeptLead::place);
        Self { leads, next: last.or(looked_to) }
    }
}

/// How many leads to look at for so many, and then how many.
pub(in crate::store) fn looks(looked_at: u32, limit: u32, has_texts: bool) -> [u32; 2] {
    let most = if has_texts { looked_at.div_ceil(TEXT) } else { looked_at };
    [FIRST.max(limit.saturating_mul(2)).min(most), most]
}
