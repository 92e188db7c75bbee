//! What people said, sealed in the database where the settings name a file of keys. This is the one place where values are
//! sealed and opened; both databases only carry what it makes.
//!
//! A sealed value is AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits: `1`, the length of the key's id, the id,
//! the nonce, then ciphertext and tag. What is authenticated beside it is the header, the column's name and the row's id, so
//! a value that is moved to another row or column does not open. A row is sealed under one key as a whole, and its column
//! `sealed_under` has the key's id.
//!
//! What is looked up by is kept as HMAC-SHA-256 (RFC 2104) with a secret of the database, which is sealed itself.

mod anew;
mod keys;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use hmac::Mac;
use leadglass_scoring::encoding::VersionId;
use ring::{
    aead::{Aad, NONCE_LEN, Nonce},
    rand::{SecureRandom, SystemRandom},
};
use uuid::Uuid;

pub(super) use self::anew::{Earlier, Values};
pub use self::keys::Keys;
use self::keys::{Key, id_in};
use super::{LeadQuery, StoreError};
use crate::spam::mac;

/// Keeps values sealed.
#[async_trait]
pub trait SealStore: Send + Sync {
    /// The id of the key that new leads are sealed under; `None` where they are kept in plain.
    fn seals_under(&self) -> Option<String>;

    /// How much is sealed under which key.
    async fn sealed(&self) -> Result<Sealed, StoreError>;

    /// Seals leads after the `after`th, at most `limit`, anew where they are not sealed under the first key. Others are kept
    /// and read meanwhile. `last` is `None` where no lead is left.
    async fn seal_again(&self, after: u64, limit: u32) -> Result<SealedAgain, StoreError>;

    /// The same for what is sealed beside leads, which is little.
    async fn seal_rest_again(&self) -> Result<(), StoreError>;

    /// Writes the files again, so that nothing of what their rows said before is left in them: whether nobody stood in the
    /// way. It takes a while with a large database, and who writes meanwhile waits.
    async fn write_files_again(&self) -> Result<bool, StoreError>;
}

/// How much is sealed under which key, by the key's id; `None` for what is in plain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Leads.
    pub leads: Vec<(Option<String>, u64)>,
    /// What is sealed beside them: notes on merges, and the database's own secrets.
    pub others: Vec<(Option<String>, u64)>,
}

impl Sealed {
    /// What is counted several times under one key is summed up.
    pub(super) fn new(
        leads: Vec<(Option<String>, u64)>,
        others: impl IntoIterator<Item = (Option<String>, u64)>,
    ) -> Self {
        let mut all = BTreeMap::new();
        for (key, count) in others {
            *all.entry(key).or_insert(0) += count;
        }
        Self { leads, others: all.into_iter().filter(|(_, count)| *count > 0).collect() }
    }

    /// How many leads are not sealed under this key.
    #[must_use]
    pub fn left(&self, under: &str) -> u64 {
        self.leads.iter().filter(|(key, _)| key.as_deref() != Some(under)).map(|(_, leads)| leads).sum()
    }
}

/// What came of sealing some leads anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedAgain {
    /// The number of the last one that was looked at.
    pub last: Option<u64>,
    /// How many were sealed.
    pub leads: u64,
    /// Those that can't be opened and were left as they are.
    pub broken: Vec<Uuid>,
}

/// Why a value can't be sealed or opened. None of it says what the value is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SealError {
    #[error("it is encrypted under the key `{0}`, which the file of keys (`encryption_keys`) does not have")]
    NoKey(String),
    #[error("it is encrypted, and `encryption_keys` names no file of keys")]
    Off,
    #[error("`{0}` does not open: it was changed or moved, or the key is another one of that name")]
    Broken(&'static str),
    #[error("words can't be searched for where leads are encrypted")]
    Words,
    #[error("the machine gives no random numbers")]
    NoChance,
}

impl From<SealError> for StoreError {
    fn from(error: SealError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The name of the secret that look-ups are hashed with.
pub(super) const INDEX: &str = "index";

/// How many leads of a key are tried at the start.
pub(super) const TRIED: i64 = 8;

/// A key is another one where none of some leads opens. One that was changed is no reason not to start.
pub(super) fn any_opens(tried: Vec<Result<(), SealError>>) -> Result<(), SealError> {
    if tried.iter().any(Result::is_ok) { Ok(()) } else { tried.into_iter().collect() }
}

/// What of a lead is sealed, by its column.
pub(super) mod column {
    pub(in crate::store) const ANSWERS: &str = "answers";
    pub(in crate::store) const CIRCUMSTANCES: &str = "circumstances";
    pub(in crate::store) const EXPLANATION: &str = "explanation";
    pub(in crate::store) const FINGERPRINT: &str = "fingerprint";
    pub(in crate::store) const PAGE_URL: &str = "page_url";
    pub(in crate::store) const PAGE_REFERRER: &str = "page_referrer";
    /// Of a merge.
    pub(in crate::store) const WHY: &str = "why";
    /// Of a secret.
    pub(in crate::store) const VALUE: &str = "value";
}

/// Seals and opens for one database; where there are no keys, all stays as it is.
pub(super) struct Seal {
    keys: Option<Arc<Keys>>,
    index: OnceLock<[u8; 32]>,
    random: SystemRandom,
}

impl Seal {
    pub(super) fn new(keys: Option<Arc<Keys>>) -> Self {
        Self { keys, index: OnceLock::new(), random: SystemRandom::new() }
    }

    /// The id of the key that new rows are sealed under.
    pub(super) fn first(&self) -> Option<String> {
        self.keys.as_ref().map(|keys| keys.first().id.clone())
    }

    /// A row that is written for the first time, or anew.
    pub(super) fn new_row(&self, row: Uuid) -> RowSeal<'_> {
        self.named(self.keys.as_ref().map(|keys| keys.first()), row.as_bytes())
    }

    /// A row as it is sealed.
    pub(super) fn row(&self, under: Option<&str>, row: Uuid) -> Result<RowSeal<'_>, SealError> {
        Ok(self.named(under.map(|id| self.key(id)).transpose()?, row.as_bytes()))
    }

    fn named(&self, key: Option<Arc<Key>>, row: &[u8]) -> RowSeal<'_> {
        RowSeal { key, row: row.to_vec(), random: &self.random }
    }

    fn key(&self, id: &str) -> Result<Arc<Key>, SealError> {
        let keys = self.keys.as_ref().ok_or(SealError::Off)?;
        keys.get(id).ok_or_else(|| SealError::NoKey(id.to_owned()))
    }

    /// A secret of the database as it is kept. It has no row of an id, so its names take the place of one.
    pub(super) fn seal_secret(&self, workspace: &str, name: &str, secret: &[u8; 32]) -> Result<Vec<u8>, SealError> {
        let key = self.keys.as_ref().map(|keys| keys.first());
        self.named(key, secret_row(workspace, name).as_bytes()).seal(column::VALUE, secret.to_vec())
    }

    /// A secret from what is kept: in plain it has 32 bytes, and sealed more.
    pub(super) fn open_secret(&self, workspace: &str, name: &str, kept: Vec<u8>) -> Result<[u8; 32], SealError> {
        let key = match secret_key(&kept) {
            Some(id) => Some(self.key(&id)?),
            None => None,
        };
        let open = self.named(key, secret_row(workspace, name).as_bytes()).open(column::VALUE, kept)?;
        open.try_into().map_err(|_| SealError::Broken(column::VALUE))
    }

    /// 32 random bytes, for the secret that look-ups are hashed with.
    pub(super) fn fresh(&self) -> Result<[u8; 32], SealError> {
        let mut bytes = [0; 32];
        self.random.fill(&mut bytes).map_err(|_| SealError::NoChance)?;
        Ok(bytes)
    }

    /// Look-ups are hashed with this secret from now on.
    pub(super) fn look_up_with(&self, index: [u8; 32]) {
        // It is the same at each time: the database keeps one.
        let _ = self.index.set(index);
    }

    /// An e-mail address as sealed rows are looked up by it; `None` where there are none.
    pub(super) fn email(&self, email: &str) -> Option<String> {
        let index = self.index.get()?;
        Some(
            VersionId::from_bytes(mac(index, format!("email\0{email}").as_bytes()).finalize().into_bytes().into())
                .to_string(),
        )
    }

    /// What is sealed is found by no word of it.
    pub(super) fn refuse_words(&self, query: &LeadQuery) -> Result<(), SealError> {
        if query.texts.is_empty() || self.keys.is_none() { Ok(()) } else { Err(SealError::Words) }
    }

    /// What is equal for equal answers, as sealed rows have it.
    pub(super) fn twin(&self, twin: [u8; 16]) -> [u8; 16] {
        let Some(index) = self.index.get() else { return twin };
        let mut message = b"twin\0".to_vec();
        message.extend(twin);
        let mut hashed = [0; 16];
        hashed.copy_from_slice(&mac(index, &message).finalize().into_bytes()[..16]);
        hashed
    }
}

fn secret_row(workspace: &str, name: &str) -> String {
    format!("{workspace}\0{name}")
}

/// The key that a kept secret is sealed under; `None` where it is in plain.
pub(super) fn secret_key(kept: &[u8]) -> Option<String> {
    (kept.len() != 32).then(|| id_in(kept).unwrap_or_default().to_owned())
}

/// One row, all of whose values are sealed under one key, or none.
pub(super) struct RowSeal<'s> {
    key: Option<Arc<Key>>,
    row: Vec<u8>,
    random: &'s SystemRandom,
}

impl RowSeal<'_> {
    /// The id of its key.
    pub(super) fn under(&self) -> Option<String> {
        self.key.as_ref().map(|key| key.id.clone())
    }

    pub(super) fn seal(&self, column: &'static str, plain: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let Some(key) = &self.key else { return Ok(plain) };
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| SealError::NoChance)?;
        let mut value = plain;
        let aad = self.aad(key, column);
        let tag = key
            .cipher
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut value)
            .map_err(|_| SealError::Broken(column))?;
        let mut sealed = Vec::with_capacity(key.header.len() + NONCE_LEN + value.len() + tag.as_ref().len());
        for part in [&key.header, &nonce[..], &value, tag.as_ref()] {
            sealed.extend_from_slice(part);
        }
        Ok(sealed)
    }

    pub(super) fn open(&self, column: &'static str, kept: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let Some(key) = &self.key else { return Ok(kept) };
        let broken = || SealError::Broken(column);
        let rest = kept.strip_prefix(&key.header[..]).ok_or_else(broken)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(broken)?;
        let (nonce, mut value) = (Nonce::assume_unique_for_key(*nonce), sealed.to_vec());
        let aad = self.aad(key, column);
        let length = key.cipher.open_in_place(nonce, Aad::from(aad), &mut value).map_err(|_| broken())?.len();
        value.truncate(length);
        Ok(value)
    }

    /// A text of a column that takes texts alone: sealed, it is in base64.
    pub(super) fn seal_text(&self, column: &'static str, plain: Option<String>) -> Result<Option<String>, SealError> {
        match plain {
            Some(text) if self.key.is_some() => Ok(Some(STANDARD_NO_PAD.encode(self.seal(column, text.into_bytes())?))),
            plain => Ok(plain),
        }
    }

    pub(super) fn open_text(&self, column: &'static str, kept: Option<String>) -> Result<Option<String>, SealError> {
        match kept {
            Some(text) if self.key.is_some() => {
                let sealed = STANDARD_NO_PAD.decode(text).map_err(|_| SealError::Broken(column))?;
                let open = String::from_utf8(self.open(column, sealed)?);
                open.map(Some).map_err(|_| SealError::Broken(column))
            }
            kept => Ok(kept),
        }
    }

    fn aad(&self, key: &Key, column: &'static str) -> Vec<u8> {
        [&key.header[..], column.as_bytes(), b"\0", &self.row].concat()
    }
}
