//! `leadglass keys add|list|rotate`

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail};

use super::report::{block_on, open, open_writing};
use crate::{
    clock::{Clock, Ids, SystemClock, SystemIds, to_rfc3339},
    settings::Settings,
    store::{Keys, Sealed, Store, StoreError, open::Database},
};

/// Leads that are encrypted again in one commit.
const AT_ONCE: u32 = 100;
/// Between two commits others write.
const PAUSE: Duration = Duration::from_millis(10);
/// How often a busy database is tried again.
const TRIES: u32 = 60;
const SECOND: Duration = Duration::from_secs(1);

/// What to do with the keys that leads are encrypted with.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// What keeps leads
    #[arg(long, global = true, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Write a new key before those of the file that `encryption_keys` names
    Add {
        /// What to call it; else by today's date
        id: Option<String>,
    },
    /// Say how much is encrypted under which key
    List,
    /// Encrypt all leads under the first key, while others are taken
    Rotate,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = arguments.database.as_ref();
    let out = &mut io::stdout().lock();
    let path = &settings.encryption_keys;
    if path.as_os_str().is_empty() {
        bail!("`encryption_keys` names no file of keys; leads are kept in plain");
    }
    match &arguments.action {
        Action::Add { id } => add(path, id.as_deref(), out),
        Action::List => list(open(database, settings)?.as_ref(), path, out),
        Action::Rotate => rotate(open_writing(database, settings)?.as_ref(), out),
    }
}

fn add(path: &Path, id: Option<&str>, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let today = to_rfc3339(SystemClock.now());
    let id = id.unwrap_or(today.get(..10).unwrap_or("first"));
    Keys::add(path, id, &SystemIds.secret())?;
    writeln!(out, "`{}` begins with the key `{id}`", path.display())?;
    eprintln!("Copy the file to every endpoint of the database and start them again; then `leadglass keys rotate`.");
    eprintln!("Keep a copy where the database's copies are not: without the key nobody reads what it encrypts.");
    Ok(ExitCode::SUCCESS)
}

fn list(store: &dyn Store, path: &Path, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let sealed = block_on(store.sealed())??;
    let ids = Keys::read(path)?.ids();
    for (place, id) in ids.iter().enumerate() {
        let (leads, others) = (count(&sealed.leads, Some(id)), count(&sealed.others, Some(id)));
        let what = match (place, leads + others) {
            (0, _) => "; new leads are encrypted with it",
            (_, 0) => "; nothing needs it: once every endpoint was started again with this file, it may be taken out",
            _ => "",
        };
        writeln!(out, "{id}  {leads} leads, {others} secrets and notes{what}")?;
    }
    let (leads, others) = (count(&sealed.leads, None), count(&sealed.others, None));
    if leads + others > 0 {
        writeln!(out, "in plain  {leads} leads, {others} secrets and notes; `leadglass keys rotate` encrypts them")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn count(counts: &[(Option<String>, u64)], id: Option<&str>) -> u64 {
    counts.iter().filter(|(key, _)| key.as_deref() == id).map(|(_, count)| count).sum()
}

fn rotate(store: &dyn Store, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let first = store.seals_under().context("leads are kept in plain")?;
    let left = |sealed: &Sealed| sealed.left(&first);
    let all = left(&block_on(store.sealed())??);
    writeln!(out, "{all} leads are not encrypted under `{first}` yet")?;
    let (mut after, mut done, mut told, mut broken) = (0, 0, 0, Vec::new());
    loop {
        let again = patiently(|| block_on(store.seal_again(after, AT_ONCE)))?;
        let Some(last) = again.last else { break };
        after = last;
        done += again.leads;
        broken.extend(again.broken);
        if done >= told + 10_000 {
            told = done;
            writeln!(out, "{} are left", all.saturating_sub(done))?;
        }
        rest(PAUSE)?;
    }
    patiently(|| block_on(store.seal_rest_again()))?;
    let is_written = patiently(|| block_on(store.write_files_again()))?;
    writeln!(out, "{done} were encrypted under `{first}`, {} are left", left(&block_on(store.sealed())??))?;
    if !is_written {
        eprintln!(
            "Somebody reads in the database, so its files may still hold what was there before; run this once more."
        );
    }
    if broken.is_empty() {
        return Ok(if is_written { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    for lead in &broken {
        eprintln!("lead `{lead}` does not open and was left as it is: it was changed or moved in the database");
    }
    Ok(ExitCode::FAILURE)
}

fn rest(time: Duration) -> anyhow::Result<()> {
    block_on(async move { tokio::time::sleep(time).await })
}

/// While others write, it waits.
fn patiently<T>(work: impl Fn() -> anyhow::Result<Result<T, StoreError>>) -> anyhow::Result<T> {
    for _ in 1..TRIES {
        match work()? {
            Err(StoreError::Busy) => rest(SECOND)?,
            told => return Ok(told?),
        }
    }
    Ok(work()??)
}
