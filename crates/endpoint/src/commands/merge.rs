//! `leadglass merge ID ID`

use std::process::ExitCode;

use anyhow::bail;
use uuid::Uuid;

use super::report::{block_on, open_writing};
use crate::{
    clock::{Clock, Ids, SystemClock, SystemIds},
    settings::Settings,
    store::{Merged, NewMerge, open::Database},
};

/// Who is one.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Any lead of one person
    one: Uuid,
    /// Any lead of the other
    other: Uuid,
    /// Who says so, for the journal
    #[arg(long, default_value = "the command line")]
    by: String,
    /// Why, for the journal
    #[arg(long)]
    why: Option<String>,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open_writing(arguments.database.as_ref(), settings)?;
    let at = SystemClock.now();
    let Arguments { one, other, by, why, .. } = arguments;
    let merge = NewMerge { id: SystemIds.at(at), leads: [*one, *other], at, by: by.clone(), why: why.clone() };
    let id = match block_on(store.merge(&merge))?? {
        Merged::New => merge.id,
        Merged::Before(id) => bail!("somebody made them one person before; `leadglass unmerge {id}` takes it back"),
        Merged::Same => bail!("`{one}` and `{other}` are one person's already"),
        Merged::NoLead => bail!("there is no lead `{one}`, or no lead `{other}`, or one of them is held"),
    };
    println!("merged; `leadglass unmerge {id}` takes it back");
    Ok(ExitCode::SUCCESS)
}
