//! Connections to receivers. The address that was checked is the address that is connected to: there is no second
//! look-up that could answer otherwise.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use async_trait::async_trait;
use axum::http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tower::Service;

use super::address::{AddressError, Rules};

/// Looks names up.
#[async_trait]
pub trait Names: Send + Sync {
    /// The addresses of a host; of a literal address, itself.
    async fn look_up(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The machine's own way of looking up.
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn look_up(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(lookup_host((host, port)).await?.collect())
    }
}

/// Connects to what the rules allow.
#[derive(Clone)]
pub struct Connector {
    pub rules: Arc<Rules>,
    pub names: Arc<dyn Names>,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.connect(&uri).await })
    }
}

impl Connector {
    async fn connect(&self, uri: &Uri) -> io::Result<TokioIo<TcpStream>> {
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let default = if uri.scheme_str() == Some("http") { 80 } else { 443 };
        let found = self.names.look_up(host, uri.port_u16().unwrap_or(default)).await?;
        // Of nothing found, nothing is known to be private.
        let mut failed = if found.is_empty() {
            io::Error::new(io::ErrorKind::NotFound, "the name has no address")
        } else {
            io::Error::other(AddressError::Private)
        };
        for address in found.into_iter().filter(|address| self.rules.may_reach(address.ip())) {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok(TokioIo::new(stream));
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}
