//! The endpoint: serves forms, takes leads, validates and scores them again, keeps them.

pub mod api;
pub mod assets;
pub mod bulk;
pub mod client;
pub mod clock;
pub mod commands;
pub mod compressed;
pub mod diff;
pub mod embed;
pub mod explain;
pub mod export;
pub mod fates;
pub mod forms;
pub mod hosted;
pub mod http;
pub mod intake;
pub mod mail_lists;
pub mod outbox;
pub mod problem;
pub mod quarantine;
pub mod rate_limit;
pub mod receipt;
pub mod replay;
pub mod report;
pub mod router;
mod routes;
pub mod server;
pub mod settings;
pub mod spam;
pub mod state;
pub mod store;
pub mod submission;
#[cfg(test)]
mod testing;
pub mod token;
pub mod track;
pub mod words;
