//! `leadglass replay LEAD`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Context, bail};
use leadglass_scoring::{Form, encoding::VersionId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    report::{block_on, open},
    version,
};
use crate::{
    clock::to_rfc3339,
    replay::{Line, Replay, differences, side_by_side},
    settings::Settings,
    store::{KeptLead, Store, open::Database},
};

/// Leads read at once.
const BATCH: u32 = 1_000;

/// Judges a lead again from what was kept of it, and compares with what was kept, byte by byte.
///
/// The exit code is 0 where the bytes are the same as on the day and 1 where they are not. Under another version both
/// are shown side by side.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The lead's id, as `leadglass leads` shows it
    #[arg(required_unless_present = "all")]
    lead: Option<Uuid>,
    /// A form or card file, or the first digits of a version's or card's id in the database
    #[arg(long, value_name = "VERSION|FILE.toml")]
    under: Option<String>,
    /// Every lead there is, those said again or replaced too
    #[arg(long, conflicts_with_all = ["lead", "under"])]
    all: bool,
    /// With `--all`, only the leads of this form
    #[arg(long, requires = "all")]
    form: Option<String>,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open(arguments.database.as_ref(), settings)?;
    let out = &mut io::stdout().lock();
    let is_same = match (arguments.lead, &arguments.under) {
        (None, _) => replay_all(store.as_ref(), arguments, out)?,
        (Some(id), under) => {
            let lead = block_on(store.lead(id))??.with_context(|| format!("there is no lead `{id}`"))?;
            match under {
                None => replay_one(store.as_ref(), &lead, arguments.json, out)?,
                Some(name) => replay_under(store.as_ref(), &lead, name, arguments.json, out)?,
            }
        }
    };
    Ok(if is_same { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn replay_one(store: &dyn Store, lead: &KeptLead, json: bool, out: &mut impl Write) -> anyhow::Result<bool> {
    let again = block_on(Replay::new(store).again(lead))??;
    let lines = differences(lead, &again);
    if json {
        let value = json!({
            "lead": lead.id,
            "same": lines.is_empty(),
            "judged_at": to_rfc3339(lead.explanation.at),
            "form_version": lead.form_version.to_string(),
            "card": lead.card.to_string(),
            "engine": lead.engine,
            "explanation_sha256": VersionId::of(&lead.explanation_bytes).to_string(),
            "differences": lines,
        });
        writeln!(out, "{value:#}")?;
    } else {
        let (at, bytes) = (to_rfc3339(lead.explanation.at), lead.explanation_bytes.len());
        let engine = lead.engine.as_deref().unwrap_or("not kept");
        let same = if lines.is_empty() { "the same" } else { "NOT the same" };
        writeln!(out, "Lead {}: {same} {bytes} bytes as when it was judged at {at}", lead.id)?;
        let sha256 = VersionId::of(&lead.explanation_bytes);
        writeln!(out, "  form {}\n  card {}\n  sha256 {sha256}, rules {engine}", lead.form_version, lead.card)?;
        write_lines(out, ["kept", "now"], &lines)?;
    }
    Ok(lines.is_empty())
}

fn replay_under(
    store: &dyn Store,
    lead: &KeptLead,
    name: &str,
    json: bool,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let named = if version::is_file(name) { version::of_file(name)? } else { version::of_store(name, store)? };
    let card = named.definition.scorecard.id();
    let other = named.definition.version();
    let form = Form::new(named.definition).map_err(|errors| anyhow::anyhow!("`{name}` is no form: {errors:?}"))?;
    let mut replay = Replay::new(store);
    let again = block_on(replay.again(lead))??;
    let is_same = differences(lead, &again).is_empty();
    let lines = side_by_side(&lead.explanation, &block_on(replay.under(lead, &form))??);
    if json {
        let value = json!({
            "lead": lead.id,
            "same_as_kept": is_same,
            "judged_at": to_rfc3339(lead.explanation.at),
            "before": { "form_version": lead.form_version.to_string(), "card": lead.card.to_string() },
            "after": { "name": named.name, "form_version": other.to_string(), "card": card.to_string() },
            "lines": lines,
            "moved": lines.iter().filter(|line| !line.is_same()).map(|line| line.what.as_str()).collect::<Vec<_>>(),
        });
        writeln!(out, "{value:#}")?;
        return Ok(is_same);
    }
    writeln!(out, "Lead {}, judged at {}", lead.id, to_rfc3339(lead.explanation.at))?;
    let before = version::short(lead.form_version);
    write_lines(out, [&format!("{} {before}", lead.form), &named.name], &lines)?;
    if lead.card == card {
        writeln!(out, "\nBoth have the same card")?;
    }
    let moved: Vec<_> = lines.iter().filter(|line| !line.is_same()).map(|line| line.what.as_str()).collect();
    let moved = if moved.is_empty() { "nothing".to_owned() } else { moved.join(", ") };
    writeln!(out, "\nMoved: {moved}")?;
    if !is_same {
        writeln!(out, "Under its own version it is NOT what was kept: see `leadglass replay {}`", lead.id)?;
    }
    Ok(is_same)
}

fn write_lines(out: &mut impl Write, heads: [&str; 2], lines: &[Line]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let none = || "–".to_owned();
    let rows: Vec<[String; 4]> = lines
        .iter()
        .map(|line| {
            let moved = line.moved_milli.filter(|moved| *moved != 0);
            let moved = moved.map(|moved| crate::words::points(leadglass_scoring::Points::from_milli(moved)));
            let mark = if line.is_same() { "" } else { "moved" };
            let cell = |value: &Option<String>| value.clone().unwrap_or_else(none);
            [line.what.clone(), cell(&line.before), cell(&line.after), moved.unwrap_or_else(|| mark.to_owned())]
        })
        .collect();
    let head = [String::new(), heads[0].to_owned(), heads[1].to_owned(), String::new()];
    let width =
        |column: usize| rows.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (what, before, after) = (width(0), width(1), width(2));
    writeln!(out)?;
    for row in [&head].into_iter().chain(&rows) {
        let line = format!("  {:<what$}  {:>before$}  {:>after$}  {}", row[0], row[1], row[2], row[3]);
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn replay_all(store: &dyn Store, arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<bool> {
    let mut replay = Replay::new(store);
    let (mut same, mut different, mut after) = (0_u64, Vec::new(), 0);
    loop {
        let leads = block_on(store.leads_after(arguments.form.as_deref(), after, BATCH))??;
        let Some((last, _)) = leads.last() else { break };
        after = *last;
        for (_, lead) in &leads {
            let what = match block_on(replay.again(lead))? {
                Ok(again) => differences(lead, &again).into_iter().map(|line| line.what).collect(),
                Err(error) => vec![error.to_string()],
            };
            if what.is_empty() {
                same += 1;
            } else {
                different.push((lead.id, what));
            }
        }
    }
    if let (Some(form), 0, true) = (&arguments.form, same, different.is_empty()) {
        bail!("there is no lead of a form `{form}`");
    }
    if arguments.json {
        let different: Vec<Value> =
            different.iter().map(|(id, what)| json!({ "lead": id, "differs_in": what })).collect();
        writeln!(out, "{:#}", json!({ "same": same, "different": different }))?;
    } else {
        for (id, what) in &different {
            writeln!(out, "{id}: NOT the same: {}", what.join(", "))?;
        }
        let (all, others) = (same + different.len() as u64, different.len());
        writeln!(out, "{all} leads judged again: {same} give the same bytes as on the day, {others} do not")?;
    }
    Ok(different.is_empty())
}
