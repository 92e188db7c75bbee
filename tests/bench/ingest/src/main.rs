//! What `cargo xtask bench ingest` is made of: a program for each part, so that none shares its memory with another.

mod durable;
mod fill;
mod lead;
mod load;
mod plain;
mod store;
mod times;
mod verify;

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Result;
use clap::Parser;

#[derive(Parser)]
enum Part {
    /// Send leads and tell, as JSON, what came of them
    Load(load::Arguments),
    /// axum alone: parses the same bodies and answers
    Plain {
        #[arg(long)]
        listen: SocketAddr,
    },
    /// The same transactions without HTTP, on a database of its own
    Store(store::Arguments),
    /// Many leads in a database
    Fill(fill::Arguments),
    /// What this disk takes to make a page durable
    Durable {
        folder: PathBuf,
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
    /// Hold the database nine tenths of the time
    Throttle {
        database: PathBuf,
        #[arg(long)]
        seconds: u64,
    },
    /// Whether all that was acknowledged is stored, once
    Verify {
        /// A file, or the address of a server
        database: String,
        /// The list that `load --acknowledged` wrote
        acknowledged: PathBuf,
    },
}

fn main() -> Result<()> {
    match Part::parse() {
        Part::Load(arguments) => load::run(&arguments),
        Part::Plain { listen } => plain::run(listen),
        Part::Store(arguments) => store::run(&arguments),
        Part::Fill(arguments) => fill::run(&arguments),
        Part::Durable { folder, seconds } => durable::run(&folder, seconds),
        Part::Throttle { database, seconds } => durable::throttle(&database, seconds),
        Part::Verify { database, acknowledged } => verify::run(&database, &acknowledged),
    }
}
