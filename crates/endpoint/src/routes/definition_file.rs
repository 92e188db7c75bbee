//! `GET /forms/{form}/{hash}.cbor`: the public definition of a version, for the widget.

use std::sync::Arc;

use axum::{
    extract::{Path, State as Shared},
    http::HeaderMap,
    response::Response,
};
use leadglass_scoring::{Language, encoding::VersionId};

use crate::{
    embed,
    http::{IMMUTABLE, file},
    problem::{Kind, Problem},
    state::State,
};

/// Sends a definition.
///
/// # Errors
/// Where there is no such form or version, or the store can't be read.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path((form, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let unknown = || Problem::of(Kind::FormUnknown, Language::En);
    let live = state.forms.get(&form).ok_or_else(unknown)?;
    let version = name.strip_suffix(".cbor").and_then(VersionId::parse).ok_or_else(unknown)?;
    let shown = state.forms.shown(&live, version, state.store.as_ref()).await;
    let shown = shown.map_err(|error| state.store_problem(&error, Language::En))?.ok_or_else(unknown)?;
    Ok(file(&headers, &*embed::definition_file(&shown).await, "application/cbor", IMMUTABLE))
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use leadglass_scoring::{FormDefinition, encoding::decode};

    use crate::{
        embed,
        testing::{Endpoint, FORM},
    };

    #[tokio::test]
    async fn every_version_that_was_shown_stays_readable_and_none_has_a_secret() {
        let endpoint = Endpoint::new().await;
        let path = embed::definition_path(&endpoint.state.forms.get("enquiry").unwrap().shown);
        endpoint.serve(&[&FORM.replace("max_length = 40", "max_length = 41")]).await;
        let response = endpoint.get(&path).await;
        assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(response.headers()["content-type"], "application/cbor");
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let definition: FormDefinition = decode(&bytes).unwrap();
        assert_eq!(definition.scorecard.criteria.len(), 2);
        assert!(definition.scorecard.gates.is_empty());
        let secret = [b"own_domain".as_slice(), b"Looks for a job", "Адрес на собственном".as_bytes()];
        assert!(secret.iter().all(|secret| !bytes.windows(secret.len()).any(|window| window == *secret)));
        for path in ["/forms/enquiry/abc.cbor", &path.replace(".cbor", ".json"), &path.replace("enquiry", "other")] {
            assert_eq!(endpoint.get(path).await.status(), 404, "{path}");
        }
    }
}
