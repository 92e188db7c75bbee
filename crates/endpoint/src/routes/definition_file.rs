//! `GET /forms/{form}/{hash}.cbor`: the public definition of a version; `…/{hash}.{language}-{words}.cbor`: the same with
//! our words in a language, for the widget.

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
    let name = name.strip_suffix(".cbor").ok_or_else(unknown)?;
    let (version, words) = name.split_once('.').map_or((name, None), |(version, words)| (version, Some(words)));
    let version = VersionId::parse(version).ok_or_else(unknown)?;
    let shown = state.forms.shown(&live, version, state.store.as_ref()).await;
    let shown = shown.map_err(|error| state.store_problem(&error, Language::En))?.ok_or_else(unknown)?;
    let bytes = match words {
        None => embed::definition_file(&shown).await,
        Some(words) => {
            let mut languages = shown.form.definition().languages.iter();
            let is_asked =
                |language: &Language| embed::page_path(&shown, *language).ends_with(&format!(".{words}.cbor"));
            let number = languages.position(is_asked).ok_or_else(unknown)?;
            embed::page_file(&shown, number).await.ok_or_else(unknown)?
        }
    };
    Ok(file(&headers, &bytes, "application/cbor", IMMUTABLE))
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use leadglass_form::messages::{Word, Words};
    use leadglass_scoring::{FormDefinition, Language, encoding::decode, form::PageForm};

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

    #[tokio::test]
    async fn a_page_is_given_the_words_of_its_own_language_with_the_form() {
        let endpoint = Endpoint::new().await;
        let shown = std::sync::Arc::clone(&endpoint.state.forms.get("enquiry").unwrap().shown);
        for (language, next) in [(Language::En, "Next"), (Language::Ru, "Далее")] {
            let path = embed::page_path(&shown, language);
            let response = endpoint.get(&path).await;
            assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
            let bytes = response.into_body().collect().await.unwrap().to_bytes();
            let page: PageForm = decode(&bytes).unwrap();
            assert_eq!(&page.definition, shown.form.definition());
            assert_eq!(Words::read(language, page.words).unwrap().get(Word::Next), next);
            let other_words = path.replace(".cbor", "0.cbor");
            assert_eq!(endpoint.get(&other_words).await.status(), 404);
        }
        // The form speaks no Romanian.
        assert_eq!(endpoint.get(&embed::page_path(&shown, Language::Ro)).await.status(), 404);
    }
}
