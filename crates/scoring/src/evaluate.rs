//! Bytes in, bytes out: the one surface that is the same in the page, in Node and on the server.

use crate::{
    answers::Answers,
    channel::Channel,
    circumstances::{Circumstances, Touch},
    encoding::{DecodeError, decode, encode},
    explanation::Explanation,
    form::{Form, FormDefinition},
    moment::Moment,
    score::score,
    signal::Signal,
    timestamp::Timestamp,
    validation::validate,
    violation::Violation,
};

/// What is to be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationRequest {
    /// The form.
    pub definition: FormDefinition,
    /// Submissions to it.
    pub submissions: Vec<Submission>,
}

canonical!(struct EvaluationRequest { definition, submissions });

/// Untrusted answers and circumstances, and the time to judge them at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    /// What was answered.
    pub answers: Answers,
    /// What was observed.
    pub signals: Vec<Signal>,
    /// The time to judge at.
    pub at: Timestamp,
    /// How it came.
    pub channel: Option<Channel>,
    /// What brought the person the first time.
    pub first_touch: Option<Touch>,
    /// What brought the person this time.
    pub last_touch: Option<Touch>,
    /// What the person wants now.
    pub moment: Option<Moment>,
}

canonical!(struct Submission { answers, signals, at, channel, first_touch, last_touch, moment });

impl Submission {
    /// All of it but the answers.
    #[must_use]
    pub fn circumstances(&self) -> Circumstances {
        Circumstances {
            at: self.at,
            signals: self.signals.clone(),
            channel: self.channel,
            first_touch: self.first_touch.clone(),
            last_touch: self.last_touch.clone(),
            moment: self.moment,
            // A page has no lists
            mail: None,
        }
    }
}

/// What became of one submission.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_pointer_width = "64", expect(clippy::large_enum_variant, reason = "nearly all are the large one"))]
pub enum Evaluation {
    /// A lead, scored.
    Scored(Explanation),
    /// Not a lead.
    Invalid(Vec<Violation>),
}

canonical!(
    enum Evaluation {
        Scored(a),
        Invalid(a),
    }
);

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvaluationAnswer {
    /// One evaluation a submission, in their order.
    Evaluated(Vec<Evaluation>),
    /// The definition is not a form; how many faults it has. [`Form::new`] names them.
    Refused(u32),
}

canonical!(
    enum EvaluationAnswer {
        Evaluated(a),
        Refused(a),
    }
);

impl Form {
    /// Validates a submission and scores the lead it holds.
    #[must_use]
    pub fn evaluate(&self, submission: &Submission) -> Evaluation {
        match validate(self, &submission.answers, submission.at) {
            Ok(lead) => Evaluation::Scored(score(self, &lead, &submission.circumstances())),
            Err(violations) => Evaluation::Invalid(violations),
        }
    }
}

/// Evaluates an encoded [`EvaluationRequest`] into an encoded [`EvaluationAnswer`].
///
/// # Errors
/// Where the bytes are not a request.
pub fn evaluate(request: &[u8]) -> Result<Vec<u8>, DecodeError> {
    evaluate_with(request, |definition| {
        Form::new(definition).map_err(|errors| u32::try_from(errors.len()).unwrap_or(u32::MAX))
    })
}

/// [`evaluate`] for a request that names a form which was checked before: of a definition that is none only the first
/// fault that scoring would meet is found.
///
/// # Errors
/// Where the bytes are not a request.
pub fn evaluate_trusted(request: &[u8]) -> Result<Vec<u8>, DecodeError> {
    evaluate_with(request, |definition| Form::trusted(definition).ok_or(1))
}

fn evaluate_with(
    request: &[u8],
    form: impl FnOnce(FormDefinition) -> Result<Form, u32>,
) -> Result<Vec<u8>, DecodeError> {
    let request: EvaluationRequest = decode(request)?;
    let answer = match form(request.definition) {
        Ok(form) => EvaluationAnswer::Evaluated(
            request.submissions.iter().map(|submission| form.evaluate(submission)).collect(),
        ),
        Err(faults) => EvaluationAnswer::Refused(faults),
    };
    Ok(encode(&answer))
}
