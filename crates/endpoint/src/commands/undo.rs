//! `leadglass undo ID`

use std::process::ExitCode;

use anyhow::bail;
use uuid::Uuid;

use super::report::{block_on, open_writing};
use crate::{
    clock::{Clock, Ids, SystemClock, SystemIds},
    settings::Settings,
    store::{Undo, open::Database},
};

/// Take back an outcome or a cost that was noted by mistake.
///
/// It counts no more and stays in the journal; whoever was told of an outcome is told. What is right is noted anew.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The id of the outcome, as `leadglass lead` shows it, or of the cost, as `GET /v1/costs` does
    id: Uuid,
    /// Who says so, for the journal
    #[arg(long, default_value = "the command line")]
    by: String,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open_writing(arguments.database.as_ref(), settings)?;
    let Arguments { id, by, .. } = arguments;
    let at = SystemClock.now();
    let undo = Undo { id: *id, event: SystemIds.at(at), at, by: by.clone() };
    if block_on(store.undo_outcome(&undo))?? {
        println!("the outcome is taken back; it stays in the lead's history");
    } else if block_on(store.undo_cost(&undo))?? {
        println!("the cost is taken back; it stays in the list");
    } else {
        bail!("there is no outcome and no cost `{id}`");
    }
    Ok(ExitCode::SUCCESS)
}
