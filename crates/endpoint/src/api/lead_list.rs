//! `GET /v1/leads`: leads, the latest first, a page at a time.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State as Shared},
    http::HeaderMap,
};
use leadglass_scoring::{Channel, Decision, Language, Moment, letters::fold};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::Json,
    caller::{LeadsRead, May},
    cursor,
    document::Refusals,
    parameters::{Parameters, accepted_languages, asked_language, one_of, text, yes_no},
};
use crate::{
    clock::from_rfc3339,
    problem::Problem,
    report::{ChannelName, DecisionName, Definitions, LanguageName, LeadLine, MomentName, Report},
    state::State,
    store::{LOOKED_AT, LeadQuery},
};

/// Leads of a page where it is not said.
const USUAL: u32 = 50;
/// Most leads of a page.
const MOST: u32 = 200;
/// Most words that are searched for.
const MOST_WORDS: usize = 8;

/// Which leads.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what `filters` reads")]
pub(super) struct Filters {
    /// Only of this form.
    #[param(min_length = 1, max_length = 200, pattern = r"^[^\x00]+$")]
    form: Option<String>,
    /// Only with this decision.
    #[param(inline)]
    decision: Option<DecisionName>,
    /// Only with this grade.
    #[param(pattern = "^[ABC][123]$")]
    grade: Option<String>,
    /// Only with this score or a better one.
    #[param(minimum = 0, maximum = 100)]
    score_from: Option<u8>,
    /// Only with this score or a lesser one.
    #[param(minimum = 0, maximum = 100)]
    score_to: Option<u8>,
    /// Only of this channel.
    #[param(inline)]
    channel: Option<ChannelName>,
    /// Only of people who want this.
    #[param(inline)]
    moment: Option<MomentName>,
    /// Only those that they work on.
    #[param(min_length = 1, max_length = 200, pattern = r"^[^\x00]+$")]
    owner: Option<String>,
    /// Only those whose page had another score than ours, or only the others.
    score_mismatch: Option<bool>,
    /// Only those received at this time or later, as RFC 3339 writes it.
    #[param(format = DateTime)]
    received_from: Option<String>,
    /// Only those received before this time.
    #[param(format = DateTime)]
    received_before: Option<String>,
    /// Only with this e-mail address, in any case.
    #[param(min_length = 1, max_length = 200, pattern = r"^[^\x00]+$")]
    email: Option<String>,
    /// Only those whose answers contain each of these words, or parts of words, in any case. Refused where leads are
    /// encrypted (`encryption_keys`).
    #[param(min_length = 1, max_length = 200, pattern = r"^[^\x00]+$")]
    text: Option<String>,
}

/// Which page, in which language.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what `answer` reads")]
pub(super) struct Paging {
    /// At most as many; 50 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before. The filters must stay the same.
    #[param(pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    cursor: Option<String>,
    /// The language of the reasons; else the first of `accept-language` that the form has.
    #[param(inline)]
    language: Option<LanguageName>,
}

/// A page of leads.
#[derive(Serialize, ToSchema)]
pub(super) struct LeadPage {
    /// The leads, the latest first.
    leads: Vec<LeadLine>,
    /// The cursor of the next page, where there may be one. A page looks at twenty thousand leads at most: where several
    /// filters together leave few of very many leads, it may have fewer than `limit`, or none, and others still follow.
    /// There are no more where this is `null`.
    next: Option<String>,
}

/// Lists leads, the latest first, without those said again or replaced.
#[utoipa::path(
    get,
    path = "/v1/leads",
    operation_id = "list_leads",
    tag = "leads",
    params(Filters, Paging),
    responses((status = 200, description = "A page of leads", body = LeadPage), Refusals),
    security(("token" = ["leads:read"]))
)]
pub(super) async fn answer(
    _: May<LeadsRead>,
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<LeadPage>, Problem> {
    let mut parameters = Parameters::of(query.as_deref());
    let mut query = filters(&state, &mut parameters);
    let limit = parameters.read("limit", "a whole number from 1 to 200", |value| {
        value.parse().ok().filter(|limit| (1..=MOST).contains(limit))
    });
    query.limit = limit.unwrap_or(USUAL);
    query.after = parameters.read("cursor", "the `next` of the page before", cursor::read);
    let asked = asked_language(&mut parameters);
    parameters.finish()?;
    let page = read(&state, &query, &accepted_languages(asked, &headers)).await;
    page.map(Json).map_err(|error| state.store_problem(&error, Language::En))
}

/// Reads the parameters that say which leads.
pub(super) fn filters(state: &State, parameters: &mut Parameters) -> LeadQuery {
    let score = |value: &str| value.parse().ok().filter(|score| *score <= 100);
    let time = "a time as RFC 3339 writes it, such as `2026-03-01T10:00:00Z`";
    let a_text = "a text of 1 to 200 bytes";
    let is_grade = |value: &str| {
        let known = matches!(value.as_bytes(), [b'A'..=b'C', b'1'..=b'3']);
        known.then(|| value.to_owned())
    };
    let words = |value: &str| text(value).map(|value| fold(&value));
    let texts = parameters.read("text", a_text, words);
    if texts.is_some() && state.store.seals_under().is_some() {
        let message = "words can't be searched for where leads are encrypted; `email` finds a whole address";
        parameters.refuse("text", "parameter.unavailable", message.into());
    }
    LeadQuery {
        form: parameters.read("form", a_text, text),
        decision: parameters.read("decision", "`accept`, `nurture` or `decline`", |value| {
            one_of(&Decision::ALL, Decision::as_str, value)
        }),
        grade: parameters.read("grade", "a letter from `A` to `C` and a digit from `1` to `3`", is_grade),
        score_from: parameters.read("score_from", "a whole number from 0 to 100", score),
        score_to: parameters.read("score_to", "a whole number from 0 to 100", score),
        channel: parameters.read(
            "channel",
            "`form`, `call`, `visit`, `referral`, `email`, `import` or `api`",
            |value| one_of(&Channel::ALL, Channel::as_str, value),
        ),
        moment: parameters
            .read("moment", "`know`, `go`, `do` or `buy`", |value| one_of(&Moment::ALL, Moment::as_str, value)),
        owner: parameters.read("owner", a_text, text),
        score_mismatch: parameters.read("score_mismatch", "`true` or `false`", yes_no),
        received_from: parameters.read("received_from", time, from_rfc3339),
        received_before: parameters.read("received_before", time, from_rfc3339),
        email: parameters.read("email", a_text, |value| text(value).map(|value| value.to_ascii_lowercase())),
        texts: texts
            .map(|words| words.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect())
            .unwrap_or_default(),
        after: None,
        limit: USUAL,
    }
}

async fn read(state: &State, query: &LeadQuery, languages: &[Language]) -> Result<LeadPage, crate::store::StoreError> {
    let page = state.store.lead_page(query, LOOKED_AT).await?;
    let next = page.next.map(cursor::write);
    let mut definitions = Definitions::new(state.store.as_ref());
    let mut lines = Vec::with_capacity(page.leads.len());
    for lead in page.leads {
        let definition = definitions.of(&lead).await?;
        let language = languages.iter().copied().find(|language| definition.languages.contains(language));
        lines.push(Report::new(lead, definition, language).line());
    }
    Ok(LeadPage { leads: lines, next })
}
