//! Tokens of the private API.

use async_trait::async_trait;
use leadglass_scoring::{Timestamp, encoding::VersionId};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{Fault, Postgres};
use crate::{
    store::{StoreError, TokenStore},
    token::{Scope, Token},
};

const TOKEN: &str = "id, name, scopes, created_at_ms, expires_at_ms, revoked_at_ms, last_used_at_ms";

#[async_trait]
impl TokenStore for Postgres {
    async fn keep_token(&self, token: &Token, sha256: VersionId) -> Result<(), StoreError> {
        let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        let sql = "INSERT INTO token (workspace, id, name, sha256, scopes, created_at_ms, expires_at_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let expires = token.expires_at.map(Timestamp::as_millis);
        let (sha256, scopes, made) = (sha256.as_bytes().as_slice(), scopes.join(" "), token.created_at.as_millis());
        self.change(sql, &[&&*self.workspace, &token.id, &token.name, &sha256, &scopes, &made, &expires]).await?;
        Ok(())
    }

    async fn token(&self, sha256: VersionId) -> Result<Option<Token>, StoreError> {
        let sql = format!("SELECT {TOKEN} FROM token WHERE workspace = $1 AND sha256 = $2");
        let rows = self.find(&sql, &[&&*self.workspace, &sha256.as_bytes().as_slice()]).await?;
        Ok(rows.first().map(token).transpose()?)
    }

    async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let sql = format!("SELECT {TOKEN} FROM token WHERE workspace = $1 ORDER BY created_at_ms DESC, id DESC");
        let rows = self.find(&sql, &[&&*self.workspace]).await?;
        Ok(rows.iter().map(token).collect::<Result<_, Fault>>()?)
    }

    async fn revoke_token(&self, id: Uuid, at: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE token SET revoked_at_ms = coalesce(revoked_at_ms, $3) WHERE workspace = $1 AND id = $2";
        Ok(self.change(sql, &[&&*self.workspace, &id, &at.as_millis()]).await? > 0)
    }

    async fn token_used(&self, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE token SET last_used_at_ms = $3 WHERE workspace = $1 AND id = $2";
        self.change(sql, &[&&*self.workspace, &id, &at.as_millis()]).await?;
        Ok(())
    }
}

fn token(row: &Row) -> Result<Token, Fault> {
    let time = |name: &str| row.try_get::<_, Option<i64>>(name).map(|millis| millis.map(Timestamp::from_millis));
    let scopes: &str = row.try_get("scopes")?;
    Ok(Token {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        // A scope of a later version allows nothing here.
        scopes: scopes.split(' ').filter_map(Scope::from_name).collect(),
        created_at: Timestamp::from_millis(row.try_get("created_at_ms")?),
        expires_at: time("expires_at_ms")?,
        revoked_at: time("revoked_at_ms")?,
        last_used_at: time("last_used_at_ms")?,
    })
}
