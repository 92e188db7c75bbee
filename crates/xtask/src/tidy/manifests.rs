//! Dependencies: listed once, in the root, each under a line that says what it is for.

use super::tree::Tree;

pub fn check(tree: &Tree) -> Vec<String> {
    let mut breaches: Vec<_> = tree.get("Cargo.toml").into_iter().flat_map(unexplained).collect();
    for (path, text) in tree.with_ending(&["/Cargo.toml"]) {
        // What only a bench needs stands outside the workspace
        if !text.contains("\n[workspace]\n") {
            breaches.extend(listed_elsewhere(path, text));
        }
        if !text.contains("[lints") {
            breaches.push(format!("{path}: has no `[lints]`"));
        }
    }
    breaches
}

fn unexplained(manifest: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut inside = false;
    let mut before = "";
    for (number, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if inside && line.contains('=') && !line.contains("path =") && !before.starts_with("# ") {
            breaches.push(format!("Cargo.toml:{}: say above the line what `{line}` is for", number + 1));
        }
        before = line;
    }
    breaches
}

fn listed_elsewhere(path: &str, manifest: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut inside = false;
    for (number, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && line.contains('=') && !line.contains("workspace = true") {
            breaches
                .push(format!("{path}:{}: `{line}` belongs in the root, here it is `.workspace = true`", number + 1));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::{Tree, check};

    #[test]
    fn a_dependency_without_a_reason_is_named_with_its_line() {
        let root =
            "[workspace.dependencies]\nours = { path = \"crates/ours\" }\n# Time\njiff = \"0.2\"\nuuid = \"1\"\n";
        let breaches = check(&Tree::of(&[("Cargo.toml", root)]));
        assert_eq!(breaches, ["Cargo.toml:5: say above the line what `uuid = \"1\"` is for"]);
    }

    #[test]
    fn a_crate_outside_the_workspace_has_versions_of_its_own() {
        let manifest = "[package]\n\n[workspace]\n\n[dependencies]\njiff = \"0.2\"\n\n[lints.rust]\n";
        assert!(check(&Tree::of(&[("tests/bench/a/Cargo.toml", manifest)])).is_empty());
    }

    #[test]
    fn a_crate_takes_its_versions_from_the_root() {
        let manifest = "[dependencies]\njiff.workspace = true\nuuid = \"1\"\n\n[lints]\nworkspace = true\n";
        assert_eq!(check(&Tree::of(&[("crates/form/Cargo.toml", manifest)])).len(), 1);
    }
}
