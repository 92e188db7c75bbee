//! `leadglass leads`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use leadglass_scoring::{Decision, Language};

use super::report::{Definitions, Report, block_on, open};
use crate::{
    clock::to_rfc3339,
    report::LeadView,
    settings::Settings,
    store::{LeadQuery, open::Database},
};

/// Which leads.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only of this form
    #[arg(long)]
    form: Option<String>,
    /// Only with this decision: `accept`, `nurture` or `decline`
    #[arg(long, value_parser = decision)]
    decision: Option<Decision>,
    /// At most as many
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// The language of the reasons
    #[arg(long, value_parser = super::report::language)]
    language: Option<Language>,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
    /// As a JSON list, with all that is known of each
    #[arg(long)]
    json: bool,
}

pub(super) fn decision(name: &str) -> Result<Decision, String> {
    let found = Decision::ALL.into_iter().find(|decision| decision.as_str() == name);
    found.ok_or_else(|| "it is `accept`, `nurture` or `decline`".to_owned())
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open(arguments.database.as_ref(), settings)?;
    let query = LeadQuery {
        form: arguments.form.clone(),
        decision: arguments.decision,
        limit: arguments.limit,
        ..LeadQuery::default()
    };
    let leads = block_on(store.leads(&query))??;
    let mut definitions = Definitions::new(store.as_ref());
    let mut reports = Vec::with_capacity(leads.len());
    for lead in leads {
        let definition = block_on(definitions.of(&lead))??;
        reports.push(Report::new(lead, definition, arguments.language));
    }
    let mut out = io::stdout().lock();
    if arguments.json {
        let list: Vec<LeadView> = reports.iter().map(Report::view).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&list)?)?;
    } else {
        write_table(&mut out, &reports)?;
    }
    Ok(ExitCode::SUCCESS)
}

const HEAD: [&str; 9] = ["TIME", "ID", "FORM", "GRADE", "SCORE", "DECISION", "OWNER", "WHO", "REASONS"];

fn write_table(out: &mut impl Write, reports: &[Report]) -> io::Result<()> {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(reports.iter().map(row));
    let mut widths = [0; HEAD.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.chars().count() + 2));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn row(report: &Report) -> [String; HEAD.len()] {
    let (lead, explanation) = (&report.lead, &report.lead.explanation);
    let time = to_rfc3339(lead.received_at);
    [
        time.get(..16).unwrap_or(&time).replace('T', " "),
        lead.id.to_string(),
        lead.form.clone(),
        explanation.grade.to_string(),
        explanation.score.to_string(),
        explanation.decision.to_string(),
        lead.owner.clone().unwrap_or_else(|| "–".to_owned()),
        report.who(),
        report.top_reasons(3),
    ]
}
