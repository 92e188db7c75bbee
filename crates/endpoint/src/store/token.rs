//! Tokens of the private API.

use async_trait::async_trait;
use leadglass_scoring::{Timestamp, encoding::VersionId};
use uuid::Uuid;

use super::StoreError;
use crate::token::Token;

/// Keeps tokens.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Keeps a token with the SHA-256 of its secret.
    async fn keep_token(&self, token: &Token, sha256: VersionId) -> Result<(), StoreError>;

    /// The token whose secret has this SHA-256, whatever it is worth.
    async fn token(&self, sha256: VersionId) -> Result<Option<Token>, StoreError>;

    /// All tokens, the one made last first.
    async fn tokens(&self) -> Result<Vec<Token>, StoreError>;

    /// Ends a token: whether there is one. One that was ended before keeps its first time.
    async fn revoke_token(&self, id: Uuid, at: Timestamp) -> Result<bool, StoreError>;

    /// Remembers that a token was used.
    async fn token_used(&self, id: Uuid, at: Timestamp) -> Result<(), StoreError>;
}
