//! The first thing a newcomer sees.

use std::collections::BTreeSet;

use super::tree::Tree;

const EXPECTED: &[&str] = &[
    ".cargo",
    ".ci",
    ".gitignore",
    ".rustfmt.toml",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "Trunk.toml",
    "crates",
    "rust-toolchain.toml",
    "tests",
    "www",
];

pub fn check(tree: &Tree) -> Vec<String> {
    let entries: BTreeSet<_> = tree.files().filter_map(|(path, _)| path.split('/').next()).collect();
    let strangers = entries.into_iter().filter(|entry| !EXPECTED.contains(entry));
    strangers.map(|entry| format!("`{entry}` is new at the top level")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Tree, check};

    #[test]
    fn a_stranger_at_the_top_level_is_named_once() {
        let tree = Tree::of(&[("notes/a.md", ""), ("notes/b.md", ""), ("Cargo.toml", "")]);
        assert_eq!(check(&tree), ["`notes` is new at the top level"]);
    }
}
