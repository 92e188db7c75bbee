//! The same transactions without HTTP, parsing, rules and texts: leads that were judged before, each under a key of its
//! own, kept by as many tasks as there were connections.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use leadglass::{
    settings::Settings,
    store::{Kept, Store, open},
};
use leadglass_scoring::Circumstances;
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    lead::{AT, Maker, key},
    times,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// A file that is not there yet, or the address of an empty database
    database: String,
    #[arg(long, default_value_t = 256)]
    tasks: usize,
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(arguments))
}

/// What keeps leads, as the server would open it.
pub async fn open(database: &str) -> Result<Arc<dyn Store>> {
    let mut settings = Settings::load(None, [])?;
    settings.database = database.to_owned().into();
    open::open(&settings).await
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let store = open(&arguments.database).await?;
    let maker = Maker::new("ingest")?;
    store.keep_form(maker.definition(), AT).await?;
    let message = "We would like a quote for twelve desks, delivered to our new office; the deadline is next month.";
    let answers = [
        ("name", "Ana Pop"),
        ("email", "ana@works.example"),
        ("company", "Works"),
        ("employees", "120"),
        ("budget", "to_100k"),
        ("message", message),
        ("consent", "yes"),
    ];
    let lead = maker.lead(0, &answers, Circumstances::at(AT))?;
    let next = Arc::new(AtomicU64::new(1));
    let begun = Instant::now();
    let time = Duration::from_secs(arguments.seconds);
    let mut running = JoinSet::new();
    for _ in 0..arguments.tasks {
        let (store, lead, next) = (Arc::clone(&store), lead.clone(), Arc::clone(&next));
        running.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < time {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let mut new = Box::new(lead.clone());
                new.id = Uuid::from_u64_pair(number, number);
                new.key = key(number);
                new.email = Some(format!("ana{number}@works.example"));
                new.person_keys = vec![*new.key.as_bytes()];
                let asked = Instant::now();
                match store.keep_lead(new).await? {
                    Kept::New(_) => times.push(asked.elapsed()),
                    other => bail!("a key was used: {other:?}"),
                }
            }
            Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(told) = running.join_next().await {
        times.extend(told??);
    }
    let rate = f64::from(u32::try_from(times.len())?) / begun.elapsed().as_secs_f64();
    println!("{}", json!({ "taken_per_second": rate, "latency": times::told(&mut times) }));
    Ok(())
}
