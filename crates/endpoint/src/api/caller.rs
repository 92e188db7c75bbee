//! Who calls: a token in the header `authorization`, and whether it allows what is asked.

use std::{marker::PhantomData, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use leadglass_scoring::Language;

use crate::{
    problem::{Kind, Problem},
    state::State,
    token::{Scope, Secret, Token},
};

/// How coarsely it is remembered when a token was used: a write for each request would cost more than it tells.
const USED_STEP_MS: i64 = 3_600_000;

/// What a route needs of its caller's token.
pub(super) trait Needs {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! needs {
    ($($name:ident,)+) => {
        $(
            pub(super) struct $name;
            impl Needs for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )+
    };
}

needs! { LeadsRead, LeadsWrite, OutcomesWrite, FormsRead, Metrics, Export, Privacy, Quarantine, Webhooks, }

/// A caller whose token allows what a route does.
pub(super) struct May<N>(PhantomData<N>);

impl<N: Needs> FromRequestParts<Arc<State>> for May<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        let secret = bearer(&parts.headers).ok_or_else(|| unauthorized(None))?;
        let secret = Secret::parse(secret).ok_or_else(|| unauthorized(Some("invalid_token")))?;
        let token = good(state, &secret).await?.ok_or_else(|| unauthorized(Some("invalid_token")))?;
        if token.allows(N::SCOPE) {
            return Ok(Self(PhantomData));
        }
        let scope = N::SCOPE.as_str();
        let detail = format!("this needs a token with the scope `{scope}`; `leadglass token create` makes one");
        Err(Problem::new(Kind::ScopeMissing, detail)
            .with_challenge(format!("Bearer realm=\"leadglass\", error=\"insufficient_scope\", scope=\"{scope}\"")))
    }
}

/// The token with this secret, where it is worth anything now.
pub(super) async fn good(state: &State, secret: &Secret) -> Result<Option<Token>, Problem> {
    let failed = |error| state.store_problem(&error, Language::En);
    let at = state.clock.now();
    let token = state.store.token(secret.sha256()).await.map_err(failed)?.filter(|token| token.is_good(at));
    let is_old = |token: &Token| {
        token.last_used_at.is_none_or(|last| at.as_millis().saturating_sub(last.as_millis()) >= USED_STEP_MS)
    };
    if let Some(token) = token.as_ref().filter(|token| is_old(token))
        && let Err(error) = state.store.token_used(token.id, at).await
    {
        // Not worth a refusal.
        tracing::warn!(%error, "when a token was used could not be kept");
    }
    Ok(token)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

fn unauthorized(error: Option<&str>) -> Problem {
    let error = error.map(|error| format!(", error=\"{error}\"")).unwrap_or_default();
    Problem::of(Kind::TokenInvalid, Language::En).with_challenge(format!("Bearer realm=\"leadglass\"{error}"))
}
