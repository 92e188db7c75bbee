//! Bytes that are served often, with their compressed forms and their hashes.

use std::io::Write;

use axum::body::Bytes;
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// Bytes as they are, in brotli and in gzip.
#[derive(Clone, Debug)]
pub struct Compressed {
    /// As they are.
    pub plain: Bytes,
    /// In brotli, where that is smaller.
    pub brotli: Option<Bytes>,
    /// In gzip, where that is smaller.
    pub gzip: Option<Bytes>,
    /// A strong validator, in quotes.
    pub etag: String,
}

impl Compressed {
    /// Compresses as well as can be, which takes milliseconds: for what is served more than once.
    #[must_use]
    pub fn new(plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        let smaller = |bytes: Vec<u8>| (!bytes.is_empty() && bytes.len() < plain.len()).then(|| Bytes::from(bytes));
        Self { brotli: smaller(brotli(&plain)), gzip: smaller(gzip(&plain)), etag: etag(&plain), plain }
    }

    /// Compresses on a thread that may block.
    pub async fn in_background(plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        let copy = plain.clone();
        match tokio::task::spawn_blocking(move || Self::new(copy)).await {
            Ok(compressed) => compressed,
            Err(_) => Self { brotli: None, gzip: None, etag: etag(&plain), plain },
        }
    }
}

fn brotli(plain: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    match brotli::BrotliCompress(&mut &*plain, &mut compressed, &parameters) {
        Ok(_) => compressed,
        Err(_) => Vec::new(),
    }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// The validator of these bytes.
#[must_use]
pub fn etag(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let half = hash.first_chunk::<16>().map_or(0, |half| u128::from_be_bytes(*half));
    format!("\"{half:032x}\"")
}

/// The value of an `integrity` attribute.
#[must_use]
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)))
}
