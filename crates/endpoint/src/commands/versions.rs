//! `leadglass versions`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde_json::{Value, json};

use super::report::{block_on, open};
use crate::{clock::to_rfc3339, settings::Settings, store::open::Database};

/// Which versions.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only of this form
    #[arg(long)]
    form: Option<String>,
    /// What keeps versions
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
    /// As a JSON list
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let store = open(arguments.database.as_ref(), settings)?;
    let mut versions = block_on(store.versions())??;
    versions.retain(|kept| arguments.form.as_ref().is_none_or(|form| *form == kept.form));
    let mut out = io::stdout().lock();
    if arguments.json {
        let version = |kept: &crate::store::KeptVersion| {
            json!({
                "form": kept.form,
                "form_version": kept.version.to_string(),
                "shown_version": kept.shown_version.to_string(),
                "card": kept.card.to_string(),
                "kept_at": to_rfc3339(kept.kept_at),
            })
        };
        writeln!(out, "{:#}", Value::Array(versions.iter().map(version).collect()))?;
        return Ok(ExitCode::SUCCESS);
    }
    for kept in &versions {
        let since = to_rfc3339(kept.kept_at);
        writeln!(out, "{}  since {since}\n  form {}\n  card {}", kept.form, kept.version, kept.card)?;
    }
    Ok(ExitCode::SUCCESS)
}
