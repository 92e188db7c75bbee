//! `leadglass token`

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Subcommand;
use leadglass_scoring::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::report::{block_on, open, open_writing};
use crate::{
    clock::{Clock, Ids, SystemClock, SystemIds, from_rfc3339, to_rfc3339},
    settings::Settings,
    store::{TokenStore, open::Database},
    token::{Scope, Secret, Token},
};

const DAY_MS: i64 = 86_400_000;

/// What to do with tokens of the private API.
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
    /// Make a token and print its secret, which is shown this once
    Create {
        /// Who it is for, such as the name of a program
        name: String,
        /// What it allows: `leads:read`, `leads:write`, `outcomes:write`, `forms:read`, `metrics`, `export`, `privacy`, `quarantine`, `webhooks`, `admin` for all of
        /// these, or `pull` for an address that a spreadsheet reads
        #[arg(long, value_delimiter = ',', required = true, value_parser = scope)]
        scope: Vec<Scope>,
        /// Until when it is worth anything: a time as RFC 3339 writes it, or a number of days such as `90d`
        #[arg(long, value_name = "TIME|DAYS")]
        expires: Option<String>,
    },
    /// List tokens without their secrets
    List {
        /// As a JSON list
        #[arg(long)]
        json: bool,
    },
    /// End a token at once
    Revoke {
        /// Its id, as `leadglass token list` shows it
        id: Uuid,
    },
}

fn scope(name: &str) -> Result<Scope, String> {
    let known = || Scope::ALL.map(|scope| format!("`{}`", scope.as_str())).join(", ");
    Scope::from_name(name).ok_or_else(|| format!("there are {}", known()))
}

pub(super) fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<ExitCode> {
    let database = arguments.database.as_ref();
    match &arguments.action {
        Action::Create { name, scope, expires } => create(database, settings, name, scope, expires.as_deref()),
        Action::List { json } => list(open(database, settings)?.as_ref(), *json),
        Action::Revoke { id } => revoke(open_writing(database, settings)?.as_ref(), *id),
    }
}

fn create(
    database: Option<&Database>,
    settings: &Settings,
    name: &str,
    scopes: &[Scope],
    expires: Option<&str>,
) -> anyhow::Result<ExitCode> {
    let now = SystemClock.now();
    let expires_at = expires.map(|text| end(text, now)).transpose()?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        bail!("a name has 1 to 100 letters, none of them a control");
    }
    if scopes.contains(&Scope::Pull) && scopes.len() > 1 {
        bail!("the secret of a `pull` token stands in an address, so it allows nothing else; make two tokens");
    }
    let secret = Secret::new(SystemIds.secret());
    let token = Token {
        id: SystemIds.at(now),
        name: name.to_owned(),
        scopes: scopes.iter().copied().collect(),
        created_at: now,
        expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    let store = open_writing(database, settings)?;
    block_on(store.keep_token(&token, secret.sha256()))??;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", secret.show())?;
    eprintln!("Token {} for {name}; its secret is shown this once", token.id);
    if scopes == [Scope::Pull] {
        eprintln!("A spreadsheet reads all leads at /v1/pull/{}/leads.csv of the private API", secret.show());
    }
    Ok(ExitCode::SUCCESS)
}

fn end(text: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u16>().ok());
    let after = |days: u16| Timestamp::from_millis(now.as_millis().saturating_add(i64::from(days) * DAY_MS));
    let end = days.map(after).or_else(|| from_rfc3339(text));
    let end = end.with_context(|| format!("`{text}` is neither a time such as `2030-01-01T00:00:00Z` nor `90d`"))?;
    if end <= now {
        bail!("`{text}` is over already");
    }
    Ok(end)
}

fn list(store: &dyn TokenStore, json: bool) -> anyhow::Result<ExitCode> {
    let tokens = block_on(store.tokens())??;
    let mut out = io::stdout().lock();
    if json {
        let list: Vec<Value> = tokens.iter().map(view).collect();
        writeln!(out, "{:#}", Value::Array(list))?;
        return Ok(ExitCode::SUCCESS);
    }
    for token in &tokens {
        let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        writeln!(out, "{}  {}  {}", token.id, token.name.escape_debug(), scopes.join(","))?;
        let times = [
            ("made", Some(token.created_at)),
            ("used", token.last_used_at),
            ("ends", token.expires_at),
            ("revoked", token.revoked_at),
        ];
        let times: Vec<_> =
            times.into_iter().filter_map(|(what, at)| Some(format!("{what} {}", to_rfc3339(at?)))).collect();
        writeln!(out, "  {}", times.join(", "))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn view(token: &Token) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "scopes": token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "created_at": to_rfc3339(token.created_at),
        "expires_at": token.expires_at.map(to_rfc3339),
        "revoked_at": token.revoked_at.map(to_rfc3339),
        "last_used_at": token.last_used_at.map(to_rfc3339),
    })
}

fn revoke(store: &dyn TokenStore, id: Uuid) -> anyhow::Result<ExitCode> {
    if !block_on(store.revoke_token(id, SystemClock.now()))?? {
        bail!("there is no token `{id}`; `leadglass token list` lists them");
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_at_a_time_or_after_days_but_not_before_it_begins() {
        let now = Timestamp::from_millis(1_772_445_600_000);
        assert_eq!(end("90d", now).unwrap().as_millis() - now.as_millis(), 90 * DAY_MS);
        assert_eq!(end("2030-01-01T00:00:00Z", now).ok(), from_rfc3339("2030-01-01T00:00:00Z"));
        for wrong in ["", "d", "0d", "soon", "2020-01-01T00:00:00Z"] {
            assert!(end(wrong, now).is_err(), "{wrong}");
        }
    }
}
