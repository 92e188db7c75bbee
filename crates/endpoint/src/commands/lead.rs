//! `leadglass lead ID`

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::bail;
use leadglass_scoring::{Explanation, Language};
use uuid::Uuid;

use super::report::{Definitions, Report, block_on, open, points, touch_parts};
use crate::{clock::to_rfc3339, explain::Outlook, replay::Replay, settings::Settings, store::LeadStore};

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
    /// As the one JSON object that a webhook is sent: the verdict, its first reasons, and the versions
    #[arg(long, conflicts_with = "json")]
    short: bool,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open(arguments.database.as_deref(), settings)?;
    let Some(lead) = block_on(store.lead(arguments.id))?? else {
        bail!("there is no lead `{}`", arguments.id);
    };
    let definition = Definitions::new(&store).of(&lead)?;
    let report = Report::new(lead, definition, arguments.language);
    let mut replay = Replay::new(&store);
    // What can no longer be judged again is shown as it was kept
    let read = block_on(replay.read(&report.lead))?.ok();
    let outlook = read
        .as_ref()
        .map(|(form, read)| Outlook::new(form, read, &report.lead.circumstances, report.explained().language_number()));
    let mut out = io::stdout().lock();
    if arguments.short {
        writeln!(out, "{}", report.short())?;
    } else if arguments.json {
        let mut json = report.to_json();
        if let Some(outlook) = &outlook {
            (json["missing"], json["smallest_changes"]) = outlook.to_json();
        }
        writeln!(out, "{json:#}")?;
    } else {
        write_report(&mut out, &report)?;
        if let Some(outlook) = &outlook {
            write_outlook(&mut out, outlook)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn write_report(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let (lead, explanation) = (&report.lead, &report.lead.explanation);
    let explained = report.explained();
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
        let reason = explained.reason(contribution);
        write!(out, "{:>10}  {reason} ({})", points(contribution.points), contribution.criterion)?;
        if contribution.points != contribution.full_points {
            write!(out, ", {} before it faded", points(contribution.full_points))?;
        }
        writeln!(out)?;
    }
    for gate in &explanation.gates {
        writeln!(out, "{:>10}  {} ({gate})", "veto", explained.gate_reason(gate))?;
    }
    write_beside(out, explanation)?;
    writeln!(out, "\nAnswers")?;
    for (label, values) in report.answers() {
        writeln!(out, "  {label}: {}", values.join(", ").replace('\n', "\n    "))?;
    }
    for (heading, page) in [("Page", &lead.page.url), ("Came from", &lead.page.referrer)] {
        if let Some(address) = page {
            writeln!(out, "  {heading}: {}", address.escape_debug())?;
        }
    }
    if !lead.circumstances.signals.is_empty() {
        writeln!(out, "\nObserved")?;
        for signal in &lead.circumstances.signals {
            writeln!(out, "  {}  {}", to_rfc3339(signal.at), signal.name)?;
        }
    }
    let touches = [("First touch", &lead.circumstances.first_touch), ("Last touch", &lead.circumstances.last_touch)];
    for (heading, touch) in touches {
        if let Some(touch) = touch {
            let parts = touch_parts(touch).into_iter().map(|(name, value)| format!("{name} {}", value.escape_debug()));
            writeln!(out, "\n{heading}: {}", parts.collect::<Vec<_>>().join(", "))?;
        }
    }
    writeln!(out, "\nConsents{}", if lead.consents.is_empty() { ": none" } else { "" })?;
    for consent in &lead.consents {
        let (time, language) = (to_rfc3339(consent.given_at), consent.language.code());
        writeln!(out, "  {} at {time} in `{language}`: \u{201c}{}\u{201d}", consent.purpose, consent.wording)?;
        writeln!(out, "  {}", consent.sha256)?;
    }
    writeln!(out, "\nVersions")?;
    writeln!(out, "  form  {}\n  shown {}\n  card  {}", lead.form_version, lead.shown_version, lead.card)?;
    writeln!(out, "  rules {}", lead.engine.as_deref().unwrap_or("not kept"))
}

/// What could have been otherwise.
fn write_outlook(out: &mut impl Write, outlook: &Outlook) -> io::Result<()> {
    let exact = if outlook.is_exact() { "" } else { "; there may be smaller ones" };
    for (heading, lines) in [
        ("What was left open could have given".to_owned(), outlook.missing_words()),
        (format!("The smallest changes that would alter the decision{exact}"), outlook.change_words()),
    ] {
        if !lines.is_empty() {
            writeln!(out, "\n{heading}")?;
        }
        for line in lines {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// What else the card reads from a lead.
fn write_beside(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    if let Some(segment) = &explanation.segment {
        writeln!(out, "Segment: {segment}")?;
    }
    if let Some(score) = &explanation.approach {
        writeln!(out, "Approach: {} ({} points)", score.approach.as_str(), points(score.points))?;
    }
    if let Some(score) = &explanation.readiness {
        writeln!(out, "Readiness: {} ({} points)", score.readiness.as_str(), points(score.points))?;
    }
    if let Some(needed) = explanation.held_back {
        writeln!(out, "Nurtured though its points would do: it is accepted when it is {}", needed.as_str())?;
    }
    for (number, held) in explanation.offers.iter().flatten().enumerate() {
        let best = if number == 0 && held.suits { ", the best" } else { "" };
        writeln!(out, "Offer: {}{}", held.offer, if held.suits { best } else { ", not in this moment" })?;
    }
    if let Some(rule) = &explanation.owner_rule {
        writeln!(out, "Owners by the rule: {rule}")?;
    }
    Ok(())
}
