//! Sends leads over connections that stay open, as fast as they are answered or at a rate, and counts what came of them.
//! One thread, no parsing but of status and length: what it uses of the machine is not there for whom it measures.

use std::{
    cell::RefCell,
    fs::File,
    io::{BufWriter, Write},
    net::SocketAddr,
    path::PathBuf,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
};

use crate::times;

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long)]
    address: SocketAddr,
    #[arg(long)]
    path: String,
    #[arg(long, default_value_t = 256)]
    connections: usize,
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Leads before it counts
    #[arg(long, default_value_t = 1.0)]
    warm_up_seconds: f64,
    /// Leads a second, each waited for from the time it should have been sent; without, as fast as they are answered
    #[arg(long)]
    rate: Option<f64>,
    /// What the body is like
    #[arg(long, default_value = "leadglass", value_parser = ["leadglass", "flat"])]
    body: String,
    /// A header beside what every request has, as `name: value`
    #[arg(long)]
    header: Option<String>,
    /// Where to write the keys of leads that were acknowledged
    #[arg(long)]
    acknowledged: Option<PathBuf>,
    /// Keys begin here, so that no two runs on one database share any
    #[arg(long, default_value_t = 0)]
    first: u64,
}

/// What all connections share.
struct Sending {
    head: String,
    body: fn(u64) -> String,
    begun: Instant,
    counted_from: Instant,
    until: Instant,
    interval: Option<Duration>,
    first: u64,
    tally: RefCell<Tally>,
}

#[derive(Default)]
struct Tally {
    next: u64,
    times: Vec<Duration>,
    taken: u64,
    busy: u64,
    others: u64,
    example: Option<String>,
    acknowledged: Option<BufWriter<File>>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let acknowledged = arguments.acknowledged.as_ref().map(File::create).transpose()?.map(BufWriter::new);
    let begun = Instant::now();
    let counted_from = begun + Duration::from_secs_f64(arguments.warm_up_seconds);
    let sending = Rc::new(Sending {
        head: format!(
            "POST {} HTTP/1.1\r\nhost: {}\r\n{}content-type: application/json\r\ncontent-length: ",
            arguments.path,
            arguments.address,
            arguments.header.as_ref().map(|header| format!("{header}\r\n")).unwrap_or_default()
        ),
        body: if arguments.body == "flat" { flat } else { submission },
        begun,
        counted_from,
        until: counted_from + Duration::from_secs_f64(arguments.seconds),
        interval: arguments.rate.map(|rate| Duration::from_secs_f64(rate.recip())),
        first: arguments.first,
        tally: RefCell::new(Tally { acknowledged, ..Tally::default() }),
    });
    let local = LocalSet::new();
    let broken = local.block_on(&runtime, async {
        let tasks: Vec<_> = (0..arguments.connections)
            .map(|_| tokio::task::spawn_local(connection(arguments.address, Rc::clone(&sending))))
            .collect();
        let mut broken = Vec::new();
        for task in tasks {
            match task.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => broken.push(format!("{error:#}")),
                Err(error) => broken.push(error.to_string()),
            }
        }
        broken
    });
    let mut tally = sending.tally.borrow_mut();
    if let Some(mut file) = tally.acknowledged.take() {
        file.flush()?;
    }
    let rate = f64::from(u32::try_from(tally.times.len())?) / arguments.seconds;
    let (taken, busy, others, example) = (tally.taken, tally.busy, tally.others, tally.example.take());
    println!(
        "{}",
        json!({
            "taken_per_second": rate,
            "latency": times::told(&mut tally.times),
            "taken": taken,
            "busy": busy,
            "others": others,
            "example": example,
            "broken_connections": broken.len(),
            "broken": broken.first(),
        })
    );
    Ok(())
}

async fn connection(address: SocketAddr, sending: Rc<Sending>) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut request, mut answer) = (Vec::new(), Vec::new());
    loop {
        let number = {
            let mut tally = sending.tally.borrow_mut();
            tally.next += 1;
            tally.next - 1
        };
        let due = match sending.interval {
            Some(interval) => {
                let due = sending.begun + interval.mul_f64(f64::from(u32::try_from(number)?));
                tokio::time::sleep_until(due.into()).await;
                due
            }
            None => Instant::now(),
        };
        if due >= sending.until {
            return Ok(());
        }
        let body = (sending.body)(sending.first + number);
        request.clear();
        write!(request, "{}{}\r\n\r\n{body}", sending.head, body.len())?;
        stream.write_all(&request).await?;
        let status = read(&mut stream, &mut answer).await?;
        let now = Instant::now();
        let mut tally = sending.tally.borrow_mut();
        match status {
            200..300 => {
                tally.taken += 1;
                // Only what was answered within the time counts towards the rate
                if now >= sending.counted_from && now < sending.until {
                    tally.times.push(now.duration_since(due));
                }
                if let Some(file) = &mut tally.acknowledged {
                    writeln!(file, "{}", sending.first + number)?;
                }
            }
            503 => tally.busy += 1,
            _ => {
                tally.others += 1;
                tally.example = Some(String::from_utf8_lossy(&answer).into_owned());
            }
        }
    }
}

/// Reads one answer to its end; its status.
async fn read(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<u16> {
    answer.clear();
    loop {
        if stream.read_buf(answer).await? == 0 {
            bail!("the connection ended");
        }
        let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&answer[..end])?;
        let status = head.get(9..12).context("there is no status")?.parse()?;
        let length = head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let length = length.unwrap_or(0);
        while answer.len() < end + 4 + length {
            if stream.read_buf(answer).await? == 0 {
                bail!("the connection ended within an answer");
            }
        }
        return Ok(status);
    }
}

/// A key like those that pages make.
pub fn key(number: u64) -> String {
    format!("0191d3c0-{:04x}-4{:03x}-8000-{:012x}", number >> 48, (number >> 36) & 0xfff, number & 0xf_ffff_ffff)
}

const BUDGETS: [&str; 4] = ["under_5k", "to_20k", "to_100k", "over_100k"];
const MESSAGES: [&str; 4] = [
    "We would like a quote for twelve desks, delivered to our new office; the deadline is the first week of next month.",
    "How do your chairs differ from each other, and which one is best for somebody who sits for eight hours a day?",
    "Where is your showroom, and can we come on Saturday morning to try a few of the tables before we decide?",
    "Please send me an offer with the price of the whole set, and tell me if you can deliver this month.",
];

fn words(number: u64) -> (usize, &'static str, &'static str) {
    let pick = |of: u64| usize::try_from(of % 4).unwrap_or(0);
    (pick(number), BUDGETS[pick(number / 4)], MESSAGES[pick(number)])
}

/// As a page of ours sends it, about a kilobyte.
fn submission(number: u64) -> String {
    let (variant, budget, message) = words(number);
    let domain = ["gmail.com", "example.org", "shop.example", "works.example"][variant];
    format!(
        r#"{{"key":"{}","language":"en","answers":{{"name":"Ana Pop {number}","email":"ana{number}@{domain}","company":"Works {}","employees":"{}","budget":"{budget}","message":"{message}","consent":true}},"signals":[{{"name":"pricing_viewed","at":"2026-03-02T10:00:00Z"}}],"first_touch":{{"source":"search","medium":"cpc","campaign":"spring"}},"page":{{"url":"https://www.example.org/desks","referrer":"https://search.example/","title":"Desks for offices"}}}}"#,
        key(number),
        number % 1_000,
        number % 400,
    )
}

/// As an API with a column a field takes it.
fn flat(number: u64) -> String {
    let (variant, budget, message) = words(number);
    let domain = ["gmail.com", "example.org", "shop.example", "works.example"][variant];
    format!(
        r#"{{"key":"{}","name":"Ana Pop {number}","email":"ana{number}@{domain}","company":"Works {}","employees":{},"budget":"{budget}","message":"{message}","consent":true,"source":"search","medium":"cpc","campaign":"spring","page_url":"https://www.example.org/desks","referrer":"https://search.example/"}}"#,
        key(number),
        number % 1_000,
        number % 400,
    )
}
