//! A version of a form that a command names: a file, or the beginning of an id in the database.

use std::path::Path;

use anyhow::{Context, bail};
use leadglass_scoring::{FormDefinition, encoding::VersionId};

use super::report::block_on;
use crate::{
    forms::read_card,
    store::{KeptVersion, Store},
};

/// Fewer digits than this name too much by chance.
const LEAST_DIGITS: usize = 6;

/// A version with the name it was asked for by.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) definition: FormDefinition,
}

/// Whether `name` is that of a file rather than of a kept version.
pub(super) fn is_file(name: &str) -> bool {
    let is_id = name.len() >= LEAST_DIGITS && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    !is_id || Path::new(name).is_file()
}

/// Reads a form or card file.
pub(super) fn of_file(name: &str) -> anyhow::Result<Named> {
    match read_card(Path::new(name)) {
        Ok(source) => Ok(Named { name: name.to_owned(), definition: source.form.definition().clone() }),
        Err(broken) => bail!("{broken}"),
    }
}

/// The kept version whose id, or whose card's id, begins with `digits`. Versions that share their card score alike;
/// where the card is named, the one kept last stands for them.
pub(super) fn of_store(digits: &str, store: &dyn Store) -> anyhow::Result<Named> {
    let digits = digits.to_ascii_lowercase();
    let versions = block_on(store.versions())??;
    let begins = |id: VersionId| id.to_string().starts_with(&digits);
    let mut found: Vec<&KeptVersion> = versions.iter().filter(|kept| begins(kept.version)).collect();
    if found.is_empty() {
        found = versions.iter().filter(|kept| begins(kept.card) || begins(kept.shown_version)).collect();
        found.dedup_by_key(|kept| (kept.card, kept.form.clone()));
    }
    match found.as_slice() {
        [] => bail!("no version in the database begins with `{digits}`; `leadglass versions` lists them"),
        [only] => {
            let definition = block_on(store.definition(&only.form, only.version))??;
            let definition = definition.context("a version that is listed is missing")?;
            Ok(Named { name: format!("{} {}", only.form, short(only.version)), definition })
        }
        many => {
            let names: Vec<_> = many.iter().map(|kept| format!("`{}` of {}", kept.version, kept.form)).collect();
            bail!("`{digits}` begins {} versions: {}; write more digits", many.len(), names.join(", "))
        }
    }
}

/// As many digits as tell versions apart for people.
pub(super) fn short(version: VersionId) -> String {
    version.to_string().chars().take(12).collect()
}
