//! Licences, duplicates and origins of everything we depend on.

use anyhow::Result;

use crate::{shell, tools};

pub fn run() -> Result<()> {
    tools::install(&[tools::Tool::CargoDeny])?;
    // Not `advisories`: that database is a git repository, and a build machine may reach package registries only
    shell::run(tools::command("cargo-deny")?.args(["--locked", "check", "licenses", "bans", "sources"]))
}

#[cfg(test)]
mod tests {
    /// Whoever loosens this has to say so here, too.
    #[test]
    fn s30_what_is_depended_on_is_licensed_and_comes_from_one_registry() {
        let rules = include_str!("../../../.cargo/deny.toml");
        for rule in ["unknown-registry = \"deny\"", "unknown-git = \"deny\"", "wildcards = \"deny\"", "openssl-sys"] {
            assert!(rules.contains(rule), "{rule}");
        }
        let table: toml::Table = rules.parse().unwrap();
        let allowed = table["licenses"]["allow"].as_array().unwrap();
        assert!(allowed.iter().all(|licence| !licence.as_str().unwrap().contains("GPL")), "{allowed:?}");
        let lock = include_str!("../../../Cargo.lock");
        let sources: std::collections::BTreeSet<_> =
            lock.lines().filter(|line| line.starts_with("source = ")).collect();
        assert_eq!(sources.len(), 1, "{sources:?}");
    }
}
