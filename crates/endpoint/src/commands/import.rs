//! `leadglass import FORM FILE.csv`

use std::{
    fs::{self, File},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use leadglass_scoring::Language;

use super::report::{block_on, form_of, open, open_or_make};
use crate::{
    assets::Assets,
    clock::{Clock, SystemClock, SystemIds},
    forms::LiveForm,
    import::{
        Door, Import, Rejected,
        map::{Map, Tool},
    },
    settings::Settings,
    state::State,
    store::open::Database,
};

/// Import leads from a table that was kept elsewhere.
///
/// Each row goes through the same door as a form's answers: it is validated, scored and explained, and a row that was
/// imported before makes no second lead. Columns answer the fields that have their names, their words, or that a map
/// names. Bad rows are told by line and column, and written to a file that can be mended and imported again.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The form's id
    form: String,
    /// The table, as CSV with a first line of names
    #[arg(value_name = "FILE.csv")]
    table: PathBuf,
    /// A file that says which column answers which field; with `--from`, before what is known of that tool
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// The tool that wrote the table, whose columns are known
    #[arg(long)]
    from: Option<Tool>,
    /// Say what would come of it, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Tell others of each lead, as of those that forms bring
    #[arg(long)]
    tell: bool,
    /// Where rejected rows go; beside the table where it is not given
    #[arg(long, value_name = "FILE.csv")]
    rejected: Option<PathBuf>,
    /// The language of who left none; the form's first where it is not given
    #[arg(long, value_parser = super::report::language)]
    language: Option<Language>,
    /// The folder of form files
    #[arg(long, value_name = "DIR")]
    forms: Option<PathBuf>,
    /// What keeps leads
    #[arg(long, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let path = &arguments.table;
    let table = File::open(path).with_context(|| format!("can't read `{}`", path.display()))?;
    let beside = || {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!("{name}.rejected.csv"))
    };
    let to = (!arguments.dry_run).then(|| arguments.rejected.clone().unwrap_or_else(beside));
    let mut rejected = Rejected::new(to.as_deref())?;
    let (map, is_ready) = map(arguments)?;
    let import = import(arguments, settings, map, is_ready)?;
    let form = &import.live.full;
    let run = import.run(
        table,
        &mut rejected,
        |plan| {
            for (told, names) in [
                ("columns that are passed over", plan.unused().collect::<Vec<_>>()),
                ("fields that no column answers", plan.unanswered(form).collect()),
            ] {
                if !names.is_empty() {
                    let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                    eprintln!("{told}: {names}");
                }
            }
        },
        |line, fault| match &fault.column {
            Some(column) => eprintln!("{}:{line}: `{column}`: {}", path.display(), fault.what),
            None => eprintln!("{}:{line}: {}", path.display(), fault.what),
        },
    );
    let summary = block_on(run)?.with_context(|| format!("can't import all of `{}`", path.display()));
    // What was rejected until then is of use whatever ended it.
    if let Some(file) = rejected.end()? {
        eprintln!("rejected rows are in `{}`; mend them and import it", file.display());
    }
    let summary = summary?;
    println!("{}{summary}", if arguments.dry_run { "nothing is kept; it would be\n" } else { "" });
    Ok(if summary.rejected == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn map(arguments: &Arguments) -> anyhow::Result<(Map, bool)> {
    let read = |path: &PathBuf| {
        let source = fs::read_to_string(path).with_context(|| format!("can't read `{}`", path.display()))?;
        Map::parse(&source).with_context(|| format!("`{}` is no map", path.display()))
    };
    let own = arguments.map.as_ref().map(read).transpose()?;
    let ready = arguments.from.map(|tool| Map::parse(tool.source())).transpose()?;
    let is_ready = own.is_none() || ready.is_some();
    Ok((own.unwrap_or_default().over(ready.unwrap_or_default()), is_ready))
}

fn import(arguments: &Arguments, settings: &Settings, map: Map, is_ready: bool) -> anyhow::Result<Import> {
    let folder = arguments.forms.as_deref().unwrap_or(&settings.forms);
    let mut settings = settings.clone();
    settings.database = arguments.database.clone().unwrap_or(settings.database);
    let id = &arguments.form;
    let form = form_of(folder, id)?;
    let assets = Assets::load()?;
    let (door, live) = if arguments.dry_run {
        let is_none = matches!(&settings.database, Database::File(file) if !file.exists());
        let store = if is_none { None } else { Some(open(None, &settings)?) };
        (Door::Out(Arc::new(assets), store), Arc::new(LiveForm::unkept(form)))
    } else {
        let store = open_or_make(None, &settings)?;
        let state = State::new(settings, store, Arc::new(SystemClock), Arc::new(SystemIds), assets);
        block_on(state.forms.serve(vec![form], state.store.as_ref(), SystemClock.now()))??;
        let live = state.forms.get(id).with_context(|| format!("there is no form `{id}`"))?;
        (Door::In(Arc::new(state)), live)
    };
    let (language, tell) = (arguments.language, arguments.tell);
    Ok(Import { door, clock: Arc::new(SystemClock), live, map, is_ready, language, tell })
}
