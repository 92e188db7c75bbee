//! `leadglass webhook`

mod list;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Subcommand;
use leadglass_scoring::{Decision, Language, Timestamp};
use uuid::Uuid;

use super::{
    leads::decision,
    report::{block_on, language, open_or_make, open_writing},
};
use crate::{
    clock::{Clock, Ids, SystemClock, SystemIds, from_rfc3339},
    forms::read_folder,
    outbox::{Carry, Letter, Post, destination, new_secret, trial},
    settings::Settings,
    store::{
        Address, DeliveryState, EventKind, OutboxStore, Receiver, ReceiverState, Replay, Store, Tally, Template,
        open::Database,
    },
};

/// What to do about who is told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// What keeps leads
    #[arg(long, global = true, value_name = "FILE|postgres://…")]
    database: Option<Database>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Tell somebody from now on; prints the secret of their signatures, once
    Add(Add),
    /// Who is told, of what, and how far the telling has come
    List {
        /// As a JSON list
        #[arg(long)]
        json: bool,
    },
    /// Sign with a new secret, which is printed once, and for a while with the former one too
    Rotate {
        id: Uuid,
        /// For how many hours the former secret still signs
        #[arg(long, default_value_t = 24)]
        hours: u32,
    },
    /// Tell a receiver nothing until it is enabled again; what happens meanwhile waits for it
    Disable { id: Uuid },
    /// Tell a receiver again, first what waits for it
    Enable { id: Uuid },
    /// Forget a receiver with all that waits for it
    Remove { id: Uuid },
    /// Send a receiver a message that tells of nothing
    Test { id: Uuid },
    /// Tell a receiver again what happened in a span of time
    Replay(ReplayArguments),
}

#[derive(Debug, clap::Args)]
struct Add {
    /// Where: an `https:` address, or `mailto:NAME@HOST` for an e-mail
    url: String,
    /// How a message to an `https:` address looks: `json` or `slack`
    #[arg(long, default_value = "json", value_parser = template)]
    template: Template,
    /// Only of such events, such as `lead.created`; can be given several times
    #[arg(long = "event", value_parser = event)]
    events: Vec<EventKind>,
    /// Only of leads of this form; can be given several times
    #[arg(long = "form")]
    forms: Vec<String>,
    /// Only of leads that were decided on so; can be given several times
    #[arg(long = "decision", value_parser = decision)]
    decisions: Vec<Decision>,
    /// The language of reasons
    #[arg(long, value_parser = language)]
    language: Option<Language>,
}

#[derive(Debug, clap::Args)]
struct ReplayArguments {
    id: Uuid,
    /// Since when, such as 2026-03-01T00:00:00Z
    #[arg(long, value_parser = time)]
    from: Timestamp,
    /// Until when; until now where it is left out
    #[arg(long, value_parser = time)]
    to: Option<Timestamp>,
    /// Only what was given up
    #[arg(long)]
    dead: bool,
}

fn template(name: &str) -> Result<Template, String> {
    let template = Template::parse(name).filter(|template| matches!(template, Template::Json | Template::Slack));
    template.ok_or_else(|| "it is `json` or `slack`".to_owned())
}

fn event(name: &str) -> Result<EventKind, String> {
    let others = EventKind::ALL.iter().filter(|kind| **kind != EventKind::ConfirmationAsked);
    let known = || others.clone().map(|kind| format!("`{}`", kind.as_str())).collect::<Vec<_>>().join(", ");
    others.clone().copied().find(|kind| kind.as_str() == name).ok_or_else(|| format!("there are {}", known()))
}

fn time(text: &str) -> Result<Timestamp, String> {
    from_rfc3339(text).ok_or_else(|| "it is no time such as `2026-03-01T00:00:00Z`".to_owned())
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = arguments.database.as_ref();
    let store = match arguments.action {
        // Who is told can be said before the first start.
        Action::Add(_) => open_or_make(database, settings)?,
        _ => open_writing(database, settings)?,
    };
    block_on(act(&arguments.action, store.as_ref(), settings))?
}

async fn act(action: &Action, store: &dyn Store, settings: &Settings) -> anyhow::Result<ExitCode> {
    let now = SystemClock.now();
    match action {
        Action::Add(add) => return add.run(store, settings, now).await,
        Action::List { json } => list::print(store, *json).await?,
        Action::Rotate { id, hours } => {
            of_others(find(store, *id).await?)?;
            let (secret, until) = (new_secret(&SystemIds), i64::from(*hours) * 3_600_000);
            let until = Timestamp::from_millis(now.as_millis().saturating_add(until));
            store.rotate_secret(*id, &secret, now, until).await?;
            writeln!(io::stdout(), "{}", secret.reveal())?;
        }
        Action::Disable { id } => set(store, *id, ReceiverState::Disabled).await?,
        Action::Enable { id } => {
            set(store, *id, ReceiverState::Enabled).await?;
            let waits = |tally: &&Tally| tally.receiver == *id && tally.state == DeliveryState::Waiting;
            let waiting = store.tallies().await?.iter().find(waits).map_or(0, |tally| tally.count);
            writeln!(io::stdout(), "{waiting}")?;
            eprintln!("So many messages waited and will be sent by `leadglass serve`.");
        }
        Action::Remove { id } => {
            of_others(find(store, *id).await?)?;
            store.remove_receiver(*id).await?;
        }
        Action::Test { id } => return test(store, settings, *id, now).await,
        Action::Replay(replay) => replay.run(store, now).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(store: &dyn OutboxStore, id: Uuid) -> anyhow::Result<Receiver> {
    let found = store.receivers().await?.into_iter().find(|receiver| receiver.id == id);
    found.with_context(|| format!("there is no receiver `{id}`; `leadglass webhook list` shows all"))
}

/// The endpoint's own is only enabled and disabled.
fn of_others(receiver: Receiver) -> anyhow::Result<Receiver> {
    if receiver.is_built_in() {
        bail!("`{}` asks senders to confirm their address; it can only be enabled and disabled", receiver.id);
    }
    Ok(receiver)
}

async fn set(store: &dyn OutboxStore, id: Uuid, state: ReceiverState) -> anyhow::Result<()> {
    find(store, id).await?;
    store.set_receiver(id, state).await?;
    Ok(())
}

impl Add {
    async fn run(&self, store: &dyn OutboxStore, settings: &Settings, now: Timestamp) -> anyhow::Result<ExitCode> {
        let (address, template) = destination(settings, &self.url, self.template)?;
        if let Some(form) = self.forms.iter().find(|form| form.is_empty() || form.contains(char::is_whitespace)) {
            bail!("`{form}` is not a form's id");
        }
        let receiver = Receiver {
            id: SystemIds.at(now),
            address: Address(address),
            template,
            events: self.events.clone(),
            forms: self.forms.clone(),
            decisions: self.decisions.clone(),
            language: self.language,
            state: ReceiverState::Enabled,
            added_at: now,
        };
        let served = read_folder(&settings.forms).map(|found| found.forms).unwrap_or_default();
        for form in &self.forms {
            if served.iter().all(|source| source.form.definition().id != *form) {
                eprintln!("There is no form `{form}` yet in `{}`: nothing is told of it.", settings.forms.display());
            }
        }
        let secret = new_secret(&SystemIds);
        store.add_receiver(&receiver, &secret).await?;
        if template == Template::Email {
            writeln!(io::stdout(), "{}", receiver.id)?;
        } else {
            writeln!(io::stdout(), "{}\n{}", receiver.id, secret.reveal())?;
            eprintln!("The second line is the secret of its signatures; it is not shown again.");
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn test(store: &dyn OutboxStore, settings: &Settings, id: Uuid, now: Timestamp) -> anyhow::Result<ExitCode> {
    let receiver = of_others(find(store, id).await?)?;
    let secrets = store.secrets(id, now).await?;
    let (subject, body) = trial(receiver.template, now);
    let letter = Letter { id: SystemIds.at(now), subject, body, secrets, to: None };
    let answer = Post::new(settings)?.carry(&receiver, &letter, now).await;
    let answer = answer.with_context(|| format!("`{}` could not be told", receiver.address.place()))?;
    writeln!(io::stdout(), "{}", answer.status)?;
    Ok(if (200..300).contains(&answer.status) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl ReplayArguments {
    async fn run(&self, store: &dyn OutboxStore, now: Timestamp) -> anyhow::Result<()> {
        let receiver = of_others(find(store, self.id).await?)?;
        if receiver.state != ReceiverState::Enabled {
            bail!("it is {}; enable it first", receiver.state.as_str());
        }
        let to = self.to.unwrap_or(now);
        let replay = Replay { receiver: self.id, from: self.from, to, dead_only: self.dead, now };
        writeln!(io::stdout(), "{}", store.replay(&replay).await?)?;
        eprintln!("So many messages will be sent by `leadglass serve`.");
        Ok(())
    }
}
