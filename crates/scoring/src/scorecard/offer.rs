//! What to offer a lead, and who is to do it.

use crate::{condition::Condition, moment::Moment, money::Money};

/// Something to offer beside what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its stable name.
    pub id: String,
    /// What it does for the sale.
    pub kind: OfferKind,
    /// Whom it is for.
    pub when: Condition,
    /// What is earned by it; nothing where it is not known.
    pub margin: Option<Money>,
    /// The moments it suits; all where there is none.
    pub moments: Vec<Moment>,
}

canonical!(struct Offer { id, kind, when, margin, moments });

impl Offer {
    /// Whether it suits the moment; where that is not known, every offer does.
    #[must_use]
    pub fn suits(&self, moment: Option<Moment>) -> bool {
        self.moments.is_empty() || moment.is_none_or(|moment| self.moments.contains(&moment))
    }
}

/// What an offer does for the sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum OfferKind {
    /// Steers toward a more profitable product by showing another value.
    Upsell,
    /// Adds what raises the value of the whole.
    CrossSell,
    /// A cheaper product for a limited budget.
    DownSell,
}

canonical!(choice OfferKind { Upsell, CrossSell, DownSell });

impl OfferKind {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upsell => "upsell",
            Self::CrossSell => "cross_sell",
            Self::DownSell => "down_sell",
        }
    }
}

/// Who works on which leads. The first rule that holds is a lead's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRule {
    /// Its stable name.
    pub id: String,
    /// Which leads.
    pub when: Condition,
    /// Who takes them, in turn.
    pub owners: Vec<String>,
}

canonical!(struct OwnerRule { id, when, owners });

/// Whose turn it is among the owners of a rule when `turn` leads of this rule were taken before (round robin).
#[must_use]
pub fn in_turn(owners: &[String], turn: u64) -> Option<&str> {
    let place = turn.checked_rem(u64::try_from(owners.len()).ok()?)?;
    owners.get(usize::try_from(place).ok()?).map(String::as_str)
}
