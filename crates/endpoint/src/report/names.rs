//! Names of the rules' choices as the API describes them.

use leadglass_scoring::{Channel, Decision, Language, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident of $choice:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
            #[serde(rename_all = "snake_case")]
            pub enum $name {
                $($(#[$variant_doc])* $variant,)+
            }

            impl From<$choice> for $name {
                fn from(choice: $choice) -> Self {
                    match choice { $($choice::$variant => Self::$variant,)+ }
                }
            }

            impl From<$name> for $choice {
                fn from(name: $name) -> Self {
                    match name { $($name::$variant => Self::$variant,)+ }
                }
            }
        )+
    };
}

names! {
    /// What becomes of a lead.
    DecisionName of Decision {
        /// Sales works on it now.
        Accept,
        /// Marketing keeps it warm.
        Nurture,
        /// Not ours; answered with a courteous next step.
        Decline,
    }
    /// How a lead came.
    ChannelName of Channel {
        /// By a form.
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
    /// What a person wants now.
    MomentName of Moment {
        /// To learn.
        Know,
        /// To get to a place.
        Go,
        /// To get something done.
        Do,
        /// To buy.
        Buy,
    }
    /// A language of forms.
    LanguageName of Language {
        /// English
        En,
        /// Russian
        Ru,
        /// Romanian
        Ro,
    }
}
