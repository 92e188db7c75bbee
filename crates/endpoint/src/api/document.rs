//! `GET /v1/openapi.json`: what the API says of itself.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{
        Components, Info, License, OpenApi, OpenApiBuilder,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::problem::{Body, ProblemViolation};

/// What any route may refuse with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description")]
pub(super) enum Refusals {
    /// The address, a header or the body can't be read
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Body<'static>),
    /// There is no token, or none that is worth anything
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Body<'static>),
    /// The token does not allow this
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Body<'static>),
    /// There is no such thing
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Body<'static>),
    /// It can't be done as things are now
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] Body<'static>),
    /// The body did not arrive in time
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(#[to_schema] Body<'static>),
    /// The body is too large
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Body<'static>),
    /// What is said breaks rules, each of which is named
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Body<'static>),
    /// A fault of the server
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(#[to_schema] Body<'static>),
    /// Too busy at the moment; try again
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] Body<'static>),
}

/// Its media type.
const MEDIA_TYPE: &str = "application/json";

/// The description of all routes.
#[must_use]
pub fn document() -> OpenApi {
    super::described().1
}

/// What holds for all routes.
pub(super) fn frame() -> OpenApi {
    let mut info = Info::new("leadglass", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "Leads, what became of them and what they cost, forms and cards. `leadglass token create` makes a token; what \
         each route needs of it is its scope. Times are RFC 3339 in UTC, money is whole minor units with its currency, \
         points are thousandths of a point. Every refusal is a problem as RFC 9457 has it."
            .into(),
    );
    info.license = Some(License::new("MIT OR Apache-2.0"));
    let mut components = Components::new();
    components.schemas.insert(ProblemViolation::name().into_owned(), ProblemViolation::schema());
    let mut token = Http::new(HttpAuthScheme::Bearer);
    token.description = Some("A token that `leadglass token create` printed: `lg_…`.".into());
    components.add_security_scheme("token", SecurityScheme::Http(token));
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Describes the API.
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    operation_id = "describe",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
pub(super) async fn answer() -> Response {
    // Nothing in it that JSON can't say.
    let json = document().to_json().unwrap_or_default();
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], json).into_response()
}
