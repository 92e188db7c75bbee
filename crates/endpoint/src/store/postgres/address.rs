//! Where a `PostgreSQL` database is. It may hold a password, so nothing here shows it as it was given.

use std::{
    fmt::{self, Debug, Display, Formatter},
    net::IpAddr,
};

use tokio_postgres::{
    Config,
    config::{Host, SslMode},
};

use crate::store::StoreError;

/// An address such as `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=require`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Takes what begins as such an address does.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let schemes = ["postgres://", "postgresql://"];
        schemes.iter().any(|scheme| text.starts_with(scheme)).then(|| Self(text.to_owned()))
    }

    /// What it says. Beyond this machine TLS is required where it does not say otherwise.
    pub(super) fn config(&self) -> Result<Config, StoreError> {
        // What is wrong with it is not told word by word: it may be the password.
        let mut config: Config = self.0.parse().map_err(|_| {
            let shape = "postgres://USER:PASSWORD@HOST:PORT/NAME";
            StoreError::Failed(format!("its address is not like `{shape}`, with `%40` for an `@` in a password"))
        })?;
        if !self.0.contains("sslmode=") {
            config.ssl_mode(if is_local(&config) { SslMode::Disable } else { SslMode::Require });
        }
        Ok(config)
    }
}

fn is_local(config: &Config) -> bool {
    let here = |host: &Host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    config.get_hosts().iter().all(here) && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

impl Display for Address {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Ok(config) = self.config() else { return f.write_str("postgres://…") };
        f.write_str("postgres://")?;
        if let Some(user) = config.get_user() {
            write!(f, "{user}@")?;
        }
        let ports = config.get_ports();
        for (number, host) in config.get_hosts().iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}")?,
                #[cfg(unix)]
                Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
            }
            if let Some(port) = ports.get(number).or_else(|| ports.first()) {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", config.get_dbname().unwrap_or_default())
    }
}

impl Debug for Address {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://ana:s3cret@db.example:5433/leads",
            "postgresql://db.example/leads?user=ana&password=s3cret&port=5433",
            "postgres://ana:s3cret?s3cret@db.example/leads",
            "postgres://ana:s3cret@db.example/leads?sslmode=s3cret",
        ] {
            let address = Address::of(text).unwrap();
            let told = address.config().map_or_else(|error| error.to_string(), |config| format!("{config:?}"));
            for shown in [address.to_string(), format!("{address:?}"), told] {
                assert!(!shown.contains("s3cret"), "{shown}");
            }
        }
        let address = Address::of("postgres://ana:s3cret@a.example:5433,b.example/leads").unwrap();
        assert_eq!(address.to_string(), "postgres://ana@a.example:5433,b.example:5432/leads");
        assert_eq!(Address::of("leads.sqlite"), None);
    }

    #[test]
    fn beyond_this_machine_tls_is_required_unless_the_address_says_otherwise() {
        let mode = |text: &str| Address::of(text).unwrap().config().unwrap().get_ssl_mode();
        assert_eq!(mode("postgres://db.example/leads"), SslMode::Require);
        assert_eq!(mode("postgres://127.0.0.1,db.example/leads"), SslMode::Require);
        assert_eq!(mode("postgres://localhost,127.0.0.1,[::1]/leads"), SslMode::Disable);
        assert_eq!(mode("postgres:///leads?host=/run/postgresql"), SslMode::Disable);
        assert_eq!(mode("postgres://db.example/leads?sslmode=disable"), SslMode::Disable);
        assert_eq!(mode("postgres://localhost/leads?sslmode=require"), SslMode::Require);
    }
}
