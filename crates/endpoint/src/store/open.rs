//! Which kind of store it is: the address decides, here and nowhere else.

use std::{
    convert::Infallible,
    fmt::{self, Debug, Display, Formatter},
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use serde::Deserialize;

use super::{
    Keys, Store,
    postgres::{self, Address, Postgres},
    sqlite::{self, Sqlite},
};
use crate::settings::Settings;

/// What keeps leads: a file, or the address of a server.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum Database {
    /// A `SQLite` file.
    File(PathBuf),
    /// A `PostgreSQL` database.
    Server(Address),
}

impl From<String> for Database {
    fn from(text: String) -> Self {
        Address::of(&text).map_or_else(|| Self::File(text.into()), Self::Server)
    }
}

/// Cannot fail, so that no message repeats an address with its password.
impl FromStr for Database {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.to_owned().into())
    }
}

impl Display for Database {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => Display::fmt(&path.display(), f),
            Self::Server(address) => Display::fmt(address, f),
        }
    }
}

impl Debug for Database {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl Database {
    /// The file, for what is done with files alone; a server has ways of its own, such as `pg_dump`.
    ///
    /// # Errors
    /// Where it is a server.
    pub fn file(&self, why: &str) -> anyhow::Result<&Path> {
        match self {
            Self::File(path) => Ok(path),
            Self::Server(_) => bail!("`{self}` is a server, and it is its own tools that {why}"),
        }
    }
}

/// Opens what the settings name, makes it where there is none, and brings it up to date.
///
/// # Errors
/// Why it can't be used.
pub async fn open(settings: &Settings) -> anyhow::Result<Arc<dyn Store>> {
    let named = || format!("the database `{}` can't be used", settings.database);
    Ok(match &settings.database {
        Database::File(path) => Arc::new(Sqlite::open(&file(path.clone(), settings)?).with_context(named)?),
        Database::Server(address) => {
            Arc::new(Postgres::open(&server(address.clone(), settings)?).await.with_context(named)?)
        }
    })
}

/// Opens what is there, for reading alone.
///
/// # Errors
/// Why it can't be read.
pub async fn open_reading(settings: &Settings) -> anyhow::Result<Arc<dyn Store>> {
    let database = &settings.database;
    let named = || format!("the database `{database}` can't be read");
    Ok(match database {
        Database::File(path) if !path.exists() => {
            bail!("there is no database `{database}`; `leadglass serve` makes it, and `--database` names another")
        }
        Database::File(path) => {
            Arc::new(Sqlite::open_reading(path, &settings.workspace, keys(settings)?).with_context(named)?)
        }
        Database::Server(address) => {
            Arc::new(Postgres::open_reading(&server(address.clone(), settings)?).await.with_context(named)?)
        }
    })
}

fn file(path: PathBuf, settings: &Settings) -> anyhow::Result<sqlite::Options> {
    Ok(sqlite::Options {
        path,
        workspace: settings.workspace.clone(),
        busy_timeout: busy_timeout(settings),
        queue_limit: settings.queue_limit,
        // A page is 4 KiB.
        pages_limit: settings.database_limit_mib.saturating_mul(256),
        keys: keys(settings)?,
    })
}

fn server(address: Address, settings: &Settings) -> anyhow::Result<postgres::Options> {
    let authorities = &settings.database_authorities;
    Ok(postgres::Options {
        address,
        authorities: (!authorities.as_os_str().is_empty()).then(|| authorities.clone()),
        workspace: settings.workspace.clone(),
        busy_timeout: busy_timeout(settings),
        queue_limit: settings.queue_limit,
        keys: keys(settings)?,
    })
}

/// The keys that the settings name, if any.
///
/// # Errors
/// Where their file can't be read.
pub fn keys(settings: &Settings) -> anyhow::Result<Option<Arc<Keys>>> {
    let path = &settings.encryption_keys;
    Ok(if path.as_os_str().is_empty() { None } else { Some(Arc::new(Keys::read(path)?)) })
}

fn busy_timeout(settings: &Settings) -> Duration {
    Duration::from_millis(settings.busy_timeout_ms.into())
}
