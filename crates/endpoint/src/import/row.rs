//! A row read as a submission.

use std::fmt::Write;

use hmac::Mac;
use leadglass_scoring::{
    Answers, Channel, Field, FieldKind, Form, Language, Timestamp, Touch, field::Choice, money::Money, validate,
    validation::number::parse_scaled,
};
use leadglass_training::outcome::Outcome as Word;
use uuid::Uuid;

use super::{
    map::TouchPart,
    plan::{OutcomeSource, Plan, Source, folded, words},
    time::Clock,
};
use crate::{
    clock::derived_id,
    spam::mac,
    store::{LostReason, Outcome},
    submission::{Submission, page_address, page_text},
};

/// How far a table's clock may be ahead of ours.
const AHEAD_MS: i64 = 86_400_000;

/// What parts several answers of one cell.
const SEPARATORS: [&str; 6] = [";", "|", "\n", " / ", ",", "/"];

/// What is wrong with a cell, or with the row where no column is named. It never says what is in the cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The column.
    pub column: Option<String>,
    /// What.
    pub what: String,
}

/// A row as it is sent in.
#[derive(Clone, Debug)]
pub struct ReadRow {
    /// The submission.
    pub submission: Submission,
    /// What became of it, and when where that is said.
    pub outcome: Option<(Outcome, Option<Timestamp>)>,
    /// What is told of it although it is a lead.
    pub notes: Vec<Fault>,
}

/// What a row is read with.
pub(super) struct Reader<'p> {
    pub(super) plan: &'p Plan,
    pub(super) form: &'p Form,
    pub(super) clock: &'p Clock,
    pub(super) language: Option<Language>,
    pub(super) now: Timestamp,
    pub(super) quiet: bool,
    /// What keys of rows are made with: nobody else can tell the key of a row
    pub(super) secret: &'p [u8],
}

/// A cell without white space around it, and without the `'` that keeps spreadsheets from reading a formula.
pub(super) fn clean(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}

impl Source {
    /// The cells that have something in them, as what they stand for.
    fn cells<'r>(&'r self, row: &[&'r str]) -> Vec<&'r str> {
        let cells = self.columns.iter().filter_map(|column| row.get(*column)).map(|cell| clean(cell));
        let cells = cells.filter(|cell| !cell.is_empty());
        let stands_for = |cell: &'r str| self.values.get(&folded(cell)).map_or(cell, String::as_str);
        if self.is_either { cells.take(1).map(stands_for).collect() } else { cells.map(stands_for).collect() }
    }

    fn text(&self, row: &[&str]) -> Option<String> {
        let text = self.cells(row).join(" ");
        (!text.is_empty()).then_some(text)
    }
}

impl Reader<'_> {
    /// Reads a row.
    pub(super) fn read(&self, row: &[&str]) -> Result<ReadRow, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut time = |source: &Option<Source>| {
            let (source, text) = (source.as_ref()?, source.as_ref()?.text(row)?);
            let read = self.clock.read(&text).filter(|at| at.as_millis() <= self.now.as_millis() + AHEAD_MS);
            if read.is_none() {
                let what = "it is no time that has been; write it as 2026-03-02 10:00";
                faults.push(self.fault(source, what));
            }
            read
        };
        let sent_at = time(&self.plan.created);
        let outcome = self.plan.outcome.as_ref().map(|outcome| (outcome, time(&outcome.at)));
        let mut notes = Vec::new();
        let outcome = outcome.and_then(|(source, at)| Some((self.outcome(source, row, &mut notes)?, at.or(sent_at))));
        let answers = self.answers(row);
        if !faults.is_empty() {
            // All that is wrong at once
            if let Err(violations) = validate(self.form, &answers, self.now) {
                faults.extend(violations.iter().map(|violation| self.violation(violation)));
            }
            return Err(faults);
        }
        let spoken = self.plan.language.as_ref().and_then(|source| Language::from_tag(&source.text(row)?));
        let touch = |parts: &[(TouchPart, Source)]| self.touch(parts, row);
        let submission = Submission {
            language: spoken.or(self.language).map(|language| language.code().to_owned()),
            first_touch: touch(&self.plan.first_touch),
            last_touch: touch(&self.plan.last_touch),
            sent_at,
            quiet: self.quiet,
            ..Submission::new(self.key(row), Channel::Import, answers)
        };
        Ok(ReadRow { submission, outcome, notes })
    }

    /// What is wrong in the first column of a source.
    pub(super) fn fault(&self, source: &Source, what: impl Into<String>) -> Fault {
        let column = source.columns.first().and_then(|column| self.plan.names.get(*column)).cloned();
        Fault { column, what: what.into() }
    }

    /// The same row of the same form has the same key, in whatever order its columns are; another row has another.
    fn key(&self, row: &[&str]) -> Uuid {
        let mut named: Vec<(String, &str)> = Vec::new();
        let mut add = |column: usize| {
            let cell = row.get(column).map_or("", |cell| clean(cell));
            named.push((self.plan.names.get(column).map_or_else(String::new, |name| folded(name)), cell));
        };
        match self.plan.id.as_ref().filter(|id| !id.cells(row).is_empty()) {
            Some(id) => {
                let is_filled = |column: &&usize| row.get(**column).is_some_and(|cell| !clean(cell).is_empty());
                let most = if id.is_either { 1 } else { usize::MAX };
                id.columns.iter().filter(is_filled).take(most).for_each(|column| add(*column));
            }
            None => self.plan.mapped().for_each(&mut add),
        }
        named.retain(|(_, cell)| !cell.is_empty());
        named.sort_unstable();
        named.dedup();
        let mut seed = format!("import\0{}\0", self.form.definition().id);
        if let Some(source) = &self.plan.source {
            let _ = write!(seed, "{source}\0");
        }
        for (name, cell) in named {
            let _ = write!(seed, "{}:{name}{}:{cell}", name.len(), cell.len());
        }
        derived_id(&mac(self.secret, seed.as_bytes()).finalize().into_bytes().into())
    }

    fn answers(&self, row: &[&str]) -> Answers {
        let mut answers = Answers::new();
        for (slot, field) in self.form.definition().fields.iter().enumerate() {
            let Some(source) = self.plan.answers.get(&slot) else { continue };
            let cells = source.cells(row);
            let values = match &field.kind {
                FieldKind::MultiSelect(select) => {
                    let each = cells.iter().flat_map(|cell| self.options(&select.options, cell));
                    each.collect()
                }
                FieldKind::Select(select) => cells.iter().map(|cell| self.option(&select.options, cell)).collect(),
                FieldKind::YesNo | FieldKind::Consent(_) => cells.iter().map(|cell| self.yes_no(field, cell)).collect(),
                FieldKind::LongText(_) => vec![cells.join("\n")],
                _ => vec![cells.join(" ")],
            };
            answers.set(field.id.clone(), values.into_iter().filter(|value| !value.is_empty()).collect());
        }
        answers
    }

    fn find(&self, options: &[Choice], cell: &str) -> Option<String> {
        let languages = &self.form.definition().languages;
        let is_it = |option: &&Choice| option.id == cell || words(languages, &option.label).contains(&folded(cell));
        options.iter().find(is_it).map(|option| option.id.clone())
    }

    fn option(&self, options: &[Choice], cell: &str) -> String {
        self.find(options, cell).unwrap_or_else(|| cell.to_owned())
    }

    /// A cell may name one option, or several with something between them; whatever gives options alone is meant.
    fn options(&self, options: &[Choice], cell: &str) -> Vec<String> {
        if let Some(option) = self.find(options, cell) {
            return vec![option];
        }
        let parted = SEPARATORS.into_iter().find_map(|separator| {
            let parts = cell.split(separator).map(|part| part.trim().trim_matches('/').trim());
            parts.filter(|part| !part.is_empty()).map(|part| self.find(options, part)).collect::<Option<Vec<_>>>()
        });
        parted.unwrap_or_else(|| vec![cell.to_owned()])
    }

    fn yes_no(&self, field: &Field, cell: &str) -> String {
        let said = folded(cell);
        // A box that was ticked is written with the words that were beside it.
        let is_yes = ["yes", "да", "da"].contains(&said.as_str())
            || self.plan.yes.contains(&said)
            || words(&self.form.definition().languages, &field.label).contains(&said);
        let is_no = ["no", "нет", "nu"].contains(&said.as_str()) || self.plan.no.contains(&said);
        match (is_yes, is_no) {
            (true, _) => "yes".to_owned(),
            (false, true) => "no".to_owned(),
            (false, false) => cell.to_owned(),
        }
    }

    fn touch(&self, parts: &[(TouchPart, Source)], row: &[&str]) -> Option<Touch> {
        let mut touch = Touch::default();
        for (part, source) in parts {
            let Some(text) = source.text(row) else { continue };
            match part {
                TouchPart::Source => touch.source = page_text(&text),
                TouchPart::Medium => touch.medium = page_text(&text),
                TouchPart::Campaign => touch.campaign = page_text(&text),
                TouchPart::Term => touch.term = page_text(&text),
                TouchPart::Content => touch.content = page_text(&text),
                TouchPart::Referrer => touch.referrer = page_address(text),
                TouchPart::LandingPage => touch.landing_page = page_address(text),
                TouchPart::At => touch.at = self.clock.read(&text),
            }
        }
        (touch != Touch::default()).then_some(touch)
    }

    /// What became of the lead; what is not understood of it is noted, and the lead is one all the same.
    fn outcome(&self, source: &OutcomeSource, row: &[&str], notes: &mut Vec<Fault>) -> Option<Outcome> {
        let word = source.what.text(row)?;
        let named = |word: &str| folded(word).replace([' ', '-'], "_");
        let reason_named = |word: &str| LostReason::ALL.into_iter().find(|reason| reason.as_str() == named(word));
        if named(&word) == "first_contact" {
            return Some(Outcome::FirstContact);
        }
        if let Some(reason) = reason_named(&word) {
            return Some(Outcome::Lost(reason));
        }
        let Some(parsed) = Word::parse(&word) else {
            let what = "what became of it is not understood and not noted; `values` of the map say what a cell stands for: \
                        `won`, `lost`, `open` or `first_contact`";
            notes.push(self.fault(&source.what, what));
            return None;
        };
        match parsed {
            Word::Open => None,
            Word::Lost => {
                let reason = source.reason.as_ref().and_then(|reason| reason_named(&reason.text(row)?));
                if reason.is_none() {
                    let known = LostReason::ALL.map(|reason| format!("`{}`", reason.as_str())).join(", ");
                    let of = source.reason.as_ref().unwrap_or(&source.what);
                    let what = format!(
                        "why it was lost is not said, so that it was is not noted; the reasons are {known}, and `values` of \
                         the map say what a cell stands for"
                    );
                    notes.push(self.fault(of, what));
                }
                reason.map(Outcome::Lost)
            }
            Word::Won => {
                let amount = source.amount.as_ref().and_then(|amount| Some((amount, amount.text(row)?)));
                let Some(((amount, text), currency)) = amount.zip(source.currency) else {
                    return Some(Outcome::Won(None));
                };
                let minor = parse_scaled(&text, currency.decimals()).ok().filter(|minor| *minor >= 0);
                if minor.is_none() {
                    let what = format!("it is no amount of {}, so what it was worth is not noted", currency.as_str());
                    notes.push(self.fault(amount, what));
                }
                Some(Outcome::Won(minor.map(|minor| Money { minor, currency })))
            }
        }
    }
}
