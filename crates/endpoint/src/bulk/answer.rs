//! What is said of each row.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use leadglass_scoring::{Explanation, Outcome, Violation, score::Given};

use super::{
    Bulk,
    words::{Words, json},
};

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
}

/// Why a row got its score, by places in the card. Its memory is used for row after row.
#[derive(Default)]
pub(super) struct Reasons {
    pub contributions: Vec<Contribution>,
    pub gates: Vec<usize>,
}

/// What one criterion gave.
#[derive(Clone, Copy)]
pub(super) struct Contribution {
    pub criterion: usize,
    pub condition: u16,
    pub milli: i64,
}

impl From<Given<'_>> for Contribution {
    fn from(given: Given) -> Self {
        Self { criterion: given.number, condition: given.condition, milli: given.points.milli() }
    }
}

impl Reasons {
    pub(super) fn clear(&mut self) {
        self.contributions.clear();
        self.gates.clear();
    }

    /// As [`Explanation::ranked`] has them.
    fn rank(&mut self) {
        self.contributions.sort_by_key(|contribution| std::cmp::Reverse(contribution.milli.unsigned_abs()));
    }
}

/// Writes answers by hand: it is a third of the work of a row, and each answer has the same few parts.
pub(super) struct Writer<'b> {
    bulk: &'b Bulk<'b>,
    words: &'b Words,
    bytes: Vec<u8>,
}

impl<'b> Writer<'b> {
    pub(super) fn new(bulk: &'b Bulk, words: &'b Words, capacity: usize) -> Self {
        Self { bulk, words, bytes: Vec::with_capacity(capacity) }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn scored(&mut self, line: u64, outcome: &Outcome, reasons: &mut Reasons) {
        if self.bulk.reasons {
            reasons.rank();
        } else {
            reasons.contributions.clear();
        }
        match self.bulk.output {
            OutputFormat::Json => self.scored_json(line, outcome, reasons),
            OutputFormat::Csv => self.scored_csv(line, outcome, reasons),
        }
    }

    fn scored_json(&mut self, line: u64, outcome: &Outcome, reasons: &Reasons) {
        self.text("{\"line\":");
        self.number(line);
        self.text(",\"score\":");
        self.number(outcome.score);
        if let Some(probability) = self.bulk.form.definition().scorecard.probability(outcome.points) {
            self.text(",\"probability\":");
            self.number(probability);
        }
        self.text(",\"grade\":\"");
        self.text(outcome.grade.as_str());
        self.text("\",\"decision\":\"");
        self.text(outcome.decision.as_str());
        self.text("\",\"points\":");
        self.number(outcome.points.milli());
        self.text(",\"fit\":");
        self.number(outcome.fit.milli());
        self.text(",\"engagement\":");
        self.number(outcome.engagement.milli());
        if self.bulk.reasons {
            self.text(",\"contributions\":[");
            for (index, contribution) in reasons.contributions.iter().enumerate() {
                let (before, after) = self.words.around(contribution);
                self.text(if index == 0 { "" } else { "," });
                self.text(before);
                self.number(contribution.milli);
                self.text(after);
            }
            self.text("]");
        }
        if !reasons.gates.is_empty() {
            self.text(",\"gates\":[");
            for (index, gate) in reasons.gates.iter().enumerate() {
                self.text(if index == 0 { "" } else { "," });
                self.text(self.words.gate(*gate));
            }
            self.text("]");
        }
        self.text("}\n");
    }

    fn scored_csv(&mut self, line: u64, outcome: &Outcome, reasons: &Reasons) {
        self.number(line);
        self.text(",");
        self.number(outcome.score);
        self.text(",");
        self.text(outcome.grade.as_str());
        self.text(",");
        self.text(outcome.decision.as_str());
        self.text(",");
        self.thousandths(outcome.points.milli());
        self.text(",");
        let start = self.bytes.len();
        for gate in &reasons.gates {
            self.text(if self.bytes.len() == start { "" } else { "; " });
            self.text(self.words.gate(*gate));
        }
        for contribution in &reasons.contributions {
            self.text(if self.bytes.len() == start { "" } else { "; " });
            let (_, reason) = self.words.around(contribution);
            self.text(reason);
            self.thousandths(contribution.milli);
            self.text(")");
        }
        let needs_quotes = |byte: &u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
        if self.bytes.get(start..).is_some_and(|cell| cell.iter().any(needs_quotes)) {
            self.bytes.insert(start, b'"');
            self.text("\"");
        }
        self.text(",\n");
    }

    pub(super) fn invalid(&mut self, line: u64, violations: &[Violation]) {
        self.rejected(line, &told(violations), violations);
    }

    pub(super) fn unreadable(&mut self, line: u64, what: &str) {
        self.rejected(line, what, &[]);
    }

    fn rejected(&mut self, line: u64, error: &str, violations: &[Violation]) {
        match self.bulk.output {
            OutputFormat::Json => {
                self.text("{\"line\":");
                self.number(line);
                self.text(",\"error\":");
                self.text(&json(error));
                if !violations.is_empty() {
                    self.text(",\"violations\":");
                    // Writing to memory cannot fail, and violations have only texts for keys.
                    let _ = serde_json::to_writer(&mut self.bytes, violations);
                }
                self.text("}\n");
            }
            OutputFormat::Csv => {
                let line = line.to_string();
                let mut writer = csv::Writer::from_writer(&mut self.bytes);
                // Writing to memory cannot fail.
                let _ = writer.write_record([line.as_str(), "", "", "", "", "", error]);
                let _ = writer.flush();
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn number(&mut self, number: impl itoa::Integer) {
        self.text(itoa::Buffer::new().format(number));
    }

    /// A number of thousandths as a decimal number: `-2500` is `-2.500`.
    fn thousandths(&mut self, thousandths: i64) {
        self.text(if thousandths < 0 { "-" } else { "" });
        let (whole, part) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
        self.number(whole);
        self.text(match part {
            0..10 => ".00",
            10..100 => ".0",
            _ => ".",
        });
        self.number(part);
    }
}

fn told(violations: &[Violation]) -> String {
    let one = |violation: &Violation| match &violation.limit {
        Some(limit) => format!("`{}`: {} ({limit})", violation.field, violation.code.as_str()),
        None => format!("`{}`: {}", violation.field, violation.code.as_str()),
    };
    violations.iter().map(one).collect::<Vec<_>>().join(", ")
}
