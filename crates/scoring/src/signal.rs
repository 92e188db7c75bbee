//! Behaviour observed on the host page, with its time. A page says so: it is scored, never trusted.

use crate::timestamp::Timestamp;

/// Most signals of one submission that are looked at: the last of them.
pub const MAX_SIGNALS: usize = 200;

/// Something the visitor did, such as `pricing_viewed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Its name: lower-case letters, digits and `_`.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

canonical!(struct Signal { name, at });
