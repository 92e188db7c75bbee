//! The file of keys: a line each, the first one to write with, all to read with.

use std::{
    fmt::{self, Debug, Formatter},
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};
use arc_swap::ArcSwap;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};

/// The version of the header of sealed values.
const VERSION: u8 = 1;
/// The longest id.
const LONGEST_ID: usize = 32;

/// One key.
pub(super) struct Key {
    pub(super) id: String,
    /// What each value begins with that is sealed under it.
    pub(super) header: Vec<u8>,
    pub(super) cipher: LessSafeKey,
}

impl Key {
    fn new(id: &str, bytes: &[u8]) -> Option<Self> {
        let length = u8::try_from(id.len()).ok()?;
        let header = [&[VERSION, length], id.as_bytes()].concat();
        Some(Self { id: id.to_owned(), header, cipher: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).ok()?) })
    }
}

/// The id of the key that a value is sealed under; `None` where it is not sealed.
pub(super) fn id_in(sealed: &[u8]) -> Option<&str> {
    let (&[version, length], rest) = sealed.split_first_chunk::<2>()?;
    std::str::from_utf8(rest.get(..usize::from(length))?).ok().filter(|_| version == VERSION)
}

/// The keys of a file, which is read again where a row names a key that was not in it before: another endpoint, or a command,
/// may have got it first.
pub struct Keys {
    path: PathBuf,
    keys: ArcSwap<Vec<Arc<Key>>>,
}

/// Shows the ids alone.
impl Debug for Keys {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.ids()).finish()
    }
}

impl Keys {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it can't be read, may be read by every user of the machine, or which of its lines is no key.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        Ok(Self { path: path.to_owned(), keys: ArcSwap::from_pointee(read(path)?) })
    }

    /// The ids of all keys; new leads are sealed under the first one.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.keys.load().iter().map(|key| key.id.clone()).collect()
    }

    pub(super) fn first(&self) -> Arc<Key> {
        // A file without a key is refused.
        Arc::clone(&self.keys.load()[0])
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<Key>> {
        let find = || self.keys.load().iter().find(|key| key.id == id).map(Arc::clone);
        find().or_else(|| {
            match read(&self.path) {
                Ok(keys) => self.keys.store(Arc::new(keys)),
                Err(error) => tracing::warn!("the file of keys can't be read again: {error:#}"),
            }
            find()
        })
    }

    /// Writes a new key before those of the file, which is made where there is none, for its owner alone.
    ///
    /// # Errors
    /// Where the file can't be read or written, or has a key of this id.
    pub fn add(path: &Path, id: &str, bytes: &[u8; 32]) -> anyhow::Result<()> {
        let named = || format!("`{}` can't be written", path.display());
        let mut text = String::new();
        if path.exists() {
            if read(path)?.iter().any(|key| key.id == id) {
                bail!("`{}` has a key `{id}` already", path.display());
            }
            text = fs::read_to_string(path).with_context(named)?;
        }
        let text = format!("{id}: {}\n{text}", STANDARD.encode(bytes));
        parse(&text).map_err(|faults| anyhow::anyhow!(faults.join("; ")))?;
        // Beside it first: a key that is lost takes with it what is sealed under it.
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let mut open = fs::OpenOptions::new();
        open.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
        let mut file = open.open(&part).with_context(named)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(named)?;
        fs::rename(&part, path).with_context(named)
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<Arc<Key>>> {
    let named = || format!("the file of keys `{}` can't be read", path.display());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path).with_context(named)?.permissions().mode() & 0o007 != 0 {
            bail!("the file of keys `{0}` is open to every user of this machine; `chmod 600 {0}`", path.display());
        }
    }
    let text = fs::read_to_string(path).with_context(named)?;
    let keys = parse(&text)
        .map_err(|faults| anyhow::anyhow!("the file of keys `{}` is wrong: {}", path.display(), faults.join("; ")))?;
    Ok(keys.into_iter().map(Arc::new).collect())
}

/// All faults at once; none of them repeats a line, for a key may stand there.
fn parse(text: &str) -> Result<Vec<Key>, Vec<String>> {
    let (mut keys, mut faults) = (Vec::<Key>::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (id, bytes) = line.split_once(':').unwrap_or((line, ""));
        let (id, bytes) = (id.trim(), STANDARD.decode(bytes.trim()).unwrap_or_default());
        let is_of_id = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if id.is_empty() || id.len() > LONGEST_ID || !id.chars().all(is_of_id) || bytes.is_empty() {
            faults.push(format!(
                "line {number} is not `ID: KEY`, with 1 to {LONGEST_ID} of `A-Z a-z 0-9 - _ .` and 32 bytes in base64"
            ));
        } else if keys.iter().any(|key| key.id == id) {
            faults.push(format!("line {number} has the id of a line before"));
        } else if let Some(key) = Key::new(id, &bytes) {
            keys.push(key);
        } else {
            faults.push(format!("the key of line {number} has {} bytes and must have 32", bytes.len()));
        }
    }
    if keys.is_empty() && faults.is_empty() {
        faults.push("it has no key; `leadglass keys add` makes one".into());
    }
    if faults.is_empty() { Ok(keys) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        parse(text).err().unwrap_or_default().join("\n")
    }

    #[test]
    fn s24_every_wrong_line_of_a_file_of_keys_is_told_and_none_is_repeated() {
        let key = STANDARD.encode([7; 32]);
        let text = format!("# ours\n\n2026: {key}\nno key here zq7canary\n2026: {key}\nshort: AAAA\nö: {key}\n");
        insta::assert_snapshot!(told(&text), @r"
        line 4 is not `ID: KEY`, with 1 to 32 of `A-Z a-z 0-9 - _ .` and 32 bytes in base64
        line 5 has the id of a line before
        the key of line 6 has 3 bytes and must have 32
        line 7 is not `ID: KEY`, with 1 to 32 of `A-Z a-z 0-9 - _ .` and 32 bytes in base64
        ");
        assert_eq!(told("# nothing\n"), "it has no key; `leadglass keys add` makes one");
        let keys = parse(&format!("new: {key}\nold:{key}")).unwrap_or_default();
        assert_eq!(keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), ["new", "old"]);
    }

    #[test]
    fn s24_a_file_of_keys_is_made_for_its_owner_alone_and_refused_where_all_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        assert!(format!("{:#}", Keys::read(&path).unwrap_err()).contains("can't be read"));
        Keys::add(&path, "old", &[1; 32]).unwrap();
        let keys = Keys::read(&path).unwrap();
        Keys::add(&path, "new", &[2; 32]).unwrap();
        assert_eq!(Keys::read(&path).unwrap().ids(), ["new", "old"]);
        assert!(Keys::add(&path, "old", &[3; 32]).unwrap_err().to_string().contains("has a key `old` already"));
        assert!(Keys::add(&path, "with space", &[3; 32]).is_err());
        // A key that came later is found by whoever meets a row that names it.
        assert_eq!(keys.ids(), ["old"]);
        assert!(keys.get("new").is_some() && keys.get("never").is_none());
        assert_eq!(format!("{keys:?}"), r#"Keys(["new", "old"])"#);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            mode(0o640);
            assert!(Keys::read(&path).is_ok());
            mode(0o644);
            assert!(Keys::read(&path).unwrap_err().to_string().contains("is open to every user"));
        }
    }
}
