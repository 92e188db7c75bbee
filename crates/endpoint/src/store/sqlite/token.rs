//! Tokens of the private API.

use async_trait::async_trait;
use leadglass_scoring::{Timestamp, encoding::VersionId};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use super::Sqlite;
use crate::{
    store::{StoreError, TokenStore},
    token::{Scope, Token},
};

const TOKEN: &str = "id, name, scopes, created_at_ms, expires_at_ms, revoked_at_ms, last_used_at_ms";

#[async_trait]
impl TokenStore for Sqlite {
    async fn keep_token(&self, token: &Token, sha256: VersionId) -> Result<(), StoreError> {
        let token = token.clone();
        self.write(move |connection, workspace| {
            let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
            let mut statement = connection.prepare_cached(
                "INSERT INTO token (id, workspace, name, sha256, scopes, created_at_ms, expires_at_ms) \
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?;
            statement.execute(params![
                token.id.as_bytes(),
                workspace,
                token.name,
                sha256.as_bytes(),
                scopes.join(" "),
                token.created_at.as_millis(),
                token.expires_at.map(Timestamp::as_millis),
            ])?;
            Ok(())
        })
        .await
    }

    async fn token(&self, sha256: VersionId) -> Result<Option<Token>, StoreError> {
        self.read(move |connection, workspace| {
            let sql = format!("SELECT {TOKEN} FROM token WHERE workspace = ? AND sha256 = ?");
            let mut statement = connection.prepare_cached(&sql)?;
            Ok(statement.query_row(params![workspace, sha256.as_bytes()], token).optional()?)
        })
        .await
    }

    async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.read(|connection, workspace| {
            let sql = format!("SELECT {TOKEN} FROM token WHERE workspace = ? ORDER BY created_at_ms DESC, id DESC");
            let mut statement = connection.prepare_cached(&sql)?;
            Ok(statement.query_map([workspace], token)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn revoke_token(&self, id: Uuid, at: Timestamp) -> Result<bool, StoreError> {
        self.write(move |connection, workspace| {
            let mut statement = connection.prepare_cached(
                "UPDATE token SET revoked_at_ms = coalesce(revoked_at_ms, ?) WHERE workspace = ? AND id = ?",
            )?;
            Ok(statement.execute(params![at.as_millis(), workspace, id.as_bytes()])? > 0)
        })
        .await
    }

    async fn token_used(&self, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection, workspace| {
            let mut statement =
                connection.prepare_cached("UPDATE token SET last_used_at_ms = ? WHERE workspace = ? AND id = ?")?;
            statement.execute(params![at.as_millis(), workspace, id.as_bytes()])?;
            Ok(())
        })
        .await
    }
}

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    let time = |name: &str| row.get::<_, Option<i64>>(name).map(|millis| millis.map(Timestamp::from_millis));
    let scopes: String = row.get("scopes")?;
    Ok(Token {
        id: Uuid::from_bytes(row.get("id")?),
        name: row.get("name")?,
        // A scope of a later version allows nothing here.
        scopes: scopes.split(' ').filter_map(Scope::from_name).collect(),
        created_at: Timestamp::from_millis(row.get("created_at_ms")?),
        expires_at: time("expires_at_ms")?,
        revoked_at: time("revoked_at_ms")?,
        last_used_at: time("last_used_at_ms")?,
    })
}
