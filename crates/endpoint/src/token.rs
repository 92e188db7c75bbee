//! Tokens of the private API: a random secret that is shown once, of which only the SHA-256 is kept, and what it
//! allows.

use std::{collections::BTreeSet, fmt};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use leadglass_scoring::{Timestamp, encoding::VersionId};
use uuid::Uuid;

/// What every token begins with, so that a leaked one is recognised for what it is.
pub const PREFIX: &str = "lg_";

/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Leads with all they say.
    LeadsRead,
    /// Leads of other channels in.
    LeadsWrite,
    /// What became of leads, and what they cost, in.
    OutcomesWrite,
    /// Forms and cards, secret criteria included.
    FormsRead,
    /// What the endpoint counts of itself.
    Metrics,
    /// All leads as files.
    Export,
    /// All that is kept of an e-mail address, out or erased.
    Privacy,
    /// Leads that are held as doubtful: seen, released, discarded.
    Quarantine,
    /// Who is told of leads.
    Webhooks,
    /// One address with the secret in it, for spreadsheets; nothing else.
    Pull,
    /// Everything but the address for spreadsheets.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::LeadsRead,
        Self::LeadsWrite,
        Self::OutcomesWrite,
        Self::FormsRead,
        Self::Metrics,
        Self::Export,
        Self::Privacy,
        Self::Quarantine,
        Self::Webhooks,
        Self::Pull,
        Self::Admin,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeadsRead => "leads:read",
            Self::LeadsWrite => "leads:write",
            Self::OutcomesWrite => "outcomes:write",
            Self::FormsRead => "forms:read",
            Self::Metrics => "metrics",
            Self::Export => "export",
            Self::Privacy => "privacy",
            Self::Quarantine => "quarantine",
            Self::Webhooks => "webhooks",
            Self::Pull => "pull",
            Self::Admin => "admin",
        }
    }

    /// The scope with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// Several scopes.
pub type Scopes = BTreeSet<Scope>;

/// A token as it is kept: without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// A `UUIDv7`.
    pub id: Uuid,
    /// Who it was made for.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// Server time.
    pub created_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Option<Timestamp>,
    /// Since when it is worth nothing.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, within an hour.
    pub last_used_at: Option<Timestamp>,
}

impl Token {
    /// Whether it is worth anything at `at`.
    #[must_use]
    pub fn is_good(&self, at: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| at < end)
    }

    /// Whether it allows something.
    #[must_use]
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || (scope != Scope::Pull && self.scopes.contains(&Scope::Admin))
    }
}

/// A token's secret. It never shows itself but where it is asked to.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret of these random bytes.
    #[must_use]
    pub fn new(random: [u8; SECRET_BYTES]) -> Self {
        Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random)))
    }

    /// Reads a secret; `None` where the text can't be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let random = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        (random.len() == SECRET_BYTES).then(|| Self(text.to_owned()))
    }

    /// The secret itself, to be shown once.
    #[must_use]
    pub fn show(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn sha256(&self) -> VersionId {
        VersionId::of(self.0.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s27_a_secret_has_a_prefix_and_256_random_bits_and_does_not_show_itself() {
        let secret = Secret::new([7; SECRET_BYTES]);
        assert!(secret.show().starts_with("lg_") && secret.show().len() == 46);
        assert_eq!(Secret::parse(secret.show()), Some(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        for wrong in ["", "lg_", "lg_BwcH", &secret.show()[3..], &format!("{}A", secret.show())] {
            assert_eq!(Secret::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_scope_has_a_name_and_admin_is_all_but_the_one_in_addresses() {
        let token = |scope| Token {
            id: Uuid::nil(),
            name: "crm".into(),
            scopes: [scope].into(),
            created_at: Timestamp::from_millis(0),
            expires_at: Some(Timestamp::from_millis(10)),
            revoked_at: None,
            last_used_at: None,
        };
        for scope in Scope::ALL {
            assert_eq!(Scope::from_name(scope.as_str()), Some(scope));
            assert!(token(scope).allows(scope));
            assert_eq!(token(Scope::Admin).allows(scope), scope != Scope::Pull);
            assert!(scope == Scope::LeadsRead || !token(scope).allows(Scope::LeadsRead) || scope == Scope::Admin);
        }
        let token = token(Scope::Export);
        assert!(token.is_good(Timestamp::from_millis(9)) && !token.is_good(Timestamp::from_millis(10)));
        assert!(!Token { revoked_at: Some(Timestamp::from_millis(1)), ..token }.is_good(Timestamp::from_millis(9)));
    }
}
