//! Bytes in, bytes out: the one surface that is the same in the page, in Node and on the server.

use minicbor::{Decode, Encode};

use crate::{
    answers::Answers,
    encoding::{DecodeError, decode, encode},
    explanation::Explanation,
    form::{Form, FormDefinition},
    score::score,
    signal::Signal,
    timestamp::Timestamp,
    validation::validate,
    violation::Violation,
};

/// What is to be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EvaluationRequest {
    /// The form.
    #[n(0)]
    pub definition: FormDefinition,
    /// Submissions to it.
    #[n(1)]
    pub submissions: Vec<Submission>,
}

/// Untrusted answers and signals, and the time to judge them at.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Submission {
    /// What was answered.
    #[n(0)]
    pub answers: Answers,
    /// What was observed.
    #[n(1)]
    pub signals: Vec<Signal>,
    /// The time to judge at.
    #[n(2)]
    pub at: Timestamp,
}

/// What became of one submission.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Evaluation {
    /// A lead, scored.
    #[n(0)]
    Scored(#[n(0)] Explanation),
    /// Not a lead.
    #[n(1)]
    Invalid(#[n(0)] Vec<Violation>),
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum EvaluationAnswer {
    /// One evaluation a submission, in their order.
    #[n(0)]
    Evaluated(#[n(0)] Vec<Evaluation>),
    /// The definition is not a form; each fault in words.
    #[n(1)]
    Refused(#[n(0)] Vec<String>),
}

impl Form {
    /// Validates a submission and scores the lead it holds.
    #[must_use]
    pub fn evaluate(&self, submission: &Submission) -> Evaluation {
        match validate(self, &submission.answers, submission.at) {
            Ok(lead) => Evaluation::Scored(score(self, &lead, &submission.signals, submission.at)),
            Err(violations) => Evaluation::Invalid(violations),
        }
    }
}

/// Evaluates an encoded [`EvaluationRequest`] into an encoded [`EvaluationAnswer`].
///
/// # Errors
/// Where the bytes are not a request.
pub fn evaluate(request: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let request: EvaluationRequest = decode(request)?;
    let answer = match Form::new(request.definition) {
        Ok(form) => EvaluationAnswer::Evaluated(
            request.submissions.iter().map(|submission| form.evaluate(submission)).collect(),
        ),
        Err(errors) => EvaluationAnswer::Refused(errors.iter().map(ToString::to_string).collect()),
    };
    Ok(encode(&answer))
}
