//! Problem details (RFC 9457): the one shape of every refusal.

mod words;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leadglass_scoring::{Language, Violation};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Their media type.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// How long a client should wait before it tries again.
pub const RETRY_AFTER_SECONDS: u64 = 2;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $status:ident $code:literal $title:literal,)+) => {
        /// What went wrong. The spelling of a code never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $($(#[$doc])* $variant,)+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The status it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// Its stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

kinds! {
    /// A request that can't be read as HTTP asks.
    RequestMalformed = BAD_REQUEST "request.malformed" "The request can't be read",
    /// Parameters of an address that can't be read.
    ParametersInvalid = BAD_REQUEST "parameters.invalid" "Some parameters need another look",
    /// A body that is not UTF-8.
    BodyNotUtf8 = BAD_REQUEST "body.not_utf8" "The body is not UTF-8",
    /// A body that is not JSON.
    BodyNotJson = BAD_REQUEST "body.not_json" "The body is not JSON",
    /// JSON of another shape than a submission's.
    BodyWrongShape = BAD_REQUEST "body.wrong_shape" "The body has the wrong shape",
    /// An amount that can't be one.
    AmountInvalid = UNPROCESSABLE_ENTITY "amount.invalid" "The amount can't be right",
    /// A time that is yet to come.
    TimeAhead = UNPROCESSABLE_ENTITY "time.ahead" "The time is yet to come",
    /// An answer to a field that the form has not.
    FieldUnknown = UNPROCESSABLE_ENTITY "field.unknown" "The form has no such field",
    /// A time that ends before it begins.
    DaysReversed = UNPROCESSABLE_ENTITY "days.reversed" "The time ends before it begins",
    /// A submission without a key.
    KeyMissing = BAD_REQUEST "idempotency_key.missing" "There is no key, or it is no UUID",
    /// More answers than any form has fields.
    TooManyAnswers = BAD_REQUEST "answers.too_many" "There are too many answers",
    /// No token, or none that is worth anything.
    TokenInvalid = UNAUTHORIZED "token.invalid" "A token is needed",
    /// A token that does not allow this.
    ScopeMissing = FORBIDDEN "token.scope_missing" "The token does not allow this",
    /// An origin that may not send this form.
    OriginNotAllowed = FORBIDDEN "origin.not_allowed" "This site may not send this form",
    /// A permission that this needs was taken back.
    ConsentWithdrawn = FORBIDDEN "consent.withdrawn" "The permission was taken back",
    /// A permission that nobody gave.
    PurposeUnknown = UNPROCESSABLE_ENTITY "purpose.unknown" "There is no such permission",
    /// No such form.
    FormUnknown = NOT_FOUND "form.unknown" "There is no such form",
    /// No such lead.
    LeadUnknown = NOT_FOUND "lead.unknown" "There is no such lead",
    /// No such outcome.
    OutcomeUnknown = NOT_FOUND "outcome.unknown" "There is no such outcome",
    /// No such cost.
    CostUnknown = NOT_FOUND "cost.unknown" "There is no such cost",
    /// No such merge.
    MergeUnknown = NOT_FOUND "merge.unknown" "There is no such merge",
    /// Two who are one already.
    PersonSame = CONFLICT "person.same" "They are one already",
    /// A lead that is not held.
    LeadNotHeld = NOT_FOUND "lead.not_held" "No such lead is held",
    /// No such receiver of messages.
    WebhookUnknown = NOT_FOUND "webhook.unknown" "There is no such webhook",
    /// An address that messages can't be sent to.
    AddressInvalid = UNPROCESSABLE_ENTITY "address.invalid" "The address can't be sent to",
    /// A receiver that is told nothing at the moment.
    WebhookDisabled = CONFLICT "webhook.disabled" "The webhook is not enabled",
    /// A receiver that the endpoint needs itself.
    WebhookBuiltIn = CONFLICT "webhook.built_in" "The webhook belongs to the endpoint",
    /// No such version of a form.
    VersionUnknown = NOT_FOUND "version.unknown" "There is no such version",
    /// No such path.
    PathUnknown = NOT_FOUND "path.unknown" "There is nothing here",
    /// A method this path does not take.
    MethodNotAllowed = METHOD_NOT_ALLOWED "method.not_allowed" "This method is not taken here",
    /// A body that did not arrive in time.
    BodyTooSlow = REQUEST_TIMEOUT "body.too_slow" "The body did not arrive in time",
    /// A body above the limit.
    BodyTooLarge = PAYLOAD_TOO_LARGE "body.too_large" "The body is too large",
    /// Answers that break rules of the form.
    AnswersInvalid = UNPROCESSABLE_ENTITY "answers.invalid" "Some answers need another look",
    /// A key that other answers were sent under.
    KeyReused = UNPROCESSABLE_ENTITY "idempotency_key.reused" "The key was used for other answers",
    /// More requests than an address, a form or all may make.
    TooManyRequests = TOO_MANY_REQUESTS "requests.too_many" "Too many requests",
    /// More leads wait for the disk than may.
    Busy = SERVICE_UNAVAILABLE "store.busy" "Too busy at the moment",
    /// The store can't take leads.
    StoreUnavailable = SERVICE_UNAVAILABLE "store.unavailable" "Leads can't be kept at the moment",
    /// The answer took too long.
    TooSlow = SERVICE_UNAVAILABLE "request.too_slow" "The answer took too long",
    /// About to stop.
    Stopping = SERVICE_UNAVAILABLE "endpoint.stopping" "About to stop",
    /// A fault of ours.
    Internal = INTERNAL_SERVER_ERROR "internal" "Something went wrong here",
}

/// A refusal.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: Kind,
    detail: String,
    violations: Vec<ProblemViolation>,
    id: Option<Uuid>,
    retry_after_seconds: Option<u64>,
    challenge: Option<String>,
}

/// A broken rule with its message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Violation)]
pub struct ProblemViolation {
    /// The field's id.
    pub field: String,
    /// The rule.
    pub code: &'static str,
    /// What is wrong and how to mend it.
    pub message: String,
    /// The limit that was passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
}

/// Problem details as RFC 9457 has them.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Body<'a> {
    /// Always `about:blank`: the code says what it is.
    r#type: &'a str,
    /// What went wrong, for people.
    title: &'a str,
    /// The status of the answer.
    status: u16,
    /// What went wrong, for programs: the spelling never changes.
    code: &'a str,
    /// What is wrong here, and how to mend it.
    detail: &'a str,
    /// By which it is found in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// Each thing that is wrong, by its name.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Option<Vec<ProblemViolation>>)]
    violations: &'a [ProblemViolation],
}

impl Problem {
    /// A problem in words of its own; `detail` is one sentence without a full stop at its end.
    #[must_use]
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            violations: Vec::new(),
            id: None,
            retry_after_seconds: None,
            challenge: None,
        }
    }

    /// A problem in the words we have for it in the visitor's language.
    #[must_use]
    pub fn of(kind: Kind, language: Language) -> Self {
        Self::new(kind, words::detail(kind, language))
    }

    /// Broken rules, with the message for each.
    #[must_use]
    pub fn invalid(language: Language, violations: Vec<Violation>, message: impl Fn(&Violation) -> String) -> Self {
        let violations = violations.into_iter().map(|violation| ProblemViolation {
            message: message(&violation),
            field: violation.field,
            code: violation.code.as_str(),
            limit: violation.limit,
        });
        Self { violations: violations.collect(), ..Self::of(Kind::AnswersInvalid, language) }
    }

    /// The same, with what is wrong by its name.
    #[must_use]
    pub fn with_violations(self, violations: Vec<ProblemViolation>) -> Self {
        Self { violations, ..self }
    }

    /// The same, saying how to authenticate (RFC 9110, 11.6.1).
    #[must_use]
    pub fn with_challenge(self, challenge: impl Into<String>) -> Self {
        Self { challenge: Some(challenge.into()), ..self }
    }

    /// The same, to be found in the log by `id`.
    #[must_use]
    pub fn with_id(self, id: Uuid) -> Self {
        Self { id: Some(id), ..self }
    }

    /// The same, not to be asked again for so long.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after_seconds: Some(seconds), ..self }
    }

    /// The same in another language.
    #[must_use]
    pub fn translated(self, language: Language) -> Self {
        Self { detail: words::detail(self.kind, language).to_owned(), ..self }
    }

    /// How long to wait before asking again.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u64> {
        let usual = (self.kind.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER_SECONDS);
        self.retry_after_seconds.or(usual)
    }

    /// In one sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.kind.status();
        let retry_after_seconds = self.retry_after_seconds();
        let body = Body {
            r#type: "about:blank",
            title: self.kind.title(),
            status: status.as_u16(),
            code: self.kind.code(),
            detail: &self.detail,
            id: self.id,
            violations: &self.violations,
        };
        // The types above have nothing that JSON can't say.
        let json = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (status, json).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(Ok(challenge)) = self.challenge.as_deref().map(HeaderValue::from_str) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = retry_after_seconds {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Gives the framework's own refusals, which are bare text, the one shape.
pub fn shape(response: Response) -> Response {
    let status = response.status();
    let is_ours = |kind: &str| kind.starts_with(MEDIA_TYPE) || kind.starts_with("text/html");
    let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !(status.is_client_error() || status.is_server_error()) || media_type.is_some_and(is_ours) {
        return response;
    }
    let kind = match status {
        StatusCode::NOT_FOUND => Kind::PathUnknown,
        StatusCode::METHOD_NOT_ALLOWED => Kind::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Kind::BodyTooLarge,
        StatusCode::REQUEST_TIMEOUT => Kind::BodyTooSlow,
        StatusCode::SERVICE_UNAVAILABLE => Kind::TooSlow,
        _ if status.is_client_error() => Kind::RequestMalformed,
        _ => Kind::Internal,
    };
    let mut shaped = Problem::of(kind, Language::En).into_response();
    for name in [header::ALLOW, header::ACCESS_CONTROL_ALLOW_ORIGIN, header::VARY] {
        if let Some(value) = response.headers().get(&name) {
            shaped.headers_mut().insert(name, value.clone());
        }
    }
    shaped
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_unique_and_every_kind_has_words_in_every_language() {
        let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            for language in Language::ALL {
                assert!(!words::detail(*kind, language).is_empty(), "{kind:?} in {language:?}");
            }
        }
    }
}
