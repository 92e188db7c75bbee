//! Durable leads a second through the store alone, without HTTP: the same lead, each under a key of its own, from as many
//! tasks as would be visitors, over `SQLite` and over `PostgreSQL`. `cargo bench -p leadglass --bench store`

#[path = "../../../crates/endpoint/src/testing/postgres.rs"]
mod cluster;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use leadglass::{
    forms::Shown,
    settings::Settings,
    store::{Doubt, Kept, NewLead, Page, Store, open},
};
use leadglass_scoring::{
    Answers, Channel, Circumstances, Language, Timestamp,
    encoding::{VersionId, encode},
    form_file, score, validate,
};
use tokio::task::JoinSet;
use uuid::Uuid;

const FORM: &str = include_str!("../../../crates/endpoint/src/testing/form.toml");
const AT: Timestamp = Timestamp::from_millis(1_772_445_600_000);
const TIME: Duration = Duration::from_secs(4);

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("leads.sqlite").display().to_string();
    let server = cluster::Cluster::shared().fresh();
    let settings = |database: &str| -> Result<Settings> {
        let mut settings = Settings::load(None, [])?;
        settings.database = database.to_owned().into();
        Ok(settings)
    };
    let (lead, definition) = lead()?;
    let size = lead.answers.len() + encode(&lead.explanation).len() + lead.receipt.len();
    println!("A lead of about {size} bytes, for {TIME:?} each");
    for (name, database) in [("SQLite", file), ("PostgreSQL", server)] {
        let store = open::open(&settings(&database)?).await?;
        store.keep_form(&definition, AT).await?;
        for tasks in [1, 16, 64, 256, 512] {
            let told = measure(Arc::clone(&store), &lead, tasks).await?;
            println!("{name:>10}  {tasks:>3} tasks  {told}");
        }
    }
    Ok(())
}

async fn measure(store: Arc<dyn Store>, lead: &NewLead, tasks: usize) -> Result<String> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..tasks {
        let (store, lead) = (Arc::clone(&store), lead.clone());
        running.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < TIME {
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                let mut new = Box::new(lead.clone());
                new.id = Uuid::from_u64_pair(number, number);
                new.key = new.id;
                new.email = Some(format!("{number}@example.org"));
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
    let took = begun.elapsed();
    times.sort_unstable();
    let percentile = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    let rate = u128::try_from(times.len())? * 1_000 / took.as_millis();
    Ok(format!("{rate:>6} leads/s, p50 {:.1?}, p99 {:.1?}", percentile(50), percentile(99)))
}

fn lead() -> Result<(NewLead, leadglass_scoring::FormDefinition)> {
    let form = form_file::parse(FORM).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?.form;
    let shown = Shown::of(&form);
    let answers: Answers = [("name", "Ana Pop"), ("email", "ana@example.org"), ("budget", "12000"), ("agree", "yes")]
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
        folded: "ana pop\nana@example.org\n12000".into(),
        score_mismatch: false,
        email: None,
        twin: Some([7; 16]),
        twins_since: AT,
        page: Page { url: Some("https://www.example.org/prices".into()), referrer: None },
        consents: shown.consents(&lead, Language::En),
        owners: None,
        doubt: Doubt::default(),
        person_keys: vec![[7; 16]],
        confirms: None,
        quiet: false,
        receipt: vec![b'x'; 600],
    };
    Ok((new, definition))
}
