//! Connections: made when needed, made again when they break, each with the settings that durability needs.

use std::{fs, sync::Arc, time::Duration};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_postgres::{Client, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Options, StoreError};

/// How many read at a time; more wait.
const CONNECTIONS: usize = 8;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A server that answers nothing for as long is taken for gone.
const SILENCE: Duration = Duration::from_secs(10);

/// `on` waits for the disk, and for the synchronous standbys if there are any; `remote_apply` for more than that.
const DURABLE: &[&str] = &["on", "remote_apply"];

/// What connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Reading and writing.
    Any,
    /// One connection that writes leads.
    Writer,
    /// Reading alone.
    Reader,
}

pub(super) fn pool(options: &Options, role: Role) -> Result<Pool, StoreError> {
    let mut config = options.address.config()?;
    if config.get_application_name().is_none() {
        config.application_name("leadglass");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    config.keepalives_idle(SILENCE);
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    let roots = if config.get_ssl_mode() == SslMode::Disable { RootCertStore::empty() } else { authorities(options)? };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Failed(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let manager = Manager::from_config(
        config,
        MakeRustlsConnect::new(tls),
        ManagerConfig { recycling_method: RecyclingMethod::Fast },
    );
    let busy_timeout = options.busy_timeout;
    let settings = Hook::async_fn(move |client, _| Box::pin(async move { prepare(client, role, busy_timeout).await }));
    let size = if role == Role::Writer { 1 } else { CONNECTIONS };
    let pool = Pool::builder(manager).max_size(size).runtime(Runtime::Tokio1).post_create(settings);
    let pool = pool.wait_timeout(Some(busy_timeout.max(Duration::from_secs(1))));
    pool.build().map_err(|error| StoreError::Failed(error.to_string()))
}

fn authorities(options: &Options) -> Result<RootCertStore, StoreError> {
    let mut roots = RootCertStore::empty();
    let Some(path) = &options.authorities else {
        // What of the system's list can't be read is not trusted, and the rest is.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(roots);
    };
    let failed =
        |error: String| StoreError::Failed(format!("the authorities in `{}` can't be read: {error}", path.display()));
    let text = fs::read(path).map_err(|error| failed(error.to_string()))?;
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error| failed(error.to_string()))?;
        roots.add(certificate).map_err(|error| failed(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(failed("there is no certificate in it".into()));
    }
    Ok(roots)
}

/// Sets what each session needs, and refuses a database that would acknowledge what is not on disk.
async fn prepare(client: &Client, role: Role, busy_timeout: Duration) -> Result<(), HookError> {
    let (busy, silence) = (busy_timeout.as_millis(), SILENCE.as_millis());
    let mut settings = format!("SET lock_timeout = {busy}; SET idle_in_transaction_session_timeout = {silence};");
    // Whoever writes has no limit for a statement, whatever the server's is: one that ends while a commit waits for a
    // synchronous standby makes the server acknowledge what only it has.
    settings.push_str(match role {
        Role::Reader => "SET default_transaction_read_only = on;",
        Role::Any | Role::Writer => "SET statement_timeout = 0;",
    });
    client.batch_execute(&settings).await.map_err(HookError::Backend)?;
    expect(client, "server_encoding", &["UTF8", "utf8"]).await?;
    if role == Role::Reader {
        return Ok(());
    }
    expect(client, "fsync", &["on"]).await?;
    if !setting(client, "synchronous_commit").await?.is_none_or(|value| DURABLE.contains(&value.as_str())) {
        client.batch_execute("SET synchronous_commit = on").await.map_err(HookError::Backend)?;
        expect(client, "synchronous_commit", DURABLE).await?;
    }
    if role == Role::Writer {
        // All that the writer asks is by key; a plan made while a table was small must not read a large one. A database
        // that has no such setting plans by itself. And a statement is not worth compiling: that took 0.4 s a group.
        for setting in ["SET enable_seqscan = off", "SET jit = off"] {
            let _ = client.batch_execute(setting).await;
        }
    }
    Ok(())
}

/// A setting of the server; `None` where it has none of that name, as databases that always write through.
async fn setting(client: &Client, name: &str) -> Result<Option<String>, HookError> {
    let row = client.query_one("SELECT current_setting($1, true)", &[&name]).await;
    Ok(row.map_err(HookError::Backend)?.get(0))
}

async fn expect(client: &Client, name: &str, allowed: &[&str]) -> Result<(), HookError> {
    match setting(client, name).await? {
        Some(value) if !allowed.contains(&value.as_str()) => {
            Err(HookError::message(format!("`{name}` is `{value}` and must be `{}`", allowed[0])))
        }
        _ => Ok(()),
    }
}
