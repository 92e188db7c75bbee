//! Channels: the ways a lead can come.

/// How a lead came. All channels go through the same validation and the same scorecard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Channel {
    /// By a form in a page, or the hosted one.
    #[default]
    Form,
    /// They phoned.
    Call,
    /// They walked in.
    Visit,
    /// Somebody sent them.
    Referral,
    /// They wrote an e-mail.
    Email,
    /// From a table that was kept elsewhere.
    Import,
    /// Another program brought it.
    Api,
}

canonical!(choice Channel { Form, Call, Visit, Referral, Email, Import, Api });

impl Channel {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 7] =
        [Self::Form, Self::Call, Self::Visit, Self::Referral, Self::Email, Self::Import, Self::Api];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Call => "call",
            Self::Visit => "visit",
            Self::Referral => "referral",
            Self::Email => "email",
            Self::Import => "import",
            Self::Api => "api",
        }
    }
}
