//! What kind of mailbox an e-mail address is at, as far as lists of domains tell. Only the server has the lists.

/// What an address is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum MailKind {
    /// A domain that gives mailboxes to anybody.
    Free,
    /// A domain that gives mailboxes for minutes.
    Disposable,
    /// Any other: a company's, a school's, a person's own.
    Work,
}

canonical!(choice MailKind { Free, Disposable, Work });

impl MailKind {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Free, Self::Disposable, Self::Work];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Disposable => "disposable",
            Self::Work => "work",
        }
    }
}

/// What lists told of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mail {
    /// What it is at.
    pub kind: MailKind,
    /// The day of the lists, in days since 1970-01-01.
    pub list_days: i32,
}

canonical!(struct Mail { kind, list_days });
