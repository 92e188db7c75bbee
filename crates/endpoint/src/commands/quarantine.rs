//! `leadglass quarantine list|show|release|discard`

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use leadglass_scoring::{Form, Language, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    lead::write_report,
    report::{Definitions, Report, block_on, open, open_writing},
};
use crate::{
    clock::{Clock, SystemClock, from_rfc3339, to_rfc3339},
    forms::read_folder,
    quarantine,
    settings::Settings,
    store::{Discard, KeptLead, Sign, Store, open::Database},
};

/// What to do with doubtful leads.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
    /// What keeps leads
    #[arg(long, global = true, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// List what is held, the one held longest first
    List {
        /// Only of this form
        #[arg(long)]
        form: Option<String>,
        /// At most as many
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// As a JSON list, with all that is known of each
        #[arg(long)]
        json: bool,
    },
    /// Show one that is held, with all reasons of its score
    Show {
        /// Its id
        id: Uuid,
        /// The language of the reasons and questions
        #[arg(long, value_parser = super::report::language)]
        language: Option<Language>,
    },
    /// Make leads of these: judged by today's forms, at the time they came
    Release {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<Uuid>,
        /// The folder of form files
        #[arg(long, value_name = "DIR")]
        forms: Option<PathBuf>,
    },
    /// Throw these away for good
    Discard {
        /// Their ids
        #[arg(required_unless_present = "before")]
        ids: Vec<Uuid>,
        /// All that came before this time (RFC 3339)
        #[arg(long, conflicts_with = "ids", value_parser = time)]
        before: Option<Timestamp>,
    },
}

fn time(text: &str) -> Result<Timestamp, String> {
    from_rfc3339(text).ok_or_else(|| "it is a time as RFC 3339 writes it, such as 2026-03-01T00:00:00Z".to_owned())
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = arguments.database.as_ref();
    let out = &mut io::stdout().lock();
    match &arguments.what {
        What::List { form, limit, json } => {
            let store = open(database, settings)?;
            let held = block_on(store.held(form.as_deref(), 0, *limit))??;
            list(store.as_ref(), held, *json, out)?;
        }
        What::Show { id, language } => {
            let store = open(database, settings)?;
            let held = block_on(store.lead(*id))??.filter(|lead| lead.held);
            let lead = held.with_context(|| not_held(*id))?;
            let definition = block_on(Definitions::new(store.as_ref()).of(&lead))??;
            write_report(out, &Report::new(lead, definition, *language))?;
        }
        What::Release { ids, forms } => {
            let store = open_writing(database, settings)?;
            let forms = read_folder(forms.as_deref().unwrap_or(&settings.forms)).ok();
            for id in ids {
                let forms = forms.iter().flat_map(|folder| &folder.forms).map(|it| &it.form);
                release(store.as_ref(), forms, *id, settings, out)?;
            }
        }
        What::Discard { ids, before } => {
            let store = open_writing(database, settings)?;
            let mut strangers = Vec::new();
            for id in ids {
                if !block_on(store.lead(*id))??.is_some_and(|lead| lead.held) {
                    strangers.push(not_held(*id));
                }
            }
            if !strangers.is_empty() {
                bail!("{}; nothing was discarded", strangers.join("; "));
            }
            let which = before.map_or_else(|| Discard::These(ids.clone()), Discard::Before);
            let gone = block_on(store.discard(which))??;
            writeln!(out, "{gone} discarded")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn not_held(id: Uuid) -> String {
    format!("no lead `{id}` is held")
}

/// Under the form file of today; where there is none, under the version it was judged by.
fn release<'f>(
    store: &dyn Store,
    mut forms: impl Iterator<Item = &'f Form>,
    id: Uuid,
    settings: &Settings,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let lead = block_on(store.lead(id))??.filter(|lead| lead.held).with_context(|| not_held(id))?;
    let at = SystemClock.now();
    let released = if let Some(form) = forms.find(|form| form.definition().id == lead.form) {
        block_on(quarantine::release(store, settings, form, id, at))??
    } else {
        let definition = block_on(store.definition(&lead.form, lead.form_version))??;
        let definition = definition.with_context(|| format!("the form of lead `{id}` is missing"))?;
        let form = Form::new(definition).map_err(|errors| anyhow::anyhow!("its form is no longer one: {errors:?}"))?;
        block_on(quarantine::release(store, settings, &form, id, at))??
    };
    let Some(explanation) = released else { bail!(not_held(id)) };
    writeln!(out, "{id} released: {}, score {}, {}", explanation.grade, explanation.score, explanation.decision)?;
    Ok(())
}

fn list(store: &dyn Store, held: Vec<KeptLead>, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let mut definitions = Definitions::new(store);
    let mut values: Vec<Value> = Vec::new();
    for lead in held {
        let definition = block_on(definitions.of(&lead))??;
        let report = Report::new(lead, definition, None);
        if json {
            values.push(serde_json::to_value(report.view())?);
        } else {
            let lead = &report.lead;
            let (time, signs) = (to_rfc3339(lead.received_at), codes(&lead.signs).join(" "));
            writeln!(out, "{time}  {}  {}  {}  {signs}", lead.id, lead.form, report.who())?;
        }
    }
    if json {
        writeln!(out, "{:#}", json!(values))?;
    } else {
        let kib = block_on(store.held_bytes())??.div_ceil(1_024);
        writeln!(out, "{kib} KiB of the quarantine are taken")?;
    }
    Ok(())
}

pub(super) fn codes(signs: &[Sign]) -> Vec<&'static str> {
    signs.iter().map(|sign| sign.code()).collect()
}
