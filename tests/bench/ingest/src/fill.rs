//! Many leads in a database: of two years, two forms, all channels and moments, no two alike, one in a hundred thousand
//! with a word that no other has.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::{Result, bail};
use leadglass::store::{Kept, NewLead, OwnerTurns, Store};
use leadglass_scoring::{Channel, Circumstances, Moment, Timestamp};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    lead::{AT, Maker},
    store::open,
};

/// A word of one lead in [`RARE`].
pub const RARE_WORD: &str = "xylophone";
const RARE: u64 = 100_000;
const YEARS_MS: u64 = 2 * 365 * 86_400_000;
const TASKS: usize = 256;

#[derive(clap::Args)]
pub struct Arguments {
    /// A file that is not there yet, or the address of an empty database
    database: String,
    #[arg(long, default_value_t = 1_000_000)]
    leads: u64,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(fill(arguments))
}

async fn fill(arguments: &Arguments) -> Result<()> {
    let store = open(&arguments.database).await?;
    let makers = Arc::new([Maker::new("ingest")?, Maker::new("other")?]);
    for maker in makers.as_ref() {
        store.keep_form(maker.definition(), AT).await?;
    }
    let next = Arc::new(AtomicU64::new(1));
    let mut running = JoinSet::new();
    for _ in 0..TASKS {
        running.spawn(keep(Arc::clone(&store), Arc::clone(&makers), Arc::clone(&next), arguments.leads));
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    // As a server does beside its other work.
    while store.index_words().await? {}
    println!("{}", json!({ "leads": arguments.leads, "rare_word": RARE_WORD }));
    Ok(())
}

async fn keep(store: Arc<dyn Store>, makers: Arc<[Maker; 2]>, next: Arc<AtomicU64>, leads: u64) -> Result<()> {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number > leads {
            return Ok(());
        }
        let maker = &makers[usize::from(number.is_multiple_of(10))];
        match store.keep_lead(Box::new(lead(maker, number, leads)?)).await? {
            Kept::New(_) => {}
            other => bail!("a key was used: {other:?}"),
        }
    }
}

fn lead(maker: &Maker, number: u64, leads: u64) -> Result<NewLead> {
    let mut chance = Chance(number);
    let name = format!("{} {}", chance.word(), chance.word());
    let email = format!("{}{number}@{}.example", chance.word(), chance.word());
    let company = chance.word();
    let employees = chance.below(2_000).to_string();
    let budget = ["under_5k", "to_20k", "to_100k", "over_100k"][chance.index(4)];
    let mut words: Vec<String> = (0..20 + chance.below(20)).map(|_| chance.word()).collect();
    words.push(["a price", "the deadline", "an address", "a vacancy"][chance.index(4)].to_owned());
    if number.is_multiple_of(RARE) {
        words.push(RARE_WORD.to_owned());
    }
    let message = words.join(" ");
    let answers = [
        ("name", name.as_str()),
        ("email", &email),
        ("company", &company),
        ("employees", &employees),
        ("budget", budget),
        ("message", &message),
        ("consent", "yes"),
    ];
    let passed = i64::try_from(YEARS_MS / leads.max(1) * number)?;
    let at = Timestamp::from_millis(AT.as_millis() + passed);
    let channel = if chance.below(20) == 0 { Channel::ALL[chance.index(Channel::ALL.len())] } else { Channel::Form };
    let moment = (chance.below(3) > 0).then(|| Moment::ALL[chance.index(Moment::ALL.len())]);
    let circumstances = Circumstances { channel: Some(channel), moment, ..Circumstances::at(at) };
    let mut lead = maker.lead(number, &answers, circumstances)?;
    lead.score_mismatch = number.is_multiple_of(1_000);
    // Nobody waits to be told of them.
    lead.quiet = true;
    let owners = if chance.below(1_000) == 0 { vec!["rare@works.example".into()] } else { owners() };
    lead.owners = (chance.below(2) == 0).then(|| OwnerTurns { rule: "all".into(), owners });
    Ok(lead)
}

fn owners() -> Vec<String> {
    (1..=5).map(|seller| format!("seller{seller}@works.example")).collect()
}

/// The same for the same number, wherever it runs.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        // SplitMix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap_or(1))).unwrap_or(0)
    }

    /// One of some ten thousand.
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 22] = [
            "ma", "re", "ti", "no", "lu", "ka", "ve", "si", "do", "pu", "ra", "ne", "mi", "to", "ru", "la", "de", "li",
            "so", "gu", "ba", "fe",
        ];
        (0..3).map(|_| SYLLABLES[self.index(SYLLABLES.len())]).collect()
    }
}
