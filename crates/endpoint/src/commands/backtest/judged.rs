//! The rows that a card is judged by, and the judgement.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    io::BufRead,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::{Context, bail};
use leadglass_scoring::{Form, Points, Timestamp};
use leadglass_training::{
    backtest::{Comparison, Odds, Pair, Report, Row, Stability},
    outcome::Outcome,
    problem::Problems,
};
use serde::Serialize;
use serde_json::{Number, Value};

use super::words::listed;
use crate::bulk::{Answer, Collected, InputFormat, RowRead, Rows};

/// The most values of a column that are told where none is the one asked for.
const TOLD_VALUES: usize = 12;

/// A column and the value it must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Equals {
    pub(super) column: String,
    pub(super) value: String,
}

/// What is to be judged, and by which rows.
pub(super) struct Question<'a> {
    pub(super) card: &'a Form,
    pub(super) against: Option<&'a Form>,
    pub(super) outcome: &'a str,
    pub(super) conditions: &'a [Equals],
    pub(super) reference: Option<&'a Equals>,
    pub(super) input: Option<InputFormat>,
    pub(super) at: Timestamp,
}

/// What a card is worth.
#[derive(Serialize)]
pub(super) struct Judged {
    pub(super) card: String,
    pub(super) card_file: String,
    pub(super) table: String,
    pub(super) outcome: String,
    #[serde(rename = "where")]
    pub(super) conditions: Vec<Equals>,
    /// Rows that are no lead or have no readable outcome.
    pub(super) rejected: u64,
    /// Rows whose outcome is still open.
    pub(super) without_outcome: u64,
    #[serde(flatten)]
    pub(super) report: Report,
    pub(super) psi: Option<f64>,
    pub(super) stability: Option<Stability>,
    pub(super) stability_between: String,
    pub(super) against: Option<Comparison>,
    pub(super) against_card: Option<String>,
    pub(super) against_file: Option<String>,
    pub(super) notes: Vec<String>,
    /// Cells that count as missing because they can't be read.
    pub(super) problems: Problems,
    #[serde(skip)]
    pub(super) faults: Vec<(u64, Cow<'static, str>)>,
}

/// One row of the table, as far as it is of use.
enum Kept {
    Outside,
    Faulty(u64, Cow<'static, str>),
    Open,
    Reference(Points),
    Judged { row: Row, against: Option<Row>, is_reference: bool },
}

/// What a column has, for when no row has what is asked for.
#[derive(Default)]
struct Values {
    is_found: AtomicBool,
    /// Some other values, those first in the order of letters.
    others: Mutex<BTreeSet<String>>,
}

impl Values {
    fn take(&self, value: &str, asked: &str) -> bool {
        let is_equal = value == asked;
        if is_equal {
            self.is_found.store(true, Ordering::Relaxed);
        } else if !self.is_found.load(Ordering::Relaxed) {
            let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
            if !others.contains(value) {
                others.insert(value.to_owned());
                if others.len() > TOLD_VALUES {
                    others.pop_last();
                }
            }
        }
        is_equal
    }

    fn told(&self) -> String {
        let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let more = if others.len() == TOLD_VALUES { " and perhaps others" } else { "" };
        format!("{}{more}", listed(others.iter()))
    }
}

impl Question<'_> {
    pub(super) fn judge(&self, table: impl BufRead, progress: impl FnMut(u64)) -> anyhow::Result<Judged> {
        let asked: Vec<&Equals> = self.conditions.iter().chain(self.reference).collect();
        let wanted: Vec<&str> = [self.outcome].into_iter().chain(asked.iter().map(|it| it.column.as_str())).collect();
        let forms: Vec<&Form> = [self.card].into_iter().chain(self.against).collect();
        let rows = Rows { forms: &forms, at: self.at, input: self.input, wanted: &wanted };
        let values: Vec<Values> = asked.iter().map(|_| Values::default()).collect();
        let keep = |row: &RowRead| self.keep(row, &values).unwrap_or_else(|what| Kept::Faulty(row.line(), what));
        let Collected { kept, missing, problems } = rows.collect(table, keep, progress)?;
        let mut judged = self.conclude(kept, &values)?;
        judged.problems = problems;
        if !missing.is_empty() {
            judged.notes.insert(0, format!("fields no column answers: {}", missing.join(", ")));
        }
        Ok(judged)
    }

    fn keep(&self, row: &RowRead, values: &[Values]) -> Result<Kept, Cow<'static, str>> {
        let mut holds = Vec::with_capacity(values.len());
        for (number, equals) in self.conditions.iter().chain(self.reference).enumerate() {
            let cell = row.cell(number + 1)?;
            holds.push(values[number].take(cell.trim(), &equals.value));
        }
        let (holds, is_reference) = holds.split_at(self.conditions.len());
        let is_reference = is_reference == [true];
        let is_judged = self.conditions.iter().all(|one| {
            let of_column = self.conditions.iter().zip(holds).filter(|(other, _)| other.column == one.column);
            of_column.into_iter().any(|(_, holds)| *holds)
        });
        if !is_judged {
            if !is_reference {
                return Ok(Kept::Outside);
            }
            return match row.answer(0) {
                Answer::Scored(explanation) => Ok(Kept::Reference(explanation.points)),
                answer => Err(answer.fault().unwrap_or_default()),
            };
        }
        let cell = row.cell(0)?;
        let won = match Outcome::parse(&cell) {
            Some(Outcome::Won) => true,
            Some(Outcome::Lost) => false,
            Some(Outcome::Open) => return Ok(Kept::Open),
            None => {
                let shown: String = cell.trim().escape_debug().take(40).collect();
                return Err(format!(
                    "`{}` is `{shown}`; write 1, yes, true or won, or 0, no, false or lost",
                    self.outcome
                )
                .into());
            }
        };
        let judge = |form: usize| match row.answer(form) {
            Answer::Scored(it) => Ok(Row { points: it.points, grade: it.grade, decision: it.decision, won }),
            answer => Err(answer.fault().unwrap_or_default()),
        };
        let against = self.against.and_then(|_| judge(1).ok());
        Ok(Kept::Judged { row: judge(0)?, against, is_reference })
    }

    fn conclude(&self, kept: Vec<Kept>, values: &[Values]) -> anyhow::Result<Judged> {
        let (mut rows, mut pairs, mut faults, mut without_outcome) = (Vec::new(), Vec::new(), Vec::new(), 0);
        let (mut reference, mut rest) = (Vec::new(), Vec::new());
        let mut is_any = false;
        for kept in kept {
            is_any |= !matches!(kept, Kept::Outside | Kept::Reference(_));
            match kept {
                Kept::Outside => {}
                Kept::Faulty(line, what) => faults.push((line, what)),
                Kept::Open => without_outcome += 1,
                Kept::Reference(points) => reference.push(points),
                Kept::Judged { row, against, is_reference } => {
                    rows.push(row);
                    pairs.extend(against.map(|against| Pair { card: row, against }));
                    if is_reference { &mut reference } else { &mut rest }.push(row.points);
                }
            }
        }
        self.check_found(values, is_any)?;
        let odds = Odds::of(&self.card.definition().scorecard);
        let told_fault = faults.first().map_or_else(String::new, |(line, what)| {
            format!("; {} rows are left out, the first of them in line {line}: {what}", faults.len())
        });
        let report = Report::of(&rows, odds).with_context(|| {
            format!("the outcome in column `{}` can't be judged by{}{told_fault}", self.outcome, self.told_conditions())
        })?;
        let stability_between = if let Some(Equals { column, value }) = self.reference {
            format!("rows with {column}={value} and the others")
        } else {
            let half = rows.len() / 2;
            reference = rows.iter().take(half).map(|row| row.points).collect();
            rest = rows.iter().skip(half).map(|row| row.points).collect();
            "the first half of the rows and the second, in the table's order".to_owned()
        };
        let stability = Stability::of(&reference, &rest);
        let comparison = self.against.map(|_| Comparison::of(&pairs));
        let notes = self.notes(&report, stability.as_ref(), rows.len() - pairs.len(), reference.is_empty());
        Ok(Judged {
            card: card_id(self.card),
            card_file: String::new(),
            table: String::new(),
            outcome: self.outcome.to_owned(),
            conditions: self.conditions.to_vec(),
            rejected: faults.len() as u64,
            without_outcome,
            report,
            psi: stability.as_ref().map(|it| it.psi),
            stability,
            stability_between,
            against: comparison.flatten(),
            against_card: self.against.map(card_id),
            against_file: None,
            notes,
            problems: Problems::default(),
            faults,
        })
    }

    fn notes(
        &self,
        report: &Report,
        stability: Option<&Stability>,
        unpaired: usize,
        no_reference: bool,
    ) -> Vec<String> {
        let mut notes = Vec::new();
        if report.calibration.is_none() {
            notes.push(
                "the card gives no probability, for it has no `even_odds_at`; so there is no Brier score, log loss, \
                 calibration and ECE"
                    .to_owned(),
            );
        }
        if report.calibration.as_ref().is_some_and(|it| it.calibration_slope.is_none()) {
            notes.push("there is no calibration slope: points are all equal, or part the outcomes entirely".to_owned());
        }
        if report.discrimination.auc_low.is_none() {
            notes.push("the AUC has no interval: it needs two rows of either outcome".to_owned());
        }
        if stability.is_none() {
            let which = if no_reference { "reference" } else { "comparison" };
            notes.push(format!("there is no stability index: there is no row of {which}"));
        }
        if self.against.is_some() && unpaired > 0 {
            notes.push(format!("{unpaired} rows are not compared: the other card can't score them"));
        }
        notes
    }

    fn told_conditions(&self) -> String {
        let told: Vec<String> = self.conditions.iter().map(|it| format!("`{}={}`", it.column, it.value)).collect();
        if told.is_empty() { " all rows".to_owned() } else { format!(" rows with {}", told.join(", ")) }
    }

    /// Names a condition that no row meets.
    fn check_found(&self, values: &[Values], is_any: bool) -> anyhow::Result<()> {
        for (it, values) in self.conditions.iter().chain(self.reference).zip(values) {
            if !values.is_found.load(Ordering::Relaxed) {
                bail!("no row has `{}` in column `{}`, which has {}", it.value, it.column, values.told());
            }
        }
        if !is_any && !self.conditions.is_empty() {
            bail!("there are no{} at once, though each holds for some", self.told_conditions());
        }
        Ok(())
    }
}

fn card_id(form: &Form) -> String {
    form.definition().scorecard.id().to_string()
}

impl Judged {
    /// The judgement in JSON, its numbers to six decimals.
    pub(super) fn to_json(&self) -> serde_json::Result<Value> {
        let mut value = serde_json::to_value(self)?;
        round(&mut value);
        Ok(value)
    }
}

fn round(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let rounded = number.as_f64().and_then(|it| format!("{it:.6}").parse::<f64>().ok());
            // No minus before a zero.
            if let Some(rounded) = rounded.and_then(|it| Number::from_f64(it + 0.0)) {
                *number = rounded;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(round),
        Value::Object(values) => values.values_mut().for_each(round),
        _ => {}
    }
}
