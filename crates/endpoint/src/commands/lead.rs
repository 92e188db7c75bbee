//! `leadglass lead ID`

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::bail;
use leadglass_scoring::Language;
use uuid::Uuid;

use super::report::{Definitions, Report, block_on, open, points};
use crate::{clock::to_rfc3339, settings::Settings, store::Store};

/// Which lead.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The lead's id, as `leadglass leads` shows it
    id: Uuid,
    /// The language of the reasons and questions
    #[arg(long, value_parser = super::report::language)]
    language: Option<Language>,
    /// The file that keeps leads
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open(arguments.database.as_deref(), settings)?;
    let Some(lead) = block_on(store.lead(arguments.id))?? else {
        bail!("there is no lead `{}`", arguments.id);
    };
    let definition = Definitions::new(&store).of(&lead)?;
    let report = Report::new(lead, definition, arguments.language);
    let mut out = io::stdout().lock();
    if arguments.json {
        writeln!(out, "{:#}", report.to_json())?;
    } else {
        write_report(&mut out, &report)?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn write_report(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let (lead, explanation) = (&report.lead, &report.lead.explanation);
    writeln!(out, "Lead {}", lead.id)?;
    let (time, language) = (to_rfc3339(lead.received_at), lead.language.code());
    writeln!(out, "Received {time} by the form `{}` in `{language}`, channel `{}`", lead.form, lead.channel)?;
    if let Some(first) = lead.duplicate_of {
        writeln!(out, "Says the lead {first} again")?;
    }
    if lead.score_mismatch {
        writeln!(out, "The page's own score was another one")?;
    }
    writeln!(
        out,
        "\nGrade {}, score {}, {} points: {}",
        explanation.grade,
        explanation.score,
        points(explanation.points),
        explanation.decision
    )?;
    writeln!(out, "{:>10}  every lead begins with", points(explanation.initial))?;
    for contribution in explanation.ranked() {
        let reason = report.reason(contribution);
        write!(out, "{:>10}  {reason} ({})", points(contribution.points), contribution.criterion)?;
        if contribution.points != contribution.full_points {
            write!(out, ", {} before it faded", points(contribution.full_points))?;
        }
        writeln!(out)?;
    }
    for gate in &explanation.gates {
        writeln!(out, "{:>10}  {} ({gate})", "veto", report.gate_reason(gate))?;
    }
    writeln!(out, "\nAnswers")?;
    for (label, values) in report.answers() {
        writeln!(out, "  {label}: {}", values.join(", ").replace('\n', "\n    "))?;
    }
    for (heading, page) in [("Page", &lead.page.url), ("Came from", &lead.page.referrer)] {
        if let Some(address) = page {
            writeln!(out, "  {heading}: {}", address.escape_debug())?;
        }
    }
    if !lead.signals.is_empty() {
        writeln!(out, "\nObserved")?;
        for signal in &lead.signals {
            writeln!(out, "  {}  {}", to_rfc3339(signal.at), signal.name)?;
        }
    }
    writeln!(out, "\nConsents{}", if lead.consents.is_empty() { ": none" } else { "" })?;
    for consent in &lead.consents {
        let (time, language) = (to_rfc3339(consent.given_at), consent.language.code());
        writeln!(out, "  {} at {time} in `{language}`: \u{201c}{}\u{201d}", consent.purpose, consent.wording)?;
        writeln!(out, "  {}", consent.sha256)?;
    }
    writeln!(out, "\nVersions")?;
    writeln!(out, "  form  {}\n  shown {}\n  card  {}", lead.form_version, lead.shown_version, lead.card)
}
