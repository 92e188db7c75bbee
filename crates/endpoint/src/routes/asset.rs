//! `GET /assets/{file}`: files with their hash in their name.

use std::sync::Arc;

use axum::{
    extract::{Path, State as Shared},
    http::HeaderMap,
    response::Response,
};
use leadglass_scoring::Language;

use crate::{
    http::{IMMUTABLE, file},
    problem::{Kind, Problem},
    state::State,
};

/// Sends a file.
///
/// # Errors
/// Where there is none of this name.
pub async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asset = state.assets.get(&name).ok_or_else(|| Problem::of(Kind::PathUnknown, Language::En))?;
    Ok(file(&headers, asset.bytes().await, asset.media_type, IMMUTABLE))
}

#[cfg(test)]
mod tests {
    use crate::testing::Endpoint;

    #[tokio::test]
    async fn the_hosted_pages_styles_are_kept_for_ever() {
        let endpoint = Endpoint::new().await;
        let response = endpoint.get(&endpoint.state.assets.style_sheet_path()).await;
        assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(endpoint.get("/assets/other.css").await.status(), 404);
        assert_eq!(endpoint.get("/assets/..%2Fmanifest.json").await.status(), 404);
    }
}
