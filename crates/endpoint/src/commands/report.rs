//! What the commands that show leads share.

use std::path::Path;

pub(super) use crate::{
    report::{Definitions, Report, touch_parts},
    words::points,
};
use anyhow::{Context, bail};
use leadglass_scoring::Language;

use crate::{settings::Settings, store::sqlite::Sqlite};

pub(super) fn open(database: Option<&Path>, settings: &Settings) -> anyhow::Result<Sqlite> {
    let path = database.unwrap_or(&settings.database);
    if !path.exists() {
        bail!("there is no database `{}`; `leadglass serve` makes it, and `--database` names another", path.display());
    }
    Sqlite::open_reading(path, &settings.workspace)
        .with_context(|| format!("the database `{}` can't be read", path.display()))
}

pub(super) fn block_on<F: Future>(future: F) -> anyhow::Result<F::Output> {
    Ok(tokio::runtime::Builder::new_current_thread().build()?.block_on(future))
}

pub(super) fn language(tag: &str) -> Result<Language, String> {
    let known = || Language::ALL.map(Language::code).join(", ");
    Language::from_tag(tag).ok_or_else(|| format!("there are {}", known()))
}
