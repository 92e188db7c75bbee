//! `leadglass lead ID`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::bail;
use leadglass_scoring::{Contribution, Language, Points};
use uuid::Uuid;

use super::report::{Definitions, Report, block_on, open, points, touch_parts};
use crate::{
    api::history::{Event, history},
    clock::to_rfc3339,
    explain::{Explained, Outlook},
    people::{ConfirmationView, person_of},
    replay::Replay,
    settings::Settings,
    store::{KeptOutcome, open::Database},
};

/// Which lead.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The lead's id, as `leadglass leads` shows it
    id: Uuid,
    /// The language of the reasons and questions
    #[arg(long, value_parser = super::report::language)]
    language: Option<Language>,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// As the one JSON object that a webhook is sent: the verdict, its first reasons, and the versions
    #[arg(long, conflicts_with = "json")]
    short: bool,
}

impl Arguments {
    /// All of a lead in a language, as text or as JSON.
    pub(super) const fn of(id: Uuid, language: Language, database: Database, json: bool) -> Self {
        Self { id, language: Some(language), database: Some(database), json, short: false }
    }
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open(arguments.database.as_ref(), settings)?;
    let Some(lead) = block_on(store.lead(arguments.id))?? else {
        bail!("there is no lead `{}`", arguments.id);
    };
    let definition = block_on(Definitions::new(store.as_ref()).of(&lead))??;
    let report = Report::new(lead, definition, arguments.language);
    let mut replay = Replay::new(store.as_ref());
    // What can no longer be judged again is shown as it was kept
    let read = block_on(replay.read(&report.lead))?.ok();
    let outlook = read
        .as_ref()
        .map(|(form, read)| Outlook::new(form, read, &report.lead.circumstances, report.explained().language_number()));
    let mut out = io::stdout().lock();
    if arguments.short {
        writeln!(out, "{}", report.short())?;
    } else if arguments.json {
        let mut json = serde_json::to_value(report.view())?;
        json["person"] = serde_json::json!(block_on(person_of(store.as_ref(), report.lead.id))??);
        let asked = block_on(store.confirmation(report.lead.id))??;
        json["confirmation"] = serde_json::to_value(asked.map(ConfirmationView::new))?;
        json["history"] = serde_json::to_value(block_on(history(store.as_ref(), &report.lead))??)?;
        if let Some(outlook) = &outlook {
            json["missing"] = serde_json::to_value(outlook.missing_views())?;
            json["smallest_changes"] = serde_json::to_value(outlook.changes_view())?;
        }
        writeln!(out, "{json:#}")?;
    } else {
        write_report(&mut out, &report)?;
        write_changes(&mut out, &block_on(history(store.as_ref(), &report.lead))??)?;
        write_outcomes(&mut out, &block_on(store.outcomes(&[report.lead.id]))??)?;
        if let Some(asked) = block_on(store.confirmation(report.lead.id))?? {
            match asked.confirmed_at {
                Some(at) => writeln!(out, "\nAddress confirmed {}", to_rfc3339(at))?,
                None => writeln!(out, "\nAddress not confirmed; asked {}", to_rfc3339(asked.asked_at))?,
            }
        }
        if let Some(outlook) = &outlook {
            write_outlook(&mut out, outlook)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What changed since it came.
fn write_changes(out: &mut impl Write, history: &[Event]) -> io::Result<()> {
    let is_change = |event: &&Event| ["released", "rescored", "withdrawn", "superseded"].contains(&event.what);
    let mut changes = history.iter().filter(is_change).peekable();
    if changes.peek().is_some() {
        writeln!(out, "\nWhat changed")?;
    }
    for event in changes {
        write!(out, "  {}  {}", event.at, event.what)?;
        if let Some(earlier) = &event.earlier {
            write!(out, "; before, grade {} and score {}", earlier.grade, earlier.score)?;
        }
        if let Some(purpose) = &event.purpose {
            write!(out, ": `{}`", purpose.escape_debug())?;
        }
        if let Some(later) = event.by_lead {
            write!(out, " by {later}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What became of it, each with the id by which it is taken back.
fn write_outcomes(out: &mut impl Write, outcomes: &[KeptOutcome]) -> io::Result<()> {
    if !outcomes.is_empty() {
        writeln!(out, "\nWhat became of it")?;
    }
    for kept in outcomes {
        let reason = kept.outcome.reason().map(|reason| format!(", {}", reason.as_str())).unwrap_or_default();
        let amount = kept.outcome.amount().map(|amount| format!(", {}", amount.to_canonical())).unwrap_or_default();
        writeln!(out, "  {}  {}{reason}{amount}  {}", to_rfc3339(kept.at), kept.outcome.as_str(), kept.id)?;
        if let Some((at, by)) = &kept.undone {
            writeln!(out, "  taken back at {} by {}", to_rfc3339(*at), by.escape_debug())?;
        }
    }
    Ok(())
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
    if let Some(earlier) = lead.supersedes {
        writeln!(out, "Takes the place of the lead {earlier}")?;
    }
    if let Some(later) = lead.superseded_by {
        writeln!(out, "The lead {later} took its place")?;
    }
    if lead.held {
        writeln!(out, "Held in the quarantine")?;
    }
    if !lead.signs.is_empty() {
        writeln!(out, "Signs of a program: {}", super::quarantine::codes(&lead.signs).join(", "))?;
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
    write_contributions(out, &explained, explanation.ranked())?;
    for gate in &explanation.gates {
        writeln!(out, "{:>10}  {} ({gate})", "veto", explained.gate_reason(gate))?;
    }
    write_beside(out, &explained)?;
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
    if !lead.moments.is_empty() {
        writeln!(out, "\nMoments of the visit")?;
        for moment in &lead.moments {
            writeln!(out, "  {}  {}", to_rfc3339(moment.at), moment.name)?;
        }
    }
    writeln!(out, "\nConsents{}", if lead.consents.is_empty() { ": none" } else { "" })?;
    for consent in &lead.consents {
        let (time, language) = (to_rfc3339(consent.given_at), consent.language.code());
        writeln!(out, "  {} at {time} in `{language}`: \u{201c}{}\u{201d}", consent.purpose, consent.wording)?;
        if let Some(at) = consent.withdrawn_at {
            writeln!(out, "  taken back at {}", to_rfc3339(at))?;
        }
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
fn write_beside(out: &mut impl Write, explained: &Explained) -> io::Result<()> {
    if let Some(sentence) = explained.segment_sentence() {
        writeln!(out, "\nSegment\n  {sentence}")?;
    }
    for small in explained.small_cards() {
        writeln!(out, "\n{}, {} points\n  {}", small.heading, points(small.points), small.sentence)?;
        if small.initial != Points::ZERO {
            writeln!(out, "{:>10}  every lead begins with", points(small.initial))?;
        }
        write_contributions(out, explained, small.contributions)?;
    }
    if let Some(sentence) = explained.held_back_sentence() {
        writeln!(out, "  {sentence}")?;
    }
    let offers = explained.offers();
    if !offers.is_empty() {
        writeln!(out, "\nOffers, the best first")?;
    }
    for offer in offers {
        writeln!(out, "  {} {}", if offer.suits { '+' } else { '-' }, offer.sentence)?;
    }
    if let Some((rule, sentence)) = explained.owner() {
        writeln!(out, "\nOwner\n  {sentence}, by the rule `{rule}`")?;
    }
    Ok(())
}

fn write_contributions<'a>(
    out: &mut impl Write,
    explained: &Explained<'a>,
    contributions: impl IntoIterator<Item = &'a Contribution>,
) -> io::Result<()> {
    for contribution in contributions {
        let reason = explained.reason(contribution);
        write!(out, "{:>10}  {reason} ({})", points(contribution.points), contribution.criterion)?;
        if let Some(per_cent) = contribution.per_cent {
            write!(out, ", counted {per_cent} % in the segment")?;
        }
        if contribution.points != contribution.full_points {
            write!(out, ", {} before it faded", points(contribution.full_points))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
