//! Doubtful leads: taken like any, held until a person or a rule releases them, and listed nowhere else.

use async_trait::async_trait;
use leadglass_scoring::Timestamp;
use uuid::Uuid;

use super::{KeptLead, StoreError};

/// Keeps doubtful leads.
#[async_trait]
pub trait QuarantineStore: Send + Sync {
    /// Leads that are held, the one held longest first, after the `after`th, without their permissions.
    async fn held(&self, form: Option<&str>, after: u64, limit: u32) -> Result<Vec<KeptLead>, StoreError>;

    /// How much room held leads take, in bytes.
    async fn held_bytes(&self) -> Result<u64, StoreError>;

    /// Throws held leads away: these, or those of them that came before `before`. How many there were.
    async fn discard(&self, which: Discard) -> Result<u64, StoreError>;

    /// The secret of this name, where there is one.
    async fn known_secret(&self, name: &str) -> Result<Option<[u8; 32]>, StoreError>;

    /// The secret of this name; `fresh` from now on where there is none.
    async fn secret(&self, name: &str, fresh: [u8; 32]) -> Result<[u8; 32], StoreError>;
}

/// Which held leads to throw away.
#[derive(Clone, Debug)]
pub enum Discard {
    /// These.
    These(Vec<Uuid>),
    /// All that came before.
    Before(Timestamp),
}

macro_rules! signs {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)+) => {
        /// A sign that a program sent a form, not a person. The spelling of a code never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Sign {
            $($(#[$doc])* $variant,)+
        }

        impl Sign {
            /// Every sign.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Its stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

signs! {
    /// The field that no person sees was filled in.
    TrapFilled = "trap.filled",
    /// Nothing says when the form was shown.
    DwellMissing = "dwell.missing",
    /// What says when the form was shown was not written by us, or for another form.
    DwellInvalid = "dwell.invalid",
    /// It was sent sooner than a person can.
    DwellTooShort = "dwell.too_short",
    /// It was shown too long ago.
    DwellTooLong = "dwell.too_long",
    /// No work was proved.
    ProofMissing = "proof.missing",
    /// The proof of work is none.
    ProofInvalid = "proof.invalid",
    /// The proof of work came too late.
    ProofExpired = "proof.expired",
    /// The proof of work was sent with another submission before.
    ProofSpent = "proof.spent",
}

/// What is doubtful about a lead to keep, and what follows from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doubt {
    /// The signs it bears, in their order.
    pub signs: Vec<Sign>,
    /// Whether it is held.
    pub held: bool,
    /// The challenge that its proof answers.
    pub challenge: Option<AnsweredChallenge>,
}

/// A challenge that was answered rightly, which it may be once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredChallenge {
    /// Its signature.
    pub id: [u8; 32],
    /// Until when it has to be remembered.
    pub expires_at: Timestamp,
    /// What follows where it was answered before.
    pub if_spent: IfSpent,
}

/// What follows where a challenge was answered before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfSpent {
    /// It is noted.
    Note,
    /// The lead is held.
    Hold,
    /// The lead would be held, but there is no room: the store is busy.
    Refuse,
}
