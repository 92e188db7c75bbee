//! Sends one message to one address and says what was answered. No redirect is followed, and of the answer only its head
//! counts.

use std::{error::Error, io, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{
    body::Bytes,
    http::{HeaderValue, Request, Response, header},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy,
    rt::{TokioExecutor, TokioTimer},
};
use leadglass_scoring::Timestamp;
use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio::sync::OnceCell;

use super::{
    address::{AddressError, Rules},
    connector::{Connector, Names, SystemNames},
    message::Letter,
};
use crate::settings::Outbox;

/// Of an answer's body, no more than this is waited for.
const BODY_LIMIT: usize = 20_000;
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
const AGENT: &str = concat!("leadglass/", env!("CARGO_PKG_VERSION"));

/// What a receiver answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
}

/// Why there was no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The address may not be sent to.
    #[error("the address may not be sent to")]
    Address(#[from] AddressError),
    /// Nobody took the connection.
    #[error("no connection could be made")]
    Connect,
    /// Who took it could not show that it is who it should be.
    #[error("no trusted connection could be made")]
    Tls,
    /// It took too long.
    #[error("no answer came in time")]
    Timeout,
    /// The connection ended, or what came over it is not HTTP.
    #[error("the connection broke")]
    Broken,
    /// There is nothing to be told any more.
    #[error("the lead is gone")]
    LeadGone,
    /// It can't be sent this way.
    #[error("{0}")]
    Unsendable(String),
}

impl Fault {
    /// A stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "address.refused",
            Self::Connect => "connect.failed",
            Self::Tls => "tls.failed",
            Self::Timeout => "timeout",
            Self::Broken => "connection.broken",
            Self::LeadGone => "lead.gone",
            Self::Unsendable(_) => "unsendable",
        }
    }
}

type Http = legacy::Client<HttpsConnector<Connector>, Full<Bytes>>;

/// Sends over HTTPS.
pub struct Client {
    /// Made for the first message: the certificates that this machine trusts take longer to read than all else that
    /// is done at the start.
    http: OnceCell<Http>,
    tls: ConfigBuilder<ClientConfig, WantsVerifier>,
    own_roots: RootCertStore,
    names: Arc<dyn Names>,
    rules: Arc<Rules>,
    timeout: Duration,
}

impl Client {
    /// Trusts the certificates that this machine does, and those of the settings.
    ///
    /// # Errors
    /// Where the file with certificates can't be read.
    pub fn new(settings: &Outbox) -> anyhow::Result<Self> {
        Self::with_names(settings, Arc::new(SystemNames))
    }

    pub(super) fn with_names(settings: &Outbox, names: Arc<dyn Names>) -> anyhow::Result<Self> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?;
        Ok(Self {
            http: OnceCell::new(),
            tls,
            own_roots: roots(&settings.certificates)?,
            names,
            rules: Arc::new(Rules::of(settings)),
            timeout: Duration::from_millis(settings.timeout_ms),
        })
    }

    async fn http(&self) -> &Http {
        let make = async || {
            let of_machine = tokio::task::spawn_blocking(|| rustls_native_certs::load_native_certs().certs).await;
            let mut roots = self.own_roots.clone();
            // One that can't be read is one that is not trusted.
            roots.add_parsable_certificates(of_machine.unwrap_or_default());
            let tls = self.tls.clone().with_root_certificates(roots).with_no_client_auth();
            let connector = Connector { rules: Arc::clone(&self.rules), names: Arc::clone(&self.names) };
            let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
            legacy::Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE_TIMEOUT)
                .build(https.wrap_connector(connector))
        };
        self.http.get_or_init(make).await
    }

    /// Posts a letter. Whatever the answer's status, it is an answer.
    ///
    /// # Errors
    /// Why there was none.
    pub async fn post(&self, url: &str, letter: &Letter, now: Timestamp) -> Result<Answer, Fault> {
        let url = self.rules.parse(url)?;
        let mut request = Request::post(url.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, AGENT);
        for (name, value) in letter.headers(now) {
            request = request.header(name, value);
        }
        let body = Full::new(Bytes::copy_from_slice(letter.body.as_bytes()));
        let request = request.body(body).map_err(|error| Fault::Unsendable(error.to_string()))?;
        let http = self.http().await;
        match tokio::time::timeout(self.timeout, http.request(request)).await {
            Ok(Ok(response)) => Ok(self.read(response, now).await),
            Ok(Err(error)) => Err(fault(&error)),
            Err(_) => Err(Fault::Timeout),
        }
    }

    async fn read<B>(&self, response: Response<B>, now: Timestamp) -> Answer
    where
        B: axum::body::HttpBody,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (head, body) = response.into_parts();
        // A connection whose answer was read to its end can be used again; one that goes on and on is closed.
        let whole = Box::pin(Limited::new(body, BODY_LIMIT).collect());
        drop(tokio::time::timeout(self.timeout, whole).await);
        let retry_after = head.headers.get(header::RETRY_AFTER).and_then(|value| retry_after(value, now));
        Answer { status: head.status.as_u16(), retry_after }
    }
}

/// Seconds, or a date.
fn retry_after(value: &HeaderValue, now: Timestamp) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    Some(Duration::from_millis(u64::try_from(date.saturating_sub(now.as_millis())).unwrap_or(0)))
}

/// The certificates of a file; none where none is named.
fn roots(file: &Path) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    if !file.as_os_str().is_empty() {
        let failed = || format!("the certificates of `{}` can't be read", file.display());
        for certificate in CertificateDer::pem_file_iter(file).with_context(failed)? {
            roots.add(certificate.with_context(failed)?).with_context(failed)?;
        }
    }
    Ok(roots)
}

fn fault(error: &legacy::Error) -> Fault {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        // What an I/O error wraps is beside its source, not the source.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let it: &(dyn Error + 'static) = inner.map_or(error, |inner| inner);
        if let Some(address) = it.downcast_ref::<AddressError>() {
            return Fault::Address(address.clone());
        }
        if it.is::<rustls::Error>() {
            return Fault::Tls;
        }
        cause = it.source();
    }
    if error.is_connect() { Fault::Connect } else { Fault::Broken }
}

#[cfg(test)]
mod tests;
