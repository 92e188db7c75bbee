//! What the commands that show leads share.

use std::sync::{Arc, OnceLock};

pub(super) use crate::{
    report::{Definitions, Report, touch_parts},
    words::points,
};
use leadglass_scoring::Language;
use tokio::runtime::Runtime;

use crate::{
    settings::Settings,
    store::{
        Store,
        open::{self, Database},
    },
};

pub(super) fn open(database: Option<&Database>, settings: &Settings) -> anyhow::Result<Arc<dyn Store>> {
    block_on(open::open_reading(&settings_with(database, settings)))?
}

/// To write, in a database that is there: a wrong name makes no new one.
pub(super) fn open_writing(database: Option<&Database>, settings: &Settings) -> anyhow::Result<Arc<dyn Store>> {
    let settings = settings_with(database, settings);
    drop(block_on(open::open_reading(&settings))??);
    block_on(open::open(&settings))?
}

/// To write; where there is no database, it is made.
pub(super) fn open_or_make(database: Option<&Database>, settings: &Settings) -> anyhow::Result<Arc<dyn Store>> {
    block_on(open::open(&settings_with(database, settings)))?
}

fn settings_with(database: Option<&Database>, settings: &Settings) -> Settings {
    Settings { database: database.unwrap_or(&settings.database).clone(), ..settings.clone() }
}

/// Waits for a future, on the one runtime of a command: what it opened before still runs there.
pub(super) fn block_on<F: Future>(future: F) -> anyhow::Result<F::Output> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime.block_on(future));
    }
    let made = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    Ok(RUNTIME.get_or_init(|| made).block_on(future))
}

pub(super) fn language(tag: &str) -> Result<Language, String> {
    let known = || Language::ALL.map(Language::code).join(", ");
    Language::from_tag(tag).ok_or_else(|| format!("there are {}", known()))
}
