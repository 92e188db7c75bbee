//! A submission as it comes, untrusted: read from JSON or from a form's own encoding, within limits.

mod api;
mod json;
mod urlencoded;

use leadglass_scoring::{
    Answers, Channel, Circumstances, Decision, Form, Mail, Moment, Points, Signal, Timestamp, Touch,
    encoding::{VersionId, encode},
    moment::{Model, Visit},
};
use uuid::Uuid;

pub use self::{
    api::ApiLead,
    json::{object, optional_object, read_json, read_shape, read_signals, read_withdrawals},
    urlencoded::{DWELL, KEY, LANGUAGE, TOUCH, VERSION, read_urlencoded, touch_text},
};
use crate::{spam::Evidence, store::Page};

/// The longest address of a page that is kept; more of it is cut off.
const URL_LIMIT: usize = 2_000;
/// The longest name of a source, campaign and the like that is kept, in letters; more of it is cut off.
pub(crate) const TEXT_LIMIT: usize = 200;
/// The most moments of a visit that are kept: the last of them.
const MOMENTS_LIMIT: usize = 20;

/// A submission.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    /// What makes a retry a retry.
    pub key: Uuid,
    /// The key of the submission that this one takes the place of.
    pub supersedes: Option<Uuid>,
    /// How it came.
    pub channel: Channel,
    /// The version that was shown.
    pub version: Option<VersionId>,
    /// The language it was shown in, as a BCP 47 tag.
    pub language: Option<String>,
    /// What was answered.
    pub answers: Answers,
    /// What the page observed.
    pub signals: Vec<Signal>,
    /// What brought the visitor the first time.
    pub first_touch: Option<Touch>,
    /// What brought the visitor this time.
    pub last_touch: Option<Touch>,
    /// The page's time.
    pub sent_at: Option<Timestamp>,
    /// The page's own score.
    pub score: Option<PageScore>,
    /// The page.
    pub page: Page,
    /// What moments are read from beside what was written.
    pub visit: Visit,
    /// The moments that the page read before, as it says.
    pub moments: Vec<Begun>,
    /// What tells its sender from a program.
    pub evidence: Evidence,
    /// Whether nobody is told that it came.
    pub quiet: bool,
}

/// A moment of a visit, and when it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The moment.
    pub moment: Moment,
    /// The page's time.
    pub at: Timestamp,
}

impl Begun {
    /// As it is kept: its name and its time.
    #[must_use]
    pub fn to_signal(&self) -> Signal {
        Signal { name: self.moment.as_str().to_owned(), at: self.at }
    }
}

/// The page's own score, only ever compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageScore {
    /// Its points.
    pub points: Points,
    /// Its decision.
    pub decision: Decision,
}

impl Submission {
    /// One of which nothing is known but this.
    #[must_use]
    pub fn new(key: Uuid, channel: Channel, answers: Answers) -> Self {
        Self {
            key,
            supersedes: None,
            channel,
            version: None,
            language: None,
            answers,
            signals: Vec::new(),
            first_touch: None,
            last_touch: None,
            sent_at: None,
            score: None,
            page: Page::default(),
            visit: Visit::default(),
            moments: Vec::new(),
            evidence: Evidence::default(),
            quiet: false,
        }
    }

    /// The same from a form's own page, which says of the visit what brought it there.
    #[must_use]
    pub fn from_own_page(self, url: Option<String>) -> Self {
        let url = url.and_then(page_address);
        let touch = self.last_touch.map(|touch| Touch { landing_page: url.clone(), ..touch });
        let said = touch.clone().unwrap_or_default();
        let visit = Visit {
            url: url.clone().unwrap_or_default(),
            referrer: said.referrer.clone().unwrap_or_default(),
            search_term: said.term.unwrap_or_default(),
            campaign: said.campaign.unwrap_or_default(),
            medium: said.medium.unwrap_or_default(),
            ..self.visit
        };
        let page = Page { url, referrer: said.referrer };
        Self { visit, page, first_touch: touch.clone(), last_touch: touch, ..self }
    }

    /// What its key stands for: the form and the answers to fields the form has, as they were given; of a page never the score,
    /// the signals or the time, which differ between two tries of one sending.
    #[must_use]
    pub fn fingerprint(&self, form: &Form) -> VersionId {
        let declared = self.answers.iter().filter(|(field, _)| form.fields().get(field).is_some());
        let answers: Answers =
            declared.flat_map(|(field, values)| values.iter().map(move |value| (field, value))).collect();
        let answered = hash(&form.definition().id, &answers);
        if self.channel == Channel::Form {
            return answered;
        }
        // Nobody's page adds to what a program says, so all of it is what its key stands for.
        let mut said = encode(&self.circumstances(Timestamp::from_millis(0), None, None));
        said.extend(self.language.iter().flat_map(|language| language.bytes()));
        said.extend(answered.to_string().bytes());
        VersionId::of(&said)
    }

    /// What its sender wants, read from what they wrote and from what the page said of itself.
    #[must_use]
    pub fn moment(&self, form: &Form, model: &Model) -> Option<Moment> {
        let message = form.definition().message(&self.answers);
        let earlier: Vec<Moment> = self.moments.iter().map(|begun| begun.moment).collect();
        model.moment(&self.visit.context(&message, &earlier))
    }

    /// What it is judged by beside its answers, at `at`.
    #[must_use]
    pub fn circumstances(&self, at: Timestamp, moment: Option<Moment>, mail: Option<Mail>) -> Circumstances {
        Circumstances {
            at,
            signals: self.signals.clone(),
            channel: Some(self.channel),
            first_touch: self.first_touch.clone(),
            last_touch: self.last_touch.clone(),
            moment,
            mail,
        }
    }
}

/// What answers to a form are told apart by. The form's id holds no zero, so it ends where it ends.
pub(crate) fn hash(form: &str, answers: &Answers) -> VersionId {
    let mut bytes = form.as_bytes().to_vec();
    bytes.push(0);
    bytes.extend_from_slice(&encode(answers));
    VersionId::of(&bytes)
}

/// A text that a page tells of itself, cut to what is kept, without line breaks and other controls; `None` where
/// nothing is left.
pub(crate) fn page_text(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|letter| !letter.is_control()).take(TEXT_LIMIT).collect();
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// An address of a page without its query, which may name the visitor; a page of ours sends none.
pub(crate) fn page_address(mut address: String) -> Option<String> {
    let end = address.find(['?', '#']).unwrap_or(address.len()).min(URL_LIMIT);
    let end = (0..=end).rev().find(|end| address.is_char_boundary(*end)).unwrap_or(0);
    address.truncate(end);
    // SQLite's own functions end a text at U+0000, and no address has it.
    (!address.is_empty() && !address.contains('\0')).then_some(address)
}
