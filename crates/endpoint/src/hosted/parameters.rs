//! What the address of a form's own page says: its language, answers to hidden questions, and what brought the visitor. As
//! `www/embed/later` reads it in the pages of others; the rest of the address is told to nobody.

use axum::http::{HeaderMap, header};
use form_urlencoded::Serializer;
use leadglass_scoring::{Answers, FieldKind, FormDefinition, Language, Timestamp, Touch};

use crate::submission::{TEXT_LIMIT, page_address, page_text};

/// The parameters of campaigns.
const CAMPAIGN: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

/// A click id says who sold the click; which click it was is for forms that ask for it by name.
const CLICKS: [(&str, &str); 8] = [
    ("gclid", "google"),
    ("wbraid", "google"),
    ("gbraid", "google"),
    ("msclkid", "bing"),
    ("fbclid", "facebook"),
    ("yclid", "yandex"),
    ("ttclid", "tiktok"),
    ("li_fat_id", "linkedin"),
];

/// The parameters that mean something, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    lang: Option<String>,
    said: Vec<(String, String)>,
}

impl Parameters {
    /// Those of an address with this query. What no person typed into a link is left out, and so is what would not fit.
    #[must_use]
    pub fn read(query: Option<&str>, definition: &FormDefinition) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if name == "lang" && read.lang.is_none() {
                read.lang = Some(value.into_owned());
                continue;
            }
            let is_click = CLICKS.iter().any(|(click, _)| *click == name);
            let limit = hidden_limit(definition, &name);
            if limit.is_none() && !is_click && !CAMPAIGN.contains(&&*name) || read.of(&name).is_some() {
                continue;
            }
            let value = clean(&value, limit.unwrap_or(0).max(TEXT_LIMIT));
            if is_click || !value.is_empty() {
                read.said.push((name.into_owned(), value));
            }
        }
        read
    }

    /// The language that is asked for.
    #[must_use]
    pub fn lang(&self) -> Option<&str> {
        self.lang.as_deref()
    }

    /// The query of the same page in a language.
    #[must_use]
    pub fn query(&self, language: Language) -> String {
        Serializer::new(String::new()).append_pair("lang", language.code()).extend_pairs(&self.said).finish()
    }

    /// The answers to hidden questions.
    #[must_use]
    pub fn answers(&self, definition: &FormDefinition) -> Answers {
        let answer = |(name, value): &(String, String)| {
            let answer = clean(value, hidden_limit(definition, name)?);
            (!answer.is_empty()).then(|| (name.clone(), answer))
        };
        self.said.iter().filter_map(answer).collect()
    }

    /// What brought the visitor here: a campaign, else the site that they came from; `None` where they came by themselves.
    #[must_use]
    pub fn touch(&self, headers: &HeaderMap, at: Timestamp) -> Option<Touch> {
        let said = |name| self.of(name).and_then(page_text);
        let [source, medium, campaign, term, content] = CAMPAIGN.map(said);
        let mut touch = Touch { source, medium, campaign, term, content, ..Touch::default() };
        if let Some((_, seller)) = CLICKS.iter().find(|(click, _)| self.of(click).is_some()) {
            touch.source.get_or_insert_with(|| (*seller).to_owned());
            touch.medium.get_or_insert_with(|| "cpc".to_owned());
        }
        touch.referrer = referrer(headers).and_then(|from| page_address(from.to_owned()));
        (touch != Touch::default()).then_some(Touch { at: Some(at), ..touch })
    }

    fn of(&self, name: &str) -> Option<&str> {
        self.said.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The page of another site that the visitor came from.
fn referrer(headers: &HeaderMap) -> Option<&str> {
    let from = headers.get(header::REFERER)?.to_str().ok()?;
    let (_, rest) = from.split_once("://")?;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    (rest.split(['/', '?', '#']).next() != host).then_some(from)
}

/// How long the answer to a hidden question may be.
fn hidden_limit(definition: &FormDefinition, name: &str) -> Option<usize> {
    definition.fields.iter().filter(|field| field.id == name).find_map(|field| match &field.kind {
        FieldKind::Hidden(limits) => usize::try_from(limits.max_length).ok(),
        _ => None,
    })
}

/// A text of an address, without controls and what was no text, as long as it may be.
fn clean(text: &str, limit: usize) -> String {
    let is_kept = |letter: &char| !letter.is_control() && *letter != char::REPLACEMENT_CHARACTER;
    let text: String = text.chars().filter(is_kept).collect();
    text.trim().chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::testing::{FORM, parse};

    fn definition() -> FormDefinition {
        let hidden =
            "[[field]]\nid = \"plan\"\nkind = \"hidden\"\nmax_length = 5\nlabel = { en = \"Plan\", ru = \"План\" }\n\n";
        parse(&FORM.replacen("[[field]]", &format!("{hidden}[[field]]"), 1)).definition().clone()
    }

    fn headers(referrer: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("forms.example"));
        headers.insert(header::REFERER, HeaderValue::from_static(referrer));
        headers
    }

    const AT: Timestamp = Timestamp::from_millis(7);

    #[test]
    fn hidden_questions_take_their_parameter_and_nothing_else_does() {
        let form = definition();
        let query = "plan=%00+yea%0Ar%FFly+%F0%9F%8C%B1&plan=other&agree=yes&name=Ana&lg-key=x&lang=ru&lang=en";
        let read = Parameters::read(Some(query), &form);
        assert_eq!(read.answers(&form), [("plan", "yearl")].into_iter().collect());
        assert_eq!(read.lang(), Some("ru"));
        assert_eq!(read.query(Language::En), "lang=en&plan=yearly+%F0%9F%8C%B1");
        assert_eq!(Parameters::read(None, &form), Parameters::default());
    }

    #[test]
    fn a_touch_is_the_campaign_and_the_site_without_its_query() {
        let form = definition();
        let long = "x".repeat(1_000);
        let query = format!("utm_source=&utm_source=News%00letter&utm_campaign={long}&fbclid=&plan=a&other=1");
        let touch = Parameters::read(Some(&query), &form).touch(&headers("https://a.example/k?email=ana#x"), AT);
        let touch = touch.unwrap();
        assert_eq!((touch.source.as_deref(), touch.medium.as_deref()), (Some("Newsletter"), Some("cpc")));
        assert_eq!(touch.campaign.map(|campaign| campaign.len()), Some(200));
        assert_eq!((touch.referrer.as_deref(), touch.at), (Some("https://a.example/k"), Some(AT)));
        // Whoever goes from page to page of ours was brought by nothing new
        assert_eq!(Parameters::read(Some("plan=a"), &form).touch(&headers("https://forms.example/f/x"), AT), None);
    }

    #[test]
    fn the_embed_reads_the_same_parameters() {
        let script = include_str!("../../../../www/embed/later/memory.js");
        for (click, seller) in CLICKS {
            assert!(script.contains(&format!("{click}: \"{seller}\"")), "{click}");
        }
        assert!(script.contains("/^utm_(source|medium|campaign|term|content)$/"));
    }
}
