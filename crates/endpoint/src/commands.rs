//! The commands of `leadglass`, one file each.

mod add;
mod backtest;
mod backup;
mod check;
mod default_config;
mod diff;
mod erase;
mod export;
mod fit;
mod import;
mod init;
mod keys;
mod lead;
mod leads;
mod merge;
pub mod moment;
mod openapi;
mod person;
mod pmml;
mod privacy_export;
mod privacy_report;
mod quarantine;
mod replay;
pub(crate) mod report;
mod restore;
mod score;
mod serve;
mod snippet;
mod token;
mod undo;
mod unmerge;
mod version;
mod versions;
mod webhook;

use std::process::ExitCode;

use clap::Subcommand;

use crate::settings::Settings;

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident = $module:ident,)+) => {
        /// What to do.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $($(#[$doc])* $variant($module::Arguments),)+
        }

        impl Command {
            /// Does it.
            ///
            /// # Errors
            /// What went wrong, in words for whoever called it.
            pub fn run(&self, settings: &Settings) -> anyhow::Result<ExitCode> {
                match self {
                    $(Self::$variant(arguments) => $module::run(arguments, settings),)+
                }
            }
        }
    };
}

commands! {
    /// Write a new form file from a template
    Init = init,
    /// Serve forms and take leads
    Serve = serve,
    /// Find every mistake in form files
    Check = check,
    /// Validate and score a table in bulk
    Score = score,
    /// Learn a scorecard from leads and what became of them
    Fit = fit,
    /// Tell what a card is worth on leads whose outcome is known
    Backtest = backtest,
    /// List leads, the latest first
    Leads = leads,
    /// Write all leads into a file: CSV, lines of JSON or Parquet
    Export = export,
    /// Show one lead with all reasons of its score
    Lead = lead,
    /// Show a person: all their leads, and who may be the same
    Person = person,
    /// Say that two people are one
    Merge = merge,
    /// Take back an outcome or a cost that was noted by mistake
    Undo = undo,
    /// Take back that two people are one
    Unmerge = unmerge,
    /// Type in a lead that phoned, walked in, was sent or wrote
    Add = add,
    /// Import leads from a table that was kept elsewhere
    Import = import,
    /// See, release or discard leads that are held as doubtful
    Quarantine = quarantine,
    /// Judge a lead again, as it was judged or under another version
    Replay = replay,
    /// Say in words what two versions of a form differ in
    Diff = diff,
    /// List all versions of forms that were ever served
    Versions = versions,
    /// Read what a text's writer wants: to know, go, do or buy
    Moment = moment,
    /// Take cards to other tools and theirs to here
    Pmml = pmml,
    /// Say who is told of leads: by webhook, Slack or e-mail
    Webhook = webhook,
    /// Erase all that is kept of an e-mail address, or one lead
    Erase = erase,
    /// Print all that is kept of an e-mail address, as JSON
    PrivacyExport = privacy_export,
    /// Say what is kept of people, what for, how long, who is told and where it is, as Markdown
    PrivacyReport = privacy_report,
    /// Make, list and end tokens of the private API
    Token = token,
    /// Make the keys that leads are encrypted with, and move leads from one to another
    Keys = keys,
    /// Copy the database into a file, while it is served or not
    Backup = backup,
    /// Put a copy of the database in its place
    Restore = restore,
    /// Print the description of the private API
    Openapi = openapi,
    /// Print the tag that puts a form into a page
    Snippet = snippet,
    /// Print all settings with their defaults
    DefaultConfig = default_config,
}
