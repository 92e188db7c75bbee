//! What a caller sends: a body of one shape within limits, and the key that makes a retry a retry.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use leadglass_scoring::{
    Language,
    money::{Currency, Money},
};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, DeserializeOwned},
};
use utoipa::{
    IntoParams, ToSchema,
    openapi::schema::{Object, ObjectBuilder, Type},
};
use uuid::Uuid;

use crate::{
    http::read_body,
    problem::{Kind, Problem},
    state::State,
    submission::read_shape,
};

/// The largest amount, in minor units.
const MINOR_LIMIT: u64 = 1_000_000_000_000_000;

/// The header that makes a retry a retry.
const HEADER: &str = "idempotency-key";

/// What makes a retry a retry.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "the description of what `Key` reads")]
pub(super) struct KeyHeader {
    /// A UUID of the caller's, one for each thing to keep: the same again is kept once, something else under the same
    /// key is refused.
    #[param(rename = "Idempotency-Key", required)]
    key: Uuid,
}

/// The key in the header `idempotency-key`.
pub(super) struct Key(pub(super) Uuid);

impl FromRequestParts<Arc<State>> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<State>) -> Result<Self, Problem> {
        let missing = || {
            Problem::new(
                Kind::KeyMissing,
                "send the header `idempotency-key` with a UUID of yours, so that a retry is not a second one",
            )
        };
        let wrong = |_| Problem::new(Kind::KeyMissing, "the header `idempotency-key` is no UUID");
        let key = parts.headers.get(HEADER).and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
        Uuid::try_parse(key.trim()).map(Self).map_err(wrong)
    }
}

/// Reads a body of one shape.
pub(super) async fn read<T: DeserializeOwned>(state: &State, headers: &HeaderMap, body: Body) -> Result<T, Problem> {
    let body = read_body(headers, body, state.settings.body_limit_bytes, state.settings.body_timeout()).await?;
    read_shape(&body)
}

/// An amount of money.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Amount {
    /// Whole minor units: cents, bani, kopecks.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = -1_000_000_000_000_000_i64, maximum = 1_000_000_000_000_000_i64)]
    minor: i64,
    /// The currency, an ISO 4217 code.
    #[serde(with = "code")]
    #[schema(schema_with = currencies)]
    currency: Currency,
}

/// The codes of currencies.
pub(super) fn currencies() -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Currency::listed())).build()
}

impl Amount {
    /// Whether it is less than nothing.
    pub(super) const fn is_negative(self) -> bool {
        self.minor < 0
    }
}

/// A whole number, however JSON spells it: `5.0` is one.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?.to_string();
    let wrong = || de::Error::invalid_value(de::Unexpected::Other("this"), &"a whole number, not beyond 10^15");
    let whole: i64 = number.strip_suffix(".0").unwrap_or(&number).parse().map_err(|_| wrong())?;
    // So that sums of a million of them are whole numbers too.
    (whole.unsigned_abs() <= MINOR_LIMIT).then_some(whole).ok_or_else(wrong)
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self { minor: amount.minor, currency: amount.currency }
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { minor: money.minor, currency: money.currency }
    }
}

mod code {
    use leadglass_scoring::money::Currency;
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
    pub(super) fn serialize<S: Serializer>(currency: &Currency, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(currency.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(deserializer)?;
        let currency = Currency::parse(&code).filter(|currency| currency.as_str() == code && currency.is_listed());
        let wanted = "the code of a currency in capital letters, such as `EUR`, as ISO 4217 lists it";
        currency.ok_or_else(|| de::Error::invalid_value(de::Unexpected::Other("this"), &wanted))
    }
}

/// Times as RFC 3339 writes them.
pub(super) mod time {
    use leadglass_scoring::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::clock::{from_rfc3339, to_rfc3339};

    #[expect(clippy::ref_option, reason = "serde hands it over so")]
    pub(in crate::api) fn serialize<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_str(&to_rfc3339(*at)),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::api) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let Some(text) = text else { return Ok(None) };
        let wrong = || de::Error::invalid_value(de::Unexpected::Other("this"), &"a time as RFC 3339 writes it");
        from_rfc3339(&text).map(Some).ok_or_else(wrong)
    }
}

/// The problem of a key that stands for something else.
pub(super) fn key_reused() -> Problem {
    Problem::new(Kind::KeyReused, "something else was sent with this key; send this under a key of its own")
}

/// The problem of a lead that is not there.
pub(super) fn lead_unknown() -> Problem {
    Problem::of(Kind::LeadUnknown, Language::En)
}
