//! What is sent and what comes back.

use leadglass_form::{FollowUpText, Refusal};
use leadglass_scoring::{Answers, FieldKind, FormDefinition};
use serde::{Deserialize, Serialize, Serializer};

/// The body of a submission.
#[derive(Serialize)]
pub(crate) struct Submission<'a> {
    pub key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<&'a str>,
    pub version: &'a str,
    pub language: &'static str,
    pub answers: GivenAnswers<'a>,
    pub sent_at: String,
    pub score: Score,
    pub page: Page,
}

/// What the page itself makes of the answers, by the public card. Provisional: the server scores again.
#[derive(Serialize)]
pub(crate) struct Score {
    pub points: i64,
    pub decision: &'static str,
}

/// Where the form was filled in. The query may name the visitor, so it stays here.
#[derive(Serialize)]
pub(crate) struct Page {
    pub url: String,
    pub referrer: String,
}

/// Answers by field, without those that are empty.
pub(crate) struct GivenAnswers<'a>(Vec<(&'a str, Given<'a>)>);

impl Serialize for GivenAnswers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, given)| (field, given)))
    }
}

/// One value or several.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Given<'a> {
    One(&'a str),
    Several(Vec<&'a str>),
}

/// The answers that were given.
pub(crate) fn given<'a>(form: &'a FormDefinition, answers: &'a Answers) -> GivenAnswers<'a> {
    // In the order of the ids, as `embed.js` sends them.
    let given = |(id, values): (&'a str, &'a [String])| {
        let field = form.fields.iter().find(|field| field.id == id)?;
        // An amount that was left empty still has a currency beside it.
        if matches!(field.kind, FieldKind::Money(_)) && values.first().is_none_or(|amount| amount.trim().is_empty()) {
            return None;
        }
        let mut values = values.iter().map(String::as_str).filter(|value| !value.is_empty());
        let first = values.next()?;
        let rest: Vec<&str> = values.collect();
        let given = if rest.is_empty() { Given::One(first) } else { Given::Several([vec![first], rest].concat()) };
        Some((id, given))
    };
    GivenAnswers(answers.iter().filter_map(given).collect())
}

/// The answer to a lead that was taken.
#[derive(Deserialize)]
pub(crate) struct Receipt {
    follow_up: FollowUp,
}

#[derive(Deserialize)]
struct FollowUp {
    heading: String,
    text: String,
    link: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    label: String,
    url: String,
}

impl From<Receipt> for FollowUpText {
    fn from(receipt: Receipt) -> Self {
        let FollowUp { heading, text, link } = receipt.follow_up;
        Self { heading: heading.into(), text: text.into(), link: link.map(|link| (link.label.into(), link.url.into())) }
    }
}

/// Why a lead was not taken (RFC 9457).
#[derive(Deserialize)]
pub(crate) struct Problem {
    #[serde(default)]
    violations: Vec<ProblemViolation>,
}

#[derive(Deserialize)]
struct ProblemViolation {
    field: String,
    message: String,
}

impl Problem {
    /// The answers that were refused, in the server's words.
    pub(crate) fn refusals(self) -> Vec<Refusal> {
        let refusal = |violation: ProblemViolation| Refusal { field: violation.field, message: violation.message };
        self.violations.into_iter().map(refusal).collect()
    }
}
