//! The same transactions without HTTP, parsing, rules and texts: leads that were judged before, each under a key of its
//! own, kept by as many tasks as there were connections.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use leadglass::{
    forms::Shown,
    store::{
        Doubt, FormStore, Kept, LeadStore, NewLead, Page,
        sqlite::{Options, Sqlite},
    },
};
use leadglass_scoring::{
    Answers, Channel, Circumstances, FormDefinition, Language, Timestamp,
    encoding::{VersionId, encode},
    form_file, score, validate,
};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::times;

const FORM: &str = include_str!("../form.toml");
const AT: Timestamp = Timestamp::from_millis(1_772_445_600_000);

#[derive(clap::Args)]
pub struct Arguments {
    /// A file that is not there yet
    database: PathBuf,
    #[arg(long, default_value_t = 256)]
    tasks: usize,
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(arguments))
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let options = Options {
        path: arguments.database.clone(),
        workspace: "default".into(),
        busy_timeout: Duration::from_secs(2),
        queue_limit: 4_096,
        pages_limit: 0,
    };
    let store = Arc::new(Sqlite::open(&options)?);
    let (lead, definition) = lead()?;
    store.keep_form(&definition, AT).await?;
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
                // In the order of time, as the server's are.
                new.id = Uuid::from_u64_pair(number, number);
                new.key = Uuid::from_u64_pair(number.wrapping_mul(0x9e37_79b9_7f4a_7c15), number);
                new.email = Some(format!("ana{number}@works.example"));
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

fn lead() -> Result<(NewLead, FormDefinition)> {
    let form = form_file::parse(FORM).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?.form;
    let shown = Shown::of(&form);
    let message = "We would like a quote for twelve desks, delivered to our new office; the deadline is next month.";
    let answers: Answers = [
        ("name", "Ana Pop"),
        ("email", "ana@works.example"),
        ("company", "Works"),
        ("employees", "120"),
        ("budget", "to_100k"),
        ("message", message),
        ("consent", "yes"),
    ]
    .into_iter()
    .collect();
    let lead = validate(&form, &answers, AT).map_err(|violations| anyhow::anyhow!("{violations:?}"))?;
    let circumstances = Circumstances::at(AT);
    let definition = form.definition().clone();
    let new = NewLead {
        id: Uuid::nil(),
        form: definition.id.clone(),
        form_version: definition.version(),
        shown_version: shown.version,
        card: definition.scorecard.id(),
        key: Uuid::nil(),
        fingerprint: VersionId::of(b"answers"),
        supersedes: None,
        channel: Channel::Form,
        received_at: AT,
        sent_at: Some(AT),
        language: Language::En,
        answers: encode(&lead.answers(&form)),
        explanation: score(&form, &lead, &circumstances),
        circumstances,
        moments: Vec::new(),
        model: VersionId::of(b"model"),
        folded: format!("ana pop\nana@works.example\nworks\n120\nto_100k\n{}\nyes", message.to_lowercase()),
        score_mismatch: false,
        email: None,
        twin: Some([7; 16]),
        twins_since: AT,
        page: Page {
            url: Some("https://www.example.org/desks".into()),
            referrer: Some("https://search.example/".into()),
        },
        consents: shown.consents(&lead, Language::En),
        owners: None,
        doubt: Doubt::default(),
        receipt: vec![b'x'; 400],
    };
    Ok((new, definition))
}
