//! What is said of each row.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use leadglass_scoring::{Explanation, Violation};
use serde::Serialize;

use super::Bulk;

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// One JSON object a line.
    Json,
    /// Values parted by commas, with a header line.
    Csv,
}

/// What became of one row.
#[expect(clippy::large_enum_variant, reason = "nearly all rows are the large one")]
pub enum Answer {
    /// A lead, scored.
    Scored(Explanation),
    /// Not a lead.
    Invalid(Vec<Violation>),
    /// A row that could not be read.
    Unreadable(Cow<'static, str>),
}

#[derive(Serialize)]
struct Scored<'a> {
    line: u64,
    score: u8,
    grade: &'static str,
    decision: &'static str,
    points: i64,
    fit: i64,
    engagement: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    contributions: Option<Vec<Contribution<'a>>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    gates: &'a [String],
}

#[derive(Serialize)]
struct Contribution<'a> {
    criterion: &'a str,
    points: i64,
    reason: &'a str,
}

#[derive(Serialize)]
struct Rejected<'a> {
    line: u64,
    error: Cow<'a, str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    violations: &'a [Violation],
}

impl OutputFormat {
    pub(super) fn write_header(self, answers: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Json => Ok(()),
            Self::Csv => answers.write_all(b"line,score,grade,decision,points,reasons,error\n"),
        }
    }
}

impl Answer {
    /// What is wrong with the row; `None` of one that was scored.
    #[must_use]
    pub fn fault(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Scored(_) => None,
            Self::Invalid(violations) => Some(told(violations).into()),
            Self::Unreadable(what) => Some(what.clone()),
        }
    }

    pub(super) fn write(&self, bulk: &Bulk, line: u64, bytes: &mut Vec<u8>) {
        match bulk.output {
            OutputFormat::Json => self.write_json(bulk, line, bytes),
            OutputFormat::Csv => self.write_csv(bulk, line, bytes),
        }
    }

    fn write_json(&self, bulk: &Bulk, line: u64, bytes: &mut Vec<u8>) {
        let definition = bulk.form.definition();
        // Writing to memory cannot fail, and these types have only texts for keys.
        let _ = match self {
            Self::Scored(explanation) => {
                let contribution = |it: &'_ leadglass_scoring::Contribution| it.points.milli();
                let contributions = bulk.reasons.then(|| {
                    let ranked = explanation.ranked().into_iter();
                    ranked
                        .map(|it| Contribution {
                            criterion: &it.criterion,
                            points: contribution(it),
                            reason: definition.reason(it, bulk.language),
                        })
                        .collect()
                });
                serde_json::to_writer(
                    &mut *bytes,
                    &Scored {
                        line,
                        score: explanation.score,
                        grade: explanation.grade.as_str(),
                        decision: explanation.decision.as_str(),
                        points: explanation.points.milli(),
                        fit: explanation.fit.milli(),
                        engagement: explanation.engagement.milli(),
                        contributions,
                        gates: &explanation.gates,
                    },
                )
            }
            Self::Invalid(violations) => {
                let error = told(violations).into();
                serde_json::to_writer(&mut *bytes, &Rejected { line, error, violations })
            }
            Self::Unreadable(what) => {
                serde_json::to_writer(&mut *bytes, &Rejected { line, error: Cow::Borrowed(what), violations: &[] })
            }
        };
        bytes.push(b'\n');
    }

    fn write_csv(&self, bulk: &Bulk, line: u64, bytes: &mut Vec<u8>) {
        let line = line.to_string();
        let mut writer = csv::Writer::from_writer(&mut *bytes);
        // Writing to memory cannot fail.
        let _ = match self {
            Self::Scored(explanation) => {
                let definition = bulk.form.definition();
                let reason = |it: &leadglass_scoring::Contribution| {
                    let points = leadglass_scoring::validation::number::format_scaled(it.points.milli(), 3);
                    format!("{} ({points})", definition.reason(it, bulk.language))
                };
                let ranked = if bulk.reasons { explanation.ranked() } else { Vec::new() };
                let gates = explanation.gates.iter().map(|gate| definition.gate_reason(gate, bulk.language).to_owned());
                let reasons: Vec<_> = gates.chain(ranked.into_iter().map(reason)).collect();
                writer.write_record([
                    line.as_str(),
                    &explanation.score.to_string(),
                    explanation.grade.as_str(),
                    explanation.decision.as_str(),
                    &leadglass_scoring::validation::number::format_scaled(explanation.points.milli(), 3),
                    &reasons.join("; "),
                    "",
                ])
            }
            Self::Invalid(violations) => writer.write_record([line.as_str(), "", "", "", "", "", &told(violations)]),
            Self::Unreadable(what) => writer.write_record([line.as_str(), "", "", "", "", "", what]),
        };
        let _ = writer.flush();
    }
}

fn told(violations: &[Violation]) -> String {
    let one = |violation: &Violation| match &violation.limit {
        Some(limit) => format!("`{}`: {} ({limit})", violation.field, violation.code.as_str()),
        None => format!("`{}`: {}", violation.field, violation.code.as_str()),
    };
    violations.iter().map(one).collect::<Vec<_>>().join(", ")
}
