//! Answers in JSON.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// Something that JSON can say.
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        // Texts, numbers and lists of them are always JSON.
        let json = serde_json::to_vec(&self.0).unwrap_or_default();
        ([(header::CONTENT_TYPE, "application/json")], json).into_response()
    }
}
