//! Lead qualification: validation, criteria, scorecard, decision and reasons.
//!
//! A [`FormDefinition`] is data. [`Form::new`] checks it; what it gives can [`validate`] untrusted [`Answers`] into a
//! [`Lead`] and [`score`] the lead into an [`Explanation`] whose contributions add up to its points. The same lines
//! run in the visitor's browser and on the server and give the same bytes: all numbers are whole, nothing here reads
//! a clock or asks chance, and nothing touches the outside world.
//!
//! What this crate does not do: store, send, render, or decide whether a sender is a robot.

// A decision must come out whatever comes in, and come out the same everywhere; tests may panic.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic
    )
)]

/// The version of these rules, kept with what they decide.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

#[macro_use]
pub mod encoding;
pub mod answers;
pub mod bounds;
pub mod change;
pub mod channel;
pub mod circumstances;
pub mod condition;
pub mod evaluate;
pub mod explanation;
pub mod field;
pub mod form;
#[cfg(feature = "form-file")]
pub mod form_file;
pub mod grade;
pub mod language;
pub mod lead;
pub mod letters;
pub mod mail;
pub mod matters;
pub mod missing;
pub mod moment;
pub mod money;
pub mod points;
pub mod score;
pub mod scorecard;
pub mod signal;
pub mod timestamp;
pub mod validation;
pub mod violation;

pub use crate::{
    answers::Answers,
    channel::Channel,
    circumstances::{Circumstances, Touch},
    evaluate::{Evaluation, Submission, evaluate},
    explanation::{Contribution, Explanation},
    field::{Field, FieldKind},
    form::{Form, FormDefinition},
    grade::{Decision, Grade},
    language::{Language, LocalText},
    lead::Lead,
    mail::{Mail, MailKind},
    moment::Moment,
    points::Points,
    score::{Outcome, outcome, score},
    scorecard::Scorecard,
    signal::Signal,
    timestamp::Timestamp,
    validation::validate,
    violation::{Violation, ViolationCode},
};

/// The examples of the README, compiled.
#[cfg(all(doctest, feature = "form-file"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
