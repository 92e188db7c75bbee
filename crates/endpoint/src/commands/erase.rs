//! `leadglass erase`

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail};
use uuid::Uuid;

use super::report::{block_on, open_writing};
use crate::{
    clock::{Clock, SystemClock, SystemIds, to_rfc3339},
    privacy,
    settings::Settings,
    store::{About, open::Database},
};

/// Whose leads to erase.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An e-mail address, or a lead's id
    #[arg(value_name = "EMAIL|LEAD")]
    who: String,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
    /// Only say what would be erased
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let about = about(&arguments.who)?;
    let store = open_writing(arguments.database.as_ref(), settings)?;
    let mut out = io::stdout().lock();
    if arguments.dry_run {
        let leads = block_on(store.about(&about))??;
        if leads.is_empty() {
            bail!("there is no lead of `{}`", arguments.who);
        }
        for lead in leads {
            writeln!(out, "{lead} would be erased")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let erasing = privacy::erase(store.as_ref(), about, SystemClock.now(), Arc::new(SystemIds));
    let (erased, is_purged) = block_on(erasing)??;
    if erased.is_empty() {
        bail!("there is no lead of `{}`", arguments.who);
    }
    for erasure in &erased {
        writeln!(out, "{} of {} is erased", erasure.lead, to_rfc3339(erasure.received_at))?;
    }
    if !is_purged {
        eprintln!("What it said is still in the files of the database; whoever serves writes them again within a day.");
    }
    eprintln!(
        "Copies that were made before, exports and the systems that were told have it still; the latter are told."
    );
    Ok(ExitCode::SUCCESS)
}

fn about(who: &str) -> anyhow::Result<About> {
    if let Ok(lead) = Uuid::try_parse(who) {
        return Ok(About::Lead(lead));
    }
    let email = privacy::address(who);
    email.map(About::Email).with_context(|| format!("`{who}` is neither an e-mail address nor a lead's id"))
}
