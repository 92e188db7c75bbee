//! `leadglass person EMAIL|ID`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::bail;
use leadglass_scoring::Language;
use uuid::Uuid;

use super::report::{block_on, open};
use crate::{
    people::{PersonView, people_with, person},
    settings::Settings,
    store::open::Database,
};

/// Which person.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An e-mail address, or the id of any of their leads
    #[arg(value_name = "EMAIL|ID")]
    who: String,
    /// The language of the reasons
    #[arg(long, value_parser = super::report::language)]
    language: Option<Language>,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
    /// As a JSON list: an address may be several people's
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open(arguments.database.as_ref(), settings)?;
    let found = match Uuid::try_parse(&arguments.who) {
        Ok(lead) => vec![lead],
        Err(_) => block_on(people_with(store.as_ref(), &arguments.who))??,
    };
    let languages: Vec<Language> = arguments.language.into_iter().collect();
    let mut people = Vec::with_capacity(found.len());
    for lead in found {
        people.extend(block_on(person(store.as_ref(), lead, &languages))??);
    }
    if people.is_empty() {
        bail!("there is no lead of `{}`", arguments.who);
    }
    let out = &mut io::stdout().lock();
    if arguments.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&people)?)?;
    } else {
        for (number, person) in people.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            write(out, person)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(out: &mut impl Write, person: &PersonView) -> io::Result<()> {
    writeln!(out, "Person {}", person.id)?;
    for (heading, texts) in [("Names", &person.names), ("Addresses", &person.emails)] {
        if !texts.is_empty() {
            writeln!(out, "  {heading}: {}", texts.join(", ").escape_debug())?;
        }
    }
    for lead in &person.leads {
        let time = lead.received_at.get(..16).unwrap_or(&lead.received_at).replace('T', " ");
        let (grade, score, decision) = (lead.grade, lead.score, serde_json::json!(lead.decision));
        let decision = decision.as_str().unwrap_or_default();
        writeln!(out, "  {time}  {}  {}  {}  {grade}  {score}  {decision}", lead.id, lead.form, lead.channel)?;
    }
    for merge in &person.merges {
        let why = merge.why.as_deref().map(|why| format!(": {}", why.escape_debug())).unwrap_or_default();
        let [one, other] = merge.leads;
        writeln!(out, "  merge {} of {one} and {other}, {} by {}{why}", merge.id, merge.at, merge.by.escape_debug())?;
        if let (Some(at), Some(by)) = (&merge.undone_at, &merge.undone_by) {
            writeln!(out, "    taken back {at} by {}", by.escape_debug())?;
        }
    }
    for other in &person.alike {
        writeln!(out, "  the same address, another name: {other}; `leadglass merge` makes them one")?;
    }
    Ok(())
}
