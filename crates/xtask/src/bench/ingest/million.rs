//! Lists and exports where many leads are stored.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::{Bench, PARTS, program::Program, told};
use crate::{loopback, server::PROGRAM, shell, start::median};

/// What is asked of the list, each with a name.
const LISTS: [(&str, &str); 20] = [
    ("the latest", ""),
    ("200 of them", "limit=200"),
    ("a form with a tenth of all", "form=other"),
    ("a form with the others", "form=ingest"),
    ("accepted", "decision=accept"),
    ("the best grade", "grade=A1"),
    ("the least grade", "grade=C3"),
    ("the best scores", "score_from=95"),
    ("the least scores", "score_to=2"),
    ("visits", "channel=visit"),
    ("forms", "channel=form"),
    ("of a moment", "moment=go"),
    ("whose page had another score", "score_mismatch=true"),
    ("an owner's", "owner=seller3%40works.example"),
    ("an owner's who has few", "owner=rare%40works.example"),
    ("a day of last year", "received_from=2026-06-01T00:00:00Z&received_before=2026-06-02T00:00:00Z"),
    ("one address", "email=nobody%40works.example"),
    ("an owner's of a moment and a decision", "owner=rare%40works.example&moment=buy&decision=accept"),
    ("a word that many have", "text=price"),
    ("a word of one in 100,000", "text=xylophone"),
];
const TIMES: usize = 11;

impl Bench {
    pub(super) fn million(&self) -> Result<Value> {
        let database = self.file("many.sqlite");
        let begun = Instant::now();
        told(Command::new(PARTS).args(["fill", &database, "--leads", &self.leads.to_string()]))?;
        println!("\n{} leads, stored in {:.0} s", self.leads, begun.elapsed().as_secs_f64());
        let mut token = Command::new(PROGRAM);
        token.args(["token", "create", "bench", "--scope", "leads:read,export", "--database", &database]);
        let token = shell::output(&mut token)?.trim().to_owned();
        let server = self.serve_private(&database)?;
        let lists = lists(&server, &token)?;
        let exports = exports(&server, &token)?;
        Ok(json!({ "leads": self.leads, "lists": lists, "exports": exports }))
    }

    fn serve_private(&self, database: &str) -> Result<Program> {
        let private = super::free_address()?;
        let mut server = self.serve(database, &[("LEADGLASS_PRIVATE_LISTEN", &private)])?;
        server.address = private;
        Ok(server)
    }
}

/// Medians in milliseconds, of pages of 50 where nothing else is said, and how many leads each had.
fn lists(server: &Program, token: &str) -> Result<Value> {
    let address = server.address.parse()?;
    let authorization = format!("authorization: Bearer {token}");
    let mut results = json!({});
    println!("A page of the list, median and longest of {TIMES}, in ms");
    for (what, query) in LISTS {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..TIMES {
            let begun = Instant::now();
            let answer = loopback::ask(address, "GET", &format!("/v1/leads?{query}"), &[&authorization], "")?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            ensure!(answer.status == 200, "{what}: {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
            let page: Value = serde_json::from_slice(&answer.body)?;
            found = page["leads"].as_array().map_or(0, Vec::len);
        }
        let (middle, longest) = (median(times.clone()), times.iter().copied().fold(0.0, f64::max));
        println!("{what:<42} {found:>4} leads {middle:>9.1} {longest:>9.1}");
        results[what] = json!({ "leads": found, "median_ms": middle, "longest_ms": longest });
    }
    Ok(results)
}

/// Each format as a whole, and what the server held while it sent it.
fn exports(server: &Program, token: &str) -> Result<Value> {
    let mut results = json!({});
    println!("Exports, and the memory of the server meanwhile");
    for ending in ["csv", "ndjson"] {
        let mut stream = TcpStream::connect(&server.address)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        write!(
            stream,
            "GET /v1/exports/leads.{ending} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n",
            server.address
        )?;
        let before = server.memory_kb()?;
        let begun = Instant::now();
        let (mut bytes, mut most, mut last) = (0, before, [0; 5]);
        let mut buffer = vec![0; 1 << 20];
        let mut next = 0;
        loop {
            let read = stream.read(&mut buffer)?;
            let Some(got) = buffer.get(..read).filter(|got| !got.is_empty()) else { break };
            if bytes == 0 {
                ensure!(got.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(got));
            }
            bytes += got.len();
            let end = got.len().min(last.len());
            last.rotate_left(end);
            let kept = last.len() - end;
            last[kept..].copy_from_slice(&got[got.len() - end..]);
            if bytes > next {
                most = most.max(server.memory_kb()?);
                next = bytes + (8 << 20);
            }
        }
        ensure!(last == *b"0\r\n\r\n", "the file was cut off");
        let seconds = begun.elapsed().as_secs_f64();
        let megabytes = bytes >> 20;
        println!("{ending:<10} {seconds:>7.1} s {megabytes:>7} MB, memory {before} KB before, {most} KB at most");
        results[ending] = json!({ "seconds": seconds, "bytes": bytes, "memory_kb": before, "most_memory_kb": most });
    }
    Ok(results)
}
