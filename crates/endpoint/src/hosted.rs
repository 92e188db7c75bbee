//! The form on a page of its own: it needs no script, and where one runs it is the form that stands in the pages of others.

mod parameters;

use std::{fmt::Write, sync::Arc};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use leadglass_form::{FollowUpText, Prerender, render};
use leadglass_scoring::{Answers, Language, Touch, Violation, encoding::VersionId};
use uuid::Uuid;

pub use self::parameters::Parameters;
use crate::{
    forms::LiveForm,
    http::wants_page,
    link_page::{link_language, link_page},
    privacy,
    problem::{Kind, Problem},
    spam,
    state::State,
    submission::{DWELL, KEY, LANGUAGE, TOUCH, VERSION, touch_text},
};

/// What the embed needs of a policy.
const SCRIPTS_ALLOWED: &str = "; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/// What a hosted page shows.
pub struct Page {
    /// Its language.
    pub language: Language,
    /// What its address says.
    pub parameters: Parameters,
    /// What brought the visitor to it.
    pub touch: Option<Touch>,
    /// What was typed so far.
    pub answers: Answers,
    /// What is wrong with it.
    pub violations: Vec<Violation>,
    /// What follows, once it was sent.
    pub follow_up: Option<FollowUpText>,
    /// The key it will be sent under.
    pub key: Uuid,
    /// The version it will be sent under.
    pub version: VersionId,
    /// When the form was first shown, in our own words; now, where nothing is said.
    pub dwell: Option<String>,
    /// A sentence above the form.
    pub note: Option<String>,
    /// Whether nothing was typed or said yet, so that the embed's form may take its place.
    pub fresh: bool,
    /// What lets who sent it take back the permissions they gave.
    pub privacy: Option<String>,
}

impl Page {
    /// An empty form.
    #[must_use]
    pub fn new(language: Language, parameters: Parameters, key: Uuid, version: VersionId) -> Self {
        Self {
            language,
            parameters,
            touch: None,
            answers: Answers::new(),
            violations: Vec::new(),
            follow_up: None,
            key,
            version,
            dwell: None,
            note: None,
            fresh: false,
            privacy: None,
        }
    }

    /// The page as an answer. It holds a key, so nothing may keep it.
    pub async fn answer(self, state: &State, live: &LiveForm, status: StatusCode) -> Response {
        let id = live.full.definition().id.clone();
        let scripts = if self.fresh { SCRIPTS_ALLOWED } else { "" };
        let html = self.html(state, live).await;
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Where any page may have the form, any page may frame it: nothing here is done in a visitor's name but what they type.
        let framed_by =
            state.settings.origins_of(&id).map(|list| format!("; frame-ancestors 'self' {}", list.join(" ")));
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'{scripts}{}",
            framed_by.unwrap_or_default()
        );
        let policy = HeaderValue::from_str(policy.trim_end());
        // An origin that is no header value is no origin either.
        let policy = policy.unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        response
    }

    /// The page with a sentence above the form that says why it was not taken.
    pub async fn refuse(mut self, state: &State, live: &LiveForm, problem: &Problem) -> Response {
        self.note = Some(problem.detail().to_owned());
        let mut response = self.answer(state, live, problem.kind().status()).await;
        if let Some(seconds) = problem.retry_after_seconds() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }

    async fn html(self, state: &State, live: &LiveForm) -> String {
        let definition = live.shown.form.definition();
        let code = self.language.code();
        let title = escape(definition.heading.get(definition.language_number(self.language).unwrap_or(0)));
        let style_sheet = state.assets.style_sheet_path();
        let note = self.note.map(|note| format!("<p role=\"alert\">{}</p>\n", escape(&note))).unwrap_or_default();
        let languages = languages(&definition.languages, self.language, &self.parameters);
        let permissions = self.privacy.map(|token| privacy::link(&token, self.language)).unwrap_or_default();
        let scripts = if self.fresh { scripts(state, &definition.id) } else { String::new() };
        // A page without it works too, should the store be away for a moment.
        let now = || async { Some(spam::dwell_token(state.keys().await.ok()?, &definition.id, state.clock.now())) };
        let dwell = match self.dwell {
            Some(dwell) => Some(dwell),
            None => now().await,
        };
        let form = render(Prerender {
            form: Arc::clone(&live.shown.form),
            language: self.language,
            answers: self.answers,
            violations: self.violations,
            follow_up: self.follow_up,
            action: format!("/f/{}?{}", definition.id, self.parameters.query(self.language)),
            hidden: [
                Some((KEY.to_owned(), self.key.to_string())),
                Some((VERSION.to_owned(), self.version.to_string())),
                Some((LANGUAGE.to_owned(), code.to_owned())),
                dwell.map(|dwell| (DWELL.to_owned(), dwell)),
                self.touch.map(|touch| (TOUCH.to_owned(), touch_text(&touch))),
            ]
            .into_iter()
            .flatten()
            .collect(),
            alone: true,
            still: true,
        })
        .await;
        format!(
            "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <link rel=\"stylesheet\" href=\"{style_sheet}\">\n{scripts}</head>\n<body>\n<main>\n{languages}{note}{form}\n{permissions}</main>\n\
             </body>\n</html>\n"
        )
    }
}

/// The answer where there is no such form: a page, or for programs a problem.
///
/// # Errors
/// That problem.
pub fn unknown_form(state: &State, query: Option<&str>, headers: &HeaderMap) -> Result<Response, Problem> {
    let mut said = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let lang = said.find(|(name, _)| name == "lang").map(|(_, value)| value);
    let language = link_language(lang.as_deref(), headers).unwrap_or(Language::En);
    let problem = Problem::of(Kind::FormUnknown, language);
    if !wants_page(headers) {
        return Err(problem.translated(Language::En));
    }
    let heading = match language {
        Language::En => "There is no such form",
        Language::Ru => "Такой формы нет",
        Language::Ro => "Nu există un asemenea formular",
    };
    let below = format!("<p>{}.</p>", escape(problem.detail()));
    Ok(link_page(state, language, problem.kind().status(), heading, &below))
}

/// What puts the embed's form in the place of the plain one, once that stands; whatever of it does not come, that one stays.
fn scripts(state: &State, form: &str) -> String {
    let hosted = state.assets.hosted_script_path();
    format!(
        "<script defer data-define src=\"/embed/{form}.js\"></script>\n\
         <script defer data-form=\"{form}\" src=\"{hosted}\"></script>\n"
    )
}

/// Links to the form in its other languages, with all else that its address says.
fn languages(all: &[Language], shown: Language, parameters: &Parameters) -> String {
    let mut links = String::new();
    for language in all.iter().filter(|language| **language != shown) {
        let (code, name) = (language.code(), name(*language));
        let query = escape(&parameters.query(*language));
        let _ = writeln!(links, "<a href=\"?{query}\" hreflang=\"{code}\" lang=\"{code}\">{name}</a>");
    }
    let label = match shown {
        Language::En => "Language",
        Language::Ru => "Язык",
        Language::Ro => "Limba",
    };
    if links.is_empty() { links } else { format!("<nav aria-label=\"{label}\">\n{links}</nav>\n") }
}

const fn name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Ru => "Русский",
        Language::Ro => "Română",
    }
}

/// A text as HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
