//! Settings: the documented defaults file is the default; a file and the environment override it.

mod origin;

use std::{
    collections::BTreeMap,
    fmt, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use anyhow::{Context, bail};
use ipnet::IpNet;
use serde::Deserialize;
use toml::{Table, Value};

use crate::{
    client::ForwardedHeader,
    spam::{OfForm, Reaction},
    store::open::Database,
};

/// The documented defaults.
pub const DEFAULTS: &str = include_str!("../default.toml");

const PREFIX: &str = "LEADGLASS_";

/// All settings; [`DEFAULTS`] says what each means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents each")]
pub struct Settings {
    pub listen: SocketAddr,
    pub private_listen: Listen,
    pub public_url: String,
    pub database: Database,
    pub database_authorities: PathBuf,
    pub encryption_keys: PathBuf,
    pub forms: PathBuf,
    pub workspace: String,
    pub duplicate_window_seconds: u32,
    pub body_limit_bytes: usize,
    pub answers_limit: usize,
    pub head_timeout_ms: u64,
    pub body_timeout_ms: u64,
    pub request_timeout_ms: u64,
    pub answer_timeout_ms: u64,
    pub address_rate_per_minute: u32,
    pub address_burst: u32,
    pub form_rate_per_minute: u32,
    pub form_burst: u32,
    pub total_rate_per_minute: u32,
    pub total_burst: u32,
    pub trusted_proxies: Vec<IpNet>,
    pub forwarded_header: ForwardedHeader,
    pub on_trap: Reaction,
    pub on_proof: Reaction,
    pub on_dwell: Reaction,
    pub dwell_min_ms: u32,
    pub dwell_max_seconds: u32,
    pub proof_cost: u32,
    pub proof_tries: u32,
    pub proof_valid_seconds: u32,
    pub quarantine_limit_mib: u32,
    pub track_purpose: String,
    pub connections_limit: usize,
    pub address_connections_limit: usize,
    pub queue_limit: usize,
    pub busy_timeout_ms: u32,
    pub database_limit_mib: u32,
    pub stop_delay_ms: u64,
    pub drain_timeout_ms: u64,
    pub log_json: bool,
    pub log: String,
    pub origins: BTreeMap<String, Vec<String>>,
    pub spam: BTreeMap<String, OfForm>,
    pub retention: BTreeMap<String, u32>,
    pub tls: Tls,
    pub outbox: Outbox,
    pub smtp: Smtp,
}

/// Where the certificate is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents each")]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// How others are told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents each")]
pub struct Outbox {
    pub retry_after_seconds: Vec<u32>,
    pub timeout_ms: u64,
    pub concurrency: u32,
    pub delivered_days: u32,
    pub ports: Vec<u16>,
    pub plain_http: bool,
    pub private_networks: Vec<IpNet>,
    pub certificates: PathBuf,
}

/// The mail server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "default.toml documents each")]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    pub username: String,
    pub password: Password,
    pub from: String,
    pub timeout_ms: u64,
}

/// How the way to the mail server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// By TLS from the first byte.
    Tls,
    /// By TLS once both have agreed; nothing is sent before.
    Starttls,
    /// Not at all.
    None,
}

/// Does not show itself.
#[derive(Clone)]
pub struct Password(pub String);

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What was given instead stays out of the message.
        match Value::deserialize(deserializer) {
            Ok(Value::String(password)) => Ok(Self(password)),
            _ => Err(serde::de::Error::custom("a password is a text in quotes")),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// Where something is served, if anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// Nowhere.
    Off,
    /// At this address.
    On(SocketAddr),
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        text.parse()
            .map(Self::On)
            .map_err(|_| format!("`{text}` is neither an address such as `127.0.0.1:8081` nor `off`"))
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Settings {
    /// The defaults, overridden by `file` where there is one, then by the environment.
    ///
    /// # Errors
    /// What can't be read, which setting is unknown or has a value of the wrong kind.
    pub fn load(file: Option<&Path>, environment: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<Self> {
        let mut table: Table = DEFAULTS.parse().context("the defaults can't be read")?;
        if let Some(path) = file {
            let text = fs::read_to_string(path).with_context(|| format!("`{}` can't be read", path.display()))?;
            let own: Table = text.parse().map_err(|error| not_toml(path, &text, &error))?;
            for (name, value) in own {
                if !table.contains_key(&name) {
                    bail!("`{}` names a setting that does not exist: `{name}`", path.display());
                }
                set(&mut table, name, value);
            }
        }
        for (variable, text) in environment {
            let Some(name) = variable.strip_prefix(PREFIX).map(str::to_lowercase) else { continue };
            // `strangers_in` tells of others: some are read by other programs of ours.
            let Some(default) = find(&mut table, &name) else { continue };
            *default = read_as(default, &text).with_context(|| format!("`{variable}` can't be `{text}`"))?;
        }
        let mut settings: Self = Value::Table(table).try_into().context("a setting is wrong")?;
        origin::spell(&mut settings.origins)?;
        settings.check()?;
        Ok(settings)
    }

    /// Variables that look like a setting's and are none: likely one was misspelt.
    pub fn strangers_in(environment: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
        let mut table: Table = DEFAULTS.parse().unwrap_or_default();
        let mut is_strange = |variable: &String| {
            let name = variable.strip_prefix(PREFIX).map(str::to_lowercase);
            name.is_some_and(|name| name != "config" && find(&mut table, &name).is_none())
        };
        environment.into_iter().map(|(variable, _)| variable).filter(|variable| is_strange(variable)).collect()
    }

    /// What would have it serve nobody, and say nothing.
    fn check(&self) -> anyhow::Result<()> {
        let numbers = [
            ("body_limit_bytes", self.body_limit_bytes == 0),
            ("answers_limit", self.answers_limit == 0),
            ("head_timeout_ms", self.head_timeout_ms == 0),
            ("body_timeout_ms", self.body_timeout_ms == 0),
            ("request_timeout_ms", self.request_timeout_ms == 0),
            ("answer_timeout_ms", self.answer_timeout_ms == 0),
            ("connections_limit", self.connections_limit == 0),
            ("queue_limit", self.queue_limit == 0),
            ("outbox.timeout_ms", self.outbox.timeout_ms == 0),
            ("outbox.concurrency", self.outbox.concurrency == 0),
        ];
        if let Some((name, _)) = numbers.iter().find(|(_, is_zero)| *is_zero) {
            bail!("`{name}` can't be 0: nobody would be served");
        }
        if let Some((form, _)) = self.retention.iter().find(|(_, days)| **days == 0) {
            bail!("`retention.{form}` can't be 0: a lead would be gone before anyone reads it");
        }
        let window = u64::from(self.duplicate_window_seconds);
        if let Some((form, days)) = self.retention.iter().find(|(_, days)| u64::from(**days) * 86_400 <= window) {
            bail!(
                "`duplicate_window_seconds` can't be {window} with `retention.{form}` at {days} days: a lead would be listed as the \
                 twin of one that is gone, and in no list"
            );
        }
        let url = self.public_url.as_str();
        let is_address = url.starts_with("https://") || url.starts_with("http://");
        if !url.is_empty() && (!is_address || url.contains(|it: char| it.is_whitespace() || it == '?' || it == '#')) {
            bail!("`public_url` can't be `{url}`: it is an address such as `https://forms.example.org`")
        }
        Ok(())
    }

    /// Forms that the settings name and nobody serves: such a rule holds for nothing.
    pub fn strangers<'a>(&'a self, is_served: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = String> + 'a {
        let named = |section: &'static str| move |form: &String| (section, form.clone());
        let origins = self.origins.keys().map(named("origins"));
        let all =
            origins.chain(self.spam.keys().map(named("spam"))).chain(self.retention.keys().map(named("retention")));
        all.filter(move |(_, form)| !is_served(form)).map(|(section, form)| format!("{section}.{form}"))
    }

    /// How long a client may take for a body.
    #[must_use]
    pub const fn body_timeout(&self) -> Duration {
        Duration::from_millis(self.body_timeout_ms)
    }

    /// The bytes that held leads may take.
    #[must_use]
    pub const fn quarantine_limit(&self) -> u64 {
        (self.quarantine_limit_mib as u64) << 20
    }

    /// The origins that may send this form; `None` where any may.
    #[must_use]
    pub fn origins_of(&self, form: &str) -> Option<&[String]> {
        self.origins.get(form).map(Vec::as_slice)
    }
}

/// Where a file is not TOML, without its line: a password may stand there.
fn not_toml(path: &Path, text: &str, error: &toml::de::Error) -> anyhow::Error {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    anyhow::anyhow!("`{}` is not TOML: line {line}, column {column}: {}", path.display(), error.message())
}

/// A section of a file overrides what it names and leaves the rest.
fn set(table: &mut Table, name: String, value: Value) {
    match (table.get_mut(&name), value) {
        (Some(Value::Table(section)), Value::Table(own)) => section.extend(own),
        (_, value) => drop(table.insert(name, value)),
    }
}

/// A setting by its name, which in a section begins with the section's: `outbox_timeout_ms`.
fn find<'t>(table: &'t mut Table, name: &str) -> Option<&'t mut Value> {
    if table.contains_key(name) {
        return table.get_mut(name);
    }
    table.iter_mut().find_map(|(section, value)| {
        let name = name.strip_prefix(section.as_str())?.strip_prefix('_')?;
        value.as_table_mut()?.get_mut(name)
    })
}

fn read_as(default: &Value, text: &str) -> anyhow::Result<Value> {
    Ok(match default {
        Value::Integer(_) => Value::Integer(text.parse().context("it is not a whole number")?),
        Value::Boolean(_) => Value::Boolean(text.parse().context("it is neither `true` nor `false`")?),
        Value::String(_) => Value::String(text.to_owned()),
        Value::Array(_) => text.parse().context("it is not a list such as `[1, 2]`")?,
        _ => bail!("this setting can only be in a file"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(environment: &[(&str, &str)]) -> anyhow::Result<Settings> {
        Settings::load(None, environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let settings = load(&[]).unwrap();
        assert_eq!(settings.listen, SocketAddr::from(([127, 0, 0, 1], 8080)));
        assert_eq!(settings.private_listen, Listen::On(SocketAddr::from(([127, 0, 0, 1], 8081))));
        assert_eq!(load(&[("LEADGLASS_PRIVATE_LISTEN", "off")]).unwrap().private_listen, Listen::Off);
        assert!(load(&[("LEADGLASS_PRIVATE_LISTEN", "everywhere")]).is_err());
        assert_eq!(settings.body_limit_bytes, 65_536);
        assert_eq!(settings.origins_of("demo"), None);
    }

    #[test]
    fn the_environment_overrides_the_file_and_the_file_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leadglass.toml");
        fs::write(&path, "queue_limit = 7\nworkspace = \"shop\"\n[origins]\ndemo = [\"https://a.example\"]\n").unwrap();
        let settings = Settings::load(Some(&path), [("LEADGLASS_QUEUE_LIMIT".to_owned(), "9".to_owned())]).unwrap();
        assert_eq!((settings.queue_limit, settings.workspace.as_str()), (9, "shop"));
        assert_eq!(settings.strangers(|form| form == "quote").collect::<Vec<_>>(), ["origins.demo"]);
        assert_eq!(settings.strangers(|form| form == "demo").count(), 0);
        assert_eq!(settings.origins_of("demo"), Some(&["https://a.example".to_owned()][..]));
    }

    #[test]
    fn a_section_is_overridden_setting_by_setting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leadglass.toml");
        fs::write(&path, "[outbox]\nplain_http = true\nconcurrency = 2\n").unwrap();
        let environment = [("LEADGLASS_OUTBOX_CONCURRENCY", "3"), ("LEADGLASS_OUTBOX_PORTS", "[1, 2]")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let outbox = Settings::load(Some(&path), environment).unwrap().outbox;
        assert_eq!((outbox.plain_http, outbox.concurrency, outbox.timeout_ms), (true, 3, 15_000));
        assert_eq!((outbox.ports, outbox.retry_after_seconds.len()), (vec![1, 2], 9));
        let password = ("LEADGLASS_SMTP_PASSWORD".to_owned(), "zq7canary".to_owned());
        let settings = Settings::load(None, [password]).unwrap();
        assert_eq!(settings.smtp.password.0, "zq7canary");
        assert!(!format!("{settings:?}").contains("zq7canary"));
        fs::write(&path, "[outbox]\nplain_https = true\n").unwrap();
        assert!(format!("{:#}", Settings::load(Some(&path), []).unwrap_err()).contains("plain_https"));
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let told = |result: anyhow::Result<Settings>| format!("{:#}", result.unwrap_err());
        insta::assert_snapshot!(
            told(load(&[("LEADGLASS_QUEUE_LIMIT", "many")])),
            @"`LEADGLASS_QUEUE_LIMIT` can't be `many`: it is not a whole number: invalid digit found in string"
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leadglass.toml");
        fs::write(&path, "connections_limit = 0\n").unwrap();
        assert_eq!(told(Settings::load(Some(&path), [])), "`connections_limit` can't be 0: nobody would be served");
        for secret in ["password = \"zq7canary", "password = 907210733"] {
            fs::write(&path, format!("[smtp]\n{secret}\n")).unwrap();
            let told = told(Settings::load(Some(&path), []));
            assert!(!told.contains("zq7canary") && !told.contains("907210733"), "{told}");
        }
        fs::write(&path, "[retention]\ndemo = 0\n").unwrap();
        assert!(told(Settings::load(Some(&path), [])).starts_with("`retention.demo` can't be 0"));
        fs::write(&path, "duplicate_window_seconds = 86399\n[retention]\ndemo = 1\n").unwrap();
        assert!(Settings::load(Some(&path), []).is_ok());
        fs::write(&path, "duplicate_window_seconds = 86400\n[retention]\nlong = 2\ndemo = 1\n").unwrap();
        let expected = "`duplicate_window_seconds` can't be 86400 with `retention.demo` at 1 days";
        assert!(told(Settings::load(Some(&path), [])).starts_with(expected));
        fs::write(&path, "quue_limit = 7\n").unwrap();
        assert!(told(Settings::load(Some(&path), [])).ends_with("names a setting that does not exist: `quue_limit`"));
    }
}
