//! TLS: the certificate in the files that the settings name, read again when they are renewed.

use std::{
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Context;
use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::settings;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Speaks TLS on connections.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    served: Arc<Served>,
}

struct Served {
    files: settings::Tls,
    key: ArcSwap<CertifiedKey>,
    provider: Arc<CryptoProvider>,
}

impl Tls {
    /// As the settings say; none where they name no certificate.
    ///
    /// # Errors
    /// Which file can't be read or holds no certificate or key, or that they do not belong together.
    pub fn of(settings: &settings::Tls) -> anyhow::Result<Option<Self>> {
        if settings.certificate.as_os_str().is_empty() {
            return Ok(None);
        }
        let provider = Arc::new(ring::default_provider());
        let key = ArcSwap::from_pointee(read(settings, &provider)?);
        let served = Arc::new(Served { files: settings.clone(), key, provider: Arc::clone(&provider) });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("TLS can't be set up")?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&served) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Self { acceptor: TlsAcceptor::from(Arc::new(config)), served }))
    }

    /// Shakes hands; none where the client does not, or not within `limit`.
    pub async fn accept<S>(&self, stream: S, limit: Duration) -> Option<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        // A client that does not speak TLS is no fault of ours.
        timeout(limit, self.acceptor.accept(stream)).await.ok()?.ok()
    }

    /// Reads the files again whenever they are renewed, for as long as it is polled.
    pub async fn renew(&self) {
        let mut known = self.served.changed_at();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let now = self.served.changed_at();
            if now != known {
                known = now;
                self.reload();
            }
        }
    }

    fn reload(&self) {
        let Served { files, key, provider } = self.served.as_ref();
        match read(files, provider) {
            Ok(renewed) => {
                key.store(Arc::new(renewed));
                tracing::info!("the certificate was read again");
            }
            // Both files can't be written at once: the next look may find them whole.
            Err(error) => tracing::warn!("the former certificate stays: {error:#}"),
        }
    }
}

impl Served {
    fn changed_at(&self) -> [Option<SystemTime>; 2] {
        [&self.files.certificate, &self.files.key].map(|path| path.metadata().and_then(|file| file.modified()).ok())
    }
}

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.key.load_full())
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Served(…)")
    }
}

fn read(files: &settings::Tls, provider: &CryptoProvider) -> anyhow::Result<CertifiedKey> {
    let named = |path: &Path| format!("`{}`", path.display());
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&files.certificate)
        .with_context(|| format!("the certificate {} can't be read", named(&files.certificate)))?
        .collect();
    let chain = chain.with_context(|| format!("{} is not PEM", named(&files.certificate)))?;
    anyhow::ensure!(!chain.is_empty(), "{} holds no certificate", named(&files.certificate));
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .with_context(|| format!("there is no private key in {}", named(&files.key)))?;
    CertifiedKey::from_der(chain, key, provider)
        .with_context(|| format!("the key {} does not fit the certificate", named(&files.key)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_renewed_certificate_is_served_and_a_broken_renewal_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let files =
            settings::Tls { certificate: folder.path().join("certificate.pem"), key: folder.path().join("key.pem") };
        let write = || {
            let pair = rcgen::generate_simple_self_signed(vec!["forms.example".into()]).unwrap();
            fs::write(&files.certificate, pair.cert.pem()).unwrap();
            fs::write(&files.key, pair.signing_key.serialize_pem()).unwrap();
            pair.cert.der().clone()
        };
        let first = write();
        let tls = Tls::of(&files).unwrap().unwrap();
        let served = || tls.served.key.load().cert[0].clone();
        assert_eq!(served(), first);
        let second = write();
        tls.reload();
        assert_eq!(served(), second);
        fs::write(&files.key, "no key").unwrap();
        tls.reload();
        assert_eq!(served(), second);
        let none = settings::Tls { certificate: "".into(), key: "".into() };
        assert!(Tls::of(&none).unwrap().is_none());
    }
}
