//! Tokens of the private API.

use std::time::Duration;

use leadglass_scoring::encoding::VersionId;
use uuid::Uuid;

use super::{AT, Place, later, over_both};
use crate::token::{Scope, Token};

over_both! {
    a_token_is_found_by_its_hash_in_its_workspace_until_it_is_asked_for_no_more
}

async fn a_token_is_found_by_its_hash_in_its_workspace_until_it_is_asked_for_no_more(place: Place) {
    let store = place.open().await;
    let sha256 = VersionId::of(b"secret");
    let token = Token {
        id: Uuid::from_u128(1),
        name: "crm".into(),
        scopes: [Scope::LeadsRead, Scope::Export].into(),
        created_at: AT,
        expires_at: Some(later(Duration::from_hours(24))),
        revoked_at: None,
        last_used_at: None,
    };
    store.keep_token(&token, sha256).await.unwrap();
    assert_eq!(store.token(sha256).await, Ok(Some(token.clone())));
    assert_eq!(store.token(VersionId::of(b"other")).await, Ok(None));
    // Another token can't have its secret.
    assert!(store.keep_token(&Token { id: Uuid::from_u128(2), ..token.clone() }, sha256).await.is_err());
    let elsewhere = place.open_in("other").await;
    assert_eq!(elsewhere.token(sha256).await, Ok(None));
    assert_eq!(elsewhere.revoke_token(token.id, AT).await, Ok(false));
    store.token_used(token.id, AT).await.unwrap();
    assert_eq!(store.revoke_token(token.id, later(Duration::from_mins(1))).await, Ok(true));
    assert_eq!(store.revoke_token(token.id, later(Duration::from_mins(2))).await, Ok(true));
    let ended = Token { revoked_at: Some(later(Duration::from_mins(1))), last_used_at: Some(AT), ..token };
    assert_eq!(store.tokens().await, Ok(vec![ended]));
}
