//! `leadglass diff A B`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde_json::json;

use super::{
    report::open,
    version::{self, Named},
};
use crate::{
    diff::{ChangeKind, Detail, Difference, compare},
    settings::Settings,
    store::open::Database,
};

/// Says in words what two versions of a form differ in.
///
/// The exit code is 0 where they are the same and 1 where they are not.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A form or card file, or the first digits of a version's or card's id in the database
    #[arg(value_name = "A")]
    one: String,
    /// What to compare it with
    #[arg(value_name = "B")]
    other: String,
    /// What keeps versions
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let read = |name: &str| {
        if version::is_file(name) {
            return version::of_file(name);
        }
        version::of_store(name, open(arguments.database.as_ref(), settings)?.as_ref())
    };
    let (one, other) = (read(&arguments.one)?, read(&arguments.other)?);
    let difference = compare(&one.definition, &other.definition);
    let mut out = io::stdout().lock();
    if arguments.json {
        let ids = |named: &Named| {
            json!({
                "name": named.name,
                "form": named.definition.id,
                "form_version": named.definition.version().to_string(),
                "card": named.definition.scorecard.id().to_string(),
            })
        };
        let mut value = serde_json::to_value(&difference)?;
        value["a"] = ids(&one);
        value["b"] = ids(&other);
        writeln!(out, "{value:#}")?;
    } else {
        for (letter, named) in [("A", &one), ("B", &other)] {
            let (form, card) = (named.definition.version(), named.definition.scorecard.id());
            writeln!(out, "{letter}  {}  form {}  card {}", named.name, version::short(form), version::short(card))?;
        }
        write_difference(&mut out, &difference)?;
    }
    Ok(if difference.same_form { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn write_difference(out: &mut impl Write, difference: &Difference) -> io::Result<()> {
    writeln!(
        out,
        "{}",
        if difference.same_card { "The same card: every lead is scored alike" } else { "Another card" }
    )?;
    if difference.same_form {
        return writeln!(out, "The same form, word for word");
    }
    let mut part = "";
    for item in &difference.items {
        if item.part != part {
            part = item.part;
            writeln!(out, "\n{}{}", part[..1].to_uppercase(), &part[1..])?;
        }
        let sign = match item.change {
            ChangeKind::Added => '+',
            ChangeKind::Removed => '-',
            ChangeKind::Changed => '~',
        };
        match item.details.as_slice() {
            [detail] if detail.what == "value" || detail.what == "from" || detail.what == "order" => {
                writeln!(out, "  {sign} {}: {}", item.id, change(detail, item.change))?;
            }
            details => {
                writeln!(out, "  {sign} {}", item.id)?;
                for detail in details {
                    writeln!(out, "      {}: {}", detail.what, change(detail, item.change))?;
                }
            }
        }
    }
    Ok(())
}

/// What is new or gone altogether is said once; a thing that stays is said before and after.
fn change(detail: &Detail, kind: ChangeKind) -> String {
    match (kind, &detail.before, &detail.after) {
        (ChangeKind::Changed, Some(before), Some(after)) => format!("{before} → {after}"),
        (ChangeKind::Changed, Some(before), None) => format!("{before} → gone"),
        (ChangeKind::Changed, None, Some(after)) => format!("new, {after}"),
        (_, before, after) => after.as_ref().or(before.as_ref()).cloned().unwrap_or_default(),
    }
}
