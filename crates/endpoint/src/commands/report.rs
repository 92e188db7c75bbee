//! What the commands that show leads share.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

pub(super) use crate::{
    report::{Definitions, Report, touch_parts},
    words::points,
};
use anyhow::{Context, bail};
use leadglass_scoring::{Form, Language};
use tokio::runtime::Runtime;

use crate::{
    forms::read_folder,
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

/// One of the forms of a folder.
pub(super) fn form_of(folder: &Path, id: &str) -> anyhow::Result<Form> {
    let read = read_folder(folder).with_context(|| format!("the folder `{}` can't be read", folder.display()))?;
    let mut ids = Vec::new();
    let mut found = None;
    for source in read.forms {
        ids.push(format!("`{}`", source.form.definition().id));
        if source.form.definition().id == id {
            found = Some(source.form);
        }
    }
    let Some(form) = found else {
        let broken = read.broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        bail!("there is no form `{id}` in `{}`; it has {}\n{broken}", folder.display(), ids.join(", "));
    };
    Ok(form)
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
