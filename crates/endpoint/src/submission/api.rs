//! Submissions of other channels, as the private API takes them.

use leadglass_scoring::Channel;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Submission,
    json::{Text, WireAnswers, WireSignal, WireTouch, objects, optional_object, signals, too_many_answers},
};
use crate::{problem::Problem, report::LanguageName};

/// A lead by another channel.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "a lead, which is an object")]
pub struct ApiLead {
    /// The form whose fields are answered and whose card scores it.
    #[schema(value_type = String)]
    form: Text,
    /// How it came.
    channel: OtherChannel,
    /// The language they spoke; else the form's first.
    #[serde(default)]
    language: Option<LanguageName>,
    /// Answers by the field's id: a text, a number, `true` or `false`, or a list of texts. `null` and an empty list are
    /// as a field that is left out: not answered.
    #[schema(value_type = std::collections::BTreeMap<String, AnswerBody>)]
    answers: WireAnswers,
    /// What was observed of them.
    #[serde(default, deserialize_with = "objects")]
    signals: Vec<WireSignal>,
    /// What brought them the first time.
    #[serde(default, deserialize_with = "optional_object")]
    first_touch: Option<WireTouch>,
    /// What brought them this time.
    #[serde(default, deserialize_with = "optional_object")]
    last_touch: Option<WireTouch>,
}

/// How a lead comes that no form sent.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OtherChannel {
    /// They phoned.
    Call,
    /// They walked in.
    Visit,
    /// Somebody sent them.
    Referral,
    /// They wrote an e-mail.
    Email,
    /// From a table that was kept elsewhere.
    Import,
    /// Another program brought it.
    Api,
}

/// One answer.
#[derive(ToSchema)]
#[schema(as = AnswerBody)]
#[serde(untagged)]
#[expect(dead_code, reason = "the description of what is read")]
pub enum AnswerBody {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Yes(bool),
    /// Several options.
    Several(Vec<String>),
    /// Not answered, as a field that is left out.
    Nothing,
}

impl ApiLead {
    /// The form's id, and what is sent to it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn into_submission(self, key: Uuid, answers_limit: usize) -> Result<(String, Submission), Problem> {
        if self.answers.count > answers_limit {
            return Err(too_many_answers(answers_limit));
        }
        let last_touch = self.last_touch.map(|touch| touch.into_touch("last_touch.at")).transpose()?;
        let submission = Submission {
            language: self.language.map(|language| leadglass_scoring::Language::from(language).code().to_owned()),
            signals: signals(&self.signals)?,
            first_touch: self.first_touch.map(|touch| touch.into_touch("first_touch.at")).transpose()?,
            last_touch,
            ..Submission::new(key, self.channel.into(), self.answers.answers)
        };
        Ok((self.form.0, submission))
    }
}

impl From<OtherChannel> for Channel {
    fn from(channel: OtherChannel) -> Self {
        match channel {
            OtherChannel::Call => Self::Call,
            OtherChannel::Visit => Self::Visit,
            OtherChannel::Referral => Self::Referral,
            OtherChannel::Email => Self::Email,
            OtherChannel::Import => Self::Import,
            OtherChannel::Api => Self::Api,
        }
    }
}
